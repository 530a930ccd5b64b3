"""What is random in training has the rates that are published, in the order of the forward pass."""

from __future__ import annotations

from itertools import pairwise

import pytest
from torch import nn

import cnndsl
from cnndsl.analyse.uses import uses
from tests.on_meta import on_meta
from tests.test_torchvision import peer

NAMES = [
    "alexnet",
    "convnext_tiny",
    "convnext_small",
    "convnext_base",
    "convnext_large",
    "densenet121",
    "fcn_resnet50_aux",
    "googlenet",
    "googlenet_aux",
    "mobilenet_v3_large",
    "mobilenet_v3_small",
    "regnet_y_400mf",
    "resnet18",
    "vgg11",
    "vit_b_16",
]

# In the files that the authors gave to Caffe: after which layer, and how much.
CAFFE = {
    "alexnet_caffe": [("relu", 0.5), ("relu", 0.5)],
    "fcn8s": [("relu", 0.5), ("relu", 0.5)],
    "fcn16s": [("relu", 0.5), ("relu", 0.5)],
    "fcn32s": [("relu", 0.5), ("relu", 0.5)],
    "googlenet_caffe": [("relu", 0.7), ("relu", 0.7), ("flatten", 0.4)],
    "nin_cifar10": [("maxpool", 0.5), ("avgpool", 0.5)],
    "nin_imagenet": [("maxpool", 0.5)],
}


def rates(model: nn.Module) -> list[float]:
    kinds = ("Dropout", "DropPath", "StochasticDepth")
    return [module.p for module in model.modules() if type(module).__name__ in kinds]


@pytest.mark.parametrize("name", NAMES)
def test_has_the_same_rates(name: str) -> None:
    with on_meta():
        ours, theirs = cnndsl.compile(name).module(), peer(name)
    assert rates(ours) == pytest.approx(rates(theirs), abs=1e-12)


@pytest.mark.parametrize("name", CAFFE)
def test_has_the_rates_of_caffes_file(name: str) -> None:
    layers = [use.node.layer for use in uses(cnndsl.compile(name)) if use.node.layer]
    found = [
        (before.word, layer.p) for before, layer in pairwise(layers) if layer.word == "dropout"
    ]
    assert found == CAFFE[name]


def test_other_rates_are_told_apart() -> None:
    assert rates(nn.Sequential(nn.Dropout(0.2), nn.ReLU(), nn.Dropout(0.1))) == [0.2, 0.1]

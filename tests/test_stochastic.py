"""What is random in training has torchvision's rates, in the order of the forward pass."""

from __future__ import annotations

import pytest
import torchvision
from torch import nn

import cnndsl
from tests.on_meta import on_meta

NAMES = [
    "alexnet",
    "convnext_tiny",
    "convnext_small",
    "convnext_base",
    "convnext_large",
    "densenet121",
    "mobilenet_v3_large",
    "mobilenet_v3_small",
    "regnet_y_400mf",
    "resnet18",
    "vgg11",
]


def rates(model: nn.Module) -> list[float]:
    kinds = ("Dropout", "DropPath", "StochasticDepth")
    return [module.p for module in model.modules() if type(module).__name__ in kinds]


@pytest.mark.parametrize("name", NAMES)
def test_has_the_same_rates(name: str) -> None:
    with on_meta():
        ours, theirs = cnndsl.compile(name).module(), torchvision.models.get_model(name)
    assert rates(ours) == pytest.approx(rates(theirs), abs=1e-12)


def test_other_rates_are_told_apart() -> None:
    assert rates(nn.Sequential(nn.Dropout(0.2), nn.ReLU(), nn.Dropout(0.1))) == [0.2, 0.1]

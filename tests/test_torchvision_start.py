"""The weights of the bundled networks start as torchvision's do: constants, means and spreads."""

from __future__ import annotations

from math import sqrt

import pytest
import torch
import torchvision
from torch import Tensor, nn

import cnndsl

torch.set_num_threads(1)

# The smallest of each family with a start of its own.
NAMES = [
    "convnext_tiny",
    "densenet121",
    "googlenet_aux",
    "mobilenet_v3_small",
    "regnet_y_400mf",
    "resnet18",
    "resnext50_32x4d",
    "vgg11_bn",
]
# How many standard errors a figure may be off.
ERRORS = 6
# From so many elements on, the largest tells a uniform distribution from a normal one.
MANY = 1000


def peer(name: str) -> nn.Module:
    if name == "googlenet_aux":
        return torchvision.models.googlenet(weights=None, init_weights=True)
    return torchvision.models.get_model(name, weights=None)


def figures(tensor: Tensor) -> tuple[float, float, float]:
    """Mean, spread, and the largest in units of the spread."""
    spread = tensor.std(correction=0).item()
    return tensor.mean().item(), spread, (tensor.abs().max() / spread).item() if spread else 0


def differs(ours: Tensor, theirs: Tensor) -> str:
    """What sets two starts apart; nothing where they may be draws of one distribution."""
    mean, spread, largest = figures(ours)
    their_mean, their_spread, their_largest = figures(theirs)
    if (spread == 0) != (their_spread == 0):
        return f"only one is constant: {mean} ± {spread}, {their_mean} ± {their_spread}"
    error = ERRORS * spread / sqrt(ours.numel())
    if abs(mean - their_mean) > sqrt(2) * error:
        return f"means {mean} and {their_mean}"
    if abs(spread - their_spread) > 2 * error:
        return f"spreads {spread} and {their_spread}"
    is_bounded, theirs_is = largest < 2, their_largest < 2
    if ours.numel() >= MANY and is_bounded != theirs_is:
        return f"largest {largest} and {their_largest} times the spread"
    return ""


@pytest.mark.parametrize("name", NAMES)
def test_weights_start_as_torchvisions(name: str) -> None:
    torch.manual_seed(0)
    ours, theirs = cnndsl.compile(name).module(), peer(name)
    pairs = zip(ours.named_parameters(), theirs.named_parameters(), strict=True)
    found = {path: differs(mine.data, other.data) for (path, mine), (_, other) in pairs}
    assert {path: words for path, words in found.items() if words} == {}


def test_other_starts_are_told_apart() -> None:
    torch.manual_seed(0)
    normal = torch.randn(64, 64)
    assert differs(normal, torch.randn(64, 64)) == ""
    assert differs(normal, 1.2 * torch.randn(64, 64)).startswith("spreads")
    assert differs(normal, torch.randn(64, 64) + 0.2).startswith("means")
    assert differs(normal, torch.empty(64, 64).uniform_(-sqrt(3), sqrt(3))).startswith("largest")
    assert differs(normal, torch.zeros(64, 64)).startswith("only one")
    assert differs(torch.ones(64), torch.zeros(64)).startswith("means")


def test_alexnet_starts_as_the_paper_says() -> None:
    """Section 5: weights with a deviation of 0.01, biases at zero or one."""
    torch.manual_seed(0)
    tensors = dict(cnndsl.compile("alexnet_caffe").module().named_parameters())
    ones = {path for path, tensor in tensors.items() if tensor.dim() == 1 and tensor.min() == 1}
    zeros = {path for path, tensor in tensors.items() if tensor.dim() == 1 and tensor.max() == 0}
    for path, tensor in tensors.items():
        if tensor.dim() > 1:
            assert figures(tensor.data)[1] == pytest.approx(0.01, rel=0.02), path
    assert ones == {f"{name}.bias" for name in ("conv2", "conv4", "conv5", "fc6", "fc7")}
    assert zeros == {f"{name}.bias" for name in ("conv1", "conv3", "fc8")}

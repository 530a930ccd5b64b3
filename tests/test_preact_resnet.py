"""Pre-activation ResNets against networks that are written by hand, unit by unit."""

from __future__ import annotations

from math import sqrt

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import relu

import cnndsl
from tests.by_hand import assert_computes_what, assert_has_the_weights_of, convolution

torch.set_num_threads(1)

# Bottlenecks, and the units in each of three stages.
NETS = {"preact_resnet110": (False, 18), "preact_resnet164": (True, 18)}
LARGE = {"preact_resnet1001": (True, 111)}


class Unit(nn.Module):
    """A unit as figure 4 (e) of the paper has it: norm and ReLU before each convolution."""

    def __init__(self, before: int, c: int, stride: int, bottleneck: bool, first: bool) -> None:
        super().__init__()
        after = 4 * c if bottleneck else c
        kernels = [1, 3, 1] if bottleneck else [3, 3]
        widths = [before, *[c] * (len(kernels) - 1), after]
        for i, kernel in enumerate(kernels):
            place = stride if i == 0 else 1
            self.add_module(f"bn{i + 1}", nn.BatchNorm2d(widths[i]))
            self.add_module(f"conv{i + 1}", convolution(widths[i], widths[i + 1], kernel, place))
        changes = stride > 1 or before != after
        if changes:
            self.shortcut = convolution(before, after, 1, stride)
        self.shares_activation = first or changes
        self.depth = len(kernels)

    def forward(self, x: Tensor) -> Tensor:
        activated = relu(self.bn1(x))
        shortcut = activated if self.shares_activation else x
        if hasattr(self, "shortcut"):
            shortcut = self.shortcut(shortcut)
        x = self.conv1(activated)
        for i in range(2, self.depth + 1):
            x = relu(self.get_submodule(f"bn{i}")(x))
            x = self.get_submodule(f"conv{i}")(x)
        return x + shortcut


class PreActResNet(nn.Module):
    """The whole, for CIFAR."""

    def __init__(self, bottleneck: bool, n: int, classes: int = 10) -> None:
        super().__init__()
        self.conv1 = convolution(3, 16, 3)
        before = 16
        for stage in range(3):
            units = []
            for k in range(n):
                c, stride = 16 * 2**stage, 2 if stage > 0 and k == 0 else 1
                units.append(Unit(before, c, stride, bottleneck, first=stage + k == 0))
                before = 4 * c if bottleneck else c
            self.add_module(f"layer{stage + 1}", nn.Sequential(*units))
        self.bn = nn.BatchNorm2d(before)
        self.fc = nn.Linear(before, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.layer3(self.layer2(self.layer1(self.conv1(x))))
        return self.fc(relu(self.bn(x)).mean(dim=(2, 3)))


@pytest.mark.parametrize("name", [*NETS, pytest.param(*LARGE, marks=pytest.mark.slow)])
def test_has_the_weights_of_the_one_by_hand(name: str) -> None:
    with torch.device("meta"):
        theirs = PreActResNet(*{**NETS, **LARGE}[name])
        assert_has_the_weights_of(cnndsl.compile(name).module(), theirs)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", NETS)
def test_computes_what_the_one_by_hand_does(name: str, training: bool) -> None:
    torch.manual_seed(0)
    layers = 9 if NETS[name][0] else 6
    design = cnndsl.compile(name, input="3x12x9", depth=layers * 2 + 2, classes=7)
    theirs = PreActResNet(NETS[name][0], 2, 7)
    assert_computes_what(design.module(), theirs, (3, 12, 9), training=training)


def test_starts_as_the_authors_have_it() -> None:
    """Convolutions with a deviation of sqrt(2 / fan), the fan of what goes; the bias at zero."""
    torch.manual_seed(0)
    model = cnndsl.compile("preact_resnet164").module()
    assert not model.fc.bias.any()
    for path, module in model.named_modules():
        if isinstance(module, nn.Conv2d):
            weight = module.weight.detach()
            expected = sqrt(2 / (weight.shape[0] * weight[0, 0].numel()))
            share = 4 / sqrt(weight.numel())
            assert weight.std().item() == pytest.approx(expected, rel=share), path
            assert abs(weight.mean().item()) < share * expected, path

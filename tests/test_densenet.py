"""DenseNets for CIFAR, beside the paper's rules written plainly in torch."""

from __future__ import annotations

import re
from math import sqrt

import pytest
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

import cnndsl
from tests.by_hand import assert_computes_what
from tests.test_published import PAPERS

torch.set_num_threads(1)

NAMES = [name for name in PAPERS if name.startswith("densenet")]


class Dense(nn.Module):
    """Adds the channels that `function` makes of the input to it."""

    def __init__(self, function: nn.Module) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, self.function(x)], dim=1)


def convolution(entering: int, c: int, kernel: int) -> list[nn.Module]:
    """BN-ReLU-Conv, section 3."""
    conv = nn.Conv2d(entering, c, kernel, padding=kernel // 2, bias=False)
    return [nn.BatchNorm2d(entering), nn.ReLU(), conv]


def densenet(depth: int, growth: int, bc: bool) -> nn.Module:
    """Section 4.2: three blocks at 32x32, 16x16 and 8x8."""
    c = 2 * growth if bc else 16
    layers: list[nn.Module] = [nn.Conv2d(3, c, 3, padding=1, bias=False)]
    for block in range(3):
        if block > 0:
            leaving = c // 2 if bc else c
            layers += [*convolution(c, leaving, 1), nn.AvgPool2d(2)]
            c = leaving
        for _ in range((depth - 4) // 3 // (2 if bc else 1)):
            function = convolution(c, 4 * growth, 1) if bc else []
            function += convolution(4 * growth if bc else c, growth, 3)
            layers.append(Dense(nn.Sequential(*function)))
            c += growth
    layers += [nn.BatchNorm2d(c), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(c, 10))


def peer(name: str) -> nn.Module:
    """The paper's network for a variant of ours, by its name."""
    found = re.fullmatch(r"densenet(_bc)?(\d+)_k(\d+)", name)
    assert found
    return densenet(int(found[2]), int(found[3]), bc=bool(found[1]))


@pytest.mark.parametrize("name", NAMES)
def test_has_the_figures_of_the_rule(name: str) -> None:
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        theirs = peer(name).eval()
        theirs(torch.empty(1, 3, 32, 32))
    design = cnndsl.compile(name)
    assert design.macs == counter.get_total_flops() / 2 == PAPERS[name]["macs"]["3x32x32"]
    shapes = [weight.shape for _, weight in design.network.weights()]
    assert shapes == [tuple(tensor.shape) for tensor in theirs.state_dict().values()]


@pytest.mark.parametrize("name", NAMES)
def test_has_the_published_millions(name: str) -> None:
    facts = PAPERS[name]
    assert f"{facts['parameters'] / 1e6:.1f}M" == facts["published"]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", ["densenet40_k12", "densenet_bc100_k12"])
def test_computes_the_same(name: str, training: bool) -> None:
    torch.manual_seed(0)
    ours = cnndsl.compile(name).module()
    assert_computes_what(ours, peer(name), (3, 8, 8), training=training, in_order=True)


@pytest.mark.parametrize("name", ["densenet40_k12", "densenet_bc100_k12"])
def test_starts_as_the_authors_have_it(name: str) -> None:
    """In densenet.lua: a deviation of sqrt(2 / n), with n of what goes; the bias at zero."""
    torch.manual_seed(0)
    model = cnndsl.compile(name).module()
    assert not model.classifier.bias.any()
    for path, module in model.named_modules():
        if isinstance(module, nn.Conv2d):
            expected = sqrt(2 / (module.out_channels * module.weight[0, 0].numel()))
            share = 4 / sqrt(module.weight.numel())
            assert module.weight.std().item() == pytest.approx(expected, rel=share), path


@pytest.mark.parametrize(("depth", "bc"), [(41, False), (4, False), (43, True), (-2, False)])
def test_other_depths_are_refused(depth: int, bc: bool) -> None:
    with pytest.raises(
        cnndsl.CnnError, match=f"a depth of 4 and a multiple of . more, not {depth}"
    ):
        cnndsl.compile("densenet:CifarDenseNet", depth=depth, growth=12, bc=bc)

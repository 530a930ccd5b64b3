"""ShiftNets, and CIFAR's ResNets with and without shifts, against networks written by hand."""

from __future__ import annotations

from functools import partial
from math import floor, sqrt

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import relu

import cnndsl
from tests.by_hand import assert_computes_what, assert_has_the_weights_of, convolution
from tests.test_published import PAPERS

torch.set_num_threads(1)

DEPTHS = {20: 3, 56: 9, 110: 18}
EXPANSIONS = [1, 3, 6, 9]
# Blocks, kernel and the expansions of the first and the other blocks of each group.
GROUPS = [(5, 5, 4, 4), (6, 5, 4, 3), (7, 3, 3, 2), (3, 3, 2, 1)]


def place(c: int, channels: int, kernel: int) -> tuple[int, int]:
    """How far below and to the right a channel takes its pixels.

    As in shiftnet_cuda_kernels.cu of alvinwan/shiftresnet-cifar: channels take the places of the
    window in turn, row by row; those that are left over stay.
    """
    if c >= channels // kernel**2 * kernel**2:
        return 0, 0
    return c // kernel % kernel - kernel // 2, c % kernel - kernel // 2


def shifted_by_pixels(x: Tensor, kernel: int) -> Tensor:
    """The shift, pixel by pixel."""
    _, channels, height, width = x.shape
    result = torch.zeros_like(x)
    for c in range(channels):
        down, right = place(c, channels, kernel)
        for row in range(height):
            for column in range(width):
                if 0 <= row + down < height and 0 <= column + right < width:
                    result[:, c, row, column] = x[:, c, row + down, column + right]
    return result


def shifted(x: Tensor, kernel: int) -> Tensor:
    """The shift, as a convolution of each channel with a single one among zeros."""
    channels = x.shape[1]
    weight = x.new_zeros(channels, 1, kernel, kernel)
    for c in range(channels):
        down, right = place(c, channels, kernel)
        weight[c, 0, kernel // 2 + down, kernel // 2 + right] = 1
    return nn.functional.conv2d(x, weight, padding=kernel // 2, groups=channels)


class Basic(nn.Module):
    """The unit of a ResNet, of two 3x3 convolutions."""

    projection = "downsample"

    def __init__(self, before: int, c: int, stride: int) -> None:
        super().__init__()
        self.conv1 = convolution(before, c, 3, stride)
        self.bn1 = nn.BatchNorm2d(c)
        self.conv2 = convolution(c, c, 3)
        self.bn2 = nn.BatchNorm2d(c)
        if stride > 1 or before != c:
            projection = nn.Sequential(convolution(before, c, 1, stride), nn.BatchNorm2d(c))
            self.add_module(self.projection, projection)

    def inside(self, x: Tensor) -> Tensor:
        return self.conv2(relu(self.bn1(self.conv1(x))))

    def forward(self, x: Tensor) -> Tensor:
        projection = getattr(self, self.projection, nn.Identity())
        return relu(self.bn2(self.inside(x)) + projection(x))


class Shifted(Basic):
    """The same unit, of two 1x1 convolutions with a shift between."""

    projection = "shortcut"

    def __init__(self, before: int, c: int, stride: int, expansion: int) -> None:
        super().__init__(before, c, stride)
        self.conv1 = convolution(before, expansion * c)
        self.bn1 = nn.BatchNorm2d(expansion * c)
        self.conv2 = convolution(expansion * c, c, 1, stride)

    def inside(self, x: Tensor) -> Tensor:
        return self.conv2(shifted(relu(self.bn1(self.conv1(x))), 3))


class SmallResNet(nn.Module):
    """The ResNet for CIFAR, of three stages of n units."""

    def __init__(self, n: int, unit: type[nn.Module] | partial[nn.Module]) -> None:
        super().__init__()
        self.conv1 = convolution(3, 16, 3)
        self.bn1 = nn.BatchNorm2d(16)
        before = 16
        for stage in range(1, 4):
            c = 8 * 2**stage
            units = [unit(before, c, 2 if stage > 1 else 1)]
            units += [unit(c, c, 1) for _ in range(n - 1)]
            setattr(self, f"layer{stage}", nn.Sequential(*units))
            before = c
        self.fc = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(x.mean(dim=(2, 3)))


class CSC(nn.Module):
    """Convolution, shift, convolution, each convolution after its norm."""

    def __init__(self, before: int, c: int, hidden: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(before)
        self.conv1 = convolution(before, hidden)
        self.bn2 = nn.BatchNorm2d(hidden)
        self.conv2 = convolution(hidden, c, 1, stride)
        self.kernel = kernel

    def forward(self, x: Tensor) -> Tensor:
        x = shifted(self.conv1(relu(self.bn1(x))), self.kernel)
        return self.conv2(relu(self.bn2(x)))


class Group(nn.Module):
    """A block with stride 2 beside its pooled input, and residual blocks."""

    def __init__(self, before: int, c: int, blocks: int, kernel: int, *expansions: int) -> None:
        super().__init__()
        first, rest = expansions
        self.widening = CSC(before, c - before, first * (c - before), kernel, 2)
        for i in range(1, blocks):
            self.add_module(str(i), CSC(c, c, rest * c, kernel, 1))

    def forward(self, x: Tensor) -> Tensor:
        widening, *others = self.children()
        x = torch.cat([widening(x), nn.functional.avg_pool2d(x, 3, 2, padding=1)], dim=1)
        for block in others:
            x = x + block(x)
        return x


class ShiftNet(nn.Module):
    """The ShiftNet for ImageNet."""

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        self.conv1 = convolution(3, width // 2, 7, 2)
        widths = [width // 2, *(width * 2**i for i in range(4))]
        for i, group in enumerate(GROUPS):
            self.add_module(f"group{i + 1}", Group(widths[i], widths[i + 1], *group))
        self.bn = nn.BatchNorm2d(widths[4])
        self.fc = nn.Linear(widths[4], classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(x)
        for i in range(4):
            x = self.get_submodule(f"group{i + 1}")(x)
        return self.fc(relu(self.bn(x)).mean(dim=(2, 3)))


@pytest.mark.parametrize(("channels", "kernel"), [(9, 3), (20, 3), (27, 5), (80, 5), (3, 1)])
def test_shift_is_that_of_the_authors(channels: int, kernel: int) -> None:
    design = cnndsl.compile_text(
        f"network Moved() {{\n  input {channels}x6x7\n  shift kernel={kernel}\n}}", "Moved"
    )
    x = torch.randn(2, channels, 6, 7)
    assert torch.equal(design.module()(x), shifted_by_pixels(x, kernel))
    assert torch.equal(shifted(x, kernel), shifted_by_pixels(x, kernel))


def by_hand(name: str) -> nn.Module:
    if name.startswith("shiftnet"):
        return ShiftNet({"shiftnet_a": 64, "shiftnet_b": 32}[name], 1000)
    depth, _, expansion = name.removeprefix("shift").removeprefix("resnet").partition("_e")
    unit = partial(Shifted, expansion=int(expansion)) if expansion else Basic
    return SmallResNet(DEPTHS[int(depth)], unit)


NAMES = [
    "shiftnet_a",
    "shiftnet_b",
    *(f"resnet{depth}" for depth in DEPTHS),
    *(f"shiftresnet{depth}_e{e}" for depth in DEPTHS for e in EXPANSIONS),
]


@pytest.mark.parametrize("name", NAMES)
def test_has_the_weights_of_the_one_by_hand(name: str) -> None:
    with torch.device("meta"):
        assert_has_the_weights_of(cnndsl.compile(name).module(), by_hand(name))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", ["resnet20", "shiftresnet20_e1", "shiftresnet20_e3"])
def test_computes_what_the_one_by_hand_does(name: str, training: bool) -> None:
    torch.manual_seed(0)
    design = cnndsl.compile(name, input="3x10x7")
    assert_computes_what(design.module(), by_hand(name), (3, 10, 7), training=training)


@pytest.mark.parametrize("training", [True, False])
def test_shiftnet_computes_what_the_one_by_hand_does(training: bool) -> None:
    torch.manual_seed(0)
    design = cnndsl.compile("shiftnet:ShiftNet", input="3x33x40", width=16, classes=7)
    assert_computes_what(design.module(), ShiftNet(16, 7), (3, 33, 40), training=training)


def published(figure: str) -> tuple[float, int]:
    """A figure without its unit, and its decimals."""
    number = figure.removesuffix("M")
    return float(number), len(number.partition(".")[2])


@pytest.mark.parametrize("name", NAMES)
def test_has_the_published_millions(name: str) -> None:
    """The survey cuts the parameters of ShiftNets off, where all else is rounded."""
    design = cnndsl.compile(name)
    millions, decimals = published(PAPERS[name]["published"])
    if name.startswith("shiftnet"):
        assert floor(design.params / 1e5) / 10 == millions
        gigas, places = published(PAPERS[name]["published_gmacs"])
        assert round(design.macs / 1e9, places) == gigas
    else:
        assert round(design.params / 1e6, decimals) == millions


@pytest.mark.parametrize(("name", "axis"), [("resnet20", 1), ("shiftnet_b", 0)])
def test_convolutions_start_by_their_fan(name: str, axis: int) -> None:
    """With a deviation of sqrt(2 / fan), as ResNet's authors have it: of what comes or goes."""
    torch.manual_seed(0)
    for path, module in cnndsl.compile(name).module().named_modules():
        if isinstance(module, nn.Conv2d):
            weight = module.weight.detach()
            expected = sqrt(2 / (weight.shape[axis] * weight[0, 0].numel()))
            share = 4 / sqrt(weight.numel())
            assert weight.std().item() == pytest.approx(expected, rel=share), path
            assert abs(weight.mean().item()) < share * expected, path

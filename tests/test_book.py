"""The networks of *Dive into Deep Learning*, and those of NiN, against the same written by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import cnndsl
from tests.by_hand import assert_computes_what

torch.set_num_threads(1)


class Side(nn.Module):
    """What several parts make of the same input, side by side."""

    def __init__(self, *parts: nn.Module) -> None:
        super().__init__()
        self.parts = nn.ModuleList(parts)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([part(x) for part in self.parts], dim=1)


class Residual(nn.Module):
    """The rectified sum of what is inside and what goes around it."""

    def __init__(self, inside: nn.Module, around: nn.Module) -> None:
        super().__init__()
        self.inside, self.around = inside, around

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.inside(x) + self.around(x))


def chain(*parts: nn.Module) -> nn.Module:
    return nn.Sequential(*parts)


def conv(c: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> nn.Module:
    """One that keeps the size at stride 1."""
    return nn.LazyConv2d(c, kernel, stride, kernel // 2, groups=groups)


def norm() -> nn.Module:
    return nn.LazyBatchNorm2d()


def conv_relu(c: int, kernel: int = 1, stride: int = 1) -> nn.Module:
    return chain(conv(c, kernel, stride), nn.ReLU())


def pool() -> nn.Module:
    return nn.MaxPool2d(3, 2, padding=1)


def means() -> nn.Module:
    return chain(nn.AdaptiveAvgPool2d(1), nn.Flatten())


def stem() -> nn.Module:
    return chain(conv(64, 7, 2), norm(), nn.ReLU(), pool())


def lenet(with_norm: bool) -> nn.Module:
    def activated(layer: nn.Module, norm: type[nn.Module]) -> nn.Module:
        return chain(layer, *([norm()] if with_norm else []), nn.Sigmoid())

    return chain(
        activated(nn.LazyConv2d(6, 5, padding=0 if with_norm else 2), nn.LazyBatchNorm2d),
        nn.AvgPool2d(2),
        activated(nn.LazyConv2d(16, 5), nn.LazyBatchNorm2d),
        nn.AvgPool2d(2),
        nn.Flatten(),
        activated(nn.LazyLinear(120), nn.LazyBatchNorm1d),
        activated(nn.LazyLinear(84), nn.LazyBatchNorm1d),
        nn.LazyLinear(10),
    )


def mlpconv(first: nn.Module, c2: int, c3: int) -> nn.Module:
    return chain(first, nn.ReLU(), conv_relu(c2), conv_relu(c3))


def nin(classes: int, width: int, ceil: bool) -> nn.Module:
    return chain(
        mlpconv(nn.LazyConv2d(96, 11, 4), 96, 96),
        nn.MaxPool2d(3, 2, ceil_mode=ceil),
        mlpconv(conv(256, 5), 256, 256),
        nn.MaxPool2d(3, 2, ceil_mode=ceil),
        mlpconv(conv(384, 3), 384, 384),
        nn.MaxPool2d(3, 2, ceil_mode=ceil),
        mlpconv(conv(width, 3), width, classes),
        means(),
    )


def nin_cifar10() -> nn.Module:
    return chain(
        mlpconv(conv(192, 5), 160, 96),
        nn.MaxPool2d(3, 2, ceil_mode=True),
        mlpconv(conv(192, 5), 192, 192),
        nn.AvgPool2d(3, 2, ceil_mode=True),
        mlpconv(conv(192, 3), 192, 10),
        means(),
    )


def inception(c1: int, c3: list[int], c5: list[int], proj: int) -> nn.Module:
    return Side(
        conv_relu(c1),
        chain(conv_relu(c3[0]), conv_relu(c3[1], 3)),
        chain(conv_relu(c5[0]), conv_relu(c5[1], 5)),
        chain(nn.MaxPool2d(3, 1, padding=1), conv_relu(proj)),
    )


def googlenet() -> nn.Module:
    return chain(
        conv_relu(64, 7, 2),
        pool(),
        conv_relu(64),
        conv_relu(192, 3),
        pool(),
        inception(64, [96, 128], [16, 32], 32),
        inception(128, [128, 192], [32, 96], 64),
        pool(),
        inception(192, [96, 208], [16, 48], 64),
        inception(160, [112, 224], [24, 64], 64),
        inception(128, [128, 256], [24, 64], 64),
        inception(112, [144, 288], [32, 64], 64),
        inception(256, [160, 320], [32, 128], 128),
        pool(),
        inception(256, [160, 320], [32, 128], 128),
        inception(384, [192, 384], [48, 128], 128),
        means(),
        nn.LazyLinear(10),
    )


def resnet() -> nn.Module:
    def unit(c: int, stride: int) -> nn.Module:
        inside = chain(conv(c, 3, stride), norm(), nn.ReLU(), conv(c, 3), norm())
        return Residual(inside, conv(c, 1, stride) if stride > 1 else nn.Identity())

    units = [unit(c, s) for c in (64, 128, 256, 512) for s in (1 if c == 64 else 2, 1)]
    return chain(stem(), *units, means(), nn.LazyLinear(10))


def densenet() -> nn.Module:
    parts = [stem()]
    for block in range(4):
        if block > 0:
            # 128 channels come of the blocks, and half of all go on.
            c = [96, 112, 120][block - 1]
            parts += [norm(), nn.ReLU(), conv(c), nn.AvgPool2d(2)]
        for _ in range(4):
            parts.append(Side(nn.Identity(), chain(norm(), nn.ReLU(), conv(32, 3))))
    return chain(*parts, norm(), nn.ReLU(), means(), nn.LazyLinear(10))


def regnet() -> nn.Module:
    def unit(c: int, stride: int) -> nn.Module:
        inside = chain(
            *(conv(c), norm(), nn.ReLU()),
            *(conv(c, 3, stride, groups=c // 16), norm(), nn.ReLU()),
            *(conv(c), norm()),
        )
        return Residual(inside, chain(conv(c, 1, stride), norm()) if stride > 1 else nn.Identity())

    units = [unit(32, 2 if i == 0 else 1) for i in range(4)]
    units += [unit(80, 2 if i == 0 else 1) for i in range(6)]
    return chain(conv(32, 3, 2), norm(), nn.ReLU(), *units, means(), nn.LazyLinear(10))


# What makes the network by hand, arguments of ours, and a size that leaves places for statistics.
NETS: dict[str, tuple[Callable[[], nn.Module], dict[str, Any], tuple[int, ...]]] = {
    "lenet": (lambda: lenet(with_norm=False), {}, (1, 28, 28)),
    "lenet_bn": (lambda: lenet(with_norm=True), {}, (1, 28, 28)),
    "nin": (lambda: nin(10, 10, ceil=False), {}, (1, 96, 100)),
    "nin_imagenet": (
        lambda: nin(7, 24, ceil=True),
        {"width": 24, "classes": 7},
        (3, 75, 93),
    ),
    "nin_cifar10": (nin_cifar10, {}, (3, 14, 20)),
    "googlenet_d2l": (googlenet, {}, (1, 64, 70)),
    "resnet18_d2l": (resnet, {}, (1, 64, 70)),
    "densenet_d2l": (densenet, {}, (1, 64, 97)),
    "regnetx32_d2l": (regnet, {}, (1, 24, 33)),
}


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", NETS)
def test_computes_what_the_one_by_hand_does(name: str, training: bool) -> None:
    torch.manual_seed(0)
    make, arguments, size = NETS[name]
    ours, theirs = cnndsl.compile(name, input=size, **arguments).module(), make().eval()
    with torch.no_grad():
        theirs(torch.zeros(1, *size))  # which tells the lazy layers their channels
    assert_computes_what(ours, theirs, size, training=training, in_order=True)

"""U-Net against one that is written by hand, at any depth, and its figure in the paper."""

from __future__ import annotations

from math import sqrt

import pytest
import torch
from torch import Tensor, nn

import cnndsl
from cnndsl.design import Design
from tests.by_hand import assert_computes_what, assert_has_the_weights_of

torch.set_num_threads(1)

WIDTH = 4


class Convs(nn.Module):
    """Two convolutions, each with its norm and a ReLU."""

    def __init__(self, before: int, c: int, padding: int, norm: bool, bias: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, c, 3, padding=padding, bias=bias)
        if norm:
            self.norm1 = nn.BatchNorm2d(c)
        self.conv2 = nn.Conv2d(c, c, 3, padding=padding, bias=bias)
        if norm:
            self.norm2 = nn.BatchNorm2d(c)

    def forward(self, x: Tensor) -> Tensor:
        return nn.Sequential(
            *(part for child in self.children() for part in self._with_relu(child))
        )(x)

    def _with_relu(self, child: nn.Module) -> list[nn.Module]:
        has_norm = hasattr(self, "norm1")
        last = not has_norm or isinstance(child, nn.BatchNorm2d)
        return [child, nn.ReLU()] if last else [child]


class Expand(nn.Module):
    """An up-convolution, the skip's centre beside it, and two convolutions."""

    def __init__(self, c: int, *options: int) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(2 * c, c, 2, stride=2)
        self.convs = Convs(2 * c, c, *options)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        x = self.up(x)
        height, width = x.shape[-2:]
        top, left = (skip.shape[-2] - height) // 2, (skip.shape[-1] - width) // 2
        cropped = skip[:, :, top : top + height, left : left + width]
        return self.convs(torch.cat([cropped, x], dim=1))


class UNet(nn.Module):
    """The whole, as the figure has it."""

    def __init__(
        self,
        channels: int,
        width: int,
        depth: int,
        classes: int,
        padding: int,
        norm: bool,
        bias: bool,
    ) -> None:
        super().__init__()
        options = (padding, norm, bias)
        widths = [channels, *(width * 2**i for i in range(depth))]
        self.encoder = nn.ModuleList(
            Convs(widths[i], widths[i + 1], *options) for i in range(depth)
        )
        self.bottom = Convs(widths[depth], width * 2**depth, *options)
        self.decoder = nn.ModuleList(Expand(c, *options) for c in reversed(widths[1:]))
        self.classifier = nn.Conv2d(width, classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        skips = []
        for convs in self.encoder:
            skips.append(convs(x))
            x = nn.functional.max_pool2d(skips[-1], 2)
        x = self.bottom(x)
        for expand in self.decoder:
            x = expand(x, skips.pop())
        return self.classifier(x)


# Whether each has padding, norms and biases.
VARIANTS = {"unet": (0, False, True), "unet_bn": (1, True, False), "unet_bn_bias": (1, True, True)}


@pytest.mark.parametrize("name", VARIANTS)
def test_full_size_has_the_weights_of_the_one_by_hand(name: str) -> None:
    channels, classes = (1, 2) if name == "unet" else (3, 1)
    with torch.device("meta"):
        theirs = UNet(channels, 64, 4, classes, *VARIANTS[name])
        assert_has_the_weights_of(cnndsl.compile(name).module(), theirs)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(
    ("name", "depth", "size"),
    [
        ("unet", 1, "1x20x23"),
        ("unet", 2, "2x45x44"),
        ("unet", 4, "1x188x203"),
        ("unet_bn", 1, "3x4x4"),
        ("unet_bn", 3, "3x27x32"),
        ("unet_bn", 5, "3x64x32"),
        ("unet_bn_bias", 4, "3x32x47"),
    ],
)
def test_computes_what_the_one_by_hand_does(
    name: str, depth: int, size: str, training: bool
) -> None:
    torch.manual_seed(0)
    design = cnndsl.compile(name, input=size, depth=depth, width=WIDTH, classes=3)
    theirs = UNet(int(size[0]), WIDTH, depth, 3, *VARIANTS[name])
    assert_computes_what(design.module(), theirs, design.input.sizes, training=training)


def sizes(design: Design) -> list[int]:
    """The height after each item of the network, once where it stays."""
    found = [shape.sizes[1] for node in design.network.nodes for shape in node.outputs]
    return [n for n, before in zip(found, [0, *found], strict=False) if n != before]


def test_has_the_sizes_of_figure_1() -> None:
    design = cnndsl.compile("unet")
    down = [568, 284, 280, 140, 136, 68, 64, 32, 28]
    assert sizes(design) == [*down, 52, 100, 196, 388]


def test_starts_by_the_rule_of_section_3() -> None:
    """With a deviation of sqrt(2 / N); of an up-convolution, N is its input channels."""
    torch.manual_seed(0)
    model = cnndsl.compile("unet", input="1x188x188").module()
    for path, parameter in model.named_parameters():
        if not path.endswith("weight"):
            continue
        incoming = parameter[0].numel()
        if path.endswith("up.weight"):
            incoming = parameter.shape[0]
        share = 4 / sqrt(parameter.numel())
        assert parameter.std().item() == pytest.approx(sqrt(2 / incoming), rel=share), path
        assert abs(parameter.mean().item()) < share * sqrt(2 / incoming), path


def test_dropout_stands_at_the_end_of_the_contracting_path() -> None:
    design = cnndsl.compile("unet", input="1x188x188", width=4)
    names = [node.layer.word if node.layer else node.name for node in design.network.nodes]
    assert names[names.index("dropout") - 1] == "bottom"
    assert any(isinstance(m, nn.Dropout) and m.p == 0.5 for m in design.module().modules())

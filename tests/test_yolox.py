"""YOLOX has the official names of weights, and gives what the same network by hand does."""

from __future__ import annotations

from math import inf

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, max_pool2d, silu

import cnndsl
from tests.test_published import PAPERS
from tests.test_torchvision import assert_same, assert_same_outputs, batch, named, start

torch.set_num_threads(1)

# The factors of depth and width.
FACTORS = {"yolox_s": (0.33, 0.5), "yolox_m": (0.67, 0.75), "yolox_l": (1, 1)}
# So wide that the coarsest features are wider than half of the greatest pooling window.
SIZE = "3x32x320"


class Conv(nn.Module):
    """The official `BaseConv`."""

    def __init__(self, before: int, c: int, kernel: int = 1, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(before, c, kernel, stride, kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(c, eps=1e-3, momentum=0.03)

    def forward(self, x: Tensor) -> Tensor:
        return silu(self.bn(self.conv(x)))


class Focus(nn.Module):
    """Every second place and row, the rows of a column first, as channels."""

    def __init__(self, c: int) -> None:
        super().__init__()
        self.conv = Conv(12, c, 3)

    def forward(self, x: Tensor) -> Tensor:
        places = [x[..., row::2, column::2] for column in (0, 1) for row in (0, 1)]
        return self.conv(torch.cat(places, dim=1))


class Bottleneck(nn.Module):
    def __init__(self, c: int, shortcut: bool) -> None:
        super().__init__()
        self.conv1, self.conv2 = Conv(c, c), Conv(c, c, 3)
        self.shortcut = shortcut

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv2(self.conv1(x))
        return x + y if self.shortcut else y


class CSP(nn.Module):
    def __init__(self, before: int, c: int, n: int, shortcut: bool = False) -> None:
        super().__init__()
        self.conv1, self.conv2 = Conv(before, c // 2), Conv(before, c // 2)
        self.conv3 = Conv(c, c)
        self.m = nn.Sequential(*(Bottleneck(c // 2, shortcut) for _ in range(n)))

    def forward(self, x: Tensor) -> Tensor:
        return self.conv3(torch.cat([self.m(self.conv1(x)), self.conv2(x)], dim=1))


class SPP(nn.Module):
    def __init__(self, c: int) -> None:
        super().__init__()
        self.conv1, self.conv2 = Conv(c, c // 2), Conv(2 * c, c)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(x)
        pools = [max_pool2d(x, size, 1, size // 2) for size in (5, 9, 13)]
        return self.conv2(torch.cat([x, *pools], dim=1))


class Backbone(nn.Module):
    def __init__(self, c: int, n: int) -> None:
        super().__init__()
        self.stem = Focus(c)
        self.dark2 = nn.Sequential(Conv(c, 2 * c, 3, 2), CSP(2 * c, 2 * c, n, True))
        self.dark3 = nn.Sequential(Conv(2 * c, 4 * c, 3, 2), CSP(4 * c, 4 * c, 3 * n, True))
        self.dark4 = nn.Sequential(Conv(4 * c, 8 * c, 3, 2), CSP(8 * c, 8 * c, 3 * n, True))
        last = SPP(16 * c), CSP(16 * c, 16 * c, n)
        self.dark5 = nn.Sequential(Conv(8 * c, 16 * c, 3, 2), *last)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        fine = self.dark3(self.dark2(self.stem(x)))
        middle = self.dark4(fine)
        return fine, middle, self.dark5(middle)


class Paths(nn.Module):
    """The official `YOLOPAFPN`: the backbone with features brought down, and up again."""

    def __init__(self, c: int, n: int) -> None:
        super().__init__()
        self.backbone = Backbone(c, n)
        self.lateral_conv0, self.C3_p4 = Conv(16 * c, 8 * c), CSP(16 * c, 8 * c, n)
        self.reduce_conv1, self.C3_p3 = Conv(8 * c, 4 * c), CSP(8 * c, 4 * c, n)
        self.bu_conv2, self.C3_n3 = Conv(4 * c, 4 * c, 3, 2), CSP(8 * c, 8 * c, n)
        self.bu_conv1, self.C3_n4 = Conv(8 * c, 8 * c, 3, 2), CSP(16 * c, 16 * c, n)

    def forward(self, x: Tensor) -> list[Tensor]:
        fine, middle, coarse = self.backbone(x)
        coarse = self.lateral_conv0(coarse)
        merged = self.C3_p4(torch.cat([interpolate(coarse, scale_factor=2), middle], dim=1))
        middle = self.reduce_conv1(merged)
        fine = self.C3_p3(torch.cat([interpolate(middle, scale_factor=2), fine], dim=1))
        middle = self.C3_n3(torch.cat([self.bu_conv2(fine), middle], dim=1))
        return [fine, middle, self.C3_n4(torch.cat([self.bu_conv1(middle), coarse], dim=1))]


class Head(nn.Module):
    def __init__(self, c: int, classes: int) -> None:
        super().__init__()
        widths = [c, 2 * c, 4 * c]
        self.stems = nn.ModuleList(Conv(width, c) for width in widths)
        pairs = [[nn.Sequential(Conv(c, c, 3), Conv(c, c, 3)) for _ in widths] for _ in range(2)]
        self.cls_convs, self.reg_convs = map(nn.ModuleList, pairs)
        self.cls_preds = nn.ModuleList(nn.Conv2d(c, classes, 1) for _ in widths)
        self.reg_preds = nn.ModuleList(nn.Conv2d(c, 4, 1) for _ in widths)
        self.obj_preds = nn.ModuleList(nn.Conv2d(c, 1, 1) for _ in widths)

    def forward(self, levels: list[Tensor]) -> list[Tensor]:
        """Of each level the box, the objectness and the classes."""
        results = []
        for k, level in enumerate(levels):
            x = self.stems[k](level)
            boxes, kinds = self.reg_convs[k](x), self.cls_preds[k](self.cls_convs[k](x))
            found = [self.reg_preds[k](boxes), self.obj_preds[k](boxes), kinds]
            results.append(torch.cat(found, dim=1))
        return results


class YOLOX(nn.Module):
    def __init__(self, depth: float, width: float, classes: int = 80) -> None:
        super().__init__()
        c = int(64 * width)
        self.backbone = Paths(c, max(round(3 * depth), 1))
        self.head = Head(4 * c, classes)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        return dict(zip(("small", "medium", "large"), self.head(self.backbone(x)), strict=True))


@pytest.mark.parametrize("name", FACTORS)
def test_has_the_official_weights(name: str) -> None:
    with torch.device("meta"):
        ours, theirs = cnndsl.compile(name).module(), YOLOX(*FACTORS[name])
    ours.load_state_dict(theirs.state_dict(), strict=True)
    theirs.load_state_dict(ours.state_dict(), strict=True)
    millions = sum(parameter.numel() for parameter in theirs.parameters()) / 1e6
    assert f"{millions:.1f}M" == PAPERS[name]["published"]


def test_official_names_of_weights() -> None:
    """Some keys of the published checkpoints, with their shapes."""
    weights = {name: weight.shape for name, weight in cnndsl.compile("yolox_s").network.weights()}
    assert weights["backbone.backbone.stem.conv.conv.weight"] == (32, 12, 3, 3)
    assert weights["backbone.backbone.dark2.1.m.0.conv2.conv.weight"] == (32, 32, 3, 3)
    assert weights["backbone.backbone.dark5.1.conv2.bn.running_var"] == (512,)
    assert weights["backbone.C3_p4.conv3.conv.weight"] == (256, 256, 1, 1)
    assert weights["backbone.bu_conv2.conv.weight"] == (128, 128, 3, 3)
    assert weights["head.stems.2.conv.weight"] == (128, 512, 1, 1)
    assert weights["head.cls_convs.0.1.bn.num_batches_tracked"] == ()
    assert weights["head.cls_preds.0.weight"] == (80, 128, 1, 1)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize(
    "name",
    [name if name == "yolox_s" else pytest.param(name, marks=pytest.mark.slow) for name in FACTORS],
)
def test_gives_what_the_official_network_does(name: str, training: bool) -> None:
    torch.manual_seed(0)
    ours = cnndsl.compile(name, input=SIZE, classes=7).module().train(training)
    theirs = YOLOX(*FACTORS[name], classes=7).train(training)
    start(ours)
    theirs.load_state_dict(ours.state_dict(), strict=True)
    x = batch(SIZE)
    results = ours(x)._asdict(), theirs(x)
    assert_same_outputs(*results)
    torch.manual_seed(1)
    weights = [torch.randn_like(tensor) for tensor in results[0].values()]
    for result in results:
        pairs = zip(result.values(), weights, strict=True)
        sum((tensor * weight).sum() for tensor, weight in pairs).backward()
    others = dict(named(theirs))
    for tensor_name, mine in named(ours):
        assert_same(tensor_name, mine, others[tensor_name], most=inf)


def test_starts_as_the_official_network_does() -> None:
    """All as torch starts it, but for what tells of objects: each cell is one by 1 %."""
    torch.manual_seed(0)
    model = cnndsl.compile("yolox_s").module()
    for path, module in model.named_modules():
        if isinstance(module, nn.BatchNorm2d):
            assert (module.eps, module.momentum) == (0.001, 0.03)
        elif path.startswith(("head.obj_preds.", "head.cls_preds.")):
            assert torch.sigmoid(module.bias).tolist() == pytest.approx([0.01] * len(module.bias))
        elif isinstance(module, nn.Conv2d) and module.weight.numel() > 50_000:
            # Uniform up to the root of one by the fan in.
            fan = module.weight[0].numel()
            assert module.weight.abs().max().item() == pytest.approx(fan**-0.5, rel=0.01), path
            assert module.weight.std().item() == pytest.approx((3 * fan) ** -0.5, rel=0.02), path
    for module in model.head.reg_preds:
        assert module.bias.unique().numel() == 4

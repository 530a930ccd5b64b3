"""Darknet-53 is timm's, and YOLOv3 is what Darknet makes of its file of sections."""

from __future__ import annotations

from collections import Counter
from math import sqrt

import pytest
import timm
import torch
from torch import Tensor, nn

import cnndsl
from tests.by_hand import assert_computes_what, assert_has_the_weights_of
from tests.test_published import PAPERS
from tests.test_torchvision import tensors

torch.set_num_threads(1)

# Darknet's words of a section, and what it says.
Section = tuple[str, tuple[int, ...]]
KINDS = {"conv": "convolutional", "linear": "convolutional"}


def timms() -> nn.Module:
    """timm's Darknet-53, with the slope that Darknet gives to a leaky ReLU; timm has torch's."""
    model = timm.create_model("darknet53")
    for module in model.modules():
        if isinstance(module, nn.LeakyReLU):
            module.negative_slope = 0.1
    return model


def stages(width: int) -> list[Section]:
    """The sections of Darknet-53, after table 1 of the paper."""
    sections: list[Section] = [("conv", (width, 3, 1))]
    for stage, repeats in enumerate([1, 2, 8, 8, 4]):
        c = width * 2 ** (stage + 1)
        unit: list[Section] = [("conv", (c // 2, 1, 1)), ("conv", (c, 3, 1)), ("shortcut", (-3,))]
        sections += [("conv", (c, 3, 2)), *(unit * repeats)]
    return sections


def detector(width: int, outputs: int) -> list[Section]:
    """The sections of YOLOv3; its routes go to layers by their numbers."""
    sections = stages(width)
    for c, finer in ((16 * width, None), (8 * width, 61), (4 * width, 36)):
        if finer:
            sections += [("route", (-4,)), ("conv", (c, 1, 1))]
            sections += [("upsample", (2,)), ("route", (-1, finer))]
        pair: list[Section] = [("conv", (c, 1, 1)), ("conv", (2 * c, 3, 1))]
        sections += [*(pair * 3), ("linear", (outputs,)), ("yolo", ())]
    return sections


class Darknet(nn.Module):
    """What Darknet does with sections: one layer each, which goes on with what the last gave."""

    def __init__(self, sections: list[Section]) -> None:
        super().__init__()
        self.sections = sections
        self.layers = nn.ModuleList()
        widths: list[int] = []
        for kind, numbers in sections:
            before = widths[-1] if widths else 3
            layer: nn.Module = nn.Identity()
            width = before
            if kind == "conv":
                width, kernel, stride = numbers
                conv = nn.Conv2d(before, width, kernel, stride, kernel // 2, bias=False)
                layer = nn.Sequential(conv, nn.BatchNorm2d(width), nn.LeakyReLU(0.1))
            elif kind == "linear":
                (width,) = numbers
                layer = nn.Conv2d(before, width, 1)
            elif kind == "upsample":
                layer = nn.Upsample(scale_factor=2)
            elif kind == "route":
                width = sum(widths[number] for number in numbers)
            widths.append(width)
            self.layers.append(layer)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """What every `yolo` section gets."""
        made: list[Tensor] = []
        for (kind, numbers), layer in zip(self.sections, self.layers, strict=True):
            if kind == "shortcut":
                x = x + made[numbers[0]]
            elif kind == "route":
                x = torch.cat([made[number] for number in numbers], dim=1)
            else:
                x = layer(x)
            made.append(x)
        found = zip(self.sections, made, strict=True)
        results = [tensor for (kind, _), tensor in found if kind == "yolo"]
        return dict(zip(("large", "medium", "small"), results, strict=True))


def test_darknet_has_timms_weights() -> None:
    with torch.device("meta"):
        assert_has_the_weights_of(cnndsl.compile("darknet53").module(), timms())


@pytest.mark.parametrize("training", [False, True])
def test_darknet_computes_what_timms_does(training: bool) -> None:
    torch.manual_seed(0)
    ours = cnndsl.compile("darknet53", input="3x64x96").module()
    assert_computes_what(ours, timms(), (3, 64, 96), training=training)


@pytest.mark.parametrize(
    ("name", "sections"),
    [
        ("darknet53", [*stages(32), ("avgpool", ()), ("linear", (1000,)), ("softmax", ())]),
        ("yolov3", detector(32, 255)),
    ],
)
def test_has_the_sections_and_the_floats_of_darknets_file(
    name: str, sections: list[Section]
) -> None:
    facts = PAPERS[name]
    assert Counter(KINDS.get(kind, kind) for kind, _ in sections) == facts["sections"]
    weights = cnndsl.compile(name).network.weights()
    written = [w.elements for path, w in weights if not path.endswith("num_batches_tracked")]
    assert sum(written) == facts["floats_in_weights_file"]


def test_yolov3_at_608() -> None:
    design = cnndsl.compile("yolov3", input="3x608x608")
    assert design.macs == PAPERS["yolov3"]["macs_at_608"]
    grids = {name: shape.sizes[1:] for name, shape in design.output.items()}
    assert grids == {"large": (19, 19), "medium": (38, 38), "small": (76, 76)}


def test_yolov3_has_the_weights_of_darknets_file_in_its_order() -> None:
    with torch.device("meta"):
        ours, theirs = cnndsl.compile("yolov3").module(), Darknet(detector(32, 255))
    assert [s for _, s, _ in tensors(ours)] == [s for _, s, _ in tensors(theirs)]
    assert len(list(ours.named_parameters())) == len(list(theirs.named_parameters()))
    # The anchors' outputs come last of all in each scale.
    linear = [n for n, t in ours.named_parameters() if n.endswith("weight") and len(t) == 255]
    assert linear == ["predict1.1.weight", "predict2.1.weight", "predict3.1.weight"]


@pytest.mark.parametrize("training", [False, True])
def test_yolov3_computes_what_darknet_does(training: bool) -> None:
    torch.manual_seed(0)
    ours = cnndsl.compile("yolov3", input="3x64x96", width=8, classes=7).module()
    theirs = Darknet(detector(8, 36))
    assert_computes_what(ours, theirs, (3, 64, 96), training=training, in_order=True)


def test_sizes_that_do_not_come_up_again_are_told() -> None:
    with pytest.raises(cnndsl.CnnError) as caught:
        cnndsl.compile("yolov3", input="3x416x400")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.span is not None
    assert diagnostic.span.text.startswith("concat")
    cnndsl.compile("yolov3", input="3x416x384")


def test_starts_as_darknet_does() -> None:
    """He's normal distribution by the fan in, and no bias."""
    torch.manual_seed(0)
    for name, last in (("darknet53", "head.fc"), ("yolov3", "predict3.1")):
        model = cnndsl.compile(name).module()
        for path, module in model.named_modules():
            if isinstance(module, nn.Conv2d | nn.Linear) and module.weight.numel() > 50_000:
                spread = sqrt(2 / module.weight[0].numel())
                assert module.weight.std().item() == pytest.approx(spread, rel=0.02), path
                assert abs(module.weight.mean().item()) < spread / 50, path
        assert not model.get_submodule(last).bias.any()

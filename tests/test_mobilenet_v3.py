"""MobileNetV3 of any width is torchvision's."""

from __future__ import annotations

import pytest
import torch
import torchvision

import cnndsl

torch.set_num_threads(1)

WIDTHS = [0.35, 0.5, 0.75, 1.0, 1.25, 2.0]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["mobilenet_v3_large", "mobilenet_v3_small"])
def test_has_the_same_weights_at_any_width(name: str, width: float) -> None:
    with torch.device("meta"):
        ours = cnndsl.compile(name, width=width).module()
        theirs = torchvision.models.get_model(name, width_mult=width)
    shapes = [
        [(path, tensor.shape) for path, tensor in model.state_dict().items()]
        for model in (ours, theirs)
    ]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("width", [0.35, 0.75])
@pytest.mark.parametrize("name", ["mobilenet_v3_large", "mobilenet_v3_small"])
def test_computes_the_same_when_narrow(name: str, width: float) -> None:
    torch.manual_seed(0)
    design = cnndsl.compile(name, width=width, drop=0.0, classes=10, input="3x96x96")
    theirs = torchvision.models.get_model(name, width_mult=width, dropout=0.0, num_classes=10)
    ours, theirs = design.module().double(), theirs.double()
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(2, 3, 96, 96, dtype=torch.double)
    torch.testing.assert_close(ours(x), theirs(x))
    torch.testing.assert_close(ours.eval()(x), theirs.eval()(x))

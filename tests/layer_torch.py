"""Every case of every layer, and what torch makes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
import torch
from torch import Tensor, nn

from cnndsl.layers import LAYERS, Layer
from cnndsl.layers.base import Call
from cnndsl.shape import Shape
from tests.layer_inputs import CASES

BATCH = 2

USES = {
    f"{word}-{place}": (LAYERS[word](**options), inputs)
    for word, cases in CASES.items()
    for place, (options, inputs) in enumerate(cases)
}


def uses(chosen: dict[str, tuple[Layer, tuple[Shape, ...]]]) -> pytest.MarkDecorator:
    """One test for each of these layers with its inputs' shapes."""
    return pytest.mark.parametrize(("layer", "shapes"), chosen.values(), ids=chosen.keys())


every_use = uses(USES)


def source(call: Call) -> str:
    """The call as Python text."""
    options = (f"{name}={value!r}" for name, value in call.options)
    return f"{call.function}({', '.join([*map(repr, call.args), *options])})"


def build(layer: Layer, shapes: tuple[Shape, ...]) -> Callable[..., Tensor]:
    """A function of the inputs that does with torch what the layer says."""
    made = layer.torch(*shapes)
    if isinstance(made, Call):
        known = {"nn": nn, "Tensor": Tensor}
        for definition in layer.definitions.values():
            exec(definition, known)
        return cast(nn.Module, eval(source(made), known))
    names = [f"x{place}" for place in range(len(shapes))]
    text = made.template.format(made.join.join(names))
    function: Callable[..., Tensor] = eval(f"lambda {', '.join(names)}: {text}", {"torch": torch})
    return function


def batches(shapes: tuple[Shape, ...], **options: Any) -> list[Tensor]:
    """Random inputs of these shapes."""
    return [torch.randn(BATCH, *shape.sizes, **options) for shape in shapes]

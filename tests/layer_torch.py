"""Every case of every layer, and what torch makes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
import torch
from torch import Tensor, nn

from cnndsl.layers import LAYERS, Layer
from cnndsl.layers.base import Call
from cnndsl.layers.owned import Owned
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
    args = [source(arg) if isinstance(arg, Call) else repr(arg) for arg in call.args]
    options = [f"{name}={value!r}" for name, value in call.options]
    return f"{call.function}({', '.join([*args, *options])})"


class OwnTensor(nn.Module):
    """A layer that is one tensor, `tensor`, with what is done with it as forward."""

    def __init__(self, tensor: nn.Parameter, function: Callable[..., Tensor]) -> None:
        super().__init__()
        self.tensor = tensor
        self.function = function

    def forward(self, *inputs: Tensor) -> Tensor:
        return self.function(self.tensor, *inputs)


def known_names(layer: type[Layer]) -> dict[str, Any]:
    """What an emitted file knows where it builds this kind of layer."""
    known: dict[str, Any] = {"torch": torch, "nn": nn, "Tensor": Tensor}
    for definition in layer.definitions.values():
        exec(definition, known)
    return known


def build(layer: Layer, shapes: tuple[Shape, ...]) -> Callable[..., Tensor]:
    """A function of the inputs that does with torch what the layer says."""
    made = layer.torch(*shapes)
    if isinstance(made, Call):
        return cast(nn.Module, eval(source(made), known_names(type(layer))))
    known = known_names(type(layer))
    names = [f"x{place}" for place in range(len(shapes))]
    if isinstance(made, Owned):
        text = made.expression.over(names, "tensor")
        function = eval(f"lambda tensor, {', '.join(names)}: {text}", known)
        return OwnTensor(eval(source(made.call()), known), function)
    return cast(
        Callable[..., Tensor], eval(f"lambda {', '.join(names)}: {made.over(names)}", known)
    )


def batches(shapes: tuple[Shape, ...], size: int = BATCH, **options: Any) -> list[Tensor]:
    """Random inputs of these shapes."""
    return [torch.randn(size, *shape.sizes, **options) for shape in shapes]

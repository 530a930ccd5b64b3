"""Layers that give what they take, in the same or another shape."""

from __future__ import annotations

from cnndsl.layers.base import Call, Layer
from cnndsl.shape import Shape


class Flatten(Layer):
    """All axes become one, `c`."""

    word = "flatten"
    returns_input = True

    def output(self, *inputs: Shape) -> Shape:
        return Shape.of(c=inputs[0].elements)

    def torch(self, *inputs: Shape) -> Call:
        return Call("nn.Flatten")


class Identity(Layer):
    """What it takes."""

    word = "identity"
    returns_input = True

    def torch(self, *inputs: Shape) -> Call:
        return Call("nn.Identity")

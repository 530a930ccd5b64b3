"""Regularisation: layers that differ in training and in evaluation."""

from __future__ import annotations

from typing import ClassVar

from cnndsl.layers.base import Call, Layer, ShapeError, option
from cnndsl.layers.options import number
from cnndsl.shape import Shape


class Dropout(Layer):
    """Sets values to zero by chance in training, and scales up the others."""

    word = "dropout"
    module: ClassVar[str] = "nn.Dropout"
    overwrites = True
    returns_input = True

    p: float = option(number(0, 1), 0.5, doc="chance of a value to become zero", positional=True)

    def torch(self, *inputs: Shape) -> Call:
        return Call.of(self.module, {"p": self.p}, {})

    def caption(self, *inputs: Shape) -> str:
        return f"{self.word} {self.p}"


class Dropout2d(Dropout):
    """Sets whole channels of `c h w` to zero by chance in training, and scales up the others."""

    word = "dropout2d"
    module = "nn.Dropout2d"

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if shape.axes != ("c", "h", "w"):
            raise ShapeError(f"`dropout2d` takes `c h w`, but gets {shape.describe()}")
        return shape

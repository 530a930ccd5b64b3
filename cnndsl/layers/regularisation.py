"""Regularisation: layers that differ in training and in evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from cnndsl.layers.axes import check_axes
from cnndsl.layers.base import Call, Layer, option
from cnndsl.layers.options import number
from cnndsl.shape import Shape

_DROP_PATH = '''\
class DropPath(nn.Module):
    """Sets whole samples to zero by chance in training, and scales up the others."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, input: Tensor) -> Tensor:
        if not self.training:
            return input
        samples = input.new_ones(input.shape[0], *[1] * (input.dim() - 1))
        return input * nn.functional.dropout(samples, self.p)'''


class Dropout(Layer):
    """Sets values to zero by chance in training, and scales up the others."""

    word = "dropout"
    module: ClassVar[str] = "nn.Dropout"
    overwrites = True
    returns_input = True

    p: float = option(number(0, 1), 0.5, doc="chance of a value to become zero", positional=True)

    @property
    def is_idle(self) -> bool:
        return self.p == 0

    def torch(self, *inputs: Shape) -> Call:
        return Call.of(self.module, {"p": self.p}, {})

    def caption(self, *inputs: Shape) -> str:
        return f"{self.word} {self.p}"


class Dropout2d(Dropout):
    """In training, sets channels of `c h w` to zero by chance, and scales up the others."""

    word = "dropout2d"
    module = "nn.Dropout2d"

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        hint = "`dropout` is for any axes"
        check_axes(self.word, shape, ("c", "h", "w"), hint=hint)
        return shape


class DropPath(Layer):
    """Stochastic depth: in training, zeroes samples by chance, and scales up the others.

    In a residual, the sample then takes the shortcut alone (Huang et al., 2016, arXiv:1603.09382).
    """

    word = "droppath"
    example = "droppath 0.1"
    definitions: ClassVar[Mapping[str, str]] = {"DropPath": _DROP_PATH}
    returns_input = True

    p: float = option(number(0, 1), doc="chance of a sample to become zero", positional=True)

    def torch(self, *inputs: Shape) -> Call:
        return Call.of("DropPath", {"p": self.p}, {})

    def caption(self, *inputs: Shape) -> str:
        return f"drop path {self.p:g}"

"""Arithmetic with constants, which leaves nothing in the state_dict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from cnndsl.layers.base import Call, Expression, Layer, ShapeError, option
from cnndsl.layers.options import number, one_or_list, positive
from cnndsl.shape import Shape


class Abs(Layer):
    """The absolute value."""

    word = "abs"

    def torch(self, *inputs: Shape) -> Expression:
        return Expression("{}.abs()")

    def caption(self, *inputs: Shape) -> str:
        return "|x|"


class MulBy(Layer):
    """Its input times a constant."""

    word = "mulby"
    example = "mulby 0.1"

    factor: float = option(number(), doc="the constant", positional=True)

    def torch(self, *inputs: Shape) -> Expression:
        return Expression(f"{{}} * {self.factor}")

    def caption(self, *inputs: Shape) -> str:
        return f"× {self.factor}"


class AddTo(Layer):
    """Its input plus a constant."""

    word = "addto"
    example = "addto 3"

    value: float = option(number(), doc="the constant", positional=True)

    def torch(self, *inputs: Shape) -> Expression:
        sign, size = ("-", -self.value) if self.value < 0 else ("+", self.value)
        return Expression(f"{{}} {sign} {size}")

    def caption(self, *inputs: Shape) -> str:
        return f"− {-self.value}" if self.value < 0 else f"+ {self.value}"


# Buffers follow the module to its device, and these are no part of its state.
_NORMALIZE = '''\
class Normalize(nn.Module):
    """Brings each channel from the given mean and standard deviation to 0 and 1."""

    mean: Tensor
    std: Tensor

    def __init__(self, mean: float | tuple[float, ...], std: float | tuple[float, ...]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean), persistent=False)
        self.register_buffer("std", torch.tensor(std), persistent=False)

    def forward(self, input: Tensor) -> Tensor:
        channels = (-1, *[1] * (input.dim() - 2))
        return (input - self.mean.view(channels)) / self.std.view(channels)'''

PerChannel = float | tuple[float, ...]


class Normalize(Layer):
    """`(x - mean) / std` with constants for each channel, as for a network's input."""

    word = "normalize"
    example = "normalize mean=0.5 std=0.25"
    definitions: ClassVar[Mapping[str, str]] = {"Normalize": _NORMALIZE}

    mean: PerChannel = option(
        one_or_list(number()), doc="taken from each channel; one number, or one for each channel"
    )
    std: PerChannel = option(
        one_or_list(positive()), doc="divides each channel; one number, or one for each channel"
    )

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if shape.axes[:1] != ("c",):
            raise ShapeError(
                f"`normalize` wants `c` first, but gets {shape.describe()}",
                hint="`rearrange` brings it there",
            )
        for name, value in (("mean", self.mean), ("std", self.std)):
            if isinstance(value, tuple) and len(value) != shape["c"]:
                numbers = "1 number" if len(value) == 1 else f"{len(value)} numbers"
                raise ShapeError(
                    f"`{name}` has {numbers}, but the input has c {shape['c']}",
                    hint=f"as many numbers as channels, or one for all: `{name}={value[0]}`",
                    option=name,
                )
        return shape

    def torch(self, *inputs: Shape) -> Call:
        return Call.of("Normalize", {"mean": _compact(self.mean), "std": _compact(self.std)}, {})

    def caption(self, *inputs: Shape) -> str:
        return "normalize"


def _compact(value: PerChannel) -> PerChannel:
    """One number where all are equal; all of them floats, so that the tensor is of such."""
    numbers = tuple(map(float, value)) if isinstance(value, tuple) else (float(value),)
    return numbers[0] if len(set(numbers)) == 1 else numbers

"""Merges: layers that take several inputs, one an arm."""

from __future__ import annotations

from typing import ClassVar

from cnndsl.layers.base import Expression, Layer, ShapeError, option
from cnndsl.layers.options import axis_name
from cnndsl.shape import Shape


class Merge(Layer):
    """What merges have in common. One with a single arm gives what the arm gives."""

    merges = True
    sign: ClassVar[str]

    def output(self, *inputs: Shape) -> Shape:
        if not inputs:
            hint = f"its `for` and `if` have to give one at least: `{self.word} {{ | … | … }}`"
            raise ShapeError(f"`{self.word}` has no arms", hint, code="arms")
        for place, shape in enumerate(inputs):
            if shape.axes != inputs[0].axes:
                raise self.mismatch("the same axes", inputs, 0, place)
        return self.merged(*inputs)

    def merged(self, *inputs: Shape) -> Shape:
        """The shape that it gives for inputs of the same axes, which must be equal.

        Raises:
            ShapeError: they don't fit each other.
        """
        for place, shape in enumerate(inputs):
            if shape != inputs[0]:
                raise self.mismatch("equal shapes", inputs, 0, place)
        return inputs[0]

    def mismatch(
        self, wanted: str, inputs: tuple[Shape, ...], first: int, second: int
    ) -> ShapeError:
        """The error that two arms don't fit each other; `first` and `second` count from 0."""
        return ShapeError(
            f"`{self.word}` needs {wanted}, "
            f"but arm {first + 1} gives {inputs[first].describe()} "
            f"and arm {second + 1} gives {inputs[second].describe()}",
            arms=(first, second),
        )

    def torch(self, *inputs: Shape) -> Expression:
        return Expression("{}") if len(inputs) == 1 else self.expression(*inputs)

    def expression(self, *inputs: Shape) -> Expression:
        """How torch merges two inputs or more."""
        raise NotImplementedError(type(self).__name__)

    def caption(self, *inputs: Shape) -> str:
        return self.sign


class _Stretching(Merge):
    """A merge that stretches axes of size 1 to the size of the others."""

    def merged(self, *inputs: Shape) -> Shape:
        sizes = []
        for axis in inputs[0].axes:
            lengths = [shape[axis] for shape in inputs]
            size = max(lengths)
            odd = [place for place, length in enumerate(lengths) if length not in (1, size)]
            if odd:
                first, second = sorted((odd[0], lengths.index(size)))
                raise self.mismatch(f"equal sizes or 1 along `{axis}`", inputs, first, second)
            sizes.append(size)
        return Shape(inputs[0].axes, tuple(sizes))


class Add(_Stretching):
    """The sum of its arms; axes of size 1 are stretched."""

    word = "add"
    example = "add { | conv 3x3 64 as conv | identity }"
    sign = "+"

    def expression(self, *inputs: Shape) -> Expression:
        # A tensor that has to grow can't hold the sum.
        grows = inputs[0] != self.output(*inputs)
        return Expression("{}", " + ", "" if grows else "+=")


class Mul(_Stretching):
    """The product of its arms; axes of size 1 are stretched."""

    word = "mul"
    example = "mul { | identity | gap -> conv 1x1 64 as gate -> sigmoid }"
    sign = "×"

    def expression(self, *inputs: Shape) -> Expression:
        # Not augmented: the backward pass reads the factors, so torch would copy the first.
        return Expression("{}", " * ")


class Sub(Merge):
    """Its first arm less all the others."""

    word = "sub"
    example = "sub { | identity | avgpool 3x3 /1 pad=1 }"
    sign = "−"

    def expression(self, *inputs: Shape) -> Expression:
        # `a -= b - c` would add c, so only two arms have a statement.
        return Expression("{}", " - ", "-=" if len(inputs) == 2 else "")


class Max(Merge):
    """The greatest of its arms, element by element."""

    word = "max"
    example = "max { | conv 3x3 64 as left | conv 3x3 64 as right }"
    sign = "max"
    keeps_output = True

    def expression(self, *inputs: Shape) -> Expression:
        if len(inputs) == 2:
            return Expression("torch.maximum({})")
        return Expression("torch.stack([{}]).amax(dim=0)")


class Mean(Merge):
    """The mean of its arms, element by element."""

    word = "mean"
    example = "mean { | conv 3x3 64 as left | conv 3x3 64 as right }"
    sign = "mean"

    def expression(self, *inputs: Shape) -> Expression:
        return Expression(f"({{}}) / {len(inputs)}", " + ")


class Concat(Merge):
    """Its arms one after the other along an axis."""

    word = "concat"
    example = "concat { | conv 3x3 32 as left | conv 5x5 32 as right }"
    sign = "concat"

    axis: str = option(axis_name(), "c", doc="axis along which the arms are laid")

    def merged(self, *inputs: Shape) -> Shape:
        first = inputs[0]
        if self.axis not in first:
            raise ShapeError(
                f"`concat` goes along `{self.axis}`, but the arms give {first.describe()}",
                hint=f"one of {', '.join(f'`axis={axis}`' for axis in first.axes)}",
                option="axis",
            )
        for place, shape in enumerate(inputs):
            if shape.replace(**{self.axis: first[self.axis]}) != first:
                raise self.mismatch(f"equal sizes but for `{self.axis}`", inputs, 0, place)
        return first.replace(**{self.axis: sum(shape[self.axis] for shape in inputs)})

    def expression(self, *inputs: Shape) -> Expression:
        return Expression(f"torch.cat([{{}}], dim={inputs[0].dim(self.axis)})")

    def caption(self, *inputs: Shape) -> str:
        return "concat" if self.axis == "c" else f"concat {self.axis}"


class Stack(Merge):
    """Its arms along a new axis in front of the others."""

    word = "stack"
    example = "stack axis=view { | identity | relu }"
    sign = "stack"

    axis: str = option(axis_name(), doc="name of the new axis")

    def merged(self, *inputs: Shape) -> Shape:
        shape = super().merged(*inputs)
        if self.axis in shape:
            raise ShapeError(
                f"`stack` makes a new axis, but the arms have an axis `{self.axis}` already: "
                f"{shape.describe()}",
                hint=f"`concat axis={self.axis}` lays them along it",
                option="axis",
            )
        return Shape((self.axis, *shape.axes), (len(inputs), *shape.sizes))

    def torch(self, *inputs: Shape) -> Expression:
        return Expression("torch.stack([{}], dim=1)")

    def caption(self, *inputs: Shape) -> str:
        return f"stack {self.axis}"

"""Reduction of whole axes to one value."""

from __future__ import annotations

from cnndsl.layers.axes import check_axis
from cnndsl.layers.base import Expression, Kind, Layer, ShapeError, option
from cnndsl.layers.options import axis_name, one_of, one_or_list
from cnndsl.shape import Shape

# What torch calls a reduction, where it has another name for several axes.
_METHODS = {"max": "amax", "min": "amin"}


class Reduce(Layer):
    """The mean, sum, maximum or minimum along one axis or several, which keep the size 1.

    Several axes are a list: `reduce mean axis=[h, w]`.
    """

    word = "reduce"
    example = "reduce mean axis=c"
    kind = Kind.POOLING
    keeps_output = True

    reduction: str = option(
        one_of("mean", "max", "min", "sum"), doc="what is left of an axis", positional=True
    )
    axis: str | tuple[str, ...] = option(
        one_or_list(axis_name()), "c", doc="axis or axes that are reduced"
    )

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        for axis in self._axes:
            check_axis(self.word, shape, axis)
            if self._axes.count(axis) > 1:
                raise ShapeError(
                    f"`reduce` names the axis `{axis}` twice",
                    hint="take one of the two away",
                    option="axis",
                )
        return shape.replace(**dict.fromkeys(self._axes, 1))

    def torch(self, *inputs: Shape) -> Expression:
        dims = tuple(sorted(map(inputs[0].dim, self._axes)))
        method = _METHODS.get(self.reduction, self.reduction)
        dim = dims if len(dims) > 1 else dims[0]
        return Expression(f"{{}}.{method}(dim={dim}, keepdim=True)")

    def caption(self, *inputs: Shape) -> str:
        return f"{self.reduction} over {', '.join(self._axes)}"

    @property
    def _axes(self) -> tuple[str, ...]:
        return (self.axis,) if isinstance(self.axis, str) else self.axis

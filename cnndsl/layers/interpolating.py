"""Resizing to a size, or to that of another item."""

from __future__ import annotations

from cnndsl.layers.base import Expression, Layer, ShapeError, option
from cnndsl.layers.options import PerAxis, Port, flag, one_of, per_axis, reference
from cnndsl.layers.resizing import MODES, check_mode, wanted_sizes
from cnndsl.layers.windows import compact, joined, spatial_sizes
from cnndsl.shape import Shape

_ANTIALIASED = ("bilinear", "bicubic")


class Interpolate(Layer):
    """Makes `h w`, or `t h w`, as large as `size`, or as those of another item are."""

    word = "interpolate"
    example = "interpolate 28x28"

    size: PerAxis | Port = option(
        per_axis() | reference(),
        doc="the size that it gives, or the item whose size it takes on, `@low`",
        positional=True,
    )
    mode: str = option(one_of(*MODES), "nearest", doc="how new values come from those around them")
    align_corners: bool | None = option(
        flag(), None, doc="whether the centres of the corners stay in place; by default not"
    )
    antialias: bool = option(flag(), False, doc="smooths what it makes smaller")

    def output(self, *inputs: Shape) -> Shape:
        shape = inputs[0]
        sizes = spatial_sizes(self.word, shape)
        check_mode(self.mode, self.align_corners, sizes)
        if self.antialias and self.mode not in _ANTIALIASED:
            words = " or ".join(f"`mode={word}`" for word in _ANTIALIASED)
            raise ShapeError(f"`antialias` is for {words} alone", option="antialias")
        return Shape(shape.axes, (shape["c"], *self._target(inputs)))

    def torch(self, *inputs: Shape) -> Expression:
        given = {
            "mode": (f'"{self.mode}"', '"nearest"'),
            "align_corners": (self.align_corners, None),
            "antialias": (self.antialias, False),
        }
        options = [f"{name}={value}" for name, (value, usual) in given.items() if value != usual]
        if isinstance(self.size, Port):
            size = f"{{{self.size.number}}}.shape[-{len(inputs[0]) - 1}:]"
        else:
            size = str(compact(self._target(inputs)))
        arguments = ", ".join(["{0}", f"size={size}", *options])
        return Expression(f"nn.functional.interpolate({arguments})")

    def caption(self, *inputs: Shape) -> str:
        mode = "" if self.mode == "nearest" else f"{self.mode} "
        return f"{mode}resize to {joined(self._target(inputs), '×')}"

    def _target(self, inputs: tuple[Shape, ...]) -> tuple[int, ...]:
        """The size that it gives for each spatial axis."""
        return wanted_sizes(self.word, self.size, inputs)

"""Layers that give a part of what they take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from cnndsl.layers.axes import check_axis, indexed
from cnndsl.layers.base import Call, Expression, Layer, ShapeError, option
from cnndsl.layers.options import PerAxis, Port, axis_name, count, per_axis, reference, whole
from cnndsl.layers.resizing import wanted_sizes
from cnndsl.layers.windows import compact, joined, short, spatial_sizes, spread
from cnndsl.shape import Shape


class Slice(Layer):
    """The places from `start` up to `stop`, which is left out, along an axis."""

    word = "slice"
    example = "slice 0 32"
    returns_input = True

    start: int = option(count(0), doc="the first place, from 0", positional=True)
    stop: int = option(count(1), doc="the place after the last one", positional=True)
    axis: str = option(axis_name(), "c", doc="axis along which the places are counted")

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        check_axis(self.word, shape, self.axis)
        size = shape[self.axis]
        if self.start >= self.stop:
            raise ShapeError(
                f"`slice {self.start} {self.stop}` holds no place",
                hint="the second number is the place after the last one",
                option="stop",
            )
        if self.stop > size:
            raise ShapeError(
                f"`slice {self.start} {self.stop}` ends after the last place of "
                f"`{self.axis}` of {shape.describe()}",
                hint=f"at most `slice {min(self.start, size - 1)} {size}`",
                option="stop",
            )
        return shape.replace(**{self.axis: self.stop - self.start})

    def torch(self, *inputs: Shape) -> Expression:
        places = f"{self.start or ''}:{self.stop}"
        return Expression(indexed(inputs[0], self.axis, places))

    def caption(self, *inputs: Shape) -> str:
        along = "" if self.axis == "c" else f"{self.axis} "
        return f"slice {along}{self.start}:{self.stop}"


class Chunk(Layer):
    """One of several equal parts along an axis."""

    word = "chunk"
    example = "chunk 0 2"
    returns_input = True
    # Autograd lets nothing be written over one of several views that were made at once.
    keeps_output = True

    index: int = option(count(0), doc="which part, from 0", positional=True)
    chunks: int = option(count(), doc="how many parts there are", positional=True)
    axis: str = option(axis_name(), "c", doc="axis that is divided")

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        check_axis(self.word, shape, self.axis)
        size, odd = divmod(shape[self.axis], self.chunks)
        if odd:
            raise ShapeError(
                f"`chunk` cannot divide `{self.axis}` of {shape.describe()} "
                f"into {self.chunks} equal parts",
                hint=f"`slice` takes a part of any size: `slice 0 {max(size, 1)}`",
                option="chunks",
                code="indivisible",
            )
        if self.index >= self.chunks:
            raise ShapeError(
                f"`chunk {self.index} {self.chunks}` asks for part {self.index}, "
                f"but the last of {self.chunks} is {self.chunks - 1}",
                hint="parts are counted from 0",
                option="index",
            )
        return shape.replace(**{self.axis: size})

    def torch(self, *inputs: Shape) -> Expression:
        dim = inputs[0].dim(self.axis)
        return Expression(f"{{}}.chunk({self.chunks}, dim={dim})[{self.index}]")

    def caption(self, *inputs: Shape) -> str:
        along = "" if self.axis == "c" else f"{self.axis} "
        return f"chunk {along}{self.index} of {self.chunks}"


class Take(Layer):
    """One element of the first axis, or of `axis`, which goes."""

    word = "take"
    example = "take 0 axis=h"
    returns_input = True

    index: int = option(whole(), doc="which one, from 0; from the end if negative", positional=True)
    axis: str | None = option(axis_name(), None, doc="axis that goes; by default the first")

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if not shape.axes:
            raise ShapeError("`take` takes one element of an axis, but gets no axes")
        axis = self._axis(shape)
        check_axis(self.word, shape, axis)
        size = shape[axis]
        if not -size <= self.index < size:
            raise ShapeError(
                f"`take {self.index}` is outside of `{axis}` of {shape.describe()}",
                hint=f"0 to {size - 1} from the start, or -1 to -{size} from the end",
                option="index",
            )
        place = shape.index(axis)
        return Shape(
            shape.axes[:place] + shape.axes[place + 1 :],
            shape.sizes[:place] + shape.sizes[place + 1 :],
        )

    def torch(self, *inputs: Shape) -> Expression:
        (shape,) = inputs
        return Expression(indexed(shape, self._axis(shape), str(self.index)))

    def caption(self, *inputs: Shape) -> str:
        return f"take {self.axis} {self.index}" if self.axis else f"take {self.index}"

    def _axis(self, shape: Shape) -> str:
        return self.axis or shape.axes[0]


# The places are computed from the sizes that come, so the crop is central for all of them.
_CENTER_CROP = '''\
class CenterCrop(nn.Module):
    """The central part of each channel, of the given size."""

    def __init__(self, size: int | tuple[int, ...]) -> None:
        super().__init__()
        self.size = size

    def forward(self, input: Tensor) -> Tensor:
        axes = input.dim() - 2
        sizes = (self.size,) * axes if isinstance(self.size, int) else self.size
        for dim, size in enumerate(sizes, start=2):
            input = input.narrow(dim, (input.shape[dim] - size) // 2, size)
        return input'''
_CENTER_CROP_LIKE = '''\
class CenterCropLike(nn.Module):
    """The central part of each channel, as large as those of another tensor."""

    def forward(self, input: Tensor, other: Tensor) -> Tensor:
        for dim in range(2, input.dim()):
            size = other.shape[dim]
            input = input.narrow(dim, (input.shape[dim] - size) // 2, size)
        return input'''


class Crop(Layer):
    """A part of `h w` or `t h w`, of a size: the central one unless `offset` is given.

    Of an odd number of places that are cut off, one more is cut off after the part.
    """

    word = "crop"
    example = "crop 48x48"
    returns_input = True
    definitions: ClassVar[Mapping[str, str]] = {
        "CenterCrop": _CENTER_CROP,
        "CenterCropLike": _CENTER_CROP_LIKE,
    }

    size: PerAxis | Port = option(
        per_axis() | reference(),
        doc="the size that it gives, or the item whose size it takes on, `@low`",
        positional=True,
    )
    offset: PerAxis | None = option(
        per_axis(0), None, doc="the first place that is kept, from 0; by default of the centre"
    )

    def output(self, *inputs: Shape) -> Shape:
        shape = inputs[0]
        sizes = spatial_sizes(self.word, shape)
        wanted = wanted_sizes(self.word, self.size, inputs)
        offset = (0,) * len(sizes) if self.offset is None else spread(self.offset, sizes, "offset")
        places = zip(offset, wanted, sizes, strict=True)
        if any(start + length > size for start, length, size in places):
            shifted = f" from offset {short(offset)} on" if any(offset) else ""
            raise ShapeError(
                f"`crop` cuts {joined(wanted)}{shifted} out of {joined(sizes)}, which is smaller",
                hint="a smaller `offset`" if any(offset) else "`pad` or `upsample` before it",
                option="offset" if any(offset) else "size",
            )
        return Shape(shape.axes, (shape["c"], *wanted))

    def torch(self, *inputs: Shape) -> Call | Expression:
        sizes = inputs[0].sizes[1:]
        if self.offset is not None:
            starts = spread(self.offset, sizes, "offset")
            places = (self._places(start, dim - len(sizes)) for dim, start in enumerate(starts))
            return Expression(f"{{0}}[..., {', '.join(places)}]")
        if isinstance(self.size, Port):
            return Call("CenterCropLike")
        return Call.of("CenterCrop", {"size": compact(spread(self.size, sizes, "size"))}, {})

    def caption(self, *inputs: Shape) -> str:
        words = f"crop {joined(wanted_sizes(self.word, self.size, inputs), '×')}"
        if self.offset is None:
            return words
        return f"{words} at {short(spread(self.offset, inputs[0].sizes[1:], 'offset'), '×')}"

    def _places(self, start: int, dim: int) -> str:
        """The places that are kept of a dimension, which is counted from the end."""
        if isinstance(self.size, Port):
            other = f"{{{self.size.number}}}.shape[{dim}]"
            return f"{start} : {start} + {other}" if start else f":{other}"
        length = self.size if isinstance(self.size, int) else self.size[dim]
        return f"{start or ''}:{start + length}"

"""Layers that give what they take, in the same or another shape."""

from __future__ import annotations

from cnndsl.layers.axes import check_axes
from cnndsl.layers.base import Call, Layer, ShapeError, option
from cnndsl.layers.divisors import nearest_divisor
from cnndsl.layers.options import count
from cnndsl.layers.windows import spatial_sizes
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


class PixelShuffle(Layer):
    """Makes squares of places out of channels: `c h w` becomes `c/r² h·r w·r`.

    Shi et al. (2016), arXiv:1609.05158.
    """

    word = "pixel_shuffle"
    example = "pixel_shuffle 2"

    factor: int = option(count(), doc="r, by which `h` and `w` grow", positional=True)

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        check_axes(self.word, shape, ("c", "h", "w"))
        c, h, w = shape.sizes
        square = self.factor**2
        if c % square:
            raise ShapeError(
                f"`pixel_shuffle {self.factor}` makes {self.factor}x{self.factor} places out of "
                f"each {square} channels, and {square} does not divide {c}",
                hint=f"`conv 1x1 {-(-c // square) * square}` before it gives a multiple",
                option="factor",
                code="indivisible",
            )
        return Shape.of(c=c // square, h=h * self.factor, w=w * self.factor)

    def torch(self, *inputs: Shape) -> Call:
        return Call.of("nn.PixelShuffle", {"upscale_factor": self.factor}, {})

    def caption(self, *inputs: Shape) -> str:
        return f"pixel shuffle, {self.factor}×"


class PixelUnshuffle(Layer):
    """Makes channels out of squares of places: `c h w` becomes `c·r² h/r w/r`."""

    word = "pixel_unshuffle"
    example = "pixel_unshuffle 2"

    factor: int = option(count(), doc="r, by which `h` and `w` shrink", positional=True)

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        check_axes(self.word, shape, ("c", "h", "w"))
        c, h, w = shape.sizes
        if h % self.factor or w % self.factor:
            raise ShapeError(
                f"`pixel_unshuffle {self.factor}` cannot divide {h}x{w} evenly",
                hint="`pad` or `crop` to a multiple before it",
                option="factor",
            )
        return Shape.of(c=c * self.factor**2, h=h // self.factor, w=w // self.factor)

    def torch(self, *inputs: Shape) -> Call:
        return Call.of("nn.PixelUnshuffle", {"downscale_factor": self.factor}, {})

    def caption(self, *inputs: Shape) -> str:
        return f"pixel unshuffle, /{self.factor}"


class ChannelShuffle(Layer):
    """Takes channels by turns from each of several equal groups of them.

    Zhang et al. (2017), arXiv:1707.01083.
    """

    word = "channel_shuffle"
    example = "channel_shuffle 4"

    groups: int = option(count(), doc="how many groups there are", positional=True)

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        spatial_sizes(self.word, shape)
        if shape["c"] % self.groups:
            raise ShapeError(
                f"`channel_shuffle` has {self.groups} groups, "
                f"which do not divide {shape['c']} channels",
                hint=f"`channel_shuffle {nearest_divisor(self.groups, shape['c'])}`, "
                f"or another that divides {shape['c']}",
                option="groups",
                code="indivisible",
            )
        return shape

    def torch(self, *inputs: Shape) -> Call:
        return Call.of("nn.ChannelShuffle", {"groups": self.groups}, {})

    def caption(self, *inputs: Shape) -> str:
        return f"channel shuffle, {self.groups} groups"

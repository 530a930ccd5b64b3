"""Layers that are one trained tensor: class tokens, positions, factors."""

from __future__ import annotations

from cnndsl.layers.base import Expression, Layer, ShapeError, Weight, option
from cnndsl.layers.options import count, number
from cnndsl.layers.owned import Owned
from cnndsl.layers.starting import Start
from cnndsl.shape import Shape

# What an emitted class calls the size of an axis.
_WORDS = {"c": "channels", "l": "length", "t": "frames", "h": "height", "w": "width"}


class Prepend(Layer):
    """Trained vectors before the first place of `l c`, such as the class token of ViT.

    They start at zero.
    """

    word = "prepend"

    n: int = option(count(), 1, doc="how many vectors", positional=True)

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if len(shape) != 2 or shape.axes[1] != "c":
            hint = 'bring it there first: `rearrange "c h w -> (h w) c"`' if "h" in shape else ""
            if shape.axes == ("c",):
                hint = 'write `rearrange "c h w -> (h w) c"` in place of `flatten`, to keep places'
            if len(shape) == 2 and shape.axes[0] == "c":
                pattern = f"{shape.names} -> {shape.axes[1]} c"
                hint = f'bring `c` to the end first: `rearrange "{pattern}"`'
            raise ShapeError(f"`prepend` takes `l c`, but gets {shape.describe()}", hint)
        return shape.replace(**{shape.axes[0]: shape.sizes[0] + self.n})

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        return (Weight("", (1, self.n, inputs[0]["c"])),)

    def torch(self, *inputs: Shape) -> Owned:
        sizes = (("batch", 1), ("tokens", self.n), ("channels", inputs[0]["c"]))
        tokens = "{tensor}.expand({0}.shape[0], -1, -1)"
        return Owned(sizes, Start("zeros"), Expression(f"torch.cat([{tokens}, {{0}}], dim=1)"))

    def caption(self, *inputs: Shape) -> str:
        return "+ 1 token" if self.n == 1 else f"+ {self.n} tokens"


class Position(Layer):
    """Adds a trained tensor of its input's shape, such as the places of ViT's patches.

    It starts as in torchvision's ViT, normal with a standard deviation of 0.02.
    """

    word = "position"

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        return (Weight("", (1, *inputs[0].sizes)),)

    def torch(self, *inputs: Shape) -> Owned:
        (shape,) = inputs
        named = ((_WORDS.get(a, a), size) for a, size in zip(shape.axes, shape.sizes, strict=True))
        start = Start("normal", (("std", 0.02),))
        return Owned((("batch", 1), *named), start, Expression("{0} + {tensor}"))

    def caption(self, *inputs: Shape) -> str:
        return "+ position"


class Scale(Layer):
    """A trained factor for each channel: LayerScale (Touvron et al., arXiv:2103.17239)."""

    word = "scale"
    example = "scale 1e-6"

    value: float = option(number(), doc="what the factors start at", positional=True)

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if "c" not in shape:
            raise ShapeError(f"`scale` needs an axis `c`, but gets {shape.describe()}")
        return shape

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        return (Weight("", tuple(size for _, size in _from_channels(inputs[0]))),)

    def torch(self, *inputs: Shape) -> Owned:
        start = Start("constant", (("val", self.value),))
        return Owned(_from_channels(inputs[0]), start, Expression("{tensor} * {0}"))

    def caption(self, *inputs: Shape) -> str:
        return f"scale {self.value:g}"


def _from_channels(shape: Shape) -> tuple[tuple[str, int], ...]:
    """The size of `c` and, for every axis after it, 1: what the input is multiplied by."""
    after = shape.axes[shape.index("c") + 1 :]
    return (("channels", shape["c"]), *((_WORDS.get(axis, axis), 1) for axis in after))

"""Attention, and the layers of Swin Transformers.

All take `c` last, as their weights are linear maps of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import ClassVar

from cnndsl.layers.attention_modules import (
    HIDDEN,
    PATCH_MERGING,
    SELF_ATTENTION,
    WINDOW_ATTENTION,
)
from cnndsl.layers.base import Call, Kind, Layer, ShapeError, Weight, option
from cnndsl.layers.divisors import nearest_divisor
from cnndsl.layers.options import Accepts, PerAxis, count, flag, number, per_axis
from cnndsl.layers.windows import Sizes, compact, joined, short, spread
from cnndsl.shape import Shape

MAP = ("h", "w", "c")

_VERSION: Accepts[int] = Accepts(lambda value: type(value) is int and value in (1, 2), "1 or 2")
_SUFFIXES = {1: "", 2: "V2"}


class _Attention(Layer):
    """What is common to attention with several heads."""

    kind = Kind.ATTENTION

    heads: int = option(
        count(), doc="parts of `c` that attend apart; it divides `c`", positional=True
    )

    def _check_heads(self, channels: int) -> None:
        if channels % self.heads:
            raise ShapeError(
                f"`heads={self.heads}` does not divide {channels} channels",
                hint=f"`heads={nearest_divisor(self.heads, channels)}`, "
                f"or another that divides {channels}",
                option="heads",
                code="indivisible",
            )


class Attention(_Attention):
    """Multi-head self-attention among the places of `l c` (Vaswani et al., 2017)."""

    word = "attention"
    example = "attention heads=8"
    definitions: ClassVar[Mapping[str, str]] = {"SelfAttention": SELF_ATTENTION}

    dropout: float = option(
        number(0, 1), 0.0, doc="chance of a weight of the attention to become zero"
    )
    bias: bool = option(flag(), True, doc="adds a trained number to each result of a linear map")

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if len(shape) != 2 or shape.axes[-1] != "c":
            raise ShapeError(
                f"`attention` takes one axis and then `c`, as `l c`, but gets {shape.describe()}",
                hint=_to_tokens(shape),
            )
        self._check_heads(shape["c"])
        return shape

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        channels = inputs[0]["c"]
        every = (
            Weight("in_proj_weight", (3 * channels, channels)),
            Weight("in_proj_bias", (3 * channels,)),
            Weight("out_proj.weight", (channels, channels)),
            Weight("out_proj.bias", (channels,)),
        )
        return every if self.bias else every[::2]

    def macs(self, *inputs: Shape) -> int:
        places, channels = inputs[0].sizes
        return _attention_macs(places, places, channels)

    def torch(self, *inputs: Shape) -> Call:
        return Call.of(
            "SelfAttention",
            {"embed_dim": inputs[0]["c"], "num_heads": self.heads},
            self.option_values("heads"),
        )

    def caption(self, *inputs: Shape) -> str:
        return f"multi-head attention, {_heads(self.heads)}"


class WindowAttention(_Attention):
    """Self-attention within windows of a map `h w c`, shifted or not (Swin, Swin V2).

    The map is padded with zeros to whole windows. Along an axis that one window spans there is no
    shift. `version=2` attends by cosines, and learns its biases as a function of the distance.
    """

    word = "window_attention"
    example = "window_attention heads=3 window=7"
    definitions: ClassVar[Mapping[str, str]] = {
        f"WindowAttention{_SUFFIXES[version]}": source
        for version, source in WINDOW_ATTENTION.items()
    }

    window: PerAxis = option(per_axis(), doc="size of a window, 7 or 7x7")
    shift: PerAxis = option(per_axis(0), 0, doc="places by which the windows are shifted")
    qkv_bias: bool = option(
        flag(), True, doc="queries and values have a bias; in version 1 keys too"
    )
    proj_bias: bool = option(flag(), True, doc="the linear map of the result has a bias")
    attention_dropout: float = option(
        number(0, 1), 0.0, doc="chance of a weight of the attention to become zero"
    )
    dropout: float = option(number(0, 1), 0.0, doc="chance of a value of the result to become zero")
    version: int = option(_VERSION, 1, doc="1 for Swin, 2 for Swin V2")

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        sizes = _map_sizes(self.word, shape)
        self._check_heads(shape["c"])
        window, shift = self._geometry(sizes)
        if any(step >= size for step, size in zip(shift, window, strict=True)):
            half = tuple(size // 2 for size in window)
            raise ShapeError(
                f"`shift={short(shift)}` has to be less than `window={short(window)}`",
                hint=f"`shift={short(half)}`, half a window, is what the paper takes",
                option="shift",
            )
        return shape

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        (shape,) = inputs
        channels = shape["c"]
        window, _ = self._geometry(shape.sizes[:2])
        distances = tuple(2 * size - 1 for size in window)
        index = Weight("relative_position_index", (prod(window) ** 2,), trainable=False)
        linear = (
            Weight("qkv.weight", (3 * channels, channels)),
            *(Weight("qkv.bias", (3 * channels,)),) * self.qkv_bias,
            Weight("proj.weight", (channels, channels)),
            *(Weight("proj.bias", (channels,)),) * self.proj_bias,
        )
        if self.version == 1:
            table = Weight("relative_position_bias_table", (prod(distances), self.heads))
            return (table, index, *linear)
        return (
            Weight("logit_scale", (self.heads, 1, 1)),
            Weight("relative_coords_table", (1, *distances, 2), trainable=False),
            index,
            *linear,
            Weight("cpb_mlp.0.weight", (HIDDEN, 2)),
            Weight("cpb_mlp.0.bias", (HIDDEN,)),
            Weight("cpb_mlp.2.weight", (self.heads, HIDDEN)),
        )

    def macs(self, *inputs: Shape) -> int:
        (shape,) = inputs
        sizes = shape.sizes[:2]
        window, _ = self._geometry(sizes)
        padded = prod(-(-size // part) * part for size, part in zip(sizes, window, strict=True))
        attention = _attention_macs(padded, prod(window), shape["c"])
        if self.version == 1:
            return attention
        # The biases are worked out once, whatever the size of the map or the batch.
        return attention + prod(2 * size - 1 for size in window) * HIDDEN * (2 + self.heads)

    def torch(self, *inputs: Shape) -> Call:
        (shape,) = inputs
        window, shift = self._geometry(shape.sizes[:2])
        return Call.of(
            f"WindowAttention{_SUFFIXES[self.version]}",
            {"in_channels": shape["c"], "heads": self.heads, "window": compact(window)},
            {
                **self.option_values("heads", "window", "version"),
                "shift": (compact(shift), 0),
            },
        )

    def caption(self, *inputs: Shape) -> str:
        sizes = inputs[0].sizes[:2]
        window, shift = self._geometry(sizes)
        axes = zip(sizes, window, shift, strict=True)
        shifted = any(step and size > part for size, part, step in axes)
        word = "SW-MSA" if shifted else "W-MSA"
        return f"{joined(window, '×')} {word}, {_heads(self.heads)}"

    def _geometry(self, sizes: Sizes) -> tuple[Sizes, Sizes]:
        """Window and shift along each of the axes."""
        return spread(self.window, sizes, "window"), spread(self.shift, sizes, "shift")


class PatchMerge(Layer):
    """Joins the 2x2 places of a map `h w c` to `h/2 w/2 2c`, rounded up (Swin, Swin V2).

    A linear map of the four without a bias, and a layer norm: before it, and after it in
    `version=2`. A size that is odd is padded with zeros.
    """

    word = "patch_merge"
    kind = Kind.LINEAR
    definitions: ClassVar[Mapping[str, str]] = {
        f"PatchMerging{_SUFFIXES[version]}": source for version, source in PATCH_MERGING.items()
    }

    version: int = option(_VERSION, 1, doc="1 for Swin, 2 for Swin V2")

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        height, width = _map_sizes(self.word, shape)
        return shape.replace(h=-(-height // 2), w=-(-width // 2), c=2 * shape["c"])

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        channels = inputs[0]["c"]
        normed = ((4 if self.version == 1 else 2) * channels,)
        return (
            Weight("reduction.weight", (2 * channels, 4 * channels)),
            Weight("norm.weight", normed),
            Weight("norm.bias", normed),
        )

    def macs(self, *inputs: Shape) -> int:
        return self.output(*inputs).elements * 4 * inputs[0]["c"]

    def torch(self, *inputs: Shape) -> Call:
        return Call.of(
            f"PatchMerging{_SUFFIXES[self.version]}", {"in_channels": inputs[0]["c"]}, {}
        )

    def caption(self, *inputs: Shape) -> str:
        return f"patch merging, {2 * inputs[0]['c']}"


def _attention_macs(places: int, seen: int, channels: int) -> int:
    """For so many places, each of which attends to the `seen`.

    Four linear maps of `c`, and the products of queries with keys and of their weights with values.
    """
    return places * channels * (4 * channels + 2 * seen)


def _heads(heads: int) -> str:
    return f"{heads} heads" if heads > 1 else "1 head"


def _map_sizes(word: str, shape: Shape) -> Sizes:
    """The sizes of `h w` of `h w c`; a ShapeError where it has other axes."""
    if shape.axes == MAP:
        return shape.sizes[:2]
    turned = sorted(shape.axes) == sorted(MAP)
    hint = f'put `rearrange "{shape.names} -> h w c"` before it' if turned else ""
    raise ShapeError(f"`{word}` takes `h w c`, but gets {shape.describe()}", hint)


def _to_tokens(shape: Shape) -> str:
    """How to make all axes but `c` one, and `c` the last."""
    others = " ".join(axis for axis in shape.axes if axis != "c")
    if "c" not in shape or not others:
        return ""
    tokens = f"({others})" if len(shape) > 2 else others
    return f'put `rearrange "{shape.names} -> {tokens} c"` before it'

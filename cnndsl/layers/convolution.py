"""Convolutions."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import ClassVar

from cnndsl.layers.base import Call, Kind, Layer, ShapeError, Weight, option
from cnndsl.layers.divisors import nearest_divisor
from cnndsl.layers.options import PerAxis, count, flag, one_of, per_axis
from cnndsl.layers.windows import (
    Sizes,
    check_padding_mode,
    compact,
    joined,
    same_padding,
    short,
    spatial_sizes,
    spread,
    window_counts,
)
from cnndsl.shape import Shape

# The padding is computed from the size that comes, so the module is right for every size.
_PADDED_AS_TENSORFLOW = '''\
class Conv{rank}dSame(nn.Conv{rank}d):
    """A convolution that pads as TensorFlow's `SAME`: its result has ceil(size / stride)."""

    def forward(self, input: Tensor) -> Tensor:
        ends: list[int] = []
        axes = zip(input.shape[-{rank}:], self.kernel_size, self.stride, self.dilation)
        for size, kernel, stride, dilation in axes:
            reach = dilation * (kernel - 1) + 1
            total = max((-(-size // stride) - 1) * stride + reach - size, 0)
            ends = [total // 2, total - total // 2, *ends]
        mode = "constant" if self.padding_mode == "zeros" else self.padding_mode
        return super().forward(nn.functional.pad(input, ends, mode))'''


class Convolution(Layer):
    """What convolutions have in common: a window, and channels that are convolved in groups."""

    kind = Kind.CONVOLUTION
    words: ClassVar[str] = "conv"

    kernel: PerAxis = option(per_axis(), doc="size of the window")
    stride: PerAxis = option(per_axis(), 1, doc="step from one window to the next")
    dilation: PerAxis = option(per_axis(), 1, doc="distance of the places that a window reads")
    bias: bool = option(flag(), True, doc="adds a trained number to each channel")

    def channels(self, given: int) -> int:
        """How many channels it gives, of the `given` number of the input."""
        raise NotImplementedError(type(self).__name__)

    def group_count(self, given: int) -> int:
        """In how many groups the `given` channels of the input are convolved."""
        raise NotImplementedError(type(self).__name__)

    def geometry(self, sizes: Sizes) -> tuple[Sizes, Sizes, Sizes]:
        """Kernel, stride and dilation for each spatial axis."""
        kernel = spread(self.kernel, sizes, "kernel")
        stride = spread(self.stride, sizes, "stride")
        return kernel, stride, spread(self.dilation, sizes, "dilation")

    def check_groups(self, given: int) -> None:
        """Refuses groups that divide the channels unevenly."""
        channels, groups = self.channels(given), self.group_count(given)
        both = f"both {given} and {channels}" if given != channels else str(given)
        for number, words in ((given, "input channels"), (channels, "output channels")):
            if number % groups:
                raise ShapeError(
                    f"`groups={groups}` does not divide {number} {words}",
                    hint=f"`groups={nearest_divisor(groups, given, channels)}`, "
                    f"or another that divides {both}",
                    option="groups",
                    code="indivisible",
                )

    def with_bias(self, weight: Weight, given: int) -> tuple[Weight, ...]:
        """The weight, and the bias if there is one."""
        return (weight, Weight("bias", (self.channels(given),))) if self.bias else (weight,)

    def caption(self, *inputs: Shape) -> str:
        (shape,) = inputs
        kernel, stride, dilation = self.geometry(shape.sizes[1:])
        kind = self.kind_words(shape["c"])
        words = [f"{joined(kernel, '×')} {kind}", *self.channel_words(shape["c"])]
        if set(stride) != {1}:
            words.append(f"/{short(stride, '×')}")
        if set(dilation) != {1}:
            words.append(f"dilation {short(dilation, '×')}")
        return ", ".join(words)

    def kind_words(self, given: int) -> str:
        """What the caption calls it."""
        return self.words

    def channel_words(self, given: int) -> list[str]:
        """What the caption tells of the channels."""
        groups = self.group_count(given)
        return [str(self.channels(given)), *([f"{groups} groups"] if groups > 1 else [])]


class _PaddedConvolution(Convolution):
    """What `conv` and `dwconv` have in common."""

    definitions: ClassVar[Mapping[str, str]] = {
        f"Conv{rank}dSame": _PADDED_AS_TENSORFLOW.format(rank=rank) for rank in (2, 3)
    }

    pad: PerAxis | str | None = option(
        per_axis(0) | one_of("same"),
        None,
        doc="places added at each end of an axis; `same` gives `ceil(size / stride)`; "
        "by default `dilation * (kernel - 1) / 2` where the kernel is odd, else 0",
    )
    pad_mode: str = option(
        one_of("zeros", "reflect", "replicate", "circular"), "zeros", doc="what the padding holds"
    )

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        sizes = spatial_sizes(self.word, shape)
        self.check_groups(shape["c"])
        kernel, stride, dilation = self.geometry(sizes)
        padding = self._padding(sizes)
        counts = window_counts(sizes, kernel, stride, padding, dilation)
        check_padding_mode(self.pad_mode, sizes, padding, "pad_mode", "zeros")
        return Shape(shape.axes, (self.channels(shape["c"]), *counts))

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        given = inputs[0]["c"]
        kernel = spread(self.kernel, inputs[0].sizes[1:], "kernel")
        weight = (self.channels(given), given // self.group_count(given), *kernel)
        return self.with_bias(Weight("weight", weight), given)

    def macs(self, *inputs: Shape) -> int:
        weight = self.weights(*inputs)[0]
        return self.output(*inputs).elements * prod(weight.shape[1:])

    def torch(self, *inputs: Shape) -> Call:
        given, sizes = inputs[0]["c"], inputs[0].sizes[1:]
        kernel, stride, dilation = self.geometry(sizes)
        function, padding = self._torch_padding(sizes)
        return Call.of(
            function,
            {
                "in_channels": given,
                "out_channels": self.channels(given),
                "kernel_size": compact(kernel),
            },
            {
                "stride": (compact(stride), 1),
                "padding": (padding, 0),
                "dilation": (compact(dilation), 1),
                "groups": (self.group_count(given), 1),
                "bias": (self.bias, True),
                "padding_mode": (self.pad_mode, "zeros"),
            },
        )

    def _padding(self, sizes: Sizes) -> tuple[tuple[int, int], ...]:
        """The places that are added before and after each spatial axis."""
        kernel, stride, dilation = self.geometry(sizes)
        if isinstance(self.pad, str):
            return tuple(map(same_padding, sizes, kernel, stride, dilation))
        if self.pad is None:
            pairs = zip(kernel, dilation, strict=True)
            pad = tuple(d * (k - 1) // 2 if k % 2 else 0 for k, d in pairs)
        else:
            pad = spread(self.pad, sizes, "pad")
        return tuple(zip(pad, pad, strict=True))

    def _torch_padding(self, sizes: Sizes) -> tuple[str, PerAxis | str]:
        """The class of the convolution, and what is its `padding`.

        A convolution of torch pads both ends of an axis alike, but for its own `padding="same"`,
        which it refuses with a stride. What the ends need then hangs on the size that comes.
        """
        kernel, stride, _ = self.geometry(sizes)
        function = f"nn.Conv{len(sizes)}d"
        if self.pad != "same" or set(kernel) == {1}:
            return function, compact(tuple(before for before, _ in self._padding(sizes)))
        return (function, "same") if set(stride) == {1} else (f"Conv{len(sizes)}dSame", 0)


class Conv(_PaddedConvolution):
    """A convolution over `h w`, or over `t h w`.

    An odd kernel keeps the size at stride 1 unless `pad` is given; an even one is not padded.
    `pad=same` pads as TensorFlow does: of an odd number of places, one more stands after the axis.
    """

    word = "conv"
    example = "conv 3x3 128 /2"

    c: int = option(count(), doc="channels that it gives", positional=True)
    groups: int = option(count(), 1, doc="parts of the channels that are convolved apart")

    def channels(self, given: int) -> int:
        return self.c

    def group_count(self, given: int) -> int:
        return self.groups

    def kind_words(self, given: int) -> str:
        return DepthwiseConv.words if self._is_depthwise(given) else self.words

    def channel_words(self, given: int) -> list[str]:
        return [str(self.c)] if self._is_depthwise(given) else super().channel_words(given)

    def _is_depthwise(self, given: int) -> bool:
        """Whether each channel is convolved by itself, and gives one."""
        return 1 < self.groups == given == self.c


class DepthwiseConv(_PaddedConvolution):
    """A convolution of each channel by itself, over `h w` or `t h w`.

    It is padded as `conv` is. What `default conv` says does not hold for it.
    """

    word = "dwconv"
    example = "dwconv 3x3"
    words = "dwconv"

    multiplier: int = option(count(), 1, doc="channels that it gives for each one of the input")

    def channels(self, given: int) -> int:
        return given * self.multiplier

    def group_count(self, given: int) -> int:
        return given

    def channel_words(self, given: int) -> list[str]:
        return [f"×{self.multiplier}"] if self.multiplier != 1 else []

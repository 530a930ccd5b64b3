"""Convolutions."""

from __future__ import annotations

from collections.abc import Mapping
from math import gcd, prod
from typing import ClassVar

from cnndsl.layers.base import Call, Kind, Layer, ShapeError, Weight, option
from cnndsl.layers.options import PerAxis, count, flag, one_of, per_axis
from cnndsl.layers.windows import (
    Sizes,
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


class Conv(Layer):
    """A convolution over `h w`, or over `t h w`.

    An odd kernel keeps the size at stride 1 unless `pad` is given; an even one is not padded.
    `pad=same` pads as TensorFlow does: of an odd number of places, one more stands after the axis.
    """

    word = "conv"
    kind = Kind.CONVOLUTION
    definitions: ClassVar[Mapping[str, str]] = {
        f"Conv{rank}dSame": _PADDED_AS_TENSORFLOW.format(rank=rank) for rank in (2, 3)
    }

    c: int = option(count(), doc="channels that it gives", positional=True)
    kernel: PerAxis = option(per_axis(), doc="size of the window")
    stride: PerAxis = option(per_axis(), 1, doc="step from one window to the next")
    pad: PerAxis | str | None = option(
        per_axis(0) | one_of("same"),
        None,
        doc="places added at each end of an axis; `same` gives `ceil(size / stride)`; "
        "by default `dilation * (kernel - 1) / 2` where the kernel is odd, else 0",
    )
    dilation: PerAxis = option(per_axis(), 1, doc="distance of the places that a window reads")
    groups: int = option(count(), 1, doc="parts of the channels that are convolved apart")
    bias: bool = option(flag(), True, doc="adds a trained number to each channel")
    pad_mode: str = option(
        one_of("zeros", "reflect", "replicate", "circular"), "zeros", doc="what the padding holds"
    )

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        sizes = spatial_sizes(self.word, shape)
        self._check_groups(shape["c"])
        kernel, stride, dilation = self._geometry(sizes)
        padding = self._padding(sizes)
        counts = window_counts(sizes, kernel, stride, padding, dilation)
        self._check_pad_mode(sizes, padding)
        return Shape(shape.axes, (self.c, *counts))

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        (shape,) = inputs
        kernel = spread(self.kernel, shape.sizes[1:], "kernel")
        weight = Weight("weight", (self.c, shape["c"] // self.groups, *kernel))
        return (weight, Weight("bias", (self.c,))) if self.bias else (weight,)

    def macs(self, *inputs: Shape) -> int:
        weight = self.weights(*inputs)[0]
        return self.output(*inputs).elements * prod(weight.shape[1:])

    def torch(self, *inputs: Shape) -> Call:
        (shape,) = inputs
        sizes = shape.sizes[1:]
        kernel, stride, dilation = self._geometry(sizes)
        function, padding = self._torch_padding(sizes)
        return Call.of(
            function,
            {"in_channels": shape["c"], "out_channels": self.c, "kernel_size": compact(kernel)},
            {
                "stride": (compact(stride), 1),
                "padding": (padding, 0),
                "dilation": (compact(dilation), 1),
                "groups": (self.groups, 1),
                "bias": (self.bias, True),
                "padding_mode": (self.pad_mode, "zeros"),
            },
        )

    def caption(self, *inputs: Shape) -> str:
        (shape,) = inputs
        kernel, stride, dilation = self._geometry(shape.sizes[1:])
        words = [f"{joined(kernel, '×')} conv", str(self.c)]
        if set(stride) != {1}:
            words.append(f"/{short(stride, '×')}")
        if set(dilation) != {1}:
            words.append(f"dilation {short(dilation, '×')}")
        if self.groups != 1:
            words.append(f"{self.groups} groups")
        return ", ".join(words)

    def _geometry(self, sizes: Sizes) -> tuple[Sizes, Sizes, Sizes]:
        """Kernel, stride and dilation for each spatial axis."""
        kernel = spread(self.kernel, sizes, "kernel")
        stride = spread(self.stride, sizes, "stride")
        return kernel, stride, spread(self.dilation, sizes, "dilation")

    def _padding(self, sizes: Sizes) -> tuple[tuple[int, int], ...]:
        """The places that are added before and after each spatial axis."""
        kernel, stride, dilation = self._geometry(sizes)
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
        kernel, stride, _ = self._geometry(sizes)
        function = f"nn.Conv{len(sizes)}d"
        if self.pad != "same" or set(kernel) == {1}:
            return function, compact(tuple(before for before, _ in self._padding(sizes)))
        return (function, "same") if set(stride) == {1} else (f"Conv{len(sizes)}dSame", 0)

    def _check_groups(self, channels: int) -> None:
        for number, words in ((channels, "input channels"), (self.c, "output channels")):
            if number % self.groups:
                raise ShapeError(
                    f"`groups={self.groups}` does not divide {number} {words}",
                    hint=f"`groups={gcd(channels, self.c)}`, or another that divides both "
                    f"{channels} and {self.c}",
                    option="groups",
                )

    def _check_pad_mode(self, sizes: Sizes, padding: tuple[tuple[int, int], ...]) -> None:
        """Refuses to take more places from the input than it has: a mirror leaves out the edge."""
        unused = {"reflect": 1, "circular": 0}.get(self.pad_mode)
        if unused is None:
            return
        for size, ends in zip(sizes, padding, strict=True):
            if max(ends) > size - unused:
                raise ShapeError(
                    f"`pad_mode={self.pad_mode}` can add at most {size - unused} at an end of "
                    f"an axis of {size}, but `pad` is {max(ends)}",
                    hint="`pad_mode=zeros` or `pad_mode=replicate`",
                    option="pad_mode",
                )

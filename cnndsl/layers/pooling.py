"""Pooling: one value of each window, the greatest, the mean, or another."""

from __future__ import annotations

from typing import ClassVar

from cnndsl.layers.base import Call, Kind, Layer, ShapeError, option
from cnndsl.layers.options import PerAxis, count, flag, per_axis, positive
from cnndsl.layers.windows import (
    Sizes,
    compact,
    joined,
    short,
    spatial_sizes,
    spread,
    window_counts,
)
from cnndsl.shape import Shape


class _Pool(Layer):
    """What pooling by a sliding window has in common."""

    kind = Kind.POOLING
    module: ClassVar[str]
    words: ClassVar[str]
    # Along `t h w`, torch's class does not count the padding where it asks whether a window fits.
    limited_along_time: ClassVar[bool] = False

    kernel: PerAxis = option(per_axis(), doc="size of the window", positional=True)
    stride: PerAxis | None = option(
        per_axis(), None, doc="step from one window to the next; by default the kernel"
    )
    ceil_mode: bool = option(
        flag(), False, doc="keeps a last window that hangs over the end, if it starts inside"
    )

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        sizes = spatial_sizes(self.word, shape)
        kernel, stride, pad, dilation = self._geometry(sizes)
        if any(2 * p > size for p, size in zip(pad, kernel, strict=True)):
            raise ShapeError(
                f"`pad={short(pad)}` is more than half of the {joined(kernel)} window",
                hint=f"`pad={short(tuple(size // 2 for size in kernel))}` at most",
                option="pad",
            )
        both = tuple(zip(pad, pad, strict=True))
        counts = window_counts(sizes, kernel, stride, both, dilation, self.ceil_mode)
        if self.limited_along_time and len(sizes) == 3:
            _check_whole_window(sizes, kernel)
        return Shape(shape.axes, (shape["c"], *counts))

    def torch(self, *inputs: Shape) -> Call:
        sizes = inputs[0].sizes[1:]
        kernel, stride, *_ = self._geometry(sizes)
        step = None if stride == kernel else compact(stride)
        return Call.of(
            f"nn.{self.module}{len(sizes)}d",
            {**self._own_arguments(), "kernel_size": compact(kernel)},
            {"stride": (step, None), **self._own_options(sizes)},
        )

    def caption(self, *inputs: Shape) -> str:
        kernel, stride, _, dilation = self._geometry(inputs[0].sizes[1:])
        words = [f"{joined(kernel, '×')} {self._words()}"]
        if set(stride) != {1}:
            words.append(f"/{short(stride, '×')}")
        if set(dilation) != {1}:
            words.append(f"dilation {short(dilation, '×')}")
        return ", ".join(words)

    def _words(self) -> str:
        """What a diagram calls it."""
        return self.words

    def _geometry(self, sizes: Sizes) -> tuple[Sizes, Sizes, Sizes, Sizes]:
        """Kernel, stride, padding and dilation for each spatial axis."""
        kernel = spread(self.kernel, sizes, "kernel")
        stride = kernel if self.stride is None else spread(self.stride, sizes, "stride")
        return kernel, stride, self._pad(sizes), self._dilation(sizes)

    def _pad(self, sizes: Sizes) -> Sizes:
        return (0,) * len(sizes)

    def _dilation(self, sizes: Sizes) -> Sizes:
        return (1,) * len(sizes)

    def _own_arguments(self) -> dict[str, object]:
        """The positional arguments that torch takes before the kernel, by name."""
        return {}

    def _own_options(self, sizes: Sizes) -> dict[str, tuple[object, object]]:
        """The options that torch takes after the stride: each one's value, and torch's default."""
        raise NotImplementedError(type(self).__name__)


def _check_whole_window(sizes: Sizes, kernel: Sizes) -> None:
    if any(k > size for k, size in zip(kernel, sizes, strict=True)):
        raise ShapeError(
            f"a {joined(kernel)} window is greater than {joined(sizes)}, "
            "and along `t h w` it has to fit without padding",
            hint=f"`kernel={joined(tuple(map(min, kernel, sizes)))}` at most",
            option="kernel",
            code="window",
        )


class _PaddedPool(_Pool):
    """What the pools that can be padded have in common."""

    pad: PerAxis = option(per_axis(0), 0, doc="places added at each end of an axis")

    def _pad(self, sizes: Sizes) -> Sizes:
        return spread(self.pad, sizes, "pad")

    def _own_options(self, sizes: Sizes) -> dict[str, tuple[object, object]]:
        return {"padding": (compact(self._pad(sizes)), 0)}


class MaxPool(_PaddedPool):
    """The greatest value of each window."""

    word = "maxpool"
    example = "maxpool 3x3 /2 pad=1"
    module = "MaxPool"
    words = "max pool"

    dilation: PerAxis = option(per_axis(), 1, doc="distance of the places that a window reads")

    def _dilation(self, sizes: Sizes) -> Sizes:
        return spread(self.dilation, sizes, "dilation")

    def _own_options(self, sizes: Sizes) -> dict[str, tuple[object, object]]:
        dilation = compact(self._dilation(sizes))
        return {
            **super()._own_options(sizes),
            "dilation": (dilation, 1),
            "ceil_mode": (self.ceil_mode, False),
        }


class AvgPool(_PaddedPool):
    """The mean of each window."""

    word = "avgpool"
    example = "avgpool 2x2"
    module = "AvgPool"
    words = "avg pool"
    limited_along_time = True

    count_include_pad: bool = option(flag(), True, doc="counts the padding in the mean")
    divisor_override: int | None = option(
        count(), None, doc="divides the sum by this, not by the size of the window"
    )

    def _own_options(self, sizes: Sizes) -> dict[str, tuple[object, object]]:
        return {
            **super()._own_options(sizes),
            **self.option_values("kernel", "stride", "pad"),
        }


class LpPool(_Pool):
    """The root of the sum of powers of each window: `sum(x ** p) ** (1 / p)`.

    With an odd `p`, it is for what is not negative.
    """

    word = "lppool"
    example = "lppool 2x2 p=2"
    module = "LPPool"
    limited_along_time = True

    p: float = option(positive(), doc="the power: with 1, the pool sums", positional=True)

    def _words(self) -> str:
        return f"L{self.p:g} pool"

    def _own_arguments(self) -> dict[str, object]:
        return {"norm_type": self.p}

    def _own_options(self, sizes: Sizes) -> dict[str, tuple[object, object]]:
        return {"ceil_mode": (self.ceil_mode, False)}


class _AdaptivePool(Layer):
    """What pooling to a size has in common, whatever the size of the input is."""

    kind = Kind.POOLING
    module: ClassVar[str]
    words: ClassVar[str]
    # The word of `reduce` that does the same along one axis, if it gives one value.
    reduction: ClassVar[str] = ""

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        hint = ""
        if self.reduction and shape.axes[1:] == ("c",):
            hint = f"put `reduce {self.reduction} axis={shape.axes[0]} -> take 0` in its place"
        sizes = spatial_sizes(self.word, shape, hint)
        return Shape(shape.axes, (shape["c"], *self._target(sizes)))

    def torch(self, *inputs: Shape) -> Call:
        sizes = inputs[0].sizes[1:]
        size = compact(self._target(sizes))
        return Call.of(f"nn.{self.module}{len(sizes)}d", {"output_size": size}, {})

    def caption(self, *inputs: Shape) -> str:
        return self.words

    def _target(self, sizes: Sizes) -> Sizes:
        """The size that it gives for each spatial axis."""
        return (1,) * len(sizes)


class GlobalAvgPool(_AdaptivePool):
    """The mean of each channel: `c h w` becomes `c 1 1`."""

    word = "gap"
    reduction = "mean"
    module = "AdaptiveAvgPool"
    words = "global avg pool"


class GlobalMaxPool(_AdaptivePool):
    """The greatest value of each channel: `c h w` becomes `c 1 1`."""

    word = "gmp"
    reduction = "max"
    module = "AdaptiveMaxPool"
    words = "global max pool"


class _SizedPool(_AdaptivePool):
    """What pooling to a given size has in common."""

    size: PerAxis = option(per_axis(), doc="size that it gives", positional=True)

    def caption(self, *inputs: Shape) -> str:
        return f"{self.words}, {joined(self._target(inputs[0].sizes[1:]), '×')}"

    def _target(self, sizes: Sizes) -> Sizes:
        return spread(self.size, sizes, "size")


class AdaptiveAvgPool(_SizedPool):
    """The mean of each of as many windows as `size` asks for."""

    word = "adaptive_avgpool"
    example = "adaptive_avgpool 7x7"
    module = "AdaptiveAvgPool"
    words = "adaptive avg pool"


class AdaptiveMaxPool(_SizedPool):
    """The greatest value of each of as many windows as `size` asks for."""

    word = "adaptive_maxpool"
    example = "adaptive_maxpool 7x7"
    module = "AdaptiveMaxPool"
    words = "adaptive max pool"

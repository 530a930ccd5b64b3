"""Pooling: a window's greatest or mean value."""

from __future__ import annotations

from typing import ClassVar

from cnndsl.layers.base import Call, Kind, Layer, ShapeError, option
from cnndsl.layers.options import PerAxis, count, flag, per_axis
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

    kernel: PerAxis = option(per_axis(), doc="size of the window", positional=True)
    stride: PerAxis | None = option(
        per_axis(), None, doc="step from one window to the next; by default the kernel"
    )
    pad: PerAxis = option(per_axis(0), 0, doc="places added at each end of an axis")
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
        return Shape(shape.axes, (shape["c"], *counts))

    def torch(self, *inputs: Shape) -> Call:
        sizes = inputs[0].sizes[1:]
        kernel, stride, pad, _ = self._geometry(sizes)
        options = {
            "stride": (None if stride == kernel else compact(stride), None),
            "padding": (compact(pad), 0),
            **self._own_options(sizes),
        }
        return Call.of(f"nn.{self.module}{len(sizes)}d", {"kernel_size": compact(kernel)}, options)

    def caption(self, *inputs: Shape) -> str:
        kernel, stride, _, dilation = self._geometry(inputs[0].sizes[1:])
        words = [f"{joined(kernel, '×')} {self.words}"]
        if set(stride) != {1}:
            words.append(f"/{short(stride, '×')}")
        if set(dilation) != {1}:
            words.append(f"dilation {short(dilation, '×')}")
        return ", ".join(words)

    def _geometry(self, sizes: Sizes) -> tuple[Sizes, Sizes, Sizes, Sizes]:
        """Kernel, stride, padding and dilation for each spatial axis."""
        kernel = spread(self.kernel, sizes, "kernel")
        stride = kernel if self.stride is None else spread(self.stride, sizes, "stride")
        return kernel, stride, spread(self.pad, sizes, "pad"), self._dilation(sizes)

    def _dilation(self, sizes: Sizes) -> Sizes:
        return (1,) * len(sizes)

    def _own_options(self, sizes: Sizes) -> dict[str, tuple[object, object]]:
        """The options that torch takes after these: each one's value, and torch's default."""
        raise NotImplementedError(type(self).__name__)


class MaxPool(_Pool):
    """The greatest value of each window."""

    word = "maxpool"
    module = "MaxPool"
    words = "max pool"

    dilation: PerAxis = option(per_axis(), 1, doc="distance of the places that a window reads")

    def _dilation(self, sizes: Sizes) -> Sizes:
        return spread(self.dilation, sizes, "dilation")

    def _own_options(self, sizes: Sizes) -> dict[str, tuple[object, object]]:
        dilation = compact(self._dilation(sizes))
        return {"dilation": (dilation, 1), "ceil_mode": (self.ceil_mode, False)}


class AvgPool(_Pool):
    """The mean of each window."""

    word = "avgpool"
    module = "AvgPool"
    words = "avg pool"

    count_include_pad: bool = option(flag(), True, doc="counts the padding in the mean")
    divisor_override: int | None = option(
        count(), None, doc="divides the sum by this, not by the size of the window"
    )

    def output(self, *inputs: Shape) -> Shape:
        result = super().output(*inputs)
        sizes = inputs[0].sizes[1:]
        kernel = spread(self.kernel, sizes, "kernel")
        # A limit of torch's AvgPool3d alone, which doesn't count the padding.
        if len(sizes) == 3 and any(k > size for k, size in zip(kernel, sizes, strict=True)):
            raise ShapeError(
                f"a {joined(kernel)} window is greater than {joined(sizes)}, "
                "and along `t h w` padding does not make up for it",
                hint=f"`kernel={joined(tuple(map(min, kernel, sizes)))}` at most",
                option="kernel",
            )
        return result

    def _own_options(self, sizes: Sizes) -> dict[str, tuple[object, object]]:
        return self.option_values("kernel", "stride", "pad")


class _AdaptivePool(Layer):
    """What pooling to a size has in common, whatever the size of the input is."""

    kind = Kind.POOLING
    module: ClassVar[str]
    words: ClassVar[str]

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        return Shape(shape.axes, (shape["c"], *self._target(spatial_sizes(self.word, shape))))

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
    module = "AdaptiveAvgPool"
    words = "global avg pool"


class GlobalMaxPool(_AdaptivePool):
    """The greatest value of each channel: `c h w` becomes `c 1 1`."""

    word = "gmp"
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
    module = "AdaptiveAvgPool"
    words = "adaptive avg pool"


class AdaptiveMaxPool(_SizedPool):
    """The greatest value of each of as many windows as `size` asks for."""

    word = "adaptive_maxpool"
    module = "AdaptiveMaxPool"
    words = "adaptive max pool"

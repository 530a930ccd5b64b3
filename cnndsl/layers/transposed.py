"""Transposed convolution."""

from __future__ import annotations

from math import prod

from cnndsl.layers.base import Call, ShapeError, Weight, option
from cnndsl.layers.convolution import Convolution
from cnndsl.layers.options import PerAxis, count, per_axis
from cnndsl.layers.windows import Sizes, compact, reach, short, spatial_sizes, spread
from cnndsl.shape import Shape


class TransposedConv(Convolution):
    """A transposed convolution over `h w` or `t h w`; a stride gives more places.

    An axis of n places becomes one of `(n - 1) * stride + dilation * (kernel - 1) + 1`, less `pad`
    at each end. It is not padded unless `pad` is given.
    """

    word = "upconv"
    example = "upconv 2x2 32 /2"
    words = "up-conv"

    c: int = option(count(), doc="channels that it gives", positional=True)
    pad: PerAxis = option(per_axis(0), 0, doc="places taken off each end of an axis")
    output_pad: PerAxis = option(per_axis(0), 0, doc="places added after each axis")
    groups: int = option(count(), 1, doc="parts of the channels that are convolved apart")

    def channels(self, given: int) -> int:
        return self.c

    def group_count(self, given: int) -> int:
        return self.groups

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        sizes = spatial_sizes(self.word, shape)
        self.check_groups(shape["c"])
        kernel, stride, dilation = self.geometry(sizes)
        pad, output_pad = self._padding(sizes)
        self._check_output_pad(output_pad, stride, dilation)
        # The formula in the documentation of torch.nn.ConvTranspose2d.
        axes = zip(sizes, kernel, stride, dilation, output_pad, strict=True)
        full = [(size - 1) * step + reach(k, d) + more for size, k, step, d, more in axes]
        for axis, places, cut in zip(shape.axes[1:], full, pad, strict=True):
            if places <= 2 * cut:
                raise ShapeError(
                    f"`pad={short(pad)}` takes {2 * cut} places off `{axis}`, which has {places}",
                    hint=f"`pad={(places - 1) // 2}` at most",
                    option="pad",
                )
        left = (places - 2 * cut for places, cut in zip(full, pad, strict=True))
        return Shape(shape.axes, (self.c, *left))

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        given = inputs[0]["c"]
        kernel = spread(self.kernel, inputs[0].sizes[1:], "kernel")
        return self.with_bias(Weight("weight", (given, self.c // self.groups, *kernel)), given)

    def macs(self, *inputs: Shape) -> int:
        weight = self.weights(*inputs)[0]
        return inputs[0].elements * prod(weight.shape[1:])

    def torch(self, *inputs: Shape) -> Call:
        given, sizes = inputs[0]["c"], inputs[0].sizes[1:]
        kernel, stride, dilation = map(compact, self.geometry(sizes))
        pad, output_pad = map(compact, self._padding(sizes))
        return Call.of(
            f"nn.ConvTranspose{len(sizes)}d",
            {"in_channels": given, "out_channels": self.c, "kernel_size": kernel},
            {
                "stride": (stride, 1),
                "padding": (pad, 0),
                "output_padding": (output_pad, 0),
                "groups": (self.groups, 1),
                "bias": (self.bias, True),
                "dilation": (dilation, 1),
            },
        )

    def _padding(self, sizes: Sizes) -> tuple[Sizes, Sizes]:
        """What is taken off the ends of each spatial axis, and what is added after it."""
        return spread(self.pad, sizes, "pad"), spread(self.output_pad, sizes, "output_pad")

    def _check_output_pad(self, output_pad: Sizes, stride: Sizes, dilation: Sizes) -> None:
        for more, step, distance in zip(output_pad, stride, dilation, strict=True):
            if more >= max(step, distance):
                raise ShapeError(
                    f"`output_pad={short(output_pad)}` has to be less than "
                    f"the stride, {short(stride)}, or the dilation, {short(dilation)}",
                    hint=f"`output_pad={max(step, distance) - 1}` at most",
                    option="output_pad",
                )

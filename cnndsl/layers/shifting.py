"""Shift of channels, which mixes neighbouring places without a multiplication."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from cnndsl.layers.axes import check_axes
from cnndsl.layers.base import Call, Kind, Layer, ShapeError, option
from cnndsl.layers.options import PerAxis, count, per_axis
from cnndsl.layers.windows import joined, spread
from cnndsl.shape import Shape

_SHIFT = '''\
class Shift(nn.Module):
    """Moves channels by the offsets of a window in turn; zeros come in from outside."""

    def __init__(self, kernel_size: int, dilation: int = 1) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.dilation = dilation

    def forward(self, input: Tensor) -> Tensor:
        height, width = input.shape[-2:]
        offsets = self.kernel_size**2
        shifted = input.shape[1] // offsets * offsets
        pad = self.kernel_size // 2 * self.dilation
        padded = nn.functional.pad(input, [pad] * 4)
        places = range(0, 2 * pad + 1, self.dilation)
        moved: list[Tensor] = []
        for y in places:
            for x in places:
                channels = slice(len(moved), shifted, offsets)
                moved.append(padded[:, channels, y : y + height, x : x + width])
        return torch.cat([torch.stack(moved, 2).flatten(1, 2), input[:, shifted:]], 1)'''


class Shift(Layer):
    """Moves each channel of `c h w` by one offset of a window.

    The shift of Wu et al. (2017), arXiv:1711.08141, as in the authors' code: channels take the
    offsets of a k x k window in turn, row by row; those that are left over, fewer than k^2, stay.
    """

    word = "shift"
    example = "shift 3x3"
    kind = Kind.CONVOLUTION
    definitions: ClassVar[Mapping[str, str]] = {"Shift": _SHIFT}

    kernel: PerAxis = option(per_axis(), doc="size of the window, which is odd and square")
    dilation: int = option(count(), 1, doc="places by which the channels are moved")

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        check_axes(self.word, shape, ("c", "h", "w"))
        kernel = spread(self.kernel, shape.sizes[1:], "kernel")
        if len(set(kernel)) > 1 or kernel[0] % 2 == 0:
            raise ShapeError(
                f"`shift` moves by a window that is square and has a middle, "
                f"but `kernel` is {joined(kernel)}",
                hint="`kernel=3`, or another odd number",
                option="kernel",
            )
        if shape["c"] < kernel[0] ** 2:
            raise ShapeError(
                f"a {joined(kernel)} window has {kernel[0] ** 2} offsets, "
                f"but there are only {shape['c']} channels to move",
                hint="more channels before it, or a smaller `kernel`",
                option="kernel",
            )
        return shape

    def torch(self, *inputs: Shape) -> Call:
        size = spread(self.kernel, inputs[0].sizes[1:], "kernel")[0]
        return Call.of("Shift", {"kernel_size": size}, {"dilation": (self.dilation, 1)})

    def caption(self, *inputs: Shape) -> str:
        window = joined(spread(self.kernel, inputs[0].sizes[1:], "kernel"), "×")
        return f"{window} shift" + (f", dilation {self.dilation}" if self.dilation > 1 else "")

"""Normalisation over the channels of each place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from cnndsl.layers.axes import check_axes
from cnndsl.layers.base import Call, Kind, Layer, ShapeError, Weight, option
from cnndsl.layers.normalisation import Norm
from cnndsl.layers.options import flag, number
from cnndsl.shape import Shape

_LAYER_NORM_2D = '''\
class LayerNorm2d(nn.LayerNorm):
    """Layer normalisation over the channels of `c h w`."""

    def forward(self, input: Tensor) -> Tensor:
        return super().forward(input.movedim(1, -1)).movedim(-1, 1)'''


class LayerNorm(Norm):
    """Layer normalisation over `c`, which must be the last axis."""

    word = "ln"

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        hint = "`ln2d` is over `c` of `c h w`" if shape.axes == ("c", "h", "w") else ""
        _check_last(self.word, shape, hint)
        return shape

    def torch(self, *inputs: Shape) -> Call:
        return self._call("nn.LayerNorm", inputs[0])

    def caption(self, *inputs: Shape) -> str:
        return "LN"

    def _call(self, function: str, shape: Shape) -> Call:
        return Call.of(
            function,
            {"normalized_shape": shape["c"]},
            {
                "eps": (self.eps, 1e-5),
                "elementwise_affine": (self.affine, True),
                "bias": (self.bias, True),
            },
        )


class LayerNorm2d(LayerNorm):
    """Layer normalisation over `c` of `c h w`, at each place by itself (ConvNeXt)."""

    word = "ln2d"
    definitions: ClassVar[Mapping[str, str]] = {"LayerNorm2d": _LAYER_NORM_2D}

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        hint = "`ln` is over `c` where it is last" if shape.axes[-1:] == ("c",) else ""
        check_axes(self.word, shape, ("c", "h", "w"), hint=hint)
        return shape

    def torch(self, *inputs: Shape) -> Call:
        return self._call("LayerNorm2d", inputs[0])


class RMSNorm(Layer):
    """Divides by the root mean square over `c`, which must be the last axis.

    Zhang and Sennrich, 2019, arXiv:1910.07467.
    """

    word = "rmsnorm"
    kind = Kind.NORMALISATION

    eps: float | None = option(
        number(0), None, doc="added to the mean square; by default the least step of its numbers"
    )
    affine: bool = option(flag(), True, doc="a trained scale for each channel")

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        _check_last(self.word, shape)
        return shape

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        return (Weight("weight", (inputs[0]["c"],)),) * self.affine

    def torch(self, *inputs: Shape) -> Call:
        return Call.of(
            "nn.RMSNorm",
            {"normalized_shape": inputs[0]["c"]},
            {"eps": (self.eps, None), "elementwise_affine": (self.affine, True)},
        )

    def caption(self, *inputs: Shape) -> str:
        return "RMSNorm"


def _check_last(word: str, shape: Shape, hint: str = "") -> None:
    if shape.axes[-1:] != ("c",):
        others = [axis for axis in shape.axes if axis != "c"]
        if not hint and "c" in shape:
            hint = f'put `rearrange "{shape.names} -> {" ".join(others)} c"` before it'
        raise ShapeError(f"`{word}` wants `c` last, but gets {shape.describe()}", hint)

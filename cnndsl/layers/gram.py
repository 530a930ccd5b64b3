"""The Gram matrix of the channels."""

from __future__ import annotations

from cnndsl.layers.base import Expression, Layer, option
from cnndsl.layers.options import one_of
from cnndsl.layers.windows import spatial_sizes
from cnndsl.shape import Shape

# What the sums are divided by, as an expression over the input.
_DIVISORS = {"elements": " / {}[0].numel()", "places": " / {}[0, 0].numel()", "nothing": ""}


class Gram(Layer):
    """The sums over `h w` of the products of every two channels: `c h w` becomes `c d`.

    Both axes are the channels of the input. Gatys et al. (2015), arXiv:1508.06576, equation 3.
    """

    word = "gram"

    divide_by: str = option(
        one_of(*_DIVISORS),
        "elements",
        doc="what the sums are divided by: `elements` is `c * h * w`, as usual in code; "
        "`places` is `h * w`; `nothing` is as in the paper",
    )

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        spatial_sizes(self.word, shape)
        return Shape.of(c=shape["c"], d=shape["c"])

    def macs(self, *inputs: Shape) -> int:
        return inputs[0]["c"] * inputs[0].elements

    def torch(self, *inputs: Shape) -> Expression:
        places = "".join(inputs[0].axes[1:])
        sums = f'torch.einsum("bc{places},bd{places}->bcd", {{}}, {{}})'
        return Expression(sums + _DIVISORS[self.divide_by])

    def caption(self, *inputs: Shape) -> str:
        return "Gram"

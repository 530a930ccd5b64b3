"""Linear maps."""

from __future__ import annotations

from cnndsl.layers.axes import channels_last
from cnndsl.layers.base import Call, Kind, Layer, ShapeError, Weight, option
from cnndsl.layers.options import count, flag
from cnndsl.shape import Shape


class FullyConnected(Layer):
    """A linear map of `c`, which must be the last axis."""

    word = "fc"
    example = "fc 10"
    kind = Kind.LINEAR

    c: int = option(count(), doc="features that it gives", positional=True)
    bias: bool = option(flag(), True, doc="adds a trained number to each feature")

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if shape.axes[-1:] != ("c",):
            hint = channels_last(shape) or "put `flatten` before it"
            raise ShapeError(f"`fc` wants `c` last, but gets {shape.describe()}", hint)
        return shape.replace(c=self.c)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        weight = Weight("weight", (self.c, inputs[0]["c"]))
        return (weight, Weight("bias", (self.c,))) if self.bias else (weight,)

    def macs(self, *inputs: Shape) -> int:
        return inputs[0].elements * self.c

    def torch(self, *inputs: Shape) -> Call:
        features = {"in_features": inputs[0]["c"], "out_features": self.c}
        return Call.of("nn.Linear", features, self.option_values("c"))

    def caption(self, *inputs: Shape) -> str:
        return f"fc {self.c}"

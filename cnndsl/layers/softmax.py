"""The softmax family: activations along an axis."""

from __future__ import annotations

from cnndsl.layers.activation import Activation
from cnndsl.layers.axes import check_axis
from cnndsl.layers.base import Call, option
from cnndsl.layers.options import axis_name
from cnndsl.shape import Shape


class _AlongAxis(Activation):
    """What the softmax family has in common."""

    keeps_output = True

    axis: str = option(axis_name(), "c", doc="axis along which the results sum to 1")

    def output(self, *inputs: Shape) -> Shape:
        check_axis(self.word, inputs[0], self.axis)
        return inputs[0]

    def torch(self, *inputs: Shape) -> Call:
        return Call.of(f"nn.{type(self).__name__}", {}, {"dim": (inputs[0].dim(self.axis), None)})

    def caption(self, *inputs: Shape) -> str:
        name = type(self).__name__
        return name if self.axis == "c" else f"{name} {self.axis}"


class Softmax(_AlongAxis):
    """`exp(x)`, divided by its sum along an axis."""

    word = "softmax"


class LogSoftmax(_AlongAxis):
    """The logarithm of softmax; of its results, `exp` sums to 1."""

    word = "log_softmax"


class Softmin(_AlongAxis):
    """`exp(-x)`, divided by its sum along an axis."""

    word = "softmin"

"""Activations: every elementwise one of torch.nn."""

from __future__ import annotations

from cnndsl.layers.base import Call, Kind, Layer, ShapeError, Weight, option
from cnndsl.layers.options import count, number, one_of, positive
from cnndsl.shape import Shape


class Activation(Layer):
    """What activations have in common: the shape stays, and the class has its torch name."""

    kind = Kind.ACTIVATION

    def torch(self, *inputs: Shape) -> Call:
        options = self.option_values()
        # What a spec writes as plain values is written so in Python, as far as it is not a default.
        plain = {}
        for name in self.positional_names:
            value, default = options[name]
            if value == default:
                break
            plain[name] = value
            del options[name]
        return Call.of(f"nn.{type(self).__name__}", plain, options)

    def caption(self, *inputs: Shape) -> str:
        call = self.torch(*inputs)
        values = (*call.args, *(value for _, value in call.options))
        return " ".join([type(self).__name__, *map(str, values)])


class ReLU(Activation):
    """`max(x, 0)`."""

    word = "relu"
    overwrites = True
    keeps_output = True


class ReLU6(Activation):
    """`min(max(x, 0), 6)`."""

    word = "relu6"
    overwrites = True


class LeakyReLU(Activation):
    """`x` above 0, `negative_slope * x` below."""

    word = "leaky_relu"
    overwrites = True
    keeps_output = True

    # Torch has no gradient for a negative slope where the result was written over the input.
    negative_slope: float = option(number(0), 0.01, doc="slope below 0", positional=True)


class PReLU(Activation):
    """`x` above 0, a trained slope times `x` below."""

    word = "prelu"

    num_parameters: int = option(
        count(), 1, doc="trained slopes: 1, or one for each channel (`prelu it.c`)", positional=True
    )
    slope: float = option(number(), 0.25, doc="slope at the start; `init` in torch")

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if self.num_parameters not in (1, *shape.sizes[:1]):
            raise ShapeError(
                f"`prelu` has {self.num_parameters} slopes, "
                f"but the first axis of {shape.describe()} has {shape.sizes[0]}",
                hint="`prelu` for one slope, or `prelu it.c` for one for each channel",
                option="num_parameters",
            )
        return shape

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        return (Weight("weight", (self.num_parameters,)),)

    def torch(self, *inputs: Shape) -> Call:
        # A spec can't say `init`, a reserved word.
        slopes = {"num_parameters": self.num_parameters} if self.num_parameters != 1 else {}
        return Call.of("nn.PReLU", slopes, {"init": (self.slope, 0.25)})


class RReLU(Activation):
    """`x` above 0; below, `x` times a slope that is drawn by chance in training."""

    word = "rrelu"
    overwrites = True
    keeps_output = True

    lower: float = option(number(0), 1 / 8, doc="least slope below 0", positional=True)
    upper: float = option(number(0), 1 / 3, doc="greatest slope below 0", positional=True)

    def output(self, *inputs: Shape) -> Shape:
        if self.lower > self.upper:
            raise ShapeError(
                f"`lower={self.lower}` has to be at most `upper={self.upper}`",
                hint=f"`lower={self.upper} upper={self.lower}`",
                option="upper",
            )
        return inputs[0]


class ELU(Activation):
    """`x` above 0, `alpha * (exp(x) - 1)` below."""

    word = "elu"
    overwrites = True
    keeps_output = True

    alpha: float = option(number(0), 1.0, doc="depth below 0", positional=True)


class SELU(Activation):
    """ELU scaled to keep mean and variance (Klambauer et al., 2017)."""

    word = "selu"
    overwrites = True
    keeps_output = True


class CELU(Activation):
    """`x` above 0, `alpha * (exp(x / alpha) - 1)` below."""

    word = "celu"
    overwrites = True
    keeps_output = True

    alpha: float = option(positive(), 1.0, doc="depth below 0", positional=True)


class GELU(Activation):
    """`x * Φ(x)`, where Φ is the normal distribution."""

    word = "gelu"

    approximate: str = option(
        one_of("none", "tanh"), "none", doc="`tanh` approximates the normal distribution by it"
    )


class SiLU(Activation):
    """`x * sigmoid(x)`, also called swish."""

    word = "silu"
    overwrites = True


class Mish(Activation):
    """`x * tanh(softplus(x))`."""

    word = "mish"
    overwrites = True


class Softplus(Activation):
    """`log(1 + exp(beta * x)) / beta`."""

    word = "softplus"

    beta: float = option(number(), 1.0, doc="sharpness at 0", positional=True)
    threshold: float = option(number(), 20.0, doc="`x` itself where `beta * x` is above this")


class Softshrink(Activation):
    """`x` nearer to 0 by `lambd`; 0 where it is nearer than that."""

    word = "softshrink"

    lambd: float = option(number(0), 0.5, doc="the λ of the formula", positional=True)


class Softsign(Activation):
    """`x / (1 + |x|)`."""

    word = "softsign"


class Hardshrink(Activation):
    """`x` where it is farther from 0 than `lambd`, else 0."""

    word = "hardshrink"

    lambd: float = option(number(), 0.5, doc="the λ of the formula", positional=True)


class Hardsigmoid(Activation):
    """`min(max(x + 3, 0), 6) / 6`."""

    word = "hardsigmoid"
    overwrites = True


class Hardswish(Activation):
    """`x * hardsigmoid(x)`."""

    word = "hardswish"
    overwrites = True


class Hardtanh(Activation):
    """`min(max(x, min_val), max_val)`."""

    word = "hardtanh"
    overwrites = True

    min_val: float = option(number(), -1.0, doc="least value", positional=True)
    max_val: float = option(number(), 1.0, doc="greatest value", positional=True)

    def output(self, *inputs: Shape) -> Shape:
        if self.min_val >= self.max_val:
            raise ShapeError(
                f"`min_val={self.min_val}` has to be less than `max_val={self.max_val}`",
                hint="`hardtanh` for -1 to 1, `relu6` for 0 to 6",
                option="max_val",
            )
        return inputs[0]


class LogSigmoid(Activation):
    """`log(sigmoid(x))`."""

    word = "logsigmoid"


class Sigmoid(Activation):
    """`1 / (1 + exp(-x))`."""

    word = "sigmoid"
    keeps_output = True


class Tanh(Activation):
    """`(exp(x) - exp(-x)) / (exp(x) + exp(-x))`."""

    word = "tanh"
    keeps_output = True


class Tanhshrink(Activation):
    """`x - tanh(x)`."""

    word = "tanhshrink"


class Threshold(Activation):
    """`x` above `threshold`, else `value`."""

    word = "threshold"
    example = "threshold 0.1 20"
    overwrites = True

    threshold: float = option(number(), doc="where `value` ends", positional=True)
    value: float = option(number(), doc="what stands below `threshold`", positional=True)

"""How the numbers of a tensor start: the functions of torch.nn.init, and one that it has not.

Formulas and defaults are those of https://docs.pytorch.org/docs/stable/nn.init.html; `bilinear` is
that of Long et al. (2014), arXiv:1411.4038, section 3.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cnndsl.layers.base import REQUIRED, Call, Parameter
from cnndsl.layers.options import Accepts, count, number, one_of, positive

# The activations that torch.nn.init.calculate_gain knows.
NONLINEARITIES = (
    *("linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d"),
    *("conv_transpose3d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"),
)


@dataclass(frozen=True, slots=True)
class StartFunction:
    """A function of torch.nn.init: its options in torch's order, and how many axes it needs.

    One that torch has not is brought by the emitted file: `definition` is its text.
    """

    parameters: tuple[Parameter, ...] = ()
    least_axes: int = 0
    most_axes: int | None = None
    by_channel: bool = False
    definition: str = ""

    def refuses(self, shape: tuple[int, ...], options: dict[str, Any]) -> str:
        """Why it can't fill a tensor of that shape; empty where it can."""
        axes = len(shape)
        few = axes < self.least_axes
        if few or (self.most_axes is not None and axes > self.most_axes):
            wanted = f"{self.least_axes} axes" if self.least_axes == self.most_axes else ""
            wanted = wanted or (f"{self.least_axes} axes or more" if few else "fewer axes")
            return f"needs a tensor of {wanted}"
        if shape and shape[0] % options.get("groups", 1):
            return f"needs a first axis that {options['groups']} groups divide"
        if self.by_channel and shape[1] not in (1, shape[0]):
            return "needs a tensor for as many channels as there come"
        return ""


def _option(name: str, accepts: Accepts[Any], default: Any, doc: str) -> Parameter:
    return Parameter(name, accepts, default, doc, default is REQUIRED)


_GAIN = _option("gain", number(0), 1.0, "a factor of the spread")
_MEAN = _option("mean", number(), 0.0, "the mean")
_STD = _option("std", number(0), 1.0, "the standard deviation")
_KAIMING = StartFunction(
    (
        _option("a", number(), 0, "the negative slope of a leaky ReLU that follows"),
        _option("mode", one_of("fan_in", "fan_out"), "fan_in", "the pass that keeps its variance"),
        _option("nonlinearity", one_of(*NONLINEARITIES), "leaky_relu", "what follows"),
    ),
    least_axes=2,
)
_XAVIER = StartFunction((_GAIN,), least_axes=2)

_BILINEAR = """
def bilinear_(tensor: Tensor) -> Tensor:
    \"\"\"Starts a transposed convolution as the bilinear interpolation of each channel.\"\"\"
    weights = torch.ones(())
    for size in tensor.shape[2:]:
        places = torch.arange(size, dtype=tensor.dtype, device=tensor.device)
        falling = 1 - (places - (size - 1) / 2).abs() / ((size + 1) // 2)
        weights = weights.unsqueeze(-1) * falling
    with torch.no_grad():
        tensor.zero_()
        for channel in range(tensor.shape[0]):
            tensor[channel, channel % tensor.shape[1]] = weights
    return tensor
"""

# Every function by its name, without torch's underscore at the end.
STARTS: dict[str, StartFunction] = {
    "zeros": StartFunction(),
    "ones": StartFunction(),
    "constant": StartFunction((_option("val", number(), REQUIRED, "the number"),)),
    "normal": StartFunction((_MEAN, _STD)),
    "uniform": StartFunction(
        (
            _option("a", number(), 0.0, "the least number"),
            _option("b", number(), 1.0, "the bound above"),
        )
    ),
    "trunc_normal": StartFunction(
        (
            _MEAN,
            _option("std", positive(), 1.0, "the standard deviation"),
            _option("a", number(), -2.0, "the least number"),
            _option("b", number(), 2.0, "the greatest number"),
        )
    ),
    "xavier_uniform": _XAVIER,
    "xavier_normal": _XAVIER,
    "kaiming_uniform": _KAIMING,
    "kaiming_normal": _KAIMING,
    "orthogonal": StartFunction((_GAIN,), least_axes=2),
    "dirac": StartFunction(
        (_option("groups", count(), 1, "the groups of the convolution"),), 3, most_axes=5
    ),
    "sparse": StartFunction(
        (
            _option("sparsity", number(0, 1), REQUIRED, "the share of zeros in each column"),
            _option("std", number(0), 0.01, "the standard deviation of the others"),
        ),
        2,
        most_axes=2,
    ),
    "eye": StartFunction((), 2, most_axes=2),
    "bilinear": StartFunction((), 4, most_axes=4, by_channel=True, definition=_BILINEAR.strip()),
}
# The functions that emitted files bring: how they call each, and its text.
DEFINITIONS = {f"{name}_": start.definition for name, start in STARTS.items() if start.definition}


@dataclass(frozen=True, slots=True)
class Start:
    """One way for a tensor to start: a function, and the options that it is given, by name."""

    function: str
    options: tuple[tuple[str, Any], ...] = ()

    def call(self, tensor: object) -> Call:
        """The call that fills a tensor, which may be the call that makes it."""
        given = dict(self.options)
        parameters = STARTS[self.function].parameters
        needed = {p.name: given[p.name] for p in parameters if p.required}
        options = {
            p.name: (given.get(p.name, p.default), p.default) for p in parameters if not p.required
        }
        return Call.of(self.called, {"tensor": tensor, **needed}, options)

    @property
    def called(self) -> str:
        """The function as emitted files call it."""
        own = f"{self.function}_"
        return own if own in DEFINITIONS else f"nn.init.{own}"

"""The classes of torch.nn as layers, by their own names: `nn.Softplus beta=2`."""

from __future__ import annotations

import inspect
from functools import cache
from typing import TYPE_CHECKING, Any

from cnndsl.errors import suggestion
from cnndsl.foreign.layer import ForeignLayer, anything, kind_of_layer
from cnndsl.foreign.trial import check_class, torch_nn
from cnndsl.layers.base import REQUIRED, Kind, Parameter, ShapeError

if TYPE_CHECKING:
    from torch import nn

# Parameters of constructors that are no options: where a value is written, and where a model is,
# is decided when it is built.
_NOT_OPTIONS = {"inplace", "device", "dtype"}
_BY_PLACE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
# What the classes of a module of torch.nn.modules are for.
_KINDS = {
    "activation": Kind.ACTIVATION,
    "batchnorm": Kind.NORMALISATION,
    "conv": Kind.CONVOLUTION,
    "instancenorm": Kind.NORMALISATION,
    "linear": Kind.LINEAR,
    "normalization": Kind.NORMALISATION,
    "pooling": Kind.POOLING,
}


@cache
def torch_layer(word: str) -> type[ForeignLayer]:
    """The kind of layer that is the class `word` of torch.nn, `nn.Softplus`.

    Raises:
        ShapeError: there is no such class, it can't be a layer, or torch is not installed.
    """
    nn = torch_nn(word)
    name = word.removeprefix("nn.")
    if not hasattr(nn, name):
        known = [f"nn.{other}" for other in dir(nn) if isinstance(getattr(nn, other), type)]
        message = f"torch has no class `{word}`"
        raise ShapeError(message, suggestion(word, known), code="unknown-layer")
    target = getattr(nn, name)
    check_class(word, target)
    kind = _KINDS.get(target.__module__.rpartition(".")[2], Kind.OTHER)
    return kind_of_layer(ForeignLayer, word, target, _options(target), word, kind=kind)


def _options(target: type[nn.Module]) -> tuple[Parameter, ...]:
    """What the constructor takes; plain values go to what it needs, or else to the first."""
    taken = [
        parameter
        for parameter in inspect.signature(target).parameters.values()
        if parameter.kind in (*_BY_PLACE, inspect.Parameter.KEYWORD_ONLY)
        and parameter.name not in _NOT_OPTIONS
    ]
    needed = [p.name for p in taken if p.kind in _BY_PLACE and p.default is p.empty]
    plain = needed or [parameter.name for parameter in taken[:1]]
    return tuple(
        Parameter(p.name, anything(), _default(p), "as torch documents it", p.name in plain)
        for p in taken
    )


def _default(parameter: inspect.Parameter) -> Any:
    return REQUIRED if parameter.default is parameter.empty else parameter.default

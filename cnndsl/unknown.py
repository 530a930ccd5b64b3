"""The diagnostics of names that mean nothing, with the nearest that does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cnndsl import syntax
from cnndsl.errors import Diagnostic, nearest, suggestion
from cnndsl.functions import FUNCTION_NAMES
from cnndsl.layers import LAYERS

# What people write who come from a framework, and the word for it here.
OTHER_WORDS = {
    "linear": "fc",
    "dense": "fc",
    "fully_connected": "fc",
    "conv2d": "conv",
    "conv3d": "conv",
    "convolution": "conv",
    "batchnorm": "bn",
    "batchnorm2d": "bn",
    "batch_norm": "bn",
    "maxpool2d": "maxpool",
    "max_pool": "maxpool",
    "avgpool2d": "avgpool",
    "avg_pool": "avgpool",
    "global_avg_pool": "gap",
    "globalavgpool": "gap",
    "cat": "concat",
    "swish": "silu",
}

# The same for options.
OTHER_ARGUMENTS = {
    "out_channels": "c",
    "out_features": "c",
    "num_features": "c",
    "channels": "c",
    "filters": "c",
    "kernel_size": "kernel",
    "k": "kernel",
    "padding": "pad",
    "padding_mode": "pad_mode",
    "strides": "stride",
    "use_bias": "bias",
    "epsilon": "eps",
    "rate": "p",
    "dim": "axis",
}


def is_torch_layer(name: str) -> bool:
    """Whether it names a class of torch.nn, `nn.Softplus`; whether there is one, torch knows."""
    return name.startswith("nn.")


def other_argument(name: str, known: Sequence[str]) -> str | None:
    """The parameter that someone from a framework means by `name`, if it is there."""
    meant = OTHER_ARGUMENTS.get(name.lower())
    return meant if meant and meant in known else None


def unknown_unit(name: syntax.Name, known: Iterable[str]) -> Diagnostic:
    """That an item or a call applies something that there is not."""
    near = OTHER_WORDS.get(name.name.lower()) or nearest(name.name, known)
    hint = f"did you mean `{near}`?" if near else ""
    message = f"there is no block or layer `{name.name}`"
    return Diagnostic("unknown-name", message, name.span, hint=hint)


def unknown_layer(name: syntax.Name) -> Diagnostic:
    """That a `default` line names something that is no layer."""
    hint = suggestion(name.name, LAYERS, "a default is for one of the layers")
    return Diagnostic("unknown-name", f"there is no layer `{name.name}`", name.span, hint=hint)


def unknown_value(name: syntax.Name, known: Iterable[str]) -> Diagnostic:
    """That an expression or an argument names something that there is not."""
    hint = suggestion(name.name, ["true", "false", *known])
    if name.name in FUNCTION_NAMES:
        hint = f"`{name.name}` is a function: write `{name.name}(…)`"
    return Diagnostic("unknown-name", f"there is no value `{name.name}` here", name.span, hint=hint)

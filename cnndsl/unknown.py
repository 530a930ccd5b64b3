"""The diagnostics of names that mean nothing, with the nearest that does."""

from __future__ import annotations

from collections.abc import Iterable

from cnndsl import syntax
from cnndsl.errors import Diagnostic, nearest
from cnndsl.functions import FUNCTION_NAMES

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


def unknown_unit(name: syntax.Name, known: Iterable[str]) -> Diagnostic:
    """That an item or a call applies something that there is not."""
    near = OTHER_WORDS.get(name.name.lower()) or nearest(name.name, known)
    hint = f"did you mean `{near}`?" if near else ""
    message = f"there is no block or layer `{name.name}`"
    return Diagnostic("unknown-name", message, name.span, hint=hint)


def unknown_value(name: syntax.Name, known: Iterable[str]) -> Diagnostic:
    """That an expression or an argument names something that there is not."""
    near = nearest(name.name, ["true", "false", *known])
    hint = f"did you mean `{near}`?" if near else ""
    if name.name in FUNCTION_NAMES:
        hint = f"`{name.name}` is a function: write `{name.name}(…)`"
    return Diagnostic("unknown-name", f"there is no value `{name.name}` here", name.span, hint=hint)

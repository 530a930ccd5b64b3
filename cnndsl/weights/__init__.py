"""Weights of a checkpoint, matched with a network's by rules, checked, and loaded all or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from os import PathLike

    from torch import nn

    from cnndsl.weights.report import WeightsReport


def load_weights(
    model: nn.Module,
    state_dict: Mapping[str, Any],
    *,
    rename: str | PathLike[str] | Mapping[str, Any] | None = None,
    match: str = "name",
    partial: bool = False,
    cast: bool = False,
) -> WeightsReport:
    """Loads weights into a module, and tells what was matched; what fails changes nothing.

    Every tensor of the module's state_dict is filled by one of the same name, shape, kind and type
    of numbers, and none is left over. For a module that a design gave, the report and the errors
    tell the lines of the spec.

    Args:
        model: a torch module, that of `design.module()` or any other.
        state_dict: tensors by their names, or what has them in one part, such as `"model"`.
        rename: a file of rules for the names, `rules.yaml`, or the same as a mapping:
            `{"patterns": {"^backbone[.]": ""}, "names": {"head.weight": "fc.weight"},
            "drop": ["^aux"], "keep": ["^fc[.]"]}`.
        match: `"name"`, or `"order"` for a checkpoint with other names whose tensors are the same
            from first to last.
        partial: whether what fits is loaded although other tensors don't, or have no counterpart;
            those of the module then stay as they are.
        cast: whether floating-point numbers are converted to the module's type.

    Raises:
        CnnError: the weights do not fit, the rules are wrong, or torch is not installed.
    """
    from cnndsl.weights.loading import load_into  # nothing else needs its imports

    return load_into(model, state_dict, rename, match, partial, cast)

"""The weights in what a checkpoint holds, which may be wrapped in other things that were saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cnndsl.errors import request_error, suggestion
from cnndsl.weights.entries import Given
from cnndsl.weights.report import some

# So deep are weights wrapped at most: `{"model": {"state_dict": …}}`.
_DEEPEST = 3


def unwrapped(
    held: Mapping[Any, Any], checkpoint: str, entry: str = ""
) -> tuple[Mapping[str, Any], list[str]]:
    """The weights in what a checkpoint holds, and notes of where they were.

    `entry` is the path of the part that has them, `model_ema` say, where there are several.

    Raises:
        CnnError: there are none, or several and no `entry`, or nothing is called so.
    """
    found = dict(_state_dicts(held))
    if entry:
        if entry not in found:
            known = [path for path in found if path]
            there = f"there are {some([f'`{path}`' for path in known])}" if known else ""
            if "" in found:
                there = "its weights are in no part of it: leave `--entry` out"
            hint = suggestion(entry, known, there)
            message = f"{checkpoint} has no weights under `{entry}`"
            raise request_error("checkpoint", message, hint)
        return found[entry], [f"the weights are those under `{entry}`"]
    if not found:
        _refuse_other_names(held, checkpoint)
        names = some([f"`{key}`" for key in held])
        there = f"only {names}" if names else "it is empty"
        raise request_error("checkpoint", f"there are no weights in {checkpoint}: {there}")
    if len(found) > 1:
        message = f"{checkpoint} has several sets of weights: {some([f'`{p}`' for p in found])}"
        first = next(iter(found))
        hint = f"choose one, by `--entry {first}`, in Python by handing it over alone"
        raise request_error("checkpoint", message, hint)
    ((path, weights),) = found.items()
    return weights, [f"the weights are those under `{path}`"] if path else []


def _refuse_other_names(held: Mapping[Any, Any], checkpoint: str) -> None:
    """Refuses tensors of which some have a number, or what else is no text, for a name.

    Raises:
        CnnError: there are such.
    """
    others = [f"`{key!r:.40}`" for key in held if not isinstance(key, str)]
    if others and any(map(_is_tensor, held.values())):
        message = (
            f"weights go by names, and of those of {checkpoint} these are none: {some(others)}"
        )
        raise request_error("checkpoint", message, "save a state_dict: `model.state_dict()`")


def _state_dicts(
    held: Mapping[Any, Any], depth: int = 0
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The mappings that hold tensors by names, with their paths; of nested ones the outermost.

    One that has fewer tensors than what it holds is no state_dict: a loss beside the weights, say.
    """
    if not all(isinstance(key, str) for key in held):
        return  # the state of an optimiser, by numbers
    inner = [
        (f"{key}.{path}".rstrip("."), weights)
        for key, value in held.items()
        if isinstance(value, Mapping) and depth < _DEEPEST
        for path, weights in _state_dicts(value, depth + 1)
    ]
    own = _tensors_in(held)
    if own and all(own >= _tensors_in(weights) for _, weights in inner):
        yield "", held
    else:
        yield from inner


def _tensors_in(held: Mapping[Any, Any]) -> int:
    return sum(map(_is_tensor, held.values()))


def entries(weights: Mapping[str, Any]) -> tuple[Given, ...]:
    """The tensors of a checkpoint, and what stands among them, without their numbers."""
    return tuple(_given(name, value) for name, value in weights.items())


def _given(name: str, value: Any) -> Given:
    from torch.nn import Parameter

    if other := _other(value):
        return Given(name, name, name, (), other, is_tensor=False)
    dtype = str(value.dtype).removeprefix("torch.")
    is_parameter = isinstance(value, Parameter)
    return Given(name, name, name, tuple(value.shape), dtype, is_parameter=is_parameter)


def _other(value: Any) -> str:
    """What stands in the place of a tensor with its numbers one after the other; empty for one."""
    import torch

    if not _is_tensor(value):
        return type(value).__name__
    if value.is_meta:
        return "tensor without numbers"
    if value.is_quantized or value.is_nested or value.layout is not torch.strided:
        return "tensor that is sparse, quantised or nested"
    return ""


def _is_tensor(value: object) -> bool:
    from torch import Tensor

    return isinstance(value, Tensor)

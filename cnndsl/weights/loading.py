"""Weights into a live module: all that were asked for, or none."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

from cnndsl.errors import request_error
from cnndsl.load import design_of, require_torch
from cnndsl.source import Span
from cnndsl.weights.entries import Wanted
from cnndsl.weights.fitting import Checkpoint, How, fitted
from cnndsl.weights.places import places
from cnndsl.weights.report import WeightsReport
from cnndsl.weights.rules_file import rules
from cnndsl.weights.unwrapping import entries, unwrapped

if TYPE_CHECKING:
    from torch import Tensor, nn

_CHECKPOINT = "the state_dict"


def load_into(
    model: nn.Module,
    state_dict: Mapping[str, Any],
    rename: str | PathLike[str] | Mapping[str, Any] | None,
    match: str,
    partial: bool,
    cast: bool,
) -> WeightsReport:
    """Loads weights into a module; see `cnndsl.load_weights`.

    Raises:
        CnnError: they do not fit, or not as it is asked; the module is then as it was.
    """
    require_torch()
    _require_types(model, state_dict)
    how = How(rules(rename), match, partial, cast)
    weights, notes = unwrapped(state_dict, _CHECKPOINT)
    design = design_of(model)
    targets = tensors(model)
    found = fitted(
        design.name if design else type(model).__name__,
        wanted(targets, model, known_places(model)),
        Checkpoint(_CHECKPOINT, entries(weights), tuple(notes)),
        how,
    )
    _fill(targets, {p.wanted.name: weights[p.given.key] for p in found.match.pairs})
    return found


def _require_types(model: object, state_dict: object) -> None:
    from torch import nn

    if not isinstance(model, nn.Module):
        message = f"weights are loaded into a torch module, and this is a {type(model).__name__}"
        raise request_error("parameter", message, "a design gives one: `design.module()`")
    if not isinstance(state_dict, Mapping):
        message = f"weights are given as a state_dict, and this is a {type(state_dict).__name__}"
        hint = "of a file: `torch.load(path, weights_only=True)`"
        raise request_error("parameter", message, hint)


def tensors(model: nn.Module) -> dict[str, Tensor]:
    """The tensors of a module's state_dict, by their names."""
    from torch import Tensor

    return {name: t for name, t in model.state_dict().items() if isinstance(t, Tensor)}


def known_places(model: nn.Module) -> dict[str, Span]:
    """The places of a module's tensors by their names, where it or a part of it has a design."""
    found = {}
    for path, part in model.named_modules():
        if design := design_of(part):
            prefix = f"{path}." if path else ""
            found.update({f"{prefix}{name}": span for name, span in places(design).items()})
    return found


def wanted(
    targets: Mapping[str, Tensor], model: nn.Module, spans: Mapping[str, Span]
) -> list[Wanted]:
    """The tensors of a module as what is to be filled; with their places, where they are known.

    Raises:
        CnnError: one has no shape yet.
    """
    from torch.nn.parameter import is_lazy

    trained = {name for name, _ in model.named_parameters(remove_duplicate=False)}
    found = []
    for name, tensor in targets.items():
        if is_lazy(tensor):
            hint = "run the module once, and load then"
            raise request_error("parameter", f"`{name}` of the module has no shape yet", hint)
        dtype = str(tensor.dtype).removeprefix("torch.")
        found.append(Wanted(name, tuple(tensor.shape), name in trained, dtype, spans.get(name)))
    return found


def _fill(targets: Mapping[str, Tensor], weights: Mapping[str, Tensor]) -> None:
    """Copies numbers into a module's tensors once all of them are there in the right form.

    Raises:
        CnnError: the module has no room for them.
    """
    import torch

    for name in weights:
        _require_room(name, targets[name])
    # A copy of each, since they may be the module's own, in another order.
    ready = {
        name: torch.empty_like(targets[name]).copy_(tensor.detach())
        for name, tensor in weights.items()
    }
    _refuse_torn(targets, ready)
    with torch.no_grad():
        for name, tensor in ready.items():
            targets[name].copy_(tensor)


def _require_room(name: str, tensor: Tensor) -> None:
    """Makes sure that a tensor of the module has a place for each of its numbers.

    Raises:
        CnnError: it has none.
    """
    if tensor.is_meta:
        message = f"`{name}` of the module is on the meta device, where tensors have no numbers"
        hint = "`model.to_empty(device='cpu')` gives it room"
    elif any(step == 0 and n > 1 for n, step in zip(tensor.shape, tensor.stride(), strict=True)):
        message = f"`{name}` of the module is expanded, so that its elements share their numbers"
        hint = "`tensor.clone()` gives each its own"
    else:
        return
    raise request_error("parameter", message, hint)


def _refuse_torn(targets: Mapping[str, Tensor], ready: Mapping[str, Tensor]) -> None:
    """Refuses different numbers for what is one tensor of the module under two names.

    Raises:
        CnnError: there are such.
    """
    first: dict[object, str] = {}
    for name, tensor in ready.items():
        target = targets[name]
        other = first.setdefault((target.data_ptr(), target.shape, target.stride()), name)
        if other != name and not tensor.equal(ready[other]):
            message = f"`{other}` and `{name}` are one tensor here, and two in the checkpoint"
            hint = "let one of the names keep what the other gives it, by `keep` in the rules"
            raise request_error("misfit", message, hint)

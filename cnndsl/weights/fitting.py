"""From a network's tensors, a checkpoint's and the rules to what fills what, or to a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cnndsl.errors import request_error, suggestion
from cnndsl.source import Span
from cnndsl.weights.entries import Given, Wanted
from cnndsl.weights.matching import by_name, by_order
from cnndsl.weights.refusals import refuse_names, refuse_order, refuse_other_order, refuse_others
from cnndsl.weights.report import WeightsReport, line_of
from cnndsl.weights.rules import NO_RULES, Rules

MATCHES = ("name", "order")
# What wrappers of torch put before every name: of several devices, and of `torch.compile`.
_WRAPPER_PREFIXES = ("module.", "_orig_mod.")


@dataclass(frozen=True, slots=True)
class How:
    """How a load is asked for.

    `match` is how tensors find each other, by `name` or by `order`. `partial` lets some be left
    out, `cast` lets floating-point numbers be of another precision.
    """

    rules: Rules = NO_RULES
    match: str = "name"
    partial: bool = False
    cast: bool = False

    def __post_init__(self) -> None:
        if self.match not in MATCHES:
            hint = suggestion(str(self.match), MATCHES, 'there are `match="name"` and `"order"`')
            raise request_error("parameter", f"weights can't match by {self.match!r}", hint)
        if self.partial and self.match == "order":
            message = "weights that are matched by their order are loaded all, or none"
            hint = "take out what is not in both by `drop` and `keep` in the rules"
            raise request_error("parameter", message, hint)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint holds, without the numbers, and what was done on the way to it."""

    name: str
    given: tuple[Given, ...]
    notes: tuple[str, ...] = ()


def fitted(
    network: str, wanted: Sequence[Wanted], checkpoint: Checkpoint, how: How
) -> WeightsReport:
    """What fills what; nothing is loaded yet.

    Raises:
        CnnError: they don't fit, or not as it is asked.
    """
    given, notes = _without_prefix(checkpoint.given, wanted)
    renamed = how.rules.renamed(given)
    kept, idle = how.rules.kept(wanted)
    kept_names = {one.name for one in kept}
    ours = [one for one in wanted if one.name not in kept_names]
    # What the network has under this name keeps its own numbers.
    theirs = [one for one in renamed.given if one.name not in kept_names]
    spared = [one for one in renamed.given if one.name in kept_names]
    refuse_others(checkpoint.name, theirs)
    in_order = how.match == "order"
    match = (by_order if in_order else by_name)(ours, theirs, how.cast)
    found = WeightsReport(
        network,
        checkpoint.name,
        match,
        tuple(kept),
        (*renamed.dropped, *spared),
        (*checkpoint.notes, *notes, *_idle_notes([*renamed.idle, *idle])),
        in_order,
    )
    if not match.is_whole and in_order:
        refuse_order(found, ours, theirs)
    if in_order:
        refuse_other_order(found)
    if not match.is_whole and (not how.partial or not match.pairs):
        refuse_names(found, ours, theirs, how.partial)
    return found


def _without_prefix(
    given: Sequence[Given], wanted: Sequence[Wanted]
) -> tuple[list[Given], list[str]]:
    """The tensors without what a wrapper put before all names, and notes of what was taken off."""
    found, notes = list(given), []
    while found:
        heads = {f"{one.name.partition('.')[0]}." for one in found}
        prefix = heads.pop() if len(heads) == 1 else ""
        if prefix not in _WRAPPER_PREFIXES or any(w.name.startswith(prefix) for w in wanted):
            break
        found = [_renamed(one, one.name.removeprefix(prefix)) for one in found]
        notes.append(f"`{prefix}` was taken off every name of the checkpoint")
    return found, notes


def _renamed(given: Given, name: str) -> Given:
    return replace(given, name=name, original=name)


def _idle_notes(idle: Sequence[Span]) -> list[str]:
    return [f"{line_of(span)}: the rule `{span.text}` finds no name" for span in idle]

"""Why a checkpoint does not fit a network, in words: what differs where, and what would mend it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NoReturn

from cnndsl.errors import CnnError, Diagnostic, Label, request_error
from cnndsl.source import Span
from cnndsl.weights.entries import Given, Wanted, size
from cnndsl.weights.matching import Match
from cnndsl.weights.remedies import remedy, remedy_of_order
from cnndsl.weights.report import WeightsReport, counts, some

# More places than this nobody reads at once.
_MOST_PLACES = 4


def refuse_others(checkpoint: str, given: Sequence[Given]) -> None:
    """Refuses a checkpoint in which something else stands among the tensors with numbers.

    Raises:
        CnnError: it does.
    """
    others = [one for one in given if not one.is_tensor]
    if others:
        names = some([f"`{one.original}` ({one.dtype})" for one in others])
        message = f"among the weights of {checkpoint} is what can fill none: {names}"
        hint = "leave it out by `drop` in the rules"
        raise request_error("checkpoint", message, hint)


def refuse_names(
    found: WeightsReport, ours: Sequence[Wanted], theirs: Sequence[Given], partial: bool
) -> NoReturn:
    """Refuses what does not match by name.

    Raises:
        CnnError: always.
    """
    match = found.match
    message = f"the weights of {found.checkpoint} are not those of {found.network}: {counts(match)}"
    if partial:
        message = f"no weight of {found.checkpoint} is one of {found.network}: {counts(match)}"
    labels, notes = _labels(match)
    if match.left_over:
        names = [f"{one.told} {size(one.shape)}" for one in match.left_over]
        notes.append(f"left over: {some(names)}")
    _refuse(message, labels, [*notes, *found.notes], remedy(match, ours, theirs))


def _labels(match: Match) -> tuple[list[Label], list[str]]:
    """The places of what does not match, and notes of what has no place or is not shown."""
    told = [(one.wanted, f"`{one.wanted.name}` {one.text}") for one in match.misfits]
    told += [(one, f"`{one.name}` {size(one.shape)} is missing") for one in match.missing]
    placed = sorted(
        ((one.span, text) for one, text in told if one.span), key=lambda found: _place(found[0])
    )
    groups = [(span, [text for _, text in run]) for span, run in groupby(placed, lambda f: f[0])]
    labels = [Label(span, _likewise(texts)) for span, texts in groups[:_MOST_PLACES]]
    notes = []
    if rest := groups[_MOST_PLACES:]:
        more = sum(len(texts) for _, texts in rest)
        places = "1 other place" if len(rest) == 1 else f"{len(rest)} other places"
        notes.append(f"from {places}, {more} more do not match")
    if unplaced := [text for one, text in told if not one.span]:
        notes.append(some(unplaced))
    return labels, notes


def _likewise(texts: list[str]) -> str:
    return f"{texts[0]}; {len(texts) - 1} more likewise" if len(texts) > 1 else texts[0]


def _place(span: Span) -> tuple[str, int, int]:
    return span.source.name, span.start, span.end


def refuse_order(found: WeightsReport, ours: Sequence[Wanted], theirs: Sequence[Given]) -> NoReturn:
    """Refuses what does not match in order, and tells the first difference.

    Raises:
        CnnError: always.
    """
    match = found.match
    count, number = len(match.pairs), len(match.pairs) + 1
    message = f"the weights of {found.checkpoint} are not those of {found.network} in their order"
    labels: list[Label] = []
    if match.misfits:
        one = match.misfits[0]
        message += f": number {number} is another"
        words = f"`{one.wanted.name}` {one.text}, where {one.given.told} has its place"
        notes = [] if one.wanted.span else [words]
        labels = [Label(one.wanted.span, words)] if one.wanted.span else []
    elif match.missing:
        message += f": the checkpoint ends after {count}"
        first = match.missing[0]
        words = f"`{first.name}` {size(first.shape)} would be next"
        notes = [] if first.span else [words]
        labels = [Label(first.span, words)] if first.span else []
    else:
        message += f": the network ends after {count}"
        next_one = match.left_over[0]
        notes = [f"in the checkpoint {next_one.told} {size(next_one.shape)} would be next"]
    if match.pairs:
        last = match.pairs[-1]
        notes.append(f"before it, `{last.wanted.name}` is {last.given.told} in the checkpoint")
    notes.append(f"{len(ours)} tensors are to be filled, and the checkpoint gives {len(theirs)}")
    _refuse(message, labels, [*notes, *found.notes], remedy_of_order(match, ours, theirs))


def refuse_other_order(found: WeightsReport) -> None:
    """Refuses pairs in order where both sides have the same names in another order.

    Raises:
        CnnError: they have.
    """
    pairs = found.match.pairs
    ours = {pair.wanted.name: pair.wanted for pair in pairs}
    astray = [pair for pair in pairs if pair.wanted.name != pair.given.name]
    if not astray or any(pair.given.name not in ours for pair in pairs):
        return
    first = astray[0]
    message = f"{found.checkpoint} has the names of {found.network}, in another order"
    words = f"`{first.wanted.name}` would be filled by {first.given.told}"
    labels = [Label(first.wanted.span, words)] if first.wanted.span else []
    notes = [*([] if labels else [words]), *found.notes]
    _refuse(message, labels, notes, "match them by their names, as is done unless told otherwise")


def _refuse(message: str, labels: Sequence[Label], notes: Sequence[str], hint: str) -> NoReturn:
    span, text = (labels[0].span, labels[0].text) if labels else (None, "")
    raise CnnError(
        [Diagnostic("misfit", message, span, text, tuple(labels[1:]), tuple(notes), hint)]
    )

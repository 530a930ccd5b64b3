"""Which tensor of a checkpoint fills which of a network: by name, or one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cnndsl.weights.entries import Given, Wanted, difference


@dataclass(frozen=True, slots=True)
class Pair:
    """A tensor of the network and the one that fills it."""

    wanted: Wanted
    given: Given


@dataclass(frozen=True, slots=True)
class Misfit:
    """Two tensors that belong to each other and differ, `text` tells how."""

    wanted: Wanted
    given: Given
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """All tensors of a network and of a checkpoint, by what becomes of them."""

    pairs: tuple[Pair, ...] = ()
    misfits: tuple[Misfit, ...] = ()
    missing: tuple[Wanted, ...] = ()
    left_over: tuple[Given, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every tensor of either side has its counterpart."""
        return not (self.misfits or self.missing or self.left_over)


def by_name(wanted: Sequence[Wanted], given: Sequence[Given], cast: bool) -> Match:
    """The match of the tensors that have one name.

    `cast` lets floating-point numbers be of another precision.
    """
    named = {one.name: one for one in given}
    met = [(one, named[one.name]) for one in wanted if one.name in named]
    judged = [(ours, theirs, difference(ours, theirs, cast)) for ours, theirs in met]
    names = {one.name for one in wanted}
    return Match(
        tuple(Pair(ours, theirs) for ours, theirs, text in judged if not text),
        tuple(Misfit(ours, theirs, text) for ours, theirs, text in judged if text),
        tuple(one for one in wanted if one.name not in named),
        tuple(one for one in given if one.name not in names),
    )


def by_order(wanted: Sequence[Wanted], given: Sequence[Given], cast: bool) -> Match:
    """The match of the first with the first, and so on, up to the first two that differ.

    What comes after is missing or left over.
    """
    pairs: list[Pair] = []
    misfits: tuple[Misfit, ...] = ()
    for ours, theirs in zip(wanted, given, strict=False):
        if text := difference(ours, theirs, cast):
            misfits = (Misfit(ours, theirs, text),)
            break
        pairs.append(Pair(ours, theirs))
    past = len(pairs) + len(misfits)
    return Match(tuple(pairs), misfits, tuple(wanted[past:]), tuple(given[past:]))

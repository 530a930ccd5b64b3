"""Rules for the names of a checkpoint's weights: which are left out, and how the others are called.

They are applied to each name of the checkpoint in this order: what `drop` finds is left out; an
exact name below `names` is replaced; any other name goes through all of `patterns`, one after the
other. `keep` speaks of the network's names: what it finds keeps the numbers that it starts with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cnndsl.errors import CnnError, Diagnostic, Label
from cnndsl.source import Span
from cnndsl.weights.entries import Given, Wanted


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression, looked for anywhere in a name, what stands for it, and its place."""

    regex: re.Pattern[str]
    text: str
    span: Span

    def finds(self, name: str) -> bool:
        """Whether a name has it."""
        return self.regex.search(name) is not None


@dataclass(frozen=True, slots=True)
class NewName:
    """The name that stands for an exact one, and its place."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Renamed:
    """What the rules made of a checkpoint, and the places of those that found nothing."""

    given: tuple[Given, ...]
    dropped: tuple[Given, ...]
    idle: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules; none of them where nothing is said."""

    drop: tuple[Pattern, ...] = ()
    names: tuple[tuple[str, NewName], ...] = ()
    patterns: tuple[Pattern, ...] = ()
    keep: tuple[Pattern, ...] = ()

    def kept(self, wanted: Iterable[Wanted]) -> tuple[list[Wanted], list[Span]]:
        """The tensors of the network that keep their numbers, and the places of idle rules."""
        names = list(wanted)
        found = [one for one in names if any(rule.finds(one.name) for rule in self.keep)]
        idle = [r.span for r in self.keep if not any(r.finds(one.name) for one in names)]
        return found, idle

    def renamed(self, given: Sequence[Given]) -> Renamed:
        """The checkpoint with its names as the network has them.

        Raises:
            CnnError: two of its tensors come to have one name.
        """
        exact = dict(self.names)
        used: set[Span] = set()
        left: list[tuple[Given, list[Span]]] = []
        dropped: list[Given] = []
        for one in given:
            if found := [rule.span for rule in self.drop if rule.finds(one.name)]:
                used.update(found)
                dropped.append(one)
                continue
            name, by = self._new_name(one.name, exact)
            used.update(by)
            left.append((replace(one, name=name), by))
        _refuse_doubles(left)
        idle = tuple(span for span in self._places() if span not in used)
        return Renamed(tuple(one for one, _ in left), tuple(dropped), idle)

    def _new_name(self, name: str, exact: dict[str, NewName]) -> tuple[str, list[Span]]:
        """The name that stands for one, and the places of the rules that made it."""
        if name in exact:
            return exact[name].text, [exact[name].span]
        by = []
        for rule in self.patterns:
            if rule.finds(name):
                name = rule.regex.sub(rule.text, name)
                by.append(rule.span)
        return name, by

    def _places(self) -> Iterator[Span]:
        yield from (rule.span for rule in self.drop)
        yield from (rule.span for _, rule in self.names)
        yield from (rule.span for rule in self.patterns)


def _refuse_doubles(left: list[tuple[Given, list[Span]]]) -> None:
    first: dict[str, tuple[Given, list[Span]]] = {}
    for one, by in left:
        other, other_by = first.setdefault(one.name, (one, by))
        if other is one:
            continue
        places = [*by, *other_by]
        text = f"`{other.original}` and `{one.original}` both become `{one.name}`"
        related = tuple(Label(span, "and by this rule") for span in places[1:])
        raise CnnError(
            [
                Diagnostic(
                    "rename",
                    "two weights of the checkpoint come to have one name",
                    places[0],
                    text,
                    related,
                    hint="make the rule find one of them only, or leave the other out by `drop`",
                )
            ]
        )


NO_RULES = Rules()

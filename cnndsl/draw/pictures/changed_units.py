"""Which parts of two networks are drawn as one: layers that belong together, and equal changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cnndsl.analyse.differences import Change, Comparison, Part
from cnndsl.draw.pictures.units import joins
from cnndsl.parts import following


@dataclass(frozen=True, slots=True)
class Unit:
    """What one box or frame stands for: equal groups of parts in a row."""

    repeats: tuple[tuple[Part, ...], ...]

    @property
    def first(self) -> tuple[Part, ...]:
        return self.repeats[0]

    @property
    def change(self) -> Change:
        """What became of it; what only follows from a change before it is not told of a merge."""
        changes = {part.change for part in self.first}
        return Change.CHANGED if len(changes) > 1 else changes.pop()


def units(comparison: Comparison) -> Iterator[Unit]:
    """The parts of a comparison in groups that are drawn as one."""
    rows = _Chains(comparison)
    groups: list[list[Part]] = []
    for part in comparison.parts:
        if groups and rows.joins(groups[-1], part):
            groups[-1].append(part)
        else:
            groups.append([part])
    found: list[list[list[Part]]] = []
    for group in groups:
        if found and rows.equal(found[-1][-1], group):
            found[-1].append(group)
        else:
            found.append([group])
    yield from (Unit(tuple(map(tuple, run))) for run in found)


class _Chains:
    """Which parts follow each other, on both sides."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self._chains = following(comparison.old), following(comparison.new)

    def follows(self, one: Part, two: Part) -> bool:
        """Whether `two` alone takes what `one` gives, on the sides that both are on."""
        sides = ((one.old, two.old), (one.new, two.new))
        if any((first is None) is not (second is None) for first, second in sides):
            return False
        return all(
            first is None or chain.get(first) == second
            for chain, (first, second) in zip(self._chains, sides, strict=True)
        )

    def joins(self, group: list[Part], part: Part) -> bool:
        """Whether a part stands on the second line of the box of a group."""
        first = group[0]
        if first.change is Change.SAME and part.change is not Change.SAME:
            return False
        (_, lead), (_, node) = map(self._comparison.node, (first, part))
        is_layer = lead.layer is not None and not lead.reuses
        return is_layer and self.follows(group[-1], part) and joins(lead, node)

    def equal(self, one: list[Part], two: list[Part]) -> bool:
        likeness = self._comparison.likeness
        same = [likeness(part) for part in one] == [likeness(part) for part in two]
        return same and self.follows(one[-1], two[0])

"""Networks that go down in resolution and up again: a U, with both its sides at one height.

On the way down boxes stand under each other. What is made from a lower resolution rises on the
other side, and what goes from one side to the other at one resolution is a rung.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log2

from cnndsl.draw.pictures.atoms import resolution
from cnndsl.draw.pictures.edges import ancestors
from cnndsl.draw.pictures.picture import Box, Drawing, Edge, Parts

# With fewer, a network does not look like a ladder.
_LEAST_RUNGS = 2
# Sizes that differ by less, in powers of two of a side, are one resolution: convolutions without
# padding and crops make maps a little smaller.
_LEVEL = 0.75


def _climb(low: int, high: int) -> float:
    """How many times the side of a map doubles between two resolutions; 0 where one is none."""
    return log2(high / low) / 2 if low and high else 0.0


def as_ladder(drawing: Drawing) -> Drawing:
    """The drawing with its edges told to rise or to be level, where it is such a network.

    Sections have no frames then: they are the sides.
    """
    boxes = _flat(drawing.children)
    if boxes is None or any(box.output is None for box in boxes):
        return drawing
    sides = _Sides(boxes, drawing.edges)
    if len(sides.rungs()) < _LEAST_RUNGS or sides.goes_down_again():
        return drawing
    edges = [
        replace(edge, rising=sides.rises(edge), level=sides.is_level(edge))
        for edge in drawing.edges
    ]
    if not any(edge.rising for edge in edges):
        return drawing  # as in two networks of different sizes, drawn as one
    groups = level_groups(edges)
    if any(e.rising and any({e.source, e.target} <= group for group in groups) for e in edges):
        return drawing  # one box holds several resolutions, and would be at several heights
    if not all(_is_chain(group, edges) for group in groups):
        return drawing  # arms would stand in a row, and arrows go over those between
    return Drawing(tuple(boxes), tuple(edges))


def level_groups(edges: Iterable[Edge]) -> list[set[int]]:
    """The boxes that stand at one height: those that edges join from side to side."""
    groups: list[set[int]] = []
    for edge in edges:
        if edge.level:
            ends = {edge.source, edge.target}
            touching = [group for group in groups if group & ends]
            groups = [group for group in groups if not group & ends]
            groups.append(ends.union(*touching))
    return groups


def _is_chain(group: set[int], edges: Iterable[Edge]) -> bool:
    """Whether of any two boxes that stand at one height, one is made from the other."""
    sources: dict[int, list[int]] = {}
    for edge in edges:
        sources.setdefault(edge.source, [])
        sources.setdefault(edge.target, []).append(edge.source)
    before = ancestors(sources)
    return all(before[two] >> one & 1 for one, two in pairwise(sorted(group)))


def _flat(children: Parts) -> list[Box] | None:
    """The boxes in regions and outside them; None where there are opened blocks."""
    boxes: list[Box] = []
    for child in children:
        if isinstance(child, Box):
            boxes.append(child)
            continue
        inside = _flat(child.children) if child.region else None
        if inside is None:
            return None
        boxes += inside
    return boxes


@dataclass
class _Sides:
    """Which side of a ladder a box is on."""

    boxes: list[Box]
    edges: tuple[Edge, ...]

    def __post_init__(self) -> None:
        self._sizes = {box.number: resolution(box.output) for box in self.boxes if box.output}
        order = sorted(self._sizes)
        into: dict[int, list[Edge]] = {number: [] for number in order}
        out: dict[int, list[Edge]] = {number: [] for number in order}
        for edge in self.edges:
            into[edge.target].append(edge)
            out[edge.source].append(edge)
        # The least resolution that a box is made from.
        self._least: dict[int, int] = {}
        for number in order:
            sizes = [self._least[edge.source] for edge in into[number]]
            self._least[number] = min(
                [size for size in (*sizes, self._sizes[number]) if size] or [0]
            )
        # The boxes at which the two sides meet.
        self._crossed = {edge.target for edge in self.rungs()}
        # Whether something of a higher resolution is made from a box.
        self._lifts: dict[int, bool] = {}
        # Whether a box only hands over from the way down to the way up.
        self._hands: dict[int, bool] = {}
        for number in reversed(order):
            self._lifts[number] = any(self._is_up(e) or self._lifts[e.target] for e in out[number])
            self._hands[number] = bool(out[number] and into[number]) and all(
                self._is_same(edge) and (self._is_right(edge.target) or self._hands[edge.target])
                for edge in out[number]
            )

    def _is_right(self, number: int) -> bool:
        """Whether a box is on the way up."""
        return _climb(self._least[number], self._sizes[number]) > _LEVEL

    def _is_up(self, edge: Edge) -> bool:
        return _climb(resolution(edge.shape), self._sizes[edge.target]) > _LEVEL

    def _is_same(self, edge: Edge) -> bool:
        here, there = resolution(edge.shape), self._sizes[edge.target]
        return here == there or (here > 0 < there and abs(_climb(here, there)) <= _LEVEL)

    def rungs(self) -> list[Edge]:
        """The edges from the way down to the way up."""
        return [
            edge
            for edge in self.edges
            if not self._is_right(edge.source)
            and self._is_right(edge.target)
            and self._is_same(edge)
        ]

    def goes_down_again(self) -> bool:
        """Whether what has risen loses resolution again, as in a path aggregation network."""
        return any(
            self._is_right(edge.source)
            and _climb(self._sizes[edge.target], resolution(edge.shape)) > _LEVEL
            for edge in self.edges
        )

    def rises(self, edge: Edge) -> bool:
        """Whether an edge goes up."""
        right = self._is_right(edge.source) and self._is_right(edge.target)
        on = self._lifts[edge.target] or edge.target in self._crossed
        return self._is_up(edge) or (right and on)

    def is_level(self, edge: Edge) -> bool:
        """Whether an edge goes from side to side."""
        if self.rises(edge) or not self._is_same(edge):
            return False
        return self._is_right(edge.target) or self._hands[edge.target]

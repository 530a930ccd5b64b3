"""The parts of a comparison where they stand: each with its paths in both networks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cnndsl.analyse.differences import Change, Comparison, Part
from cnndsl.design import Module
from cnndsl.shape import Shape


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A part where it stands: with the comparison that holds it, and its paths on both sides."""

    comparison: Comparison
    part: Part
    old: str
    new: str

    @property
    def path(self) -> str:
        """The path in the new network; of what is removed, in the old one."""
        return self.new or self.old

    @property
    def shapes(self) -> tuple[Shape | None, Shape | None]:
        """What it gives on both sides."""
        c, part = self.comparison, self.part
        old = None if part.old is None else c.old.nodes[part.old].outputs[0]
        return old, None if part.new is None else c.new.nodes[part.new].outputs[0]

    @property
    def params(self) -> tuple[int, int]:
        """The numbers to train on both sides."""
        c, part = self.comparison, self.part
        old = 0 if part.old is None else c.old.node_params(c.old.nodes[part.old])
        return old, 0 if part.new is None else c.new.node_params(c.new.nodes[part.new])


def places(comparison: Comparison, old: str = "", new: str = "") -> Iterator[Place]:
    """Every part, those in pairs of modules too, each block before what is in it."""
    for part in comparison.parts:
        sides = (
            _path(comparison.old, part.old, old),
            _path(comparison.new, part.new, new),
        )
        yield Place(comparison, part, *sides)
        if part.inside:
            yield from places(part.inside, f"{sides[0]}.", f"{sides[1]}.")


def _path(module: Module, index: int | None, prefix: str) -> str:
    if index is None:
        return ""
    node = module.nodes[index]
    return f"{prefix}{node.name or (node.layer.word if node.layer else '')}"


def counts(comparison: Comparison) -> dict[Change, int]:
    """How many layers are the same, added, removed and changed."""
    found = dict.fromkeys(Change, 0)
    for place in places(comparison):
        _, node = place.comparison.node(place.part)
        if place.part.inside is None:
            found[place.part.change] += _layers(node.module) if node.module else 1
    return found


def _layers(module: Module) -> int:
    return sum(_layers(node.module) if node.module else 1 for node in module.nodes)

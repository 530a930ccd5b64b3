"""What a diagram shows, as data: boxes, the clusters around them, and the edges between them.

Nothing here knows how it is written or laid out. Boxes are numbered in an order in which each
stands after those that it takes from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from cnndsl.layers.base import Kind
from cnndsl.shape import Shape


class Style(Enum):
    """What a box is, which decides how it looks."""

    LAYERS = "layers"
    # A merge of few inputs: a small circle with a sign.
    MARK = "mark"
    # A concatenation of many inputs: a wide bar with its sum.
    BAR = "bar"
    # The name of a cluster, first in it and on the trunk, where no edge crosses it.
    HEADER = "header"
    INPUT = "input"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class Box:
    """One drawn box, which stands for `count` equal ones in a row.

    `paths` are those of all the nodes that it stands for, `params` the numbers to train in one of
    the equal ones. `title`, `detail` and `note` are its words, the first the largest. `reshapes`
    tells that it gives another shape than it takes.
    """

    number: int
    style: Style
    title: str
    detail: str = ""
    note: str = ""
    kind: Kind = Kind.OTHER
    count: int = 1
    params: int = 0
    paths: tuple[str, ...] = ()
    tooltip: str = ""
    reshapes: bool = False
    projection: bool = False
    training: bool = False


@dataclass(frozen=True, slots=True)
class Cluster:
    """A part with a frame: a block, a labelled scope, or, as a `region`, a section.

    It stands for one part for each of `paths`: equal ones in a row.
    """

    header: Box
    paths: tuple[str, ...]
    children: tuple[Box | Cluster, ...]
    region: bool = False

    @property
    def count(self) -> int:
        """How many equal parts it stands for."""
        return len(self.paths)


@dataclass(frozen=True, slots=True)
class Edge:
    """What box `source` gives to box `target`; a `skip` goes round what lies between them."""

    source: int
    target: int
    shape: Shape
    skip: bool = False
    labelled: bool = False
    training: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole diagram; `summary` is the line under its title."""

    title: str
    summary: str
    children: tuple[Box | Cluster, ...]
    edges: tuple[Edge, ...]

    def boxes(self) -> Iterator[tuple[Box, int]]:
        """Every box with the number of equal ones that it stands for, its clusters' included."""
        return _boxes(self.children, 1)

    def clusters(self) -> Iterator[Cluster]:
        """Every cluster, each before those in it."""
        return _clusters(self.children)


def _boxes(children: tuple[Box | Cluster, ...], times: int) -> Iterator[tuple[Box, int]]:
    for child in children:
        if isinstance(child, Box):
            yield child, times * child.count
        else:
            yield child.header, times * child.count
            yield from _boxes(child.children, times * child.count)


def _clusters(children: tuple[Box | Cluster, ...]) -> Iterator[Cluster]:
    for child in children:
        if isinstance(child, Cluster):
            yield child
            yield from _clusters(child.children)

"""What a diagram shows, as data: boxes, the frames around them, and the edges between them.

Nothing here knows how it is written, laid out or coloured. Boxes are numbered over the whole
picture, in an order in which each stands after those that it takes from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from cnndsl.analyse.differences import Change
from cnndsl.draw.names import identifier
from cnndsl.layers.base import Kind
from cnndsl.shape import Shape


class Style(Enum):
    """What a box is, which decides how it looks."""

    # A layer, and those that join it on a second line.
    LAYERS = "layers"
    # A block or a labelled part that is not opened here.
    BLOCK = "block"
    # A stage or a section with what is in it, a row each.
    STAGE = "stage"
    # A merge of few inputs: a small circle with a sign.
    MARK = "mark"
    # A concatenation of many inputs: a wide bar with its sum.
    BAR = "bar"
    # The name of a frame, first in it and on the trunk, where no edge crosses it.
    HEADER = "header"
    # Where the trunk goes on in another column.
    TURN = "turn"
    INPUT = "input"
    OUTPUT = "output"


MERGES = (Style.MARK, Style.BAR)


@dataclass(frozen=True, slots=True)
class Box:
    """One drawn box, which stands for `count` equal ones in a row.

    Its words: `title` is the largest; `detail` what joins it or how it is called with; `note` its
    names, or the shapes of a header; `rows` what there is in a stage, with how often; `key` the
    letter of the block in the legend.

    Its facts: `paths` are those of all the nodes that it stands for, and the first is its id.
    `params` and `macs` are those of all of them together, in a varied frame those of all that the
    frame stands for; `inputs` and `output` are the shapes of one; `line` is where the spec has it,
    `net.cnn:12`. `reshapes` tells that it gives another shape than it takes, `grows` how many
    channels each of the `count` adds. `times` is the count in words where it is another one in each
    block that shares the drawing. A header is `varied` where the parts that it stands for differ in
    the sizes of their maps. `change` is what became of it, where two networks are drawn as one.
    """

    number: int
    style: Style
    title: str
    detail: str = ""
    note: str = ""
    rows: tuple[tuple[str, int], ...] = ()
    key: str = ""
    kind: Kind = Kind.OTHER
    count: int = 1
    times: str = ""
    params: int = 0
    macs: int = 0
    paths: tuple[str, ...] = ()
    line: str = ""
    tooltip: str = ""
    inputs: tuple[Shape, ...] = ()
    output: Shape | None = None
    grows: int = 0
    varied: bool = False
    reshapes: bool = False
    projection: bool = False
    training: bool = False
    reuses: str = ""
    change: Change | None = None

    @property
    def multiple(self) -> str:
        """How many it stands for, as it is told: `3`, or the `n` of a block; empty for one."""
        return self.times or (str(self.count) if self.count > 1 else "")

    @property
    def id(self) -> str:
        """Its name in every form of the diagram, the same whatever else is shown."""
        return identifier(self.paths[0]) if self.paths else f"~{self.number}"

    @property
    def is_absent(self) -> bool:
        """Whether a network in evaluation is without it: it is for training only, or removed."""
        return self.training or self.change is Change.REMOVED


@dataclass(frozen=True, slots=True)
class Cluster:
    """A part with a frame: a block or a labelled part, or, as a `region`, one without a header.

    It stands for one part for each of `paths`: equal ones in a row. The `header` of a region is no
    box that edges go to: its words stand in the frame's corner.
    """

    header: Box
    paths: tuple[str, ...]
    children: tuple[Box | Cluster, ...]
    region: bool = False

    @property
    def id(self) -> str:
        """Its name in every form of the diagram; that of its part is the header's."""
        return f"{self.header.id}~frame"

    @property
    def count(self) -> int:
        """How many equal parts it stands for."""
        return len(self.paths)


@dataclass(frozen=True, slots=True)
class Edge:
    """What box `source` gives to box `target`.

    A `skip` goes round what lies between them. An edge is `rising` where it goes up in resolution,
    as in a U, and `level` where it goes from one of its sides to the other. `words` stand on it:
    its shape, where that is to be seen.
    """

    source: int
    target: int
    shape: Shape
    skip: bool = False
    words: str = ""
    training: bool = False
    rising: bool = False
    level: bool = False
    change: Change | None = None

    @property
    def is_absent(self) -> bool:
        """Whether a network in evaluation is without it: it is for training only, or removed."""
        return self.training or self.change is Change.REMOVED


Parts = tuple["Box | Cluster", ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes and frames with the edges between them, which are laid out together."""

    children: Parts
    edges: tuple[Edge, ...]

    def boxes(self) -> Iterator[tuple[Box, int]]:
        """Every box with how many times its frames stand for something, regions' headers too."""
        return _boxes(self.children, 1)

    def clusters(self) -> Iterator[Cluster]:
        """Every cluster, each before those in it."""
        return _clusters(self.children)

    @property
    def is_ladder(self) -> bool:
        """Whether it goes down in resolution and up again, and is drawn so."""
        return any(edge.rising for edge in self.edges)


@dataclass(frozen=True, slots=True)
class Panel:
    """A block of the legend: `key` is its letter, `drawing` one frame with its inside."""

    key: str
    title: str
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole diagram; `summary` is the line under its title.

    `flat` tells that it goes from left to right where no direction is asked for.
    """

    title: str
    summary: str
    main: Drawing
    panels: tuple[Panel, ...] = ()
    flat: bool = False

    def drawings(self) -> tuple[Drawing, ...]:
        """What is laid out, each by itself: the network, then the blocks of the legend."""
        return self.main, *(panel.drawing for panel in self.panels)


def numbers(part: Box | Cluster) -> Iterator[int]:
    """The boxes of a part, its header's with them."""
    if isinstance(part, Box):
        yield part.number
        return
    yield part.header.number
    for child in part.children:
        yield from numbers(child)


def _boxes(children: Parts, times: int) -> Iterator[tuple[Box, int]]:
    for child in children:
        if isinstance(child, Box):
            yield child, times
        else:
            # What is varied is told of all together.
            each = times if child.header.varied else times * child.count
            yield child.header, each
            yield from _boxes(child.children, each)


def _clusters(children: Parts) -> Iterator[Cluster]:
    for child in children:
        if isinstance(child, Cluster):
            yield child
            yield from _clusters(child.children)

"""Where things are on the page, in points; x goes right, y goes down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

from cnndsl.draw.pictures.picture import Box, Cluster, Edge

Point = tuple[float, float]
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle by two corners."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, centre: Point, width: float, height: float) -> Area:
        """The rectangle of a size around a point."""
        x, y = centre
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def centre(self) -> Point:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def holds(self, point: Point) -> bool:
        """Whether a point lies inside."""
        return self.left < point[0] < self.right and self.top < point[1] < self.bottom

    def touches(self, other: Area) -> bool:
        """Whether two rectangles have more than a border in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def moved(self, dx: float, dy: float) -> Area:
        """The rectangle in another place."""
        return Area(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def grown(self, by: float) -> Area:
        """The rectangle, larger on every side."""
        return Area(self.left - by, self.top - by, self.right + by, self.bottom + by)


@dataclass(frozen=True, slots=True)
class Frame:
    """A laid-out cluster; `depth` is how many clusters, regions not counted, are around it.

    `label` is where the name of a region stands: in the corner that no edge crosses.
    """

    cluster: Cluster
    area: Area
    depth: int
    label: Area | None = None

    def moved(self, dx: float, dy: float) -> Frame:
        """The frame in another place."""
        return Frame(
            self.cluster,
            self.area.moved(dx, dy),
            self.depth,
            self.label and self.label.moved(dx, dy),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A laid-out edge: points of cubic Bézier curves, the tip of its arrow, its words' place."""

    edge: Edge
    points: tuple[Point, ...]
    tip: Point
    words: Point | None = None

    def is_near(self, area: Area) -> bool:
        """Whether its points are on all sides of an area or in it: else it does not touch it."""
        xs, ys = zip(*self.points, self.tip, strict=True)
        return Area(min(xs), min(ys), max(xs), max(ys)).grown(0.1).touches(area)

    def goes_through(self, area: Area) -> bool:
        """Whether some of it is in an area."""
        return area.holds(self.tip) or any(map(area.holds, along(self.points)))

    def moved(self, dx: float, dy: float) -> Line:
        """The line in another place."""
        words = self.words and (self.words[0] + dx, self.words[1] + dy)
        points = tuple((x + dx, y + dy) for x, y in self.points)
        return Line(self.edge, points, (self.tip[0] + dx, self.tip[1] + dy), words)


@dataclass(frozen=True, slots=True)
class Laid:
    """A laid-out drawing: all of it lies between (0, 0) and its width and height."""

    width: float
    height: float
    nodes: tuple[tuple[Box, Area], ...]
    frames: tuple[Frame, ...]
    lines: tuple[Line, ...]

    def moved(self, dx: float, dy: float) -> Laid:
        """The drawing in another place."""
        return Laid(
            self.width,
            self.height,
            tuple((box, area.moved(dx, dy)) for box, area in self.nodes),
            tuple(frame.moved(dx, dy) for frame in self.frames),
            tuple(line.moved(dx, dy) for line in self.lines),
        )


def cropped(laid: Laid) -> Laid:
    """The drawing without the empty room at its sides."""
    places = [point for line in laid.lines for point in (*line.points, line.tip)]
    areas = [area for _, area in laid.nodes] + [frame.area for frame in laid.frames]
    areas += [Area(x, y, x, y) for x, y in places]
    areas += [frame.label for frame in laid.frames if frame.label]
    left, top = min(area.left for area in areas), min(area.top for area in areas)
    # Words on edges stand to the right of them, or beneath.
    right = max(area.right for area in areas) - left
    if any(line.words for line in laid.lines):
        right = max(right, laid.width - left)
    bottom = max(area.bottom for area in areas) - top
    moved = laid.moved(-left, -top)
    return Laid(right, bottom, moved.nodes, moved.frames, moved.lines)


def transposed(laid: Laid) -> Laid:
    """The drawing with right and down exchanged."""

    def turned(area: Area) -> Area:
        return Area(area.top, area.left, area.bottom, area.right)

    return Laid(
        laid.height,
        laid.width,
        tuple((box, turned(area)) for box, area in laid.nodes),
        tuple(Frame(frame.cluster, turned(frame.area), frame.depth) for frame in laid.frames),
        tuple(
            Line(line.edge, _swapped(line.points), line.tip[::-1], line.words and line.words[::-1])
            for line in laid.lines
        ),
    )


def upside_down(laid: Laid) -> Laid:
    """The drawing with up and down exchanged."""

    def place(old: Point) -> Point:
        return old[0], laid.height - old[1]

    def turned(area: Area) -> Area:
        return Area(area.left, laid.height - area.bottom, area.right, laid.height - area.top)

    return replace(
        laid,
        nodes=tuple((box, turned(area)) for box, area in laid.nodes),
        frames=tuple(
            Frame(frame.cluster, turned(frame.area), frame.depth) for frame in laid.frames
        ),
        lines=tuple(
            Line(
                line.edge,
                tuple(map(place, line.points)),
                place(line.tip),
                line.words and place(line.words),
            )
            for line in laid.lines
        ),
    )


def _swapped(points: tuple[Point, ...]) -> tuple[Point, ...]:
    return tuple((y, x) for x, y in points)


def along(points: Iterable[Point], steps: int = 16) -> Iterator[Point]:
    """Places on cubic Bézier curves, each of them in so many steps."""
    found = list(points)
    for start in range(0, len(found) - 3, 3):
        for step in range(steps + 1):
            yield _between(found[start : start + 4], step / steps)


def _between(points: Sequence[Point], share: float) -> Point:
    """The place on a curve at a share of it."""
    while len(points) > 1:
        points = [
            (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)
            for (x0, y0), (x1, y1) in pairwise(points)
        ]
    return points[0]


def joined(parts: Iterable[Laid], width: float, height: float) -> Laid:
    """Several drawings, each in its place, as one of a size."""
    found = list(parts)
    return Laid(
        width,
        height,
        tuple(node for part in found for node in part.nodes),
        tuple(frame for part in found for frame in part.frames),
        tuple(line for part in found for line in part.lines),
    )


def packed(
    things: Iterable[Thing], length: Callable[[Thing], float], gap: float, most: float
) -> list[list[Thing]]:
    """The things in rows, or columns, of which none is longer than `most` if it can be."""
    rows: list[list[Thing]] = []
    used = 0.0
    for thing in things:
        if not rows or used + length(thing) > most:
            rows.append([])
            used = 0.0
        rows[-1].append(thing)
        used += length(thing) + gap
    return rows

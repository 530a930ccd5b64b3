"""Takes out the room that layout leaves between ranks beyond what arrows need.

Graphviz keeps a distance between ranks where edges have words. Along the way of a drawing, what
lies beside no box, no words and no border is shortened; all else keeps its size.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cnndsl.draw.layouts.geometry import Area, Frame, Laid, Line, Point
from cnndsl.draw.view import Direction

# What a border takes.
_BORDER = 0.5

Stretch = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Room:
    """The most room along the way of a drawing between boxes, and beside words, in points."""

    between: float
    beside_words: float


EASY = Room(10.0, 4.5)
# For what would not fit a page.
TIGHT = Room(7.0, 2.0)

_Mapping = Callable[[Point], Point]


def squeezed(laid: Laid, words: Iterable[Stretch], direction: Direction, room: Room) -> Laid:
    """The drawing with no more than some room.

    `words` are the stretches, along its way, that have words.
    """
    axis = 1 if direction is Direction.DOWN else 0
    spoken = list(words)
    taken = [_stretch(area, axis) for _, area in laid.nodes]
    for frame in laid.frames:
        start, end = _stretch(frame.area, axis)
        taken += [(start - _BORDER, start + _BORDER), (end - _BORDER, end + _BORDER)]
    along = _Way(taken, spoken, room)

    def point(place: Point) -> Point:
        return (place[0], along(place[1])) if axis else (along(place[0]), place[1])

    def area(old: Area) -> Area:
        left, top = point((old.left, old.top))
        right, bottom = point((old.right, old.bottom))
        return Area(left, top, right, bottom)

    width, height = point((laid.width, laid.height))
    return Laid(
        width,
        height,
        tuple((box, area(old)) for box, old in laid.nodes),
        tuple(Frame(frame.cluster, area(frame.area), frame.depth) for frame in laid.frames),
        tuple(_line(line, point) for line in laid.lines),
    )


def _line(line: Line, point: _Mapping) -> Line:
    words = line.words and point(line.words)
    return Line(line.edge, tuple(map(point, line.points)), point(line.tip), words)


def _stretch(area: Area, axis: int) -> Stretch:
    return (area.top, area.bottom) if axis else (area.left, area.right)


class _Way:
    """Where the places along a drawing come to lie."""

    def __init__(self, taken: list[Stretch], spoken: list[Stretch], room: Room) -> None:
        ends = {end for stretch in spoken for end in stretch}
        self._old, self._new = [0.0], [0.0]
        last = 0.0
        for start, end in sorted([*taken, *spoken]):
            if start > last:
                most = room.beside_words if {start, last} & ends else room.between
                self._go(last, last)
                self._go(start, last, min(most, start - last))
            last = max(last, end)
        self._go(last, last)

    def _go(self, place: float, since: float, room: float | None = None) -> None:
        """Notes where `place` comes to lie: what there is `since` then takes `room`."""
        kept = self._new[-1] + place - self._old[-1]
        moved = kept if room is None else self(since) + room
        self._old.append(place)
        self._new.append(moved)

    def __call__(self, place: float) -> float:
        index = min(max(bisect_right(self._old, place) - 1, 0), len(self._old) - 1)
        old, new = self._old[index], self._new[index]
        if index + 1 == len(self._old) or self._old[index + 1] == old:
            return new + place - old
        share = (place - old) / (self._old[index + 1] - old)
        return new + share * (self._new[index + 1] - new)

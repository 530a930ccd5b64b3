"""What is wrong with a laid-out diagram, told from its coordinates."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from cnndsl.draw.layouts.geometry import Area, Laid, Line, along
from cnndsl.draw.layouts.labels import words_size
from cnndsl.draw.pictures.picture import Box, Style, numbers
from cnndsl.draw.view import Direction

# What may touch, in points: lines have a width, and places are rounded.
TOUCH = 0.6


def faults(laid: Laid, direction: Direction = Direction.DOWN) -> list[str]:
    """Every fault of a layout in words."""
    return [
        *overlaps(laid),
        *crossings(laid),
        *strangers(laid),
        *backward(laid, direction),
        *outside(laid),
    ]


def inner(area: Area) -> Area:
    return area.grown(-TOUCH)


def touch(one: Area, other: Area) -> bool:
    """Whether two areas have more than a border in common."""
    one = inner(one)
    across = one.left < other.right and other.left < one.right
    return across and one.top < other.bottom and other.top < one.bottom


def words(laid: Laid) -> Iterator[tuple[str, Area]]:
    """The words on edges and in corners of regions, with their areas."""
    for line in laid.lines:
        if line.words:
            wide, high = words_size(line.edge)
            # The room beside words may be shared.
            yield line.edge.words, Area.around(line.words, wide - 6, high)
    for frame in laid.frames:
        if frame.label:
            yield f"the name {frame.cluster.header.title}", frame.label


def overlaps(laid: Laid) -> Iterator[str]:
    """Boxes and words that lie on each other."""
    boxes = [(f"{box.id} {box.title}", area) for box, area in laid.nodes]
    for (name, one), (other, two) in combinations([*boxes, *words(laid)], 2):
        if touch(one, two):
            yield f"{name} lies on {other}"


def name(line: Line, boxes: dict[int, Box]) -> str:
    return f"the edge {boxes[line.edge.source].id} → {boxes[line.edge.target].id}"


def crossings(laid: Laid) -> Iterator[str]:
    """Edges that go through boxes that they do not belong to, or through words."""
    boxes = {box.number: box for box, _ in laid.nodes}
    for line in laid.lines:
        way = [*along(line.points), line.tip]
        ends = (line.edge.source, line.edge.target)
        xs, ys = zip(*way, strict=True)
        reach = Area(min(xs) - 1, min(ys) - 1, max(xs) + 1, max(ys) + 1)
        for box, area in laid.nodes:
            if box.number in ends or not touch(area, reach):
                continue
            if any(map(inner(area).holds, way)):
                yield f"{name(line, boxes)} goes through {box.id}"
        for said, area in words(laid):
            if touch(area, reach) and any(map(inner(area).holds, way)):
                yield f"{name(line, boxes)} goes through the words {said}"


def strangers(laid: Laid) -> Iterator[str]:
    """Boxes in frames that they do not belong to."""
    for frame in laid.frames:
        inside = set(numbers(frame.cluster))
        for box, area in laid.nodes:
            if box.number not in inside and touch(area, frame.area):
                yield f"{box.id} lies in the frame {frame.cluster.header.id}"


def outside(laid: Laid) -> Iterator[str]:
    """Skips that leave the frame in which both their ends are."""
    boxes = {box.number: box for box, _ in laid.nodes}
    for frame in laid.frames:
        inside = set(numbers(frame.cluster))
        for line in laid.lines:
            if not line.edge.skip or not {line.edge.source, line.edge.target} <= inside:
                continue
            if not all(map(frame.area.grown(TOUCH).holds, along(line.points))):
                yield f"{name(line, boxes)} leaves the frame {frame.cluster.header.id}"


def backward(laid: Laid, direction: Direction) -> Iterator[str]:
    """Edges against the direction of the diagram, those of a U's other side aside."""
    axis = 1 if direction is Direction.DOWN else 0
    boxes = {box.number: box for box, _ in laid.nodes}
    for line in laid.lines:
        ends = boxes[line.edge.source], boxes[line.edge.target]
        if line.edge.level or all(box.style is Style.TURN for box in ends):
            continue
        ahead = line.tip[axis] - line.points[0][axis]
        if (ahead < 0) != line.edge.rising:
            yield f"{name(line, boxes)} goes the wrong way"

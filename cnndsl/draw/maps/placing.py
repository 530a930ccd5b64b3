"""Maps in perspective → their places: in rows from left to right, or in the levels of a U."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from cnndsl.draw.layouts.geometry import Point
from cnndsl.draw.layouts.metrics import width
from cnndsl.draw.maps.operations import LEADING, SIZE, operation
from cnndsl.draw.maps.solids import Solid, solids
from cnndsl.draw.maps.volumes import Volume, levels

# The size of a map's shape, and the room that it takes beneath the box.
LABEL = 7.0
LABEL_HIGH = 12.0
# The room beside captions and labels, and the least between boxes.
BESIDE = 4.0
_GAP = 18.0
# The room between two levels of a U, for labels and arrows.
_BETWEEN = 20.0
# What is longer goes on in another row.
_LONGEST = 780.0


def placed(found: list[Volume]) -> list[Solid]:
    """The boxes in their places, none over another; the left and upper borders are at 0."""
    deep = levels(found)
    boxes = solids(found)
    heights = _heights(boxes, deep)
    result: list[Solid] = []
    for box, level in zip(boxes, deep, strict=True):
        half = max(box.wide, width(box.words, LABEL)) / 2
        x = half - box.wide / 2
        if result:
            before = result[-1]
            x = max(x, _beside(before, box))
            if level != deep[before.volume.number]:
                x = max(before.x + before.deep / 2 - box.deep / 2, half - box.wide / 2)
                room = _GAP if _goes_on(box.volume) else _room(box.volume)
                x = max([x, *(other.right + room for other in _level(result, deep, level))])
        result.append(box.at(x, heights[level]))
    return result if any(deep) or _has_skips(found) else _in_rows(result)


def _has_skips(found: list[Volume]) -> bool:
    return any(source != v.number - 1 for v in found for source in v.sources)


def _in_rows(boxes: list[Solid]) -> list[Solid]:
    """The boxes of one long row in several of nearly the same length, one under the other."""
    wide = boxes[-1].right
    count = ceil(wide / _LONGEST)
    rows: list[list[Solid]] = [[]]
    for box in boxes:
        if rows[-1] and box.middle > wide * len(rows) / count:
            rows.append([])
        rows[-1].append(box)
    result: list[Solid] = []
    y = 0.0
    for row in rows:
        tall = max(box.tall for box in row)
        first = row[0]
        lead = _lead(first) if result else first.x
        result += [box.at(box.x - first.x + lead, y + tall / 2) for box in row]
        y += tall + LABEL_HIGH + 2 * _GAP
    return result


def _lead(box: Solid) -> float:
    """The room before the first box of a row: for what is done on the way to it."""
    return _room(box.volume) + _GAP


def way_to(before: Solid, box: Solid, labels: bool) -> tuple[Point, ...]:
    """The corners of the way from a box to the next."""
    room = LABEL_HIGH if labels else 2.0
    if abs(before.y - box.y) < 1:
        return (before.right + 2, box.y), (box.x - 1.5, box.y)
    if box.right < before.x:
        right, between = before.right + _GAP / 2, box.top - _GAP
        left = box.x - _lead(box) + BESIDE
        start = (before.right + 2, before.y), (right, before.y), (right, between)
        return *start, (left, between), (left, box.y), (box.x - 1.5, box.y)
    if box.y > before.y:
        x = box.x + box.slant + box.deep / 2
        return (x, before.bottom + room), (x, box.top - 1.5)
    x = before.x + before.slant + before.deep / 2
    return (x, before.top - 2), (x, box.bottom + room)


def _goes_on(volume: Volume) -> bool:
    """Whether it is made from the one that stands before it."""
    return volume.number - 1 in volume.sources


def _room(volume: Volume) -> float:
    """The room that is needed for what makes it."""
    caption = max((width(line, SIZE) for line in operation(volume)), default=0.0)
    return max(_GAP, caption + 2 * BESIDE)


def _level(boxes: list[Solid], deep: list[int], level: int) -> Iterator[Solid]:
    return (box for box in boxes if deep[box.volume.number] == level)


def _beside(before: Solid, box: Solid) -> float:
    """Where a box begins that stands to the right of another: its operation has room, its label."""
    labels = (width(before.words, LABEL) + width(box.words, LABEL)) / 2 + 2 * BESIDE
    return max(
        before.right + _room(box.volume),
        before.middle + labels - box.wide / 2,
    )


def _heights(boxes: list[Solid], deep: list[int]) -> dict[int, float]:
    """The middle of each level."""
    tallest: dict[int, float] = {}
    rows: dict[int, int] = {}
    for box, level in zip(boxes, deep, strict=True):
        tallest[level] = max(tallest.get(level, 0.0), box.tall)
        before = box.volume.sources[:1]
        if before and deep[before[0]] != level:
            higher = min(level, deep[before[0]])
            rows[higher] = max(rows.get(higher, 0), len(operation(box.volume)))
    heights: dict[int, float] = {}
    y = 0.0
    for level in sorted(tallest):
        heights[level] = y + tallest[level] / 2
        y += tallest[level] + LABEL_HIGH + max(_BETWEEN, (rows.get(level, 0) + 1) * LEADING)
    return heights

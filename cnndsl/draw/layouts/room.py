"""Blocks of the legend in the room that a network leaves to its right, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cnndsl.draw.layouts.geometry import Area, Laid, joined
from cnndsl.draw.layouts.labels import on_edges

_HULL = 4


def filled(main: Laid, panels: Sequence[Laid], wide: float, gap: float) -> Laid:
    """The network with the panels in rows beside it, no further right than `wide` if it can be."""
    taken = list(_areas(main))
    placed = [main]
    rest = list(panels)
    y = right = 0.0
    while rest:
        y, row = _next_row(taken, rest, y, wide, gap)
        high = max(panel.height for panel in row)
        x = _free_from(taken, y, high, gap)
        for panel in row:
            placed.append(panel.moved(x, y))
            x += panel.width + gap
        right = max(right, x - gap)
        y += high + gap
        del rest[: len(row)]
    return joined(placed, max(main.width, right), max(main.height, y - gap))


def _next_row(
    taken: list[Area], rest: list[Laid], y: float, wide: float, gap: float
) -> tuple[float, list[Laid]]:
    """Where the next row begins, and as many of the panels as it holds: at least one."""
    first = rest[0]
    while (left := _free_from(taken, y, first.height, gap)) and left + first.width > wide:
        y = gap + min(area.bottom for area in taken if _overlaps(area, y, first.height, gap))
    row = [first]
    for panel in rest[1:]:
        high = max(one.height for one in (*row, panel))
        used = sum(one.width + gap for one in row)
        if _free_from(taken, y, high, gap) + used + panel.width > wide:
            break
        row.append(panel)
    return y, row


def _free_from(taken: list[Area], y: float, high: float, gap: float) -> float:
    """From where on nothing stands in a row of a height at `y`; 0 where nothing does."""
    return max((a.right + gap for a in taken if _overlaps(a, y, high, gap)), default=0.0)


def _overlaps(area: Area, y: float, high: float, gap: float) -> bool:
    """Whether an area is nearer than a gap to a row of a height at `y`, or in it."""
    return area.top < y + high + gap and y < area.bottom + gap


def _areas(laid: Laid) -> Iterator[Area]:
    """All places that are taken; what has no boxes in it is taken as a whole."""
    if not laid.nodes:
        yield Area(0, 0, laid.width, laid.height)
    yield from (area for _, area in laid.nodes)
    yield from (frame.area for frame in laid.frames)
    yield from (frame.label for frame in laid.frames if frame.label)
    yield from (Area.around(at, *size) for at, size in on_edges(laid))
    for line in laid.lines:
        points = (*line.points, line.tip)
        for start in range(0, len(points) - 1, _HULL - 1):
            xs, ys = zip(*points[start : start + _HULL], strict=True)
            yield Area(min(xs), min(ys), max(xs), max(ys))

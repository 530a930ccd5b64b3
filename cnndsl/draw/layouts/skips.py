"""Skips that leave the frame they belong to → beside the boxes that they go round.

Graphviz keeps boxes in frames, but not edges, and at times takes a skip far out.
"""

from __future__ import annotations

from dataclasses import replace

from cnndsl.draw.layouts.geometry import (
    Area,
    Frame,
    Laid,
    Line,
    Point,
    along,
    transposed,
    upside_down,
)
from cnndsl.draw.pictures.picture import Box, Style, numbers
from cnndsl.draw.view import Direction

# How far a skip keeps from the boxes that it goes round, and from the frame.
_BESIDE = 7.0
_INSIDE = 3.0
# How much of its way a skip takes to turn aside.
_TURN = 22.0


def kept_inside(laid: Laid, direction: Direction) -> Laid:
    """The drawing with such skips beside the boxes that they go round, to the right or above."""
    if direction is Direction.RIGHT:
        return upside_down(transposed(_kept_inside(transposed(upside_down(laid)))))
    return _kept_inside(laid)


def _kept_inside(laid: Laid) -> Laid:
    areas = {box.number: (box, area) for box, area in laid.nodes}
    frames = [(frame, set(numbers(frame.cluster))) for frame in laid.frames]
    lines, wider = [], dict[int, float]()
    for line in laid.lines:
        around = [f for f, inside in frames if {line.edge.source, line.edge.target} <= inside]
        if not line.edge.skip or not around or line.edge.words or _is_inside(line, around[-1]):
            lines.append(line)
            continue
        moved = _beside(line, areas, around[-1])
        lines.append(moved or line)
        for frame in around if moved else ():
            number = frame.cluster.header.number
            need = max(x for x, _ in lines[-1].points) + _INSIDE
            wider[number] = max(wider.get(number, 0.0), need)
    grown = [_widened(frame, wider.get(frame.cluster.header.number, 0.0)) for frame in laid.frames]
    return replace(laid, lines=tuple(lines), frames=tuple(grown))


def _is_inside(line: Line, frame: Frame) -> bool:
    holds = frame.area.holds
    # A curve is between the points that it is given by.
    return all(map(holds, line.points)) or all(map(holds, along(line.points)))


def _beside(line: Line, areas: dict[int, tuple[Box, Area]], frame: Frame) -> Line | None:
    """The skip to the right of all boxes on its way; None where it does not end in a mark."""
    (_, source), (target_box, target) = areas[line.edge.source], areas[line.edge.target]
    if target_box.style is not Style.MARK or source.bottom > target.top:
        return None
    inside = set(numbers(frame.cluster))
    on_the_way = [
        area.right
        for box, area in areas.values()
        if box.number in inside and area.bottom > source.bottom and area.top < target.bottom
    ]
    lane = max(on_the_way) + _BESIDE
    start = (min(source.right - 6, lane - 4), source.bottom)
    end = (target.right + 5.5, target.centre[1])
    turn = min(_TURN, (end[1] - start[1]) / 3)
    down: Point = (lane, start[1] + turn)
    up: Point = (lane, end[1] - turn)
    third = (up[1] - down[1]) / 3
    points = (
        start,
        ((start[0] + lane) / 2, start[1] + 3),
        (lane, start[1] + turn / 2),
        down,
        (lane, down[1] + third),
        (lane, up[1] - third),
        up,
        (lane, end[1] - turn / 3),
        ((lane + end[0]) / 2, end[1]),
        end,
    )
    return replace(line, points=points, tip=(target.right, target.centre[1]))


def _widened(frame: Frame, right: float) -> Frame:
    area = frame.area
    if right <= area.right:
        return frame
    return replace(frame, area=Area(area.left, area.top, right, area.bottom))

"""Where the network and the blocks of its legend stand on the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import hypot

from cnndsl.draw.layouts.columns import Pieces, Turn
from cnndsl.draw.layouts.geometry import Laid, Line, Point, joined, packed
from cnndsl.draw.layouts.room import filled
from cnndsl.draw.view import Direction

# What a page of A4 or Letter leaves for text, in points: a diagram that fits is read at full size.
PAGE = (510.0, 720.0)
_GAP = 14.0
# Beyond the pieces that it joins, the trunk goes on at this distance.
_AROUND = 7.0
_ROUND = 5.0
# How much larger than a page, which shrinks, a diagram is tried to be.
_LARGER_PAGES = (1.0, 1.1, 1.2, 1.3, 1.4)


def fit(laid: Laid, page: tuple[float, float]) -> float:
    """How much something must shrink to fit a page; 1 where it fits."""
    return min(1.0, page[0] / laid.width, page[1] / laid.height)


def arranged(main: Laid, panels: Sequence[Laid], page: tuple[float, float] = PAGE) -> Laid:
    """The network, and the blocks beside or beneath it, as they fit a page best."""
    if not panels:
        return main
    # Of those that fit equally well the first, along which the eye has the shortest way.
    return max(_candidates(main, list(panels), page), key=lambda laid: round(fit(laid, page), 3))


def _candidates(main: Laid, panels: list[Laid], page: tuple[float, float]) -> Iterator[Laid]:
    tallest = max(panel.height for panel in panels)
    for high in sorted({max(main.height, tallest), max(page[1], tallest)}):
        yield _beside(main, packed(panels, lambda panel: panel.height, _GAP, high))
    for wide in sorted({main.width, page[0], *(main.width + panel.width for panel in panels)}):
        yield _beneath(main, packed(panels, lambda panel: panel.width, _GAP, wide))
    # As wide as a page is that shrinks to fit.
    for wide in (page[0] * larger for larger in _LARGER_PAGES):
        yield filled(main, panels, wide, _GAP)


def _beside(main: Laid, columns: list[list[Laid]]) -> Laid:
    placed = [main]
    x, high = main.width + _GAP, main.height
    for column in columns:
        y = 0.0
        for panel in column:
            placed.append(panel.moved(x, y))
            y += panel.height + _GAP
        x += max(panel.width for panel in column) + _GAP
        high = max(high, y - _GAP)
    return joined(placed, x - _GAP, high)


def _beneath(main: Laid, rows: list[list[Laid]]) -> Laid:
    wide = max(main.width, *(sum(p.width + _GAP for p in row) - _GAP for row in rows))
    placed = [main.moved((wide - main.width) / 2, 0)]
    y = main.height + _GAP
    for row in rows:
        x = (wide - sum(panel.width + _GAP for panel in row) + _GAP) / 2
        for panel in row:
            placed.append(panel.moved(x, y))
            x += panel.width + _GAP
        y += max(panel.height for panel in row) + _GAP
    return joined(placed, wide, y - _GAP)


def side_by_side(laid: Sequence[Laid], pieces: Pieces, direction: Direction) -> Laid:
    """The pieces of a drawing, each beside the one before it, and the trunk that joins them.

    Those of a drawing that goes to the right stand beneath each other.
    """
    down = direction is Direction.DOWN
    placed: list[Laid] = []
    at = 0.0
    for piece in laid:
        placed.append(piece.moved(at, _AROUND) if down else piece.moved(_AROUND, at))
        at += (piece.width if down else piece.height) + _GAP
    long = max(piece.height if down else piece.width for piece in laid) + 2 * _AROUND
    wide, high = (at - _GAP, long) if down else (long, at - _GAP)
    drawn = [line for piece in placed for line in piece.lines]
    ends = {line.edge.target: line.points[-1] for line in drawn}
    starts = {line.edge.source: line.points[0] for line in drawn}
    edges = [piece.width if down else piece.height for piece in laid]
    lines = []
    gutter = -_GAP / 2
    for turn, piece, length in zip(pieces.turns, laid, edges, strict=False):
        gutter += length + _GAP
        end, start = ends[turn.end], starts[turn.start]
        bottom = (piece.height if down else piece.width) + _AROUND
        lines.append(_around(turn, end, start, gutter, bottom, down))
    return joined([*placed, Laid(wide, high, (), (), tuple(lines))], wide, high)


def _around(turn: Turn, end: Point, start: Point, gutter: float, bottom: float, down: bool) -> Line:
    """The trunk from a piece that ends at `bottom`, through the gutter, to the next one."""
    (x0, y0), (x1, y1) = end, start
    near = _AROUND / 2
    if down:
        corners = [(x0, y0), (x0, bottom + near), (gutter, bottom + near), (gutter, near)]
        corners += [(x1, near), (x1, y1)]
    else:
        corners = [(x0, y0), (bottom + near, y0), (bottom + near, gutter), (near, gutter)]
        corners += [(near, y1), (x1, y1)]
    return Line(turn.trunk, tuple(_rounded(corners)), corners[-1])


def _rounded(corners: list[Point]) -> Iterator[Point]:
    """A way along corners, each of them rounded, as curves."""
    yield corners[0]
    last = corners[0]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        start, end = _towards(corner, before), _towards(corner, after)
        yield from (last, start, start, corner, corner, end)
        last = end
    yield from (last, corners[-1], corners[-1])


def _towards(start: Point, end: Point) -> Point:
    """The point on the way from one to another at which a round corner ends."""
    length = hypot(end[0] - start[0], end[1] - start[1])
    part = min(_ROUND, length / 2) / length if length else 0.0
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part

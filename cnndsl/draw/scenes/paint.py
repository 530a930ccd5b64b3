"""Laid-out drawings → shapes: what boxes, frames and edges look like in a theme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from math import hypot

from cnndsl.analyse.differences import Change
from cnndsl.draw.layouts import lines as words
from cnndsl.draw.layouts.geometry import Area, Frame, Laid, Line, Point
from cnndsl.draw.layouts.lines import Chip, Span
from cnndsl.draw.layouts.metrics import RAISE
from cnndsl.draw.layouts.sizes import RULE, label
from cnndsl.draw.pictures.captions import shape_words
from cnndsl.draw.pictures.picture import Box, Style
from cnndsl.draw.scenes.fills import box_fill
from cnndsl.draw.scenes.scene import (
    Anchor,
    Curve,
    Ellipse,
    Group,
    Polygon,
    Rectangle,
    Run,
    Shape,
    Stroke,
    Text,
)
from cnndsl.draw.theme import Theme

_RADIUS = 4.0
_FRAME_RADIUS = 6.0
_THIN, _PLAIN, STRONG = 0.8, 1.0, 1.6
# How far the outline of the second of several equal boxes looks out, right and below.
_BEHIND = 2.5
# The length of an arrow's head, and half its width as a part of that.
_HEAD = 5.0
_SPREAD = 0.36

# Colours of words: of those that matter most, and of the others.
Inks = tuple[str, str]


class Painter:
    """Paints in the colours of a theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def groups(self, laid: Laid) -> Iterator[Group]:
        """All of a drawing: frames under edges, edges under boxes."""
        for frame in laid.frames:
            yield self._frame(frame)
        boxes = {box.number: box for box, _ in laid.nodes}
        seen: Counter[str] = Counter()
        for line in laid.lines:
            group = self._line(line, boxes)
            seen[group.id] += 1
            # One box may give another the same twice.
            again = f"~{seen[group.id]}" if seen[group.id] > 1 else ""
            yield replace(group, id=group.id + again)
        depths = {f.cluster.header.number: f.depth for f in laid.frames}
        for box, area in laid.nodes:
            if words.lines(box):
                yield self._box(box, area, depths.get(box.number, 0))

    # Frames

    def _frame(self, frame: Frame) -> Group:
        theme, cluster = self._theme, frame.cluster
        header = cluster.header
        if cluster.region:
            fill = theme.region if frame.depth == 0 else theme.inner_frame
            stroke = Stroke(theme.region_border, _THIN, header.training)
        else:
            fill = theme.inner_frame if frame.depth % 2 else theme.frame
            stroke = Stroke(theme.frame_border, _PLAIN, header.training)
        if header.projection:
            stroke = Stroke(theme.skip, STRONG, header.training)
        elif cluster.count > 1:
            stroke = Stroke(theme.edge, STRONG, header.training)
        shapes: list[Shape] = [Rectangle(frame.area, fill, stroke, _FRAME_RADIUS)]
        if frame.label:
            shapes += self._words(label(cluster), frame.label.centre, Anchor.MIDDLE)
        return _group("frame", header, shapes, cluster.id)

    # Edges

    def _line(self, line: Line, boxes: dict[int, Box]) -> Group:
        edge, theme = line.edge, self._theme
        colour = theme.skip if edge.skip else theme.edge
        width = STRONG if edge.skip or edge.change is Change.ADDED else _PLAIN
        target = boxes.get(edge.target)
        head = (
            arrow_head(line.points[-1], line.tip)
            if target and target.style is not Style.TURN
            else ()
        )
        points = line.points
        if head:
            # From where the curve ends to the middle of the arrow's back.
            back = (head[1][0] + head[2][0]) / 2, (head[1][1] + head[2][1]) / 2
            points += straight(points[-1], back)[1:]
        shapes: list[Shape] = [Curve(points, Stroke(colour, width, edge.is_absent))]
        if head:
            shapes.append(Polygon(head, colour))
        if line.words:
            ink = theme.skip if edge.skip else theme.muted
            runs = (Run(edge.words, words.MEDIUM, ink),)
            shapes.append(Text(_base(line.words, words.MEDIUM), runs, Anchor.MIDDLE))
        source = boxes.get(edge.source)
        if not source or not target:
            return Group("edge", tuple(shapes))
        return Group(
            "skip" if edge.skip else "edge",
            tuple(shapes),
            f"{source.id}→{target.id}",
            shape_words(edge.shape),
            (("source", source.id), ("target", target.id)),
        )

    # Boxes

    def _box(self, box: Box, area: Area, depth: int) -> Group:
        shapes = list(self._outline(box, area, depth))
        lines = words.lines(box)
        high = sum(map(words.line_height, lines))
        rule = RULE if box.style is Style.STAGE else 0.0
        x, y = area.centre[0], area.centre[1] - (high + rule) / 2
        for place, line in enumerate(lines):
            if rule and place == len(lines) - 1 and place:
                edge = Stroke(self._theme.border, _THIN)
                across = ((area.left, y + rule / 2), (area.right, y + rule / 2))
                shapes.append(Curve(straight(*across), edge))
                y += rule
            middle = (x, y + words.line_height(line) / 2)
            shapes += self._words(line, middle, Anchor.MIDDLE, self._inks(box, depth))
            y += words.line_height(line)
        return _group(_kind(box), box, shapes, box.id)

    def _outline(self, box: Box, area: Area, depth: int) -> Iterator[Shape]:
        theme = self._theme
        stroke = Stroke(theme.border, _PLAIN, box.is_absent)
        if box.projection:
            stroke = Stroke(theme.skip, STRONG, box.is_absent)
        filled = box_fill(box, theme)
        if box.style is Style.MARK:
            yield Ellipse(area, filled, stroke)
            return
        if box.style is Style.HEADER:
            yield Rectangle(area, theme.inner_header if depth % 2 else theme.header, None, _RADIUS)
            return
        radius = 0.0 if box.style is Style.BAR else _RADIUS
        if box.multiple and not box.rows:
            yield Rectangle(area.moved(_BEHIND, _BEHIND), filled, stroke, radius)
        yield Rectangle(area, filled, stroke, radius)

    # Words

    def _words(
        self,
        line: words.Line,
        at: Point,
        anchor: Anchor,
        inks: Inks | None = None,
    ) -> Iterator[Shape]:
        """A line of text whose middle is at a height; chips are painted piece by piece."""
        x, y = at
        size = max(span.size for span in line)
        if not any(span.chip for span in line):
            runs = tuple(self._run(span, inks) for span in line)
            yield Text(_base((x, y), size), runs, anchor)
            return
        if anchor is Anchor.MIDDLE:
            x -= words.line_width(line) / 2
        for span in line:
            if span.chip:
                yield from self._chip(span, (x + words.CHIP_GAP, y))
            else:
                run = self._run(span, inks)
                yield Text(_base((x, y), size), (run,), Anchor.START)
            x += span.width

    def _chip(self, span: Span, at: Point) -> Iterator[Shape]:
        theme = self._theme
        x, y = at
        wide = span.width - 2 * words.CHIP_GAP
        area = Area(x, y - span.size * 0.62, x + wide, y + span.size * 0.62)
        is_key = span.chip is Chip.KEY
        fill, ink = (theme.merge, theme.box_ink) if is_key else (theme.chip, theme.chip_ink)
        yield Rectangle(area, fill, Stroke(theme.border, _THIN) if is_key else None, 2.0)
        run = Run(span.text, span.size, ink, span.bold)
        yield Text(_base((x + wide / 2, y), span.size), (run,), Anchor.MIDDLE)

    def _inks(self, box: Box, depth: int) -> Inks:
        """The colours of words in a box: of those that matter most, and of the others."""
        theme = self._theme
        if box.style is not Style.HEADER:
            return theme.box_ink, theme.box_muted
        if depth % 2:
            return theme.ink, theme.muted
        return theme.header_ink, theme.header_muted

    def _run(self, span: Span, inks: Inks | None) -> Run:
        ink, muted = inks or (self._theme.ink, self._theme.muted)
        return Run(span.text, span.size, muted if span.muted else ink, span.bold, span.italic)


def _kind(box: Box) -> str:
    return box.kind.words if box.style is Style.LAYERS else box.style.value


def _group(kind: str, box: Box, shapes: list[Shape], name: str) -> Group:
    """A group that tells what a reader may ask of a box."""
    facts = {
        "line": box.line,
        "params": str(box.params) if box.params else "",
        "macs": str(box.macs) if box.macs else "",
        "in": " ".join(map(str, box.inputs)),
        "out": str(box.output) if box.output else "",
        "count": box.multiple,
        "key": box.key,
    }
    data = tuple((name, value) for name, value in facts.items() if value)
    return Group(kind, tuple(shapes), name, box.tooltip or box.title, data)


def _base(middle: Point, size: float) -> Point:
    """Where the base line of a text is whose middle is at a point."""
    return middle[0], middle[1] + size * RAISE


def straight(start: Point, end: Point) -> tuple[Point, ...]:
    """A straight line as a curve."""
    third = [(start[i] + (end[i] - start[i]) / 3, end[i] - (end[i] - start[i]) / 3) for i in (0, 1)]
    return start, (third[0][0], third[1][0]), (third[0][1], third[1][1]), end


def arrow_head(start: Point, tip: Point) -> tuple[Point, ...]:
    """The head of an arrow that comes from a point, from its tip round its back."""
    (x, y), (tip_x, tip_y) = start, tip
    length = hypot(tip_x - x, tip_y - y) or 1.0
    along_x, along_y = (tip_x - x) / length * _HEAD, (tip_y - y) / length * _HEAD
    back_x, back_y = tip_x - along_x, tip_y - along_y
    side_x, side_y = -along_y * _SPREAD, along_x * _SPREAD
    return tip, (back_x + side_x, back_y + side_y), (back_x - side_x, back_y - side_y)

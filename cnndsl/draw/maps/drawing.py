"""Design → Scene in the style `blocks`: maps as boxes in perspective, as lectures draw them.

Boxes go from left to right. A network that comes back to resolutions that it had, with skips
across, becomes a U: it goes down where the resolution does, and up again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from cnndsl.design import Design
from cnndsl.draw.layouts.geometry import Point
from cnndsl.draw.layouts.metrics import RAISE, width
from cnndsl.draw.look import Look
from cnndsl.draw.maps.operations import LEADING, SIZE, lines_of
from cnndsl.draw.maps.placing import BESIDE, LABEL, LABEL_HIGH, placed, way_to
from cnndsl.draw.maps.solids import Solid, faces
from cnndsl.draw.maps.volumes import Volume, volumes
from cnndsl.draw.names import titles
from cnndsl.draw.pictures.captions import shape_words
from cnndsl.draw.scenes import legend
from cnndsl.draw.scenes.compose import Body, page
from cnndsl.draw.scenes.paint import arrow_head, straight
from cnndsl.draw.scenes.scene import Anchor, Curve, Group, Polygon, Run, Scene, Shape, Stroke, Text
from cnndsl.draw.theme import Theme, theme
from cnndsl.draw.view import Level, Shapes, View, part_at
from cnndsl.layers.base import Kind

_ARC = 16.0
_STRONG = 1.5


def blocks_scene(design: Design, view: View, look: Look) -> Scene:
    """The whole diagram; at the level of layers, blocks are opened.

    Raises:
        CnnError: the view names a part that the network does not have, or the theme has mistakes.
    """
    module = part_at(design, view.only) if view.only else design.network
    colours = theme(look.theme)
    found = volumes(module, view.only, deep=view.level is Level.LAYER)
    drawing = _Drawing(placed(found), colours, view.shapes is not Shapes.NONE)
    words = titles(design, module, view.only)
    return page(words, _entries(found, colours), drawing.body(), look, colours)


def _entries(found: list[Volume], colours: Theme) -> list[legend.Entry]:
    kinds = {volume.kind for volume in found if volume.atoms and not volume.is_reshaped}
    border = Stroke(colours.border)
    entries = [legend.Entry(k.words, colours.fill(k), border) for k in Kind if k in kinds]
    if any(volume.has_shortcut or len(volume.sources) > 1 for volume in found):
        entries.append(legend.Entry("skip", stroke=Stroke(colours.skip, _STRONG)))
    if any(volume.training for volume in found):
        entries.append(legend.Entry("training only", stroke=Stroke(colours.edge, dashed=True)))
    return entries


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Boxes in their places, and how they are joined."""

    boxes: list[Solid]
    theme: Theme
    labels: bool

    def body(self) -> Body:
        """All of it, for a page."""
        arcs = self._arc_room()
        last = max(box.middle + width(box.words, LABEL) / 2 for box in self.boxes)
        wide = max([last, *(box.right for box in self.boxes)])
        high = max(box.bottom for box in self.boxes) + LABEL_HIGH + arcs
        return Body(wide, high, lambda x, y: self._groups(x, y + arcs))

    def _arc_room(self) -> float:
        """How far arcs stand out above all boxes."""
        tops = [self._arc(*ends) for ends in self._skips() if not self._is_level(*ends)]
        return max(0.0, -min([*tops, min(box.top for box in self.boxes)]))

    def _arc(self, source: Solid, target: Solid) -> float:
        """The height of an arc's highest point."""
        between = self.boxes[source.volume.number : target.volume.number + 1]
        return min(box.top for box in between) - _ARC

    def _skips(self) -> Iterator[tuple[Solid, Solid]]:
        for box in self.boxes:
            for source in box.volume.sources:
                if source != box.volume.number - 1:
                    yield self.boxes[source], box

    def _is_level(self, source: Solid, target: Solid) -> bool:
        """Whether nothing stands between two boxes at one height."""
        between = self.boxes[source.volume.number + 1 : target.volume.number]
        same = abs(source.y - target.y) < 1
        return same and all(abs(box.y - source.y) > 1 for box in between)

    def _groups(self, dx: float, dy: float) -> Iterator[Group]:
        moved = [box.at(box.x + dx, box.y + dy) for box in self.boxes]
        here = _Drawing(moved, self.theme, self.labels)
        for source, target in here._skips():
            yield here._skip(source, target)
        for box in moved:
            yield here._box(box)
        for box in moved:
            before = box.volume.number - 1
            if before in box.volume.sources:
                yield here._step(moved[before], box)
            elif box.volume.atoms:
                yield here._made(box)

    def _box(self, box: Solid) -> Group:
        volume, colours = box.volume, self.theme
        shapes: list[Shape] = list(faces(box, colours))
        if self.labels:
            at = box.middle, box.bottom + LABEL + 1.5
            shapes.append(Text(at, (Run(box.words, LABEL, colours.ink),), Anchor.MIDDLE))
        facts = {
            "line": volume.line,
            "params": str(volume.params or ""),
            "macs": str(volume.macs or ""),
            "in": " ".join(map(str, volume.inputs)),
            "out": str(volume.shape),
        }
        data = tuple((name, value) for name, value in facts.items() if value)
        words = [volume.path.removeprefix("~in:"), *(row for row, _ in volume.rows)]
        title = " · ".join([*words, volume.shape.describe()])
        kind = volume.kind.words if volume.atoms else "input"
        return Group(kind, tuple(shapes), volume.id, title, data)

    def _step(self, before: Solid, box: Solid) -> Group:
        """The arrow from a box to the next, with what is done on the way."""
        lines = lines_of(box.volume)
        way = way_to(before, box, self.labels)
        x, y = way[-1]
        if way[-2][0] == x:
            middle = (way[-2][1] + y) / 2 - (len(lines) - 1) * LEADING / 2 + SIZE * RAISE
            corner, anchor = (x + BESIDE, middle), Anchor.START
        else:
            top = y - 4 - (len(lines) - 1) * LEADING
            corner, anchor = ((way[-2][0] + x) / 2, top), Anchor.MIDDLE
        shapes: list[Shape] = [
            Curve(straight(*leg), Stroke(self.theme.edge, 1.0, box.volume.training))
            for leg in pairwise(way[:-1])
        ]
        shapes += _arrow(way[-2], way[-1], self.theme.edge, 1.0, box.volume.training)
        if box.volume.has_shortcut and anchor is Anchor.MIDDLE:
            shapes += self._round(way[-2], way[-1])
        for number, line in enumerate(lines):
            place = corner[0], corner[1] + number * LEADING
            shapes.append(Text(place, (Run(line.text, SIZE, self.theme.ink, line.bold),), anchor))
        path = f"{before.volume.id}→{box.volume.id}"
        return Group("edge", tuple(shapes), path, ", ".join(line.text for line in lines))

    def _made(self, box: Solid) -> Group:
        """What is done on the way to a box that comes from boxes further away."""
        lines = lines_of(box.volume)
        (x, y), anchor = (box.x - BESIDE, box.y - 4), Anchor.END
        beneath = [self.boxes[n] for n in box.volume.sources if self.boxes[n].y > box.y + 1]
        if beneath:
            # Beside the way up, before it turns aside.
            (x, y), anchor = (
                (beneath[0].middle + BESIDE, beneath[0].top - BESIDE - SIZE),
                Anchor.START,
            )
        y -= (len(lines) - 1) * LEADING
        texts = tuple(
            Text(
                (x, y + number * LEADING),
                (Run(line.text, SIZE, self.theme.ink, line.bold),),
                anchor,
            )
            for number, line in enumerate(lines)
        )
        title = ", ".join(line.text for line in lines)
        return Group("operation", texts, f"{box.volume.id}~made", title)

    def _round(self, start: Point, end: Point) -> Iterator[Shape]:
        """The shortcut around an operation, beneath its arrow."""
        low = start[1] + 11
        inset = (end[0] - start[0]) * 0.12
        one, two = (start[0] + inset, start[1]), (end[0] - 6 - inset, end[1])
        points = (one, (one[0], low), (two[0], low), two)
        yield Curve(points, Stroke(self.theme.skip, _STRONG))

    def _skip(self, source: Solid, target: Solid) -> Group:
        """The arrow from a box to a later one."""
        # What comes from further away alone goes round nothing.
        branches = len(target.volume.sources) == 1
        colour = self.theme.edge if branches else self.theme.skip
        if self._is_level(source, target):
            start, end = (source.right + 2, source.y), (target.x - 1.5, target.y)
            shapes = list(_arrow(start, end, colour, _STRONG, target.volume.training))
        else:
            top = self._arc(source, target)
            (x, y), (u, v) = (source.middle, source.top - 1), (target.middle, target.top - 2)
            # The highest point of such a curve is three quarters of the way to its handles.
            high = top - (min(y, v) - top) / 3
            points = ((x, y), (x, high), (u, high), (u, v - 4))
            shapes = [Curve(points, Stroke(colour, _STRONG, target.volume.training))]
            shapes.append(Polygon(arrow_head((u, v - 4), (u, v)), colour))
        path = f"{source.volume.id}→{target.volume.id}"
        taken = target.volume.inputs[target.volume.sources.index(source.volume.number)]
        return Group("edge" if branches else "skip", tuple(shapes), path, shape_words(taken))


def _arrow(start: Point, end: Point, colour: str, wide: float, dashed: bool) -> Iterator[Shape]:
    head = arrow_head(start, end)
    back = ((head[1][0] + head[2][0]) / 2, (head[1][1] + head[2][1]) / 2)
    yield Curve(straight(start, back), Stroke(colour, wide, dashed))
    yield Polygon(head, colour)

"""Scene → PNG, by the engine that lays diagrams out: it needs no fonts of the machine's.

The scene becomes the background of a graph without nodes, in the drawing operations of Graphviz's
xdot, whose y goes up.
"""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.draw.layouts import engine as engines
from cnndsl.draw.layouts.dot_syntax import quoted
from cnndsl.draw.layouts.geometry import Area, Point
from cnndsl.draw.layouts.metrics import width
from cnndsl.draw.names import printable
from cnndsl.draw.scenes.scene import (
    Anchor,
    Curve,
    Ellipse,
    Group,
    Polygon,
    Rectangle,
    Scene,
    Shape,
    Stroke,
    Text,
)

# Twice a screen's, for displays of fine dots and for print.
DOTS_PER_INCH = 144
_FONT = "Helvetica"
# How far the control points of a quarter of a circle are from its ends, in radii.
_ROUND = 0.5523
_BOLD, _ITALIC = 1, 2


def png(scene: Scene, engine: str) -> bytes:
    """The scene as a PNG file.

    Raises:
        CnnError: the engine is unknown, missing, or failed.
    """
    dots = round(DOTS_PER_INCH * scene.scale, 2)
    return by_engine(scene, engine, "png", f"-Gdpi={dots}")


def by_engine(scene: Scene, engine: str, form: str, *options: str) -> bytes:
    """The scene, drawn by a layout engine in one of its formats.

    Raises:
        CnnError: the engine is unknown, missing, or failed.
    """
    drawn = " ".join(_Xdot(scene).operations())
    size = f'bb="0,0,{scene.width:.2f},{scene.height:.2f}"'
    corner = 'shape="point" style="invis" width="0" height="0" label=""'
    text = (
        f"graph {{ graph [{size} pad=0 margin=0 _background={quoted(drawn)}]"
        f' a [pos="0,0" {corner}] b [pos="{scene.width:.2f},{scene.height:.2f}" {corner}] }}'
    )
    return engines.run(engine, text, form, "-Kneato", "-n2", "-q", *options)


class _Xdot:
    """The drawing operations of a scene."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def operations(self) -> Iterator[str]:
        scene = self._scene
        page = Area(-1, -1, scene.width + 1, scene.height + 1)
        yield from self._shape(Rectangle(page, scene.paper or "#FFFFFF"))
        for group in scene.groups:
            yield from self._group(group)

    def _group(self, group: Group) -> Iterator[str]:
        for shape in group.shapes:
            yield from self._shape(shape)

    def _shape(self, shape: Shape) -> Iterator[str]:
        if isinstance(shape, Text):
            yield from self._text(shape)
            return
        if isinstance(shape, Curve):
            yield from _pen(shape.stroke)
            yield self._points("B", shape.points)
            return
        # Without a line around it, what is filled has one of its own colour, and no width.
        yield from _pen(shape.stroke or Stroke(shape.fill, 0.1))
        yield f"C {_word(shape.fill)}"
        if isinstance(shape, Polygon):
            yield self._points("P", shape.points)
        elif isinstance(shape, Ellipse):
            x, y = self._up(shape.area.centre)
            yield f"E {x} {y} {shape.area.width / 2:.2f} {shape.area.height / 2:.2f}"
        elif shape.radius:
            yield self._points("b", tuple(_rounded(shape.area, shape.radius)))
        else:
            yield self._points("P", _corners(shape.area))

    def _text(self, text: Text) -> Iterator[str]:
        widths = [width(run.text, run.size, run.bold) for run in text.runs]
        x, y = text.at
        share = {Anchor.START: 0.0, Anchor.MIDDLE: 0.5, Anchor.END: 1.0}[text.anchor]
        x -= share * sum(widths)
        for run, wide in zip(text.runs, widths, strict=True):
            if words := printable(run.text).strip():
                # The middle is the same however the machine's font measures it.
                left = x + width(run.text[: len(run.text) - len(run.text.lstrip())], run.size)
                own = width(words, run.size, run.bold)
                yield f"F {run.size:.2f} {_word(_FONT)}"
                yield f"t {_BOLD * run.bold + _ITALIC * run.italic}"
                yield f"c {_word(run.colour)}"
                middle, base = self._up((left + own / 2, y))
                yield f"T {middle} {base} 0 {own:.2f} {_word(words)}"
            x += wide

    def _points(self, operation: str, points: tuple[Point, ...]) -> str:
        places = " ".join(" ".join(self._up(point)) for point in points)
        return f"{operation} {len(points)} {places}"

    def _up(self, point: Point) -> tuple[str, str]:
        return f"{point[0]:.2f}", f"{self._scene.height - point[1]:.2f}"


def _pen(stroke: Stroke) -> Iterator[str]:
    yield f"c {_word(stroke.colour)}"
    yield f"S {_word(f'setlinewidth({stroke.width})')}"
    yield f"S {_word('dashed' if stroke.dashed else 'solid')}"


def _word(text: str) -> str:
    # A backslash begins an escape, in the graph's text and in the operation.
    safe = text.replace("\\", "\\\\")
    return f"{len(text.encode())} -{safe}"


def _corners(area: Area) -> tuple[Point, ...]:
    return (
        (area.left, area.top),
        (area.right, area.top),
        (area.right, area.bottom),
        (area.left, area.bottom),
    )


def _rounded(area: Area, radius: float) -> Iterator[Point]:
    """A rectangle with round corners as curves, closed."""
    keep = radius * (1 - _ROUND)
    corners = _corners(area)
    # The way along each side, as steps to the right and down.
    ways = ((1, 0), (0, 1), (-1, 0), (0, -1))
    start = (area.left + radius, area.top)
    yield start
    last = start
    for place, (dx, dy) in enumerate(ways):
        x, y = corners[(place + 1) % 4]
        turn_x, turn_y = ways[(place + 1) % 4]
        side = (x - dx * radius, y - dy * radius)
        yield from (last, side, side)
        last = (x + turn_x * radius, y + turn_y * radius)
        yield (x - dx * keep, y - dy * keep)
        yield (x + turn_x * keep, y + turn_y * keep)
        yield last

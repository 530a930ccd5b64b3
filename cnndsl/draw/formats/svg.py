"""Scene → SVG, its text as text; the same bytes everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cnndsl.draw.names import decimal, printable
from cnndsl.draw.scenes.scene import (
    Curve,
    Ellipse,
    Group,
    Polygon,
    Rectangle,
    Run,
    Scene,
    Shape,
    Stroke,
    Text,
)

# Those of the same widths; one of them is on every machine.
FONTS = "Helvetica, Arial, 'Liberation Sans', 'Nimbus Sans', sans-serif"
_DASHES = "4 2.5"
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def svg(scene: Scene, fonts: str = FONTS, unit: str = "pt") -> str:
    """The scene as the text of an SVG file, in one of the `fonts`, its size in a unit."""
    wide, high = scene.width * scene.scale, scene.height * scene.scale
    rows = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<svg xmlns="http://www.w3.org/2000/svg"'
        f' width="{decimal(wide)}{unit}" height="{decimal(high)}{unit}"'
        f' viewBox="0 0 {decimal(scene.width)} {decimal(scene.height)}" role="img"'
        f' font-family="{fonts}">',
        f"<title>{_text(scene.title)}</title>",
        f"<desc>{_text(scene.description)}</desc>",
    ]
    if scene.paper:
        size = f'width="{decimal(scene.width)}" height="{decimal(scene.height)}"'
        rows.append(f'<rect {size} fill="{scene.paper}"/>')
    for group in scene.groups:
        rows += _group(group)
    rows.append("</svg>\n")
    return "\n".join(rows)


def fragment(groups: Iterable[Group]) -> str:
    """The groups alone, to stand in an `svg` element."""
    return "\n".join(row for group in groups for row in _group(group))


def _group(group: Group) -> Iterator[str]:
    named = f" id={_attribute(group.id)}" if group.id else ""
    data = "".join(f" data-{name}={_attribute(value)}" for name, value in group.data)
    yield f"<g{named} class={_attribute(group.kind)}{data}>"
    if group.title:
        yield f"<title>{_text(group.title)}</title>"
    for shape in group.shapes:
        yield _shape(shape)
    yield "</g>"


def _shape(shape: Shape) -> str:
    if isinstance(shape, Rectangle):
        area = shape.area
        corners = f' rx="{decimal(shape.radius)}"' if shape.radius else ""
        place = f'x="{decimal(area.left)}" y="{decimal(area.top)}"'
        size = f'width="{decimal(area.width)}" height="{decimal(area.height)}"'
        return f"<rect {place} {size}{corners}{_look(shape.fill, shape.stroke)}/>"
    if isinstance(shape, Ellipse):
        x, y = shape.area.centre
        place = f'cx="{decimal(x)}" cy="{decimal(y)}"'
        size = f'rx="{decimal(shape.area.width / 2)}" ry="{decimal(shape.area.height / 2)}"'
        return f"<ellipse {place} {size}{_look(shape.fill, shape.stroke)}/>"
    if isinstance(shape, Polygon):
        points = " ".join(f"{decimal(x)},{decimal(y)}" for x, y in shape.points)
        return f'<polygon points="{points}"{_look(shape.fill, shape.stroke)}/>'
    if isinstance(shape, Curve):
        first, *rest = (f"{decimal(x)},{decimal(y)}" for x, y in shape.points)
        return f'<path d="M{first}C{" ".join(rest)}"{_look("", shape.stroke)}/>'
    return _words(shape)


def _look(fill: str, stroke: Stroke | None) -> str:
    look = f' fill="{fill or "none"}"'
    if stroke:
        look += f' stroke="{stroke.colour}"'
        look += f' stroke-width="{decimal(stroke.width)}"' if stroke.width != 1 else ""
        look += f' stroke-dasharray="{_DASHES}"' if stroke.dashed else ""
    return look


def _words(text: Text) -> str:
    x, y = text.at
    place = f'x="{decimal(x)}" y="{decimal(y)}"'
    anchor = "" if text.anchor.value == "start" else f' text-anchor="{text.anchor.value}"'
    if len(text.runs) == 1:
        return f"<text {place}{anchor}{_run_look(text.runs[0])}>{_text(text.runs[0].text)}</text>"
    runs = "".join(f"<tspan{_run_look(run)}>{_text(run.text)}</tspan>" for run in text.runs)
    return f'<text {place}{anchor} xml:space="preserve">{runs}</text>'


def _run_look(run: Run) -> str:
    look = f' font-size="{decimal(run.size)}" fill="{run.colour}"'
    look += ' font-weight="bold"' if run.bold else ""
    return look + (' font-style="italic"' if run.italic else "")


def _text(words: str) -> str:
    return printable(words).translate(_ESCAPES)


def _attribute(words: str) -> str:
    return f'"{_text(words)}"'

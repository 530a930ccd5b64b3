"""Scene → SVG, its text as text; the same bytes everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cnndsl.draw.scene import (
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
        f' width="{_n(wide)}{unit}" height="{_n(high)}{unit}"'
        f' viewBox="0 0 {_n(scene.width)} {_n(scene.height)}" role="img"'
        f' font-family="{fonts}">',
        f"<title>{_text(scene.title)}</title>",
        f"<desc>{_text(scene.description)}</desc>",
    ]
    if scene.paper:
        rows.append(
            f'<rect width="{_n(scene.width)}" height="{_n(scene.height)}" fill="{scene.paper}"/>'
        )
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
        corners = f' rx="{_n(shape.radius)}"' if shape.radius else ""
        place = f'x="{_n(area.left)}" y="{_n(area.top)}"'
        size = f'width="{_n(area.width)}" height="{_n(area.height)}"'
        return f"<rect {place} {size}{corners}{_look(shape.fill, shape.stroke)}/>"
    if isinstance(shape, Ellipse):
        x, y = shape.area.centre
        size = f'rx="{_n(shape.area.width / 2)}" ry="{_n(shape.area.height / 2)}"'
        return f'<ellipse cx="{_n(x)}" cy="{_n(y)}" {size}{_look(shape.fill, shape.stroke)}/>'
    if isinstance(shape, Polygon):
        points = " ".join(f"{_n(x)},{_n(y)}" for x, y in shape.points)
        return f'<polygon points="{points}"{_look(shape.fill, shape.stroke)}/>'
    if isinstance(shape, Curve):
        first, *rest = (f"{_n(x)},{_n(y)}" for x, y in shape.points)
        return f'<path d="M{first}C{" ".join(rest)}"{_look("", shape.stroke)}/>'
    return _words(shape)


def _look(fill: str, stroke: Stroke | None) -> str:
    look = f' fill="{fill or "none"}"'
    if stroke:
        look += f' stroke="{stroke.colour}"'
        look += f' stroke-width="{_n(stroke.width)}"' if stroke.width != 1 else ""
        look += f' stroke-dasharray="{_DASHES}"' if stroke.dashed else ""
    return look


def _words(text: Text) -> str:
    x, y = text.at
    place = f'x="{_n(x)}" y="{_n(y)}"'
    anchor = "" if text.anchor.value == "start" else f' text-anchor="{text.anchor.value}"'
    if len(text.runs) == 1:
        return f"<text {place}{anchor}{_run_look(text.runs[0])}>{_text(text.runs[0].text)}</text>"
    runs = "".join(f"<tspan{_run_look(run)}>{_text(run.text)}</tspan>" for run in text.runs)
    return f'<text {place}{anchor} xml:space="preserve">{runs}</text>'


def _run_look(run: Run) -> str:
    look = f' font-size="{_n(run.size)}" fill="{run.colour}"'
    look += ' font-weight="bold"' if run.bold else ""
    return look + (' font-style="italic"' if run.italic else "")


def _n(number: float) -> str:
    """A number with two decimals at most, the same on every machine."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def printable(words: str) -> str:
    """The words with `?` for what is no letter, which XML may not hold."""
    return "".join(letter if letter.isprintable() else "?" for letter in words)


def _text(words: str) -> str:
    return printable(words).translate(_ESCAPES)


def _attribute(words: str) -> str:
    return f'"{_text(words)}"'

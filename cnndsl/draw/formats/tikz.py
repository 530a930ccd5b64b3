r"""Scene → TikZ: everything at its laid-out place, for a document with `\usepackage{tikz}`.

It is drawn with TikZ alone, without its libraries. Letters that not every engine has come out of
mathematics, so that pdflatex sets them, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cnndsl.draw.names import decimal, printable
from cnndsl.draw.scenes.scene import (
    Anchor,
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

_LETTERS = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{letter: f"\\{letter}" for letter in "#$%&_{}"},
    "<": r"\ensuremath{<}",
    ">": r"\ensuremath{>}",
    "|": r"\ensuremath{|}",
    # There is a \textquotedbl only in encodings that a document has to ask for.
    '"': r"\symbol{34}",
    "×": r"\ensuremath{\times}",
    "·": r"\ensuremath{\cdot}",
    "→": r"\ensuremath{\rightarrow}",
    "−": r"\ensuremath{-}",
    "²": r"\ensuremath{^2}",
    "–": "--",
    "—": "---",
    "…": r"\dots{}",
}
_ESCAPES = str.maketrans(_LETTERS)
# Between letters of which TeX would make one: `--` a dash, `,,` and others a quote.
_LIGATURES = re.compile("(?<=-)(?=-)|(?<=,)(?=,)|(?<=')(?=')|(?<=[`?!])(?=`)")
_ANCHORS = {Anchor.START: "base west", Anchor.MIDDLE: "base", Anchor.END: "base east"}
# A point of PostScript's, in which a scene is measured.
_UNIT = "1bp"
_LEADING = 1.2
_SPACES = re.compile("^ +| +$| {2,}")


def tikz(scene: Scene) -> str:
    r"""The scene as a `tikzpicture`."""
    return "\n".join(_Writer(scene).rows()) + "\n"


class _Writer:
    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._colours: dict[str, str] = {}

    def rows(self) -> Iterator[str]:
        scene = self._scene
        body = [row for group in scene.groups for row in self._group(group)]
        yield f"% {printable(scene.title)}: {printable(scene.description)}"
        yield "% \\usepackage{tikz}"
        scale = f", scale={decimal(scene.scale)}, transform shape" if scene.scale != 1 else ""
        yield f"\\begin{{tikzpicture}}[x={_UNIT}, y=-{_UNIT}, inner sep=0pt{scale}]"
        for colour, name in self._colours.items():
            yield f"\\definecolor{{{name}}}{{HTML}}{{{colour.lstrip('#').upper()}}}"
        yield from body
        yield "\\end{tikzpicture}"

    def _group(self, group: Group) -> Iterator[str]:
        if group.id:
            yield f"% {printable(group.id)}"
        for shape in group.shapes:
            yield self._shape(shape)

    def _colour(self, colour: str) -> str:
        return self._colours.setdefault(colour, f"cnn{len(self._colours)}")

    def _shape(self, shape: Shape) -> str:
        if isinstance(shape, Rectangle):
            area, look = shape.area, self._look(shape.fill, shape.stroke)
            corners = f", rounded corners={decimal(shape.radius)}bp" if shape.radius else ""
            ends = f"{_at((area.left, area.top))} rectangle {_at((area.right, area.bottom))}"
            return f"\\path[{look}{corners}] {ends};"
        if isinstance(shape, Ellipse):
            radii = f"{decimal(shape.area.width / 2)}bp and {decimal(shape.area.height / 2)}bp"
            look = self._look(shape.fill, shape.stroke)
            return f"\\path[{look}] {_at(shape.area.centre)} ellipse ({radii});"
        if isinstance(shape, Polygon):
            corners = " -- ".join(map(_at, shape.points))
            return f"\\path[{self._look(shape.fill, shape.stroke)}] {corners} -- cycle;"
        if isinstance(shape, Curve):
            return f"\\path[{self._look('', shape.stroke)}] {_curves(shape)};"
        return self._text(shape)

    def _look(self, fill: str, stroke: Stroke | None) -> str:
        looks = [f"fill={self._colour(fill)}"] if fill else []
        if stroke:
            looks += [
                f"draw={self._colour(stroke.colour)}",
                f"line width={decimal(stroke.width)}bp",
            ]
            looks += ["dash pattern=on 4bp off 2.5bp"] if stroke.dashed else []
        return ", ".join(looks)

    def _text(self, text: Text) -> str:
        words = "".join(map(self._run, text.runs))
        return f"\\node[anchor={_ANCHORS[text.anchor]}] at {_at(text.at)} {{{words}}};"

    def _run(self, run: Run) -> str:
        look = (
            f"\\fontsize{{{decimal(run.size)}bp}}{{{decimal(run.size * _LEADING)}bp}}\\selectfont"
        )
        look += "\\sffamily"
        look += "\\bfseries" if run.bold else ""
        look += "\\itshape" if run.italic else ""
        # TeX makes one of several spaces, and drops those at the ends.
        words = _SPACES.sub(lambda spaces: "~" * len(spaces[0]), escaped(run.text))
        return f"{{{look}\\color{{{self._colour(run.colour)}}}{words}}}"


def escaped(words: str) -> str:
    """Words of which LaTeX sets every letter as it is."""
    return "{}".join(part.translate(_ESCAPES) for part in _LIGATURES.split(printable(words)))


def _curves(curve: Curve) -> str:
    first, *rest = map(_at, curve.points)
    steps = (rest[place : place + 3] for place in range(0, len(rest) - 2, 3))
    return first + "".join(f" .. controls {a} and {b} .. {c}" for a, b, c in steps)


def _at(point: tuple[float, float]) -> str:
    return f"({decimal(point[0])},{decimal(point[1])})"

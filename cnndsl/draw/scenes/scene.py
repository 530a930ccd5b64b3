"""A diagram as shapes and words in their places and colours, for whatever draws them.

Points are PostScript's, 1/72 inch; x goes right, y goes down. Every style of diagram ends in a
Scene, and every format begins with one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cnndsl.draw.layouts.geometry import Area, Point

# A colour is `#RRGGBB`; where it is empty, nothing is filled or stroked.
Colour = str


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line's colour and width."""

    colour: Colour
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle with round corners of a radius; a second outline inside it tells of several."""

    area: Area
    fill: Colour
    stroke: Stroke | None = None
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Ellipse:
    """An ellipse that fills an area."""

    area: Area
    fill: Colour
    stroke: Stroke | None = None


@dataclass(frozen=True, slots=True)
class Polygon:
    """A filled polygon."""

    points: tuple[Point, ...]
    fill: Colour
    stroke: Stroke | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """Cubic Bézier curves, each from where the last one ended: 1 + 3n points."""

    points: tuple[Point, ...]
    stroke: Stroke


class Anchor(Enum):
    """Which part of a text stands at its point."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one look."""

    text: str
    size: float
    colour: Colour
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; `at` is on its base line."""

    at: Point
    runs: tuple[Run, ...]
    anchor: Anchor = Anchor.START


Shape = Rectangle | Ellipse | Polygon | Curve | Text


@dataclass(frozen=True, slots=True)
class Group:
    """Shapes that are one thing: `id` and `title` name it, `data` are further facts by name."""

    kind: str
    shapes: tuple[Shape, ...]
    id: str = ""
    title: str = ""
    data: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole diagram; what comes first lies under the rest."""

    width: float
    height: float
    title: str
    description: str
    paper: Colour
    groups: tuple[Group, ...]
    scale: float = 1.0

    @property
    def smallest_words(self) -> float:
        """The size in points that the smallest words are printed in; 0 where there are none."""
        texts = (
            shape for group in self.groups for shape in group.shapes if isinstance(shape, Text)
        )
        return min((run.size for text in texts for run in text.runs), default=0.0) * self.scale

"""How a diagram is to look: colours, words around it, size and direction."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cnndsl.draw.theme import DEFAULT
from cnndsl.draw.view import Direction

# A column of a paper in two columns, and the width of its text, in points.
WIDTHS = {"column": 252.0, "page": 516.0}
_UNITS = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)(pt|in|cm|mm)")
LEAST_WIDTH = 36.0
UNITS_IN_WORDS = "mm, cm, in or pt, such as `88mm`"


@dataclass(frozen=True, slots=True)
class Look:
    """What a diagram looks like.

    `theme` is the name of a bundled theme or the path of a file. `title` is the network's name and
    its size where it is None, and none where it is empty. `width` in points is what the diagram
    shrinks to fit; 0 leaves it as large as it is. `direction` is chosen by what is shown where it
    is None.
    """

    theme: str = DEFAULT
    title: str | None = None
    caption: str = ""
    width: float = 0.0
    direction: Direction | None = None
    legend: bool = True

    def towards(self, flat: bool) -> Direction:
        """Where the diagram goes: what is asked for, else to the right if it is a flat row."""
        return self.direction or (Direction.RIGHT if flat else Direction.DOWN)

    def heading(self, title: str) -> str:
        """What stands above the diagram, which has a title of its own."""
        return title if self.title is None else self.title


def points(text: str) -> float | None:
    """A width in points: `column`, `page`, `88mm`, `3.5in`; None for what is no width."""
    if text in WIDTHS:
        return WIDTHS[text]
    found = _LENGTH.fullmatch(text)
    if not found:
        return None
    length = float(found[1]) * _UNITS[found[2]]
    return length if length >= LEAST_WIDTH else None

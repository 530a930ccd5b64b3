"""What is told beneath a diagram: the kinds of layers and lines that occur, and a caption."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cnndsl.analyse.differences import Change
from cnndsl.draw.layouts.geometry import Area, Point, packed
from cnndsl.draw.layouts.metrics import RAISE, width
from cnndsl.draw.pictures.picture import Box, Drawing, Picture, Style
from cnndsl.draw.scenes.paint import STRONG
from cnndsl.draw.scenes.scene import Anchor, Curve, Group, Rectangle, Run, Shape, Stroke, Text
from cnndsl.draw.theme import Theme
from cnndsl.layers.base import Kind

_SIZE = 7.0
_CAPTION = 8.0
_HIGH = 12.0
_SWATCH = (16.0, 9.0)
_GAP, _BETWEEN = 4.0, 12.0
# A number of channels in a block that is drawn once for several: `c`, `4c`, `C/2`.
_SYMBOL = re.compile(r"(?<![\w×])\d*([cC])(?:/\d+)?(?!\w)")
_MEANINGS = {"c": "number after a block's name", "C": "channels of a block's input"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the legend: a fill, or the look of a line, and its words, or these alone."""

    words: str
    fill: str = ""
    stroke: Stroke | None = None

    @property
    def width(self) -> float:
        return self.beside + width(self.words, _SIZE)

    @property
    def beside(self) -> float:
        """How much room is before its words."""
        return _SWATCH[0] + _GAP if self.fill or self.stroke else 0.0


def entries(picture: Picture, theme: Theme) -> list[Entry]:
    """What occurs in the picture."""
    boxes = [box for drawing in picture.drawings() for box in _shown(drawing)]
    if any(box.change for box in boxes):
        return [*_changes(boxes, theme), *_skips(picture, theme)]
    kinds = {box.kind for box in boxes if box.style in (Style.LAYERS, Style.STAGE)}
    border = Stroke(theme.border)
    found = [Entry(kind.words, theme.fill(kind), border) for kind in Kind if kind in kinds]
    if any(box.style is Style.BLOCK for box in boxes):
        found.append(Entry("block", theme.block, border))
    found += _skips(picture, theme)
    if any(box.training for box in boxes):
        found.append(Entry("training only", stroke=Stroke(theme.edge, dashed=True)))
    found += _symbols(picture)
    return found if len(found) > 1 else []


def _skips(picture: Picture, theme: Theme) -> list[Entry]:
    edges = (edge for drawing in picture.drawings() for edge in drawing.edges)
    return [Entry("skip", stroke=Stroke(theme.skip, STRONG))] if any(e.skip for e in edges) else []


def _symbols(picture: Picture) -> Iterator[Entry]:
    """The letters that blocks of the legend have in the place of numbers, and what they are."""
    boxes = (box for panel in picture.panels for box in _shown(panel.drawing))
    texts = [box.title for box in boxes if box.style in (Style.LAYERS, Style.BLOCK)]
    letters = {found for text in texts if "→" not in text for found in _SYMBOL.findall(text)}
    return (Entry(f"{letter}: {words}") for letter, words in _MEANINGS.items() if letter in letters)


def _changes(boxes: list[Box], theme: Theme) -> list[Entry]:
    """What became of the parts of two networks that are drawn as one."""
    occur = {box.change for box in boxes if box.style is not Style.HEADER}
    words = {
        change: f"{change.value} {change.name.lower()}" if change.value.strip() else "the same"
        for change in Change
    }
    return [
        Entry(words[change], theme.change(change), Stroke(theme.border, 1, dashed))
        for change, dashed in ((c, c is Change.REMOVED) for c in Change)
        if change in occur
    ]


def _shown(drawing: Drawing) -> Iterator[Box]:
    return (box for box, _ in drawing.boxes())


def legend_rows(found: list[Entry], wide: float) -> list[list[Entry]]:
    """The entries in rows that are no wider than a width, if it can be."""
    return packed(found, lambda entry: entry.width, _BETWEEN, wide)


def row_width(row: list[Entry]) -> float:
    """How wide a row of the legend is."""
    return sum(entry.width + _BETWEEN for entry in row) - _BETWEEN


def legend(rows: list[list[Entry]], theme: Theme, centre: float, top: float) -> Group:
    """The legend around a line down the page."""
    shapes: list[Shape] = []
    for place, row in enumerate(rows):
        x, y = centre - row_width(row) / 2, top + (place + 0.5) * _HIGH
        for entry in row:
            shapes += _entry(entry, theme, (x, y))
            x += entry.width + _BETWEEN
    return Group("legend", tuple(shapes), "~page.legend", "legend")


def _entry(entry: Entry, theme: Theme, at: Point) -> Iterator[Shape]:
    x, y = at
    wide, high = _SWATCH
    if entry.fill:
        yield Rectangle(Area(x, y - high / 2, x + wide, y + high / 2), entry.fill, entry.stroke, 2)
    elif entry.stroke:
        third = wide / 3
        points = ((x, y), (x + third, y), (x + 2 * third, y), (x + wide, y))
        yield Curve(points, entry.stroke)
    run = Run(entry.words, _SIZE, theme.ink)
    yield Text((x + entry.beside, y + _SIZE * RAISE), (run,))


def legend_height(rows: list[list[Entry]]) -> float:
    """How much room rows of the legend take."""
    return len(rows) * _HIGH


def caption_lines(caption: str, wide: float) -> list[str]:
    """A caption in lines that are no wider than a width, if its words let it."""
    return broken(caption, wide, _CAPTION)


def broken(text: str, wide: float, size: float, bold: bool = False) -> list[str]:
    """A text of a size in lines that are no wider than a width, if its words let it."""
    lines: list[str] = []
    for word in text.split():
        if lines and width(f"{lines[-1]} {word}", size, bold) <= wide:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def caption_height(lines: list[str]) -> float:
    """How much room lines of a caption take."""
    return len(lines) * _CAPTION * 1.3


def caption_group(lines: list[str], theme: Theme, left: float, top: float) -> Group:
    """The caption, set from the left."""
    leading = _CAPTION * 1.3
    texts = tuple(
        Text((left, top + place * leading + _CAPTION), (Run(line, _CAPTION, theme.ink),))
        for place, line in enumerate(lines)
    )
    return Group("caption", texts, "~page.caption")


def centred(words: str, size: float, colour: str, at: Point, bold: bool = False) -> Text:
    """A line of text around a point on its base line."""
    return Text(at, (Run(words, size, colour, bold),), Anchor.MIDDLE)

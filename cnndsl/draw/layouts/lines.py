"""The words of a box as lines of text: the same for everything that writes or draws them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cnndsl.analyse.differences import Change
from cnndsl.draw.layouts.metrics import width
from cnndsl.draw.pictures.captions import shape_words
from cnndsl.draw.pictures.picture import Box, Style

# Sizes of text, in points.
BASE = 8.0
MEDIUM = 7.0
SMALL = 6.5
SIGN = 10.0
_LEADING = 1.22
# What is around the words of a chip, left and right of it, and within it.
CHIP_GAP = 3.0
CHIP_PADDING = 2.5
# The changes that have a sign.
_TOLD = (Change.ADDED, Change.REMOVED, Change.CHANGED)
# Longer arguments stand on a line of their own.
_LONGEST_BESIDE = 16
# So do longer names of what stands in a row.
_LONGEST_NAMES = 8


class Chip(Enum):
    """What is told in a small filled rectangle."""

    COUNT = "count"
    KEY = "key"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Span:
    """Words in one look; `muted` ones are less important."""

    text: str
    size: float = BASE
    bold: bool = False
    italic: bool = False
    muted: bool = False
    chip: Chip | None = None

    @property
    def width(self) -> float:
        """How much room it takes, in points."""
        own = width(self.text, self.size, self.bold)
        return own + 2 * (CHIP_PADDING + CHIP_GAP) if self.chip else own


Line = tuple[Span, ...]


def line_width(line: Line) -> float:
    """How wide a line is, in points."""
    return sum(span.width for span in line)


def line_height(line: Line) -> float:
    """How high a line is, in points."""
    return max(span.size for span in line) * _LEADING


def lines(box: Box) -> tuple[Line, ...]:
    """The lines of a box, from the top."""
    found = tuple(filter(None, _LINES[box.style](box)))
    if box.change in _TOLD and found:
        assert box.change is not None, "what is told of is a change"
        sign = Span(box.change.value, MEDIUM, bold=True, chip=Chip.SIGN)
        return ((sign, *found[0]), *found[1:])
    return found


def plain(box: Box) -> list[str]:
    """The lines of a box as mere text."""
    return ["".join(_plain(span) for span in line) for line in lines(box)]


def _plain(span: Span) -> str:
    if span.chip is Chip.SIGN:
        return f"{span.text} "
    return f" {span.text}" if span.chip else span.text


def _layers(box: Box) -> list[Line]:
    name, *options = box.title.split(", ")
    spans = [Span(name, bold=True)]
    for option in options:
        spans += [Span(", "), Span(option, bold=option.startswith("/"))]
    return [(*spans, *_count(box)), _second(box.note, box.detail)]


def _block(box: Box) -> list[Line]:
    beside = box.detail if len(box.detail) <= _LONGEST_BESIDE and not box.grows else ""
    first = [Span(box.title, bold=True)]
    if beside:
        first.append(Span(f", {beside}"))
    below = "" if beside else box.detail
    note = box.note
    if note and not below and len(note) <= _LONGEST_NAMES:
        first += [Span("  "), Span(note, SMALL, italic=True, muted=True)]
        note = ""
    return [(*_key(box), *first, *_count(box)), _second(note, below)]


def _second(note: str, detail: str) -> Line:
    """The small line below the first: names, and what joins the layer or calls the block."""
    spans = []
    if note:
        spans.append(Span(note, SMALL, italic=True, muted=True))
    if note and detail:
        spans.append(Span("  ", SMALL))
    if detail:
        spans.append(Span(detail, SMALL, muted=True))
    return tuple(spans)


def _stage(box: Box) -> list[Line]:
    rows: list[Line] = []
    for words, count in box.rows:
        name, comma, rest = words.partition(", ")
        row = [Span(name, MEDIUM), Span(comma + rest, MEDIUM)]
        if count > 1:
            row.append(Span(f" ×{count}", MEDIUM, bold=True))
        rows.append(tuple(row))
    shape = [Span(shape_words(box.output), SMALL, muted=True)] if box.output else []
    times = (Span(box.detail, MEDIUM, bold=True, chip=Chip.COUNT),) if box.detail else ()
    title = (Span(box.title, bold=True), *times)
    note = (Span(box.note, SMALL, muted=True),) if box.note else ()
    return [title, note, *rows, tuple(shape)]


def _sign(box: Box) -> list[Line]:
    return [(Span(box.title, SIGN),)]


def _bar(box: Box) -> list[Line]:
    words = [Span(box.title, bold=True)]
    if box.detail:
        words += [Span("  "), Span(box.detail, MEDIUM, muted=True)]
    return [tuple(words)]


def _end(box: Box) -> list[Line]:
    if not box.title:
        return []
    words = "  ".join(filter(None, (box.note, "training only" if box.training else "")))
    return [(Span(box.title, bold=True), Span("  "), Span(words, MEDIUM, muted=True))]


def _header(box: Box) -> list[Line]:
    spans = [*_key(box), Span(box.title, bold=True)]
    if box.detail:
        spans += [Span("  "), Span(box.detail, MEDIUM, muted=True)]
    spans += _count(box)
    if box.note:
        spans += [Span("  "), Span(box.note, MEDIUM, muted=True)]
    return [tuple(spans)]


def _count(box: Box) -> Line:
    return (Span(f"×{box.multiple}", MEDIUM, bold=True, chip=Chip.COUNT),) if box.multiple else ()


def _key(box: Box) -> Line:
    return (Span(box.key, MEDIUM, bold=True, chip=Chip.KEY),) if box.key else ()


_LINES = {
    Style.LAYERS: _layers,
    Style.BLOCK: _block,
    Style.STAGE: _stage,
    Style.MARK: _sign,
    Style.BAR: _bar,
    Style.HEADER: _header,
    Style.TURN: _end,
    Style.INPUT: _end,
    Style.OUTPUT: _end,
}

"""The line of a place in a text, with carets under it."""

from __future__ import annotations

from cnndsl.source import Span

_LONGEST_LINE = 160


def picture(span: Span, text: str, width: int) -> list[str]:
    """The line of a place with carets and a text under it; of several lines, the first.

    `width` is that of the greatest number of a line beside it.
    """
    number, column = span.source.position(span.start)
    line = span.source.line(number)
    # Of a long line, the part around the mistake.
    first = max(0, column - _LONGEST_LINE // 2) if len(line) > _LONGEST_LINE else 0
    line = _cut(line, first)
    before = line[: column - 1 - first]
    length = max(1, min(span.end - span.start, len(line) - len(before)))
    # Tabs are kept, so that the carets stand under the letters whatever a tab's width is.
    pad = "".join("\t" if letter == "\t" else " " for letter in before)
    carets = f"{pad}{'^' * length} {text}".rstrip()
    gutter = " " * width
    return [
        f"{gutter}--> {span.place}",
        f"{gutter} |",
        f"{number:>{width}} | {line}",
        f"{gutter} | {carets}",
    ]


def _cut(line: str, first: int) -> str:
    """The letters of a line from `first`, as many as are shown."""
    part = line[first : first + _LONGEST_LINE]
    if first:
        part = f"…{part[1:]}"
    return part if first + len(part) >= len(line) else f"{part[:-1]}…"


def printable(text: str) -> str:
    """The text with its control letters, which could move a terminal's cursor, as `?`."""
    return "".join(letter if letter in "\t\n" or letter.isprintable() else "?" for letter in text)

"""Rows of text as aligned columns."""

from __future__ import annotations

from collections.abc import Sequence

GAP = "  "


def aligned(rows: Sequence[Sequence[str]], numbers: int) -> list[str]:
    """The rows as lines, the last `numbers` columns to the right, the others to the left."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    first_number = len(widths) - numbers
    return [
        GAP.join(
            cell.rjust(width) if place >= first_number else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def grouped(number: int) -> str:
    """A number with its thousands separated, `25,557,032`."""
    return f"{number:,}"

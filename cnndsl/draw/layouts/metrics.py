"""How wide words are in Helvetica, so that boxes fit them whatever draws them.

Widths are those of Adobe's font metrics for Helvetica and Helvetica-Bold, in thousandths of the
size; Arial, Liberation Sans and Nimbus Sans have the same.
"""

from __future__ import annotations

from unicodedata import east_asian_width

_FIRST = " "
_PLAIN = """
278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278
556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556
1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778
667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556
333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556
556 556 333 500 278 556 500 722 500 500 500 334 260 334 584
"""
_BOLD = """
278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278
556 556 556 556 556 556 556 556 556 556 333 333 584 584 584 611
975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778
667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556
333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611
611 611 389 556 333 611 556 778 556 556 500 389 280 389 584
"""
_OTHERS = {"×": 584, "·": 333, "–": 556, "—": 1000, "…": 1000, "→": 1000, "−": 584, "²": 333}
_UNKNOWN = 667
# How far the base line is from the middle of a line of text, as a part of the size.
RAISE = 0.36
_WIDE = 1000


def _table(widths: str) -> dict[str, int]:
    return {
        chr(ord(_FIRST) + place): int(width) for place, width in enumerate(widths.split())
    } | _OTHERS


_TABLES = {False: _table(_PLAIN), True: _table(_BOLD)}


def width(words: str, size: float, bold: bool = False) -> float:
    """How wide the words are in a size, both in points."""
    table = _TABLES[bold]
    total = sum(table.get(letter) or _other(letter) for letter in words)
    return total * size / 1000


def _other(letter: str) -> int:
    return _WIDE if east_asian_width(letter) in "WF" else _UNKNOWN

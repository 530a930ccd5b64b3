"""Lines of text in Graphviz's HTML-like markup, in which every letter of a name has to be safe."""

from __future__ import annotations

from collections.abc import Iterable

from cnndsl.draw.layouts.lines import BASE, Chip, Line, Span
from cnndsl.draw.names import printable
from cnndsl.draw.theme import Theme

# Graphviz reads a backslash as the beginning of an escape.
_SAFE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\\": "\\\\"})
_TITLE = 14
# What is 8 points in a picture is 10 in Graphviz's own text.
_LARGER = 10 / BASE


def safe(words: str) -> str:
    """The words with what has a meaning in Graphviz escaped; control letters become `?`."""
    return printable(words).translate(_SAFE)


def label(lines: Iterable[Line], muted: str) -> str:
    """A label of some lines; what matters less in them is in the colour `muted`."""
    rows = ("".join(_span(span, muted) for span in line) for line in lines)
    words = "<br/>".join(rows)
    return f"<{words}>" if words else ""


def header(lines: Iterable[Line], theme: Theme, depth: int) -> str:
    """The label of a frame's header: a cell for each of its words, on the header's fill."""
    fill, ink, muted = (
        (theme.inner_header, theme.ink, theme.muted)
        if depth % 2
        else (theme.header, theme.header_ink, theme.header_muted)
    )
    cells = []
    for line in lines:
        for span in line:
            if not span.text.strip():
                continue
            words = _span(span, muted)
            ground = f' bgcolor="{theme.chip}"' if span.chip is Chip.COUNT else ""
            colour = theme.chip_ink if span.chip is Chip.COUNT else ink
            cells.append(f'<td{ground}><font color="{colour}"> {words} </font></td>')
    table = '<table border="0" cellborder="0" cellspacing="0" cellpadding="2"'
    return f'<{table} bgcolor="{fill}" style="rounded"><tr>{"".join(cells)}</tr></table>>'


def title(words: str, theme: Theme) -> str:
    """The title of the whole."""
    return f'<<font point-size="{_TITLE}" color="{theme.ink}"><b>{safe(words)}</b></font>>'


def _span(span: Span, muted: str) -> str:
    if not span.text:
        return ""  # Graphviz takes no empty <b></b>
    words = safe(f"[{span.text}] " if span.chip is Chip.KEY else span.text)
    if span.chip is Chip.COUNT:
        words = f" {words}"
    elif span.chip is Chip.SIGN:
        words = f"{words} "
    if span.bold:
        words = f"<b>{words}</b>"
    if span.italic:
        words = f"<i>{words}</i>"
    look = f' point-size="{round(span.size * _LARGER)}"' if span.size != BASE else ""
    if span.muted:
        look += f' color="{muted}"'
    return f"<font{look}>{words}</font>" if look and words.strip() else words

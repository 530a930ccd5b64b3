"""Graphviz labels in its HTML-like markup, in which every letter of a name has to be safe."""

from __future__ import annotations

from cnndsl.draw import palette
from cnndsl.draw.picture import Box, Picture, Style
from cnndsl.layers.base import Kind

# Graphviz reads a backslash as the beginning of an escape.
_SAFE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\\": "\\\\"})
_TABLE = '<table border="0" cellborder="0" cellspacing="0"'
_LEGEND = '<table border="0" cellborder="0" cellspacing="3" cellpadding="2">'
_SMALL = 8
_MEDIUM = 9
_TITLE = 14


def text(words: str) -> str:
    """The words with what has a meaning in Graphviz escaped; control letters become `?`."""
    printable = "".join(letter if letter.isprintable() else "?" for letter in words)
    return printable.translate(_SAFE)


def box_label(box: Box) -> str:
    """The label of a box that is no header."""
    if box.style is Style.MARK:
        return f"<{text(box.title)}>"
    if box.style is Style.BAR:
        return f"<{_bold(box.title)}  {_sized(box.detail, _MEDIUM)}>"
    if box.style is Style.LAYERS:
        return f"<{_layers(box)}>"
    words = "  ".join(filter(None, (box.note, "training only" if box.training else "")))
    return f"<{_bold(box.title)}  {_sized(words, _MEDIUM)}>"


def _layers(box: Box) -> str:
    """Two lines: the first layer, with its kernel and stride in bold, and what joins it."""
    name, *options = box.title.split(", ")
    first = [_bold(name), *(_bold(o) if o.startswith("/") else text(o) for o in options)]
    title = ", ".join(first) + (f"  {_bold(f'×{box.count}')}" if box.count > 1 else "")
    note = f"<i>{_sized(box.note, _SMALL)}</i>" if box.note else ""
    detail = _sized(box.detail, _SMALL) if box.detail else ""
    second = "  ".join(filter(None, (note, detail)))
    return f"{title}<br/>{second}" if second else title


def header_label(box: Box, count: int, depth: int) -> str:
    """The label of a block's or a scope's header: name, ×N, shapes in and out."""
    level = min(depth, len(palette.HEADER_FILLS) - 1)
    colour = palette.HEADER_WORDS[level]
    cells = [f"<td> {_coloured(_bold(box.title), palette.HEADER_TITLES[level])} </td>"]
    if box.detail:
        cells.append(f"<td>{_sized(box.detail, _MEDIUM, colour)} </td>")
    if count > 1:
        badge = _coloured(_bold(f" ×{count} "), palette.PAPER)
        cells.append(f'<td bgcolor="{palette.INK}">{badge}</td>')
    cells.append(f"<td> {_sized(box.note, _MEDIUM, colour)} </td>")
    fill = palette.HEADER_FILLS[level]
    row = f"<tr>{''.join(cells)}</tr>"
    return f'<{_TABLE} cellpadding="2" bgcolor="{fill}" style="rounded">{row}</table>>'


def region_label(box: Box) -> str:
    """The label of a section's header: its name alone."""
    words = f"  {_sized(box.detail, _MEDIUM)}" if box.detail else ""
    return f"<{_coloured(_bold(box.title), palette.GREY)}{words}>"


def title_label(picture: Picture) -> str:
    """The title of the picture, with the legend of what occurs in it."""
    title = f'<font point-size="{_TITLE}">{_bold(picture.title)}</font>'
    lines = [title, _sized(picture.summary, _MEDIUM)]
    if cells := "".join(_legend(picture)):  # a table needs a cell
        lines.append(f"{_LEGEND}<tr>{cells}</tr></table>")
    body = "".join(f"<tr><td>{line}</td></tr>" for line in lines)
    return f'<{_TABLE} cellpadding="1">{body}</table>>'


def _legend(picture: Picture) -> list[str]:
    """A cell for each kind of layer that occurs, and for the kinds of lines."""
    boxes = [box for box, _ in picture.boxes()]
    occurring = {box.kind for box in boxes if box.style is Style.LAYERS}
    cells = [
        f'<td border="1" color="{palette.BORDER}" bgcolor="{kind.colour}"> '
        f"{_sized(kind.words, _MEDIUM, palette.INK)} </td>"
        for kind in Kind
        if kind in occurring
    ]
    if any(edge.skip for edge in picture.edges):
        cells.append(f"<td>{_sized('— skip', _MEDIUM, palette.SKIP)}</td>")
    if any(box.training for box in boxes):
        cells.append(f"<td>{_sized('- - training only', _MEDIUM)}</td>")
    return cells


def _bold(words: str) -> str:
    return f"<b>{text(words)}</b>"


def _coloured(markup: str, colour: str) -> str:
    return f'<font color="{colour}">{markup}</font>'


def _sized(words: str, size: int, colour: str = palette.GREY) -> str:
    return f'<font point-size="{size}" color="{colour}">{text(words)}</font>'

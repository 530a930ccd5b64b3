"""Which of a theme's colours fills a box: the same in every form of the diagram."""

from __future__ import annotations

from cnndsl.draw.pictures.picture import MERGES, Box, Style
from cnndsl.draw.theme import Theme


def box_fill(box: Box, theme: Theme) -> str:
    """The colour of a box's kind; where two networks are drawn as one, of what became of it."""
    if box.style in (Style.INPUT, Style.OUTPUT):
        return theme.end
    if box.change:
        return theme.change(box.change)
    if box.style in MERGES:
        return theme.merge
    return theme.fill(box.kind) if box.style in (Style.LAYERS, Style.STAGE) else theme.block

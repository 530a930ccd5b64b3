"""How large boxes are: their words and what is around them, in points."""

from __future__ import annotations

from cnndsl.draw.layouts.lines import MEDIUM, SMALL, Line, Span, line_height, line_width, lines
from cnndsl.draw.pictures.picture import Box, Cluster, Style
from cnndsl.layers.base import Kind

_PADDING_X = 6.0
_PADDING_Y = 2.5
_LEAST_WIDTH = 56.0
_CIRCLE = 15.0
_BAR_WIDTH = 130.0
# The exit of a block in the legend: an arrow that ends in nothing.
_EXIT = 1.0
# A rule above the last row of a stage.
RULE = 4.0

Size = tuple[float, float]


def box_size(box: Box) -> Size:
    """Width and height of a box."""
    words = lines(box)
    if not words:
        return _EXIT, _EXIT
    wide, high = max(map(line_width, words)), sum(map(line_height, words))
    if box.style is Style.MARK:
        return max(_CIRCLE, wide + 2 * _PADDING_Y), _CIRCLE
    padding = _PADDING_Y
    least = 0.0
    if box.style is Style.BAR:
        least = _BAR_WIDTH
    elif box.style is Style.HEADER:
        padding = 2.0
    elif box.style is Style.STAGE:
        high += RULE
    elif box.kind is not Kind.ACTIVATION or box.style is not Style.LAYERS:
        least = _LEAST_WIDTH
    # Whole numbers, so that what is symmetric stays so.
    return float(round(max(least, wide + 2 * _PADDING_X))), float(round(high + 2 * padding))


def label_size(cluster: Cluster) -> Size:
    """Width and height of the name in a region's corner."""
    line = label(cluster)
    return line_width(line), line_height(line)


def label(cluster: Cluster) -> Line:
    """The name in a region's corner: shorter than a header, since edges pass beside it."""
    header = cluster.header
    sign = f"{header.change.value} ".lstrip() if header.change else ""
    title = Span(f"{sign}{header.title}", MEDIUM, bold=True, muted=True)
    if header.reuses:
        return title, Span("  shared", SMALL, italic=True, muted=True)
    return (title,)

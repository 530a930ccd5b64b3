"""Where words stand that are in no box: on edges, and in the corners of regions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cnndsl.draw.layouts.geometry import Area, Frame, Laid, Point
from cnndsl.draw.layouts.lines import MEDIUM, line_height
from cnndsl.draw.layouts.lines import Span as Words
from cnndsl.draw.layouts.sizes import label_size
from cnndsl.draw.pictures.picture import Edge

_WORDS_GAP = 4.0
# How far the name of a region is from the sides of its corner.
CORNER = 4.0


def words_size(edge: Edge) -> tuple[float, float]:
    """Width and height of the words on an edge, with the room beside them."""
    words = Words(edge.words, MEDIUM)
    return words.width + 2 * _WORDS_GAP, line_height((words,))


def on_edges(laid: Laid) -> Iterator[tuple[Point, tuple[float, float]]]:
    """Where words on edges stand, and their sizes."""
    for line in laid.lines:
        if line.words:
            yield line.words, words_size(line.edge)


def named(laid: Laid) -> Laid:
    """The drawing with the names of its regions, each in a corner that no edge crosses."""
    frames = [
        replace(frame, label=_corner(frame, laid)) if frame.cluster.region else frame
        for frame in laid.frames
    ]
    return replace(laid, frames=tuple(frames))


def _corner(frame: Frame, laid: Laid) -> Area:
    """The corner for a region's name: inside it, or where edges pass through both, beside it."""
    wide, high = label_size(frame.cluster)
    area = frame.area
    top, bottom = area.top + CORNER / 2, area.top + CORNER / 2 + high
    starts = (
        area.left + CORNER,
        area.right - CORNER - wide,
        area.left - CORNER - wide,
        area.right + CORNER,
    )
    places = [Area(start, top, start + wide, bottom) for start in starts]

    def crossings(place: Area) -> int:
        near = place.grown(1)
        lines = sum(line.is_near(near) and line.goes_through(near) for line in laid.lines)
        areas = [area for _, area in laid.nodes]
        areas += [Area.around(at, *size) for at, size in on_edges(laid)]
        return lines + sum(near.touches(area) for area in areas)

    return min(places, key=crossings)

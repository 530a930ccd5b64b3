"""Which edges go round what others go through, and which say their shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cnndsl.draw.pictures.captions import shape_words
from cnndsl.draw.pictures.picture import MERGES, Box, Edge, Parts, Style
from cnndsl.draw.view import Shapes

_JOINING = (*MERGES, Style.STAGE)
# Boxes that give their shape in words already.
_SAY_THEIR_SHAPE = {Style.INPUT, Style.STAGE}


def finished(children: Parts, edges: list[Edge], shapes: Shapes) -> tuple[Edge, ...]:
    """The edges, told which are skips and which say their shapes."""
    boxes: dict[int, Box] = {}
    homes: dict[int, int] = {}
    _enter(children, -1, boxes, homes)
    varied = set(_varied(children))
    skips = _skips(boxes, edges)

    def says(edge: Edge) -> bool:
        source, target = boxes[edge.source], boxes[edge.target]
        if {edge.source, edge.target} <= varied:
            return False  # there are other shapes on the edges that it stands for
        if shapes is Shapes.NONE or source.style in _SAY_THEIR_SHAPE:
            return False
        if target.style is Style.OUTPUT and target.note:
            return False
        if shapes is Shapes.ALL:
            return True
        if source.projection and not target.projection:
            return False  # it gives what the residual's body gives, which says it
        if source.style is Style.HEADER:
            return False
        return source.reshapes or homes[edge.source] != homes[edge.target]

    return tuple(
        replace(edge, skip=skip, words=shape_words(edge.shape) if says(edge) else "")
        for edge, skip in zip(edges, skips, strict=True)
    )


def _enter(children: Parts, home: int, boxes: dict[int, Box], homes: dict[int, int]) -> None:
    """Notes every box by its number, and the header of the cluster that holds it."""
    for child in children:
        if isinstance(child, Box):
            boxes[child.number] = child
            homes[child.number] = home
        else:
            header = child.header
            _enter((header, *child.children), header.number, boxes, homes)


def _varied(children: Parts, inside: bool = False) -> Iterator[int]:
    """The boxes in frames that stand for parts of several sizes, their headers too."""
    for child in children:
        if isinstance(child, Box):
            if inside:
                yield child.number
        else:
            yield from _varied((child.header, *child.children), inside or child.header.varied)


def _skips(boxes: dict[int, Box], edges: list[Edge]) -> list[bool]:
    """Whether each edge is a skip.

    One into a merge is, where another input of the merge was made from the same box; and those to
    and from a projection are.
    """
    sources: dict[int, list[int]] = {number: [] for number in boxes}
    for edge in edges:
        sources[edge.target].append(edge.source)
    before = ancestors(sources)

    def goes_round(edge: Edge) -> bool:
        others = sources[edge.target]
        return any(before[other] >> edge.source & 1 for other in others)

    return [
        boxes[edge.target].projection
        or boxes[edge.source].projection
        or (boxes[edge.target].style in _JOINING and goes_round(edge))
        for edge in edges
    ]


def ancestors(sources: dict[int, list[int]]) -> dict[int, int]:
    """For each box those from which something reaches it, as the bits of a number."""
    found: dict[int, int] = {}
    for number in sorted(sources):
        bits = 0
        for source in sources[number]:
            bits |= found[source] | 1 << source
        found[number] = bits
    return found

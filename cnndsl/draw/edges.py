"""Which edges go round what others go through, and which say their shape."""

from __future__ import annotations

from dataclasses import replace

from cnndsl.draw.picture import Box, Cluster, Edge, Style

# Boxes that give their shape in words already, or take what is told elsewhere.
_SAY_THEIR_SHAPE = {Style.HEADER, Style.INPUT}
_MERGES = {Style.MARK, Style.BAR}


def finished(children: tuple[Box | Cluster, ...], edges: list[Edge]) -> tuple[Edge, ...]:
    """The edges, told which are skips and which are labelled with their shapes."""
    boxes: dict[int, Box] = {}
    homes: dict[int, int] = {}
    _enter(children, -1, boxes, homes)
    skips = _skips(boxes, edges)

    def labelled(edge: Edge) -> bool:
        source, target = boxes[edge.source], boxes[edge.target]
        if source.style in _SAY_THEIR_SHAPE or target.style is Style.OUTPUT:
            return False
        if source.projection and not target.projection:
            return False  # it gives what the residual's body gives, which says it
        return source.reshapes or homes[edge.source] != homes[edge.target]

    return tuple(
        replace(edge, skip=skip, labelled=labelled(edge))
        for edge, skip in zip(edges, skips, strict=True)
    )


def _enter(
    children: tuple[Box | Cluster, ...], home: int, boxes: dict[int, Box], homes: dict[int, int]
) -> None:
    """Notes every box by its number, and the header of the cluster that holds it."""
    for child in children:
        if isinstance(child, Box):
            boxes[child.number] = child
            homes[child.number] = home
        else:
            header = child.header
            _enter((header, *child.children), header.number, boxes, homes)


def _skips(boxes: dict[int, Box], edges: list[Edge]) -> list[bool]:
    """Whether each edge is a skip.

    One into a merge is, where another input of the merge was made from the same box; and those to
    and from a projection are.
    """
    sources: dict[int, list[int]] = {number: [] for number in boxes}
    for edge in edges:
        sources[edge.target].append(edge.source)
    ancestors = _ancestors(sources)

    def goes_round(edge: Edge) -> bool:
        others = sources[edge.target]
        return any(ancestors[other] >> edge.source & 1 for other in others)

    return [
        boxes[edge.target].projection
        or boxes[edge.source].projection
        or (boxes[edge.target].style in _MERGES and goes_round(edge))
        for edge in edges
    ]


def _ancestors(sources: dict[int, list[int]]) -> dict[int, int]:
    """For each box those from which something reaches it, as the bits of a number."""
    found: dict[int, int] = {}
    for number in sorted(sources):
        bits = 0
        for source in sources[number]:
            bits |= found[source] | 1 << source
        found[number] = bits
    return found

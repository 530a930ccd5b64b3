"""A drawing that is too long for a page → pieces, which stand side by side.

It is cut where one edge alone holds the two sides together. The trunk goes on from the end of one
piece to the beginning of the next round a pair of turns, which are boxes of no size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from cnndsl.draw.layouts.geometry import Laid
from cnndsl.draw.pictures.picture import Box, Cluster, Drawing, Edge, Parts, Picture, Style, numbers
from cnndsl.draw.view import Direction

_MOST_PIECES = 5
# How many numbers of pieces are laid out, of which the best is taken.
_TRIED = 2
# The least part of the length that makes a column.
_LEAST = 0.12
# How far from the best place, in points, a cut may move to get out of a region.
_INSIDE = 60.0


@dataclass(frozen=True, slots=True)
class Turn:
    """The end of a piece and the beginning of the next one, by the numbers of their boxes."""

    end: int
    start: int
    edge: Edge

    @property
    def trunk(self) -> Edge:
        """The edge from one to the other."""
        return replace(self.edge, source=self.end, target=self.start, words="")


@dataclass(frozen=True, slots=True)
class Pieces:
    """A drawing in pieces, and the turns between them."""

    drawings: tuple[Drawing, ...]
    turns: tuple[Turn, ...]


def cuts(
    picture: Picture,
    laid: Laid,
    direction: Direction,
    worth: Callable[[float, float], float],
) -> list[Pieces]:
    """The network in as many pieces as seem best.

    `worth` tells how well a network of a width and a height is seen on a page.
    """
    down = direction is Direction.DOWN
    bridges = _Bridges(picture)
    along = {
        line.edge: line.tip[1 if down else 0] for line in laid.lines if bridges.divides(line.edge)
    }
    length = laid.height if down else laid.width
    along = {edge: at for edge, at in along.items() if _LEAST < at / length < 1 - _LEAST}
    counts = range(2, min(_MOST_PIECES, len(along) + 1) + 1)
    breadth = laid.width if down else laid.height

    def estimate(count: int) -> float:
        sizes = breadth * count, length / count
        return worth(*sizes) if down else worth(*reversed(sizes))

    best = sorted(counts, key=estimate, reverse=True)[:_TRIED]
    return [bridges.pieces(_spread(along, bridges.depth, length, count)) for count in best]


def _spread(
    along: dict[Edge, float], depth: Callable[[Edge], int], length: float, count: int
) -> list[Edge]:
    """The edges that divide a length into nearly equal parts, between regions if it can be."""
    chosen: list[Edge] = []
    for part in range(1, count):
        goal = length * part / count

        def cost(edge: Edge, goal: float = goal) -> float:
            return abs(along[edge] - goal) + _INSIDE * depth(edge)

        chosen.append(min((edge for edge in along if edge not in chosen), key=cost))
    return sorted(chosen, key=lambda edge: along[edge])


class _Bridges:
    """The edges at which a drawing can be cut."""

    def __init__(self, picture: Picture) -> None:
        self._drawing = drawing = picture.main
        self._homes: dict[int, int] = {}
        for place, item in enumerate(_items(drawing.children)):
            self._homes.update(dict.fromkeys(numbers(item), place))
        self._last = {self._homes[number] for number in _outputs(drawing)}
        # What each item is joined to, and by which edge.
        self._beside: dict[int, list[tuple[int, Edge]]] = {}
        for edge in drawing.edges:
            ends = self._homes[edge.source], self._homes[edge.target]
            if ends[0] != ends[1]:
                self._beside.setdefault(ends[0], []).append((ends[1], edge))
                self._beside.setdefault(ends[1], []).append((ends[0], edge))
        drawings = picture.drawings()
        self._next = 1 + max(number for d in drawings for number in _every_number(d.children))
        self._regions = dict(_regions(drawing.children, ()))

    def divides(self, edge: Edge) -> bool:
        """Whether an edge alone joins what comes before it and the ways to all outputs."""
        source, target = self._homes[edge.source], self._homes[edge.target]
        if source == target:
            return False
        after = self._reached(edge)
        return source not in after and self._last <= after

    def depth(self, edge: Edge) -> int:
        """How many regions both ends of an edge are in."""
        ends = self._regions[edge.source], self._regions[edge.target]
        return sum(one == other for one, other in zip(*ends, strict=False))

    def _reached(self, *cut: Edge) -> set[int]:
        """The items that hang together with the target of the last of the edges cut."""
        found = {self._homes[cut[-1].target]}
        waiting = list(found)
        while waiting:
            for item, edge in self._beside.get(waiting.pop(), ()):
                if item not in found and not any(edge is each for each in cut):
                    found.add(item)
                    waiting.append(item)
        return found

    def pieces(self, chosen: list[Edge]) -> Pieces:
        """The drawing, cut at these edges, which stand in their order on the trunk."""
        turns: list[Turn] = []
        for edge in chosen:
            turns.append(Turn(self._next, self._next + 1, edge))
            self._next += 2
        parts = [self._reached(*chosen[:place], chosen[place]) for place in range(len(chosen))]
        places = set(self._homes.values())
        first = places - set().union(*parts) if parts else places
        # What is reached from a cut edge holds all later pieces unless they are cut as well.
        later: list[set[int]] = [set().union(*parts[place + 1 :]) for place in range(len(parts))]
        own = [first, *(part - after for part, after in zip(parts, later, strict=True))]
        drawings = [self._piece(items, place, turns) for place, items in enumerate(own)]
        return Pieces(tuple(drawings), tuple(turns))

    def _piece(self, items: set[int], place: int, turns: list[Turn]) -> Drawing:
        inside = {number for number, home in self._homes.items() if home in items}
        cut_edges = {turn.edge for turn in turns}
        edges = [e for e in self._drawing.edges if e.source in inside and e not in cut_edges]
        children = list(self._kept(self._drawing.children, inside, place))
        if place > 0:
            before = turns[place - 1]
            children.insert(0, _turn(before.start))
            edges.append(replace(before.edge, source=before.start, words=""))
        if place < len(turns):
            after = turns[place]
            children.append(_turn(after.end))
            edges.append(replace(after.edge, target=after.end))
        return Drawing(tuple(children), tuple(edges))

    def _kept(self, children: Parts, inside: set[int], place: int) -> Iterator[Box | Cluster]:
        """What of the children is in a piece; a region goes on in a frame of its own."""
        for child in children:
            if not (isinstance(child, Cluster) and child.region):
                number = child.number if isinstance(child, Box) else child.header.number
                if number in inside:
                    yield child
                continue
            kept = tuple(self._kept(child.children, inside, place))
            if kept and kept == child.children:
                yield child
            elif kept:
                header = child.header
                path = f"{header.paths[0]}~{place + 1}"
                header = replace(header, number=self._next, paths=(path,))
                self._next += 1
                yield Cluster(header, (path,), kept, region=True)


def _turn(number: int) -> Box:
    return Box(number, Style.TURN, "", paths=(f"~turn{number}",))


def _items(children: Parts) -> Iterator[Box | Cluster]:
    """What is not divided: boxes and frames, but for regions, which may go on."""
    for child in children:
        if isinstance(child, Cluster) and child.region:
            yield from _items(child.children)
        else:
            yield child


def _every_number(children: Parts) -> Iterator[int]:
    for child in children:
        yield from numbers(child)


def _regions(children: Parts, around: tuple[int, ...]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The regions around each box, by their headers' numbers."""
    for child in children:
        if isinstance(child, Cluster) and child.region:
            yield from _regions(child.children, (*around, child.header.number))
        else:
            yield from ((number, around) for number in numbers(child))


def _outputs(drawing: Drawing) -> list[int]:
    """The boxes at which the trunk ends: the outputs that are there in evaluation."""
    boxes = [box for box, _ in drawing.boxes()]
    outputs = [b for b in boxes if b.style is Style.OUTPUT and not b.training]
    return [box.number for box in outputs or boxes[-1:]]

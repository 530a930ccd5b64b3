"""Drawings → where everything is: Graphviz lays out boxes of known sizes, and no words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from cnndsl.analyse.differences import Change
from cnndsl.draw.layouts.dot_syntax import attributes
from cnndsl.draw.layouts.engine import run
from cnndsl.draw.layouts.geometry import Area, Frame, Laid, Line, Point, cropped
from cnndsl.draw.layouts.labels import CORNER, named, on_edges, words_size
from cnndsl.draw.layouts.sizes import box_size, label_size
from cnndsl.draw.layouts.skips import kept_inside
from cnndsl.draw.layouts.squeeze import EASY, TIGHT, Room, squeezed
from cnndsl.draw.pictures.ladder import level_groups
from cnndsl.draw.pictures.picture import Box, Cluster, Drawing, Edge, Parts, Style
from cnndsl.draw.view import Direction

_INCH = 72.0
_GRAPH = {
    # Ranks over all clusters together; else an edge between clusters may point upward.
    "newrank": "true",
    "nodesep": "0.22",
    "splines": "spline",
}
# The room between ranks, in inches. Where an edge has words, each edge takes two ranks.
_GAP, _HALF_GAP = 0.13, 0.075
_NODE = {"shape": "box", "fixedsize": "true", "label": ""}
_EDGE = {"arrowsize": "0.55"}
_UNSEEN: dict[str, str | float] = {"style": "invis", "weight": 0}
_MARGIN, _REGION_MARGIN = 7, 6
# How strongly edges want to be short and straight: those that nothing joins or leaves, and others.
_TRUNK_WEIGHT = 100
_BRANCH_WEIGHT = 1
_SIDES = {Direction.DOWN: "e", Direction.RIGHT: "n"}


def layout(drawings: Sequence[Drawing], direction: Direction, engine: str) -> list[Laid]:
    """Each of the drawings, laid out by itself.

    Raises:
        CnnError: the engine is unknown, missing, or failed.
    """
    text = "\n".join(_text(drawing, direction) for drawing in drawings)
    output = run(engine, text, "json0", "-q").decode()
    found = list(_documents(output))
    pairs = zip(drawings, found, strict=True)
    return [_compact(_read(drawing, laid), direction, EASY) for drawing, laid in pairs]


def tightened(laid: Laid, direction: Direction) -> Laid:
    """A drawing that was laid out, with as little room along its way as arrows can do with."""
    return _compact(laid, direction, TIGHT)


def _compact(laid: Laid, direction: Direction, room: Room) -> Laid:
    """The drawing without room that nothing needs."""
    spoken = []
    for place, size in _said(laid):
        centre, long = (place[1], size[1]) if direction is Direction.DOWN else (place[0], size[0])
        spoken.append((centre - long / 2, centre + long / 2))
    return cropped(named(kept_inside(squeezed(laid, spoken, direction, room), direction)))


def _said(laid: Laid) -> Iterator[tuple[Point, tuple[float, float]]]:
    """Where words stand, those in corners of regions too, and their sizes."""
    yield from on_edges(laid)
    for frame in laid.frames:
        if frame.cluster.region:
            wide, high = label_size(frame.cluster)
            high += CORNER / 2
            yield (frame.area.left + wide / 2, frame.area.top + high / 2), (wide, high)


def _documents(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects that stand in a text one after the other."""
    decoder = json.JSONDecoder()
    place = 0
    while place < len(text):
        found, place = decoder.raw_decode(text, place)
        yield found
        while place < len(text) and text[place].isspace():
            place += 1


def _text(drawing: Drawing, direction: Direction) -> str:
    rows = ["digraph {"]
    gap = _HALF_GAP if any(edge.words for edge in drawing.edges) else _GAP
    ranks = {"rankdir": "TB" if direction is Direction.DOWN else "LR", "ranksep": gap}
    rows.append(f"graph{attributes(_GRAPH | ranks)}")
    rows.append(f"node{attributes(_NODE)}")
    rows.append(f"edge{attributes(_EDGE)}")
    trunk = _trunk(drawing.edges)
    lanes = _lanes(trunk)
    for child in drawing.children:
        rows += _part(child, lanes)
    rows += _same_ranks(drawing.edges)
    rows += _outermost(drawing)
    targets = {box.number: box for box, _ in drawing.boxes()}
    straight = set(trunk)
    for number, edge in enumerate(drawing.edges):
        weight = _TRUNK_WEIGHT if edge in straight else _BRANCH_WEIGHT
        rows.append(_edge(number, edge, targets[edge.target], weight, direction))
    rows.append("}")
    return "\n".join(rows)


def _part(part: Box | Cluster, lanes: dict[int, str]) -> Iterator[str]:
    if isinstance(part, Box):
        yield _node(part, lanes)
        return
    yield f"subgraph cluster_{part.header.number} {{"
    look: dict[str, str | float] = {"margin": _MARGIN, "label": ""}
    if part.region:
        wide, high = label_size(part)
        # As much room beyond the trunk, so that it passes beside.
        room = _room(2 * (wide + CORNER) + CORNER, high)
        look |= {"margin": _REGION_MARGIN, "label": room, "labeljust": "l"}
    yield f"graph{attributes(look)}"
    if not part.region:
        yield _node(part.header, lanes)
    for child in part.children:
        yield from _part(child, lanes)
    yield "}"


def _node(box: Box, lanes: dict[int, str]) -> str:
    width, height = box_size(box)
    look: dict[str, str | float] = {"width": width / _INCH, "height": height / _INCH}
    if box.style is Style.MARK:
        look["shape"] = "ellipse"
    if lane := lanes.get(box.number):
        look["group"] = lane
    return f"{_name(box.number)}{attributes(look)}"


def _room(width: float, height: float) -> str:
    """A label that takes so much room, and says nothing."""
    table = '<table border="0" cellborder="0" cellspacing="0" cellpadding="0" fixedsize="true"'
    size = f'width="{round(width)}" height="{round(height)}"'
    return f"<{table} {size}><tr><td></td></tr></table>>"


def _edge(number: int, edge: Edge, target: Box, weight: int, direction: Direction) -> str:
    look: dict[str, str | float] = {"id": f"e{number}", "weight": weight}
    if edge.words:
        look["label"] = _room(*words_size(edge))
    tail, head = _name(edge.source), _name(edge.target)
    if edge.skip and target.style is Style.MARK and not (edge.level or edge.rising):
        head += f":{_SIDES[direction]}"
    if target.style is Style.TURN:
        look["dir"] = "none"
    if edge.rising:
        tail, head = head, tail
        look["dir"] = "back"
    return f"{tail} -> {head}{attributes(look)}"


def _trunk(edges: tuple[Edge, ...]) -> list[Edge]:
    """The edges that, skips aside, are alone in leaving their source and reaching their target."""
    without = {edge.target for edge in edges if edge.change is Change.REMOVED}
    straight = [e for e in edges if not (e.skip or e.training or e.level or _passes(e, without))]
    leaving = Counter(edge.source for edge in straight)
    reaching = Counter(edge.target for edge in straight)
    return [e for e in straight if leaving[e.source] == 1 and reaching[e.target] == 1]


def _passes(edge: Edge, without: set[int]) -> bool:
    """Whether an edge goes where removed parts were; `without` are the ends of what was removed."""
    return edge.change is Change.ADDED and edge.target in without


def _lanes(trunk: list[Edge]) -> dict[int, str]:
    """The group of each box on the trunk: those of one group are laid out in a straight line."""
    lanes: dict[int, str] = {}
    risen: set[int] = set()
    for edge in sorted(trunk, key=lambda edge: edge.source):
        if edge.level:
            continue
        lane = lanes.setdefault(edge.source, _name(edge.source))
        if edge.rising and edge.source not in risen:
            lane = _name(edge.target)
        lanes[edge.target] = lane
        if edge.rising:
            risen.add(edge.target)
    return lanes


def _same_ranks(edges: tuple[Edge, ...]) -> Iterator[str]:
    """What stands at one height: boxes that edges join from side to side, and arms of one box."""
    for rung in (*level_groups(edges), *_arms(edges)):
        yield "{rank=same; " + "; ".join(_name(number) for number in sorted(rung)) + "}"


def _arms(edges: tuple[Edge, ...]) -> list[set[int]]:
    """The boxes that are arms of the same two, by themselves; skips are to go beside others."""
    into: dict[int, list[Edge]] = {}
    out: dict[int, list[Edge]] = {}
    for edge in edges:
        into.setdefault(edge.target, []).append(edge)
        out.setdefault(edge.source, []).append(edge)
    arms: dict[tuple[int, int], set[int]] = {}
    for number in into.keys() & out.keys():
        (first, *more), (last, *others) = into[number], out[number]
        if not (more or others or first.skip or first.training or first.rising or first.level):
            arms.setdefault((first.source, last.target), set()).add(number)
    return [found for found in arms.values() if len(found) > 1]


def _outermost(drawing: Drawing) -> Iterator[str]:
    """What stands beyond all else: where the trunk comes from another column, and goes on."""
    sources = {edge.source for edge in drawing.edges}
    targets = {edge.target for edge in drawing.edges}
    for child in drawing.children:
        if isinstance(child, Box) and child.style is Style.TURN:
            name = _name(child.number)
            if child.number in sources:
                ends = [f"{name} -> {_name(n)}" for n in sorted(sources - targets)]
            else:
                ends = [f"{_name(n)} -> {name}" for n in sorted(targets - sources)]
            yield from (
                f"{pair}{attributes(_UNSEEN)}" for pair in ends if pair != f"{name} -> {name}"
            )


def _name(number: int) -> str:
    return f"n{number}"


def _read(drawing: Drawing, laid: dict[str, Any]) -> Laid:
    left, bottom, right, top = map(float, laid["bb"].split(","))

    def point(text: str) -> Point:
        x, y = map(float, text.split(","))
        return x - left, top - y

    objects = {found["name"]: found for found in laid.get("objects", ())}
    nodes = []
    for box, _ in drawing.boxes():
        if found := objects.get(_name(box.number)):
            nodes.append((box, Area.around(point(found["pos"]), *box_size(box))))
    frames = []
    for cluster, depth in _deep(drawing.children, 0):
        low = objects[f"cluster_{cluster.header.number}"]["bb"].split(",")
        (x0, y0), (x1, y1) = point(",".join(low[:2])), point(",".join(low[2:]))
        frames.append(Frame(cluster, Area(x0, y1, x1, y0), depth))
    lines = []
    for found in laid.get("edges", ()):
        if "id" not in found:
            continue  # it only holds its ends in order
        edge = drawing.edges[int(found["id"][1:])]
        lines.append(_line(edge, found, point))
    return Laid(right - left, top - bottom, tuple(nodes), tuple(frames), tuple(lines))


def _line(edge: Edge, found: dict[str, Any], point: Callable[[str], Point]) -> Line:
    """An edge as it is laid out; one without an arrow ends at its box."""
    points = [place for place in found["pos"].split(" ") if place[0] not in "es"]
    tips = [place.partition(",")[2] for place in found["pos"].split(" ") if place[0] in "es"]
    ends = [point(text) for text in points]
    if edge.rising:
        ends.reverse()
    tip = point(tips[0]) if tips else ends[-1]
    return Line(edge, tuple(ends), tip, point(found["lp"]) if edge.words else None)


def _deep(children: Parts, depth: int) -> Iterator[tuple[Cluster, int]]:
    """Every cluster before those in it, with how many, regions not counted, are around it."""
    for child in children:
        if isinstance(child, Cluster):
            yield child, depth
            yield from _deep(child.children, depth if child.region else depth + 1)

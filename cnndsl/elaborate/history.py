"""How a size came to be: the layers that a wire came through, and what they did to its axes."""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt
from typing import NamedTuple

from cnndsl.design import INPUT, Wire
from cnndsl.elaborate.draft import Draft, DraftNode
from cnndsl.elaborate.uneven import rises, undivided
from cnndsl.layers.base import Layer
from cnndsl.layers.windows import SPATIAL, joined
from cnndsl.shape import Shape
from cnndsl.source import Span

# How many layers are looked at, and how many sizes are told.
_FARTHEST = 10_000
_MOST_SIZES = 7
# The numbers of channels that pictures have.
_COLOURS = (1, 3)


class Step(NamedTuple):
    """A layer on the way of a wire, with what it takes and gives."""

    layer: Layer
    span: Span
    before: Shape
    after: Shape


def way_back(draft: Draft, wire: Wire) -> Iterator[Step]:
    """The layers that a wire came through, the nearest first; at a merge, its first arm's.

    The way leads into the blocks whose results were used, and out of those that are under way.
    """
    inside: list[tuple[Draft, DraftNode]] = []
    for _ in range(_FARTHEST):
        if wire.node == INPUT:
            if inside:
                draft, node = inside.pop()
                wire = node.inputs[wire.port]
            elif entered := draft.entering(wire.port):
                draft, wire = entered
            else:
                return
            continue
        node = draft.nodes[wire.node]
        if isinstance(node.operation, Draft):
            inside.append((draft, node))
            draft, wire = node.operation, node.operation.outputs[wire.port].wire
        else:
            yield Step(node.operation, node.span, draft.shape(node.inputs[0]), node.shape)
            wire = node.inputs[0]


def _spatial(shape: Shape) -> tuple[int, ...]:
    return shape.sizes[1:] if shape.axes in SPATIAL else ()


def shrinking(draft: Draft, wire: Wire, span: Span) -> tuple[str, ...]:
    """The note of the spatial sizes on the way of a wire; none where they stay the same."""
    way = _way(list(way_back(draft, wire)), span)
    return (f"the size on its way here: {way}",) if way else ()


def doubtful_input(draft: Draft, wire: Wire) -> str:
    """The remedy of an input that has other axes than it is likely meant to have; else empty."""
    way = list(way_back(draft, wire))
    entering = way[-1].before if way else draft.shape(wire)
    sizes = entering.sizes
    if entering.axes == ("c", "h", "w") and sizes[2] in _COLOURS and min(sizes[:2]) > 3:
        meant = joined((sizes[2], *sizes[:2]))
        return f"write `input {meant}`: the sizes of a picture are `c h w`"
    if entering.axes == ("c", "t", "h", "w") and sizes[1] in _COLOURS:
        return f"write `input {joined(sizes[1:])}`: the batch is not written"
    if entering == draft.shape(wire) and entering.axes == ("c",):
        sides = ((c, isqrt(sizes[0] // c)) for c in _COLOURS)
        pictures = [(c, n, n) for c, n in sides if c * n * n == sizes[0] and n > 1]
        return f"write `input {joined(pictures[0])}`: a picture is `c h w`" if pictures else ""
    return ""


def ways_apart(
    draft: Draft, wires: tuple[Wire, Wire], names: tuple[str, str], span: Span
) -> tuple[str, ...]:
    """The notes of how the spatial sizes of two wires, called `names`, came to differ."""
    if _spatial(draft.shape(wires[0])) == _spatial(draft.shape(wires[1])):
        return ()
    ways = _own_parts(*(list(way_back(draft, wire)) for wire in wires))
    notes = []
    for name, way in zip(names, ways, strict=True):
        if told := _way(way, span, with_items=True):
            notes.append(f"the size on the way to {name}: {told}")
    why = [note for way in ways for note in (*_uneven(way, span), *_pool_strides(way, span))]
    return (*notes, *dict.fromkeys(why))


def _own_parts(first: list[Step], second: list[Step]) -> tuple[list[Step], list[Step]]:
    """Two ways without the part that they have in common, which is their end."""
    shared = 0
    for one, other in zip(reversed(first), reversed(second), strict=False):
        if one != other:
            break
        shared += 1
    return first[: len(first) - shared], second[: len(second) - shared]


def _way(steps: list[Step], span: Span, *, with_items: bool = False) -> str:
    """The spatial sizes on a way, each with the place of what made it so; empty if one stays."""
    changes = [s for s in reversed(steps) if _spatial(s.before) != _spatial(s.after)]
    changes = [step for step in changes if _spatial(step.before) and _spatial(step.after)]
    if not changes:
        return ""
    sizes = []
    for step in changes:
        item = f"`{step.span.text}`, " if with_items else ""
        sizes.append(f"{joined(_spatial(step.after))} ({item}{_place(step.span, span)})")
    if len(sizes) > _MOST_SIZES:
        sizes = [*sizes[:2], "…", *sizes[3 - _MOST_SIZES :]]
    return " -> ".join([joined(_spatial(changes[0].before)), *sizes])


def _uneven(way: list[Step], span: Span) -> Iterator[str]:
    """The strides that do not divide a size to which the way comes up again."""
    for number, step in enumerate(way):
        risen = any(rises(later.before, later.after) for later in way[:number])
        if risen and (why := undivided(step.layer, step.before, step.after)):
            yield f"`{step.span.text}` ({_place(step.span, span)}) {why}"


def _pool_strides(way: list[Step], span: Span) -> Iterator[str]:
    """The pools that have no stride of their own, with a window that overlaps in most networks."""
    for step in way:
        options = vars(step.layer)
        if options.get("stride", 1) is None and options["kernel"] not in (2, (2, 2)):
            item = f"`{step.span.text}` ({_place(step.span, span)})"
            yield f"the stride of {item} is its kernel, as none is given"


def _place(span: Span, other: Span) -> str:
    """A place, shortly where it is in the same text as another."""
    return f"line {span.line}" if span.source is other.source else span.place

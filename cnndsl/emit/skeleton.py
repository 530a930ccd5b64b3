"""One module's nodes under keys that are the same with and without a residual's projection.

Two modules of a block can differ in that one projects its shortcut, as the shapes ask for it. Here
such a projection is set apart from the other nodes, so that both can become one class.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from cnndsl.design import INPUT, Module, Node, Role, Wire

# A node's place among those that every module of the class has, or, in a projection, the place of
# its residual and its own in the projection; nothing for the module's input.
Key = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """What the step `key` gives at `port`."""

    key: Key
    port: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A node with its key. `detour` is what a residual's projection gives in place of input 1."""

    key: Key
    node: Node
    inputs: tuple[Value, ...]
    detour: Value | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Skeleton:
    """A module's steps; `projections` are those of the optional ones, by their residual's place."""

    base: tuple[Step, ...]
    projections: dict[int, tuple[Step, ...]]
    outputs: tuple[Value, ...]


def skeleton(module: Module) -> Skeleton:
    """The module's steps, with its projections set apart."""
    others = _Others(module)
    projections = {
        place: found
        for place, node in enumerate(module.nodes)
        if (found := _projection(module, place, node, others))
    }
    apart = {place for found in projections.values() for place in found}
    base = [place for place in range(len(module.nodes)) if place not in apart]
    keys: dict[int, Key] = {INPUT: ()}
    keys.update((place, (ordinal,)) for ordinal, place in enumerate(base))
    for residual, found in projections.items():
        keys.update((place, (*keys[residual], number)) for number, place in enumerate(found))

    def value(wire: Wire) -> Value:
        return Value(keys[wire.node], wire.port)

    def step(place: int) -> Step:
        node = module.nodes[place]
        inputs = tuple(map(value, node.inputs))
        if place not in projections:
            return Step(keys[place], node, inputs)
        source = value(_sources(module, projections[place])[0])
        return Step(keys[place], node, (inputs[0], source), inputs[1])

    return Skeleton(
        tuple(map(step, base)),
        {keys[place][0]: tuple(map(step, found)) for place, found in projections.items()},
        tuple(value(output.wire) for output in module.outputs),
    )


def _projection(module: Module, place: int, node: Node, others: _Others) -> list[int]:
    """The nodes of the projection of residual `node`, if another module could do without them."""
    if node.role is not Role.RESIDUAL or not node.inputs[1:]:
        return []
    found = sorted(_projecting(module, node.inputs[1]))
    if len(_sources(module, found)) != 1 or others.share(found, place):
        return []
    return found


def _projecting(module: Module, wire: Wire) -> Iterator[int]:
    """The nodes of a projection on the way back from a wire."""
    seen: set[int] = set()
    waiting = [wire]
    while waiting:
        place = waiting.pop().node
        if place == INPUT or place in seen:
            continue
        if module.nodes[place].role is Role.PROJECTION:
            seen.add(place)
            waiting += module.nodes[place].inputs
    return iter(seen)


def _sources(module: Module, places: list[int]) -> list[Wire]:
    """What these nodes take from elsewhere, each wire once."""
    wires = (wire for place in places for wire in module.nodes[place].inputs)
    return list(dict.fromkeys(wire for wire in wires if wire.node not in places))


class _Others:
    """What else has to do with a node: by its place who takes it, by its name who shares that.

    An output takes a node as well; its place is None.
    """

    def __init__(self, module: Module) -> None:
        self._nodes = module.nodes
        self._takers: dict[int, set[int | None]] = defaultdict(set)
        self._sharers: dict[str, set[int | None]] = defaultdict(set)
        for place, node in enumerate(module.nodes):
            for wire in node.inputs:
                self._takers[wire.node].add(place)
            self._sharers[_first(node.name)].add(place)
            self._sharers[_first(node.reuses)].add(place)
        for output in module.outputs:
            self._takers[output.wire.node].add(None)

    def share(self, places: list[int], residual: int) -> bool:
        """Whether more than the residual has to do with these, in values, weights or names."""
        own = {*places, residual}
        for place in places:
            node = self._nodes[place]
            is_own = self._takers[place] <= own and self._sharers[_first(node.name)] <= own
            if node.training or not is_own:
                return True
        return False


def _first(name: str) -> str:
    return name.partition(".")[0]

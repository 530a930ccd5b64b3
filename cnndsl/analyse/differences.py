"""Two designs → what they have in common: which parts are the same, added, removed or changed.

Parts are paired within the modules that hold them, in their order, by what they are and by their
names; so what is put between two layers is added there, and all after it stays what it was.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from enum import Enum

from cnndsl.analyse.alignment import Pair, aligned_items
from cnndsl.design import INPUT, Design, Module, Node, Wire
from cnndsl.layers.base import Kind, Layer
from cnndsl.parts import Structures
from cnndsl.values import Value


class Change(Enum):
    """What became of a part; the value is its sign."""

    SAME = " "
    ADDED = "+"
    REMOVED = "−"
    CHANGED = "~"


@dataclass(frozen=True, slots=True)
class Argument:
    """An option of a layer or a block whose value is another; None where it has no such option."""

    name: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of the old network, of the new one, or one of each.

    `old` and `new` are numbers of nodes in the modules that are compared, None where there is no
    such node. `rewired` tells that it takes what it took from elsewhere; `inside` compares what is
    in it, where both sides are modules.
    """

    change: Change
    old: int | None
    new: int | None
    arguments: tuple[Argument, ...] = ()
    rewired: bool = False
    inside: Comparison | None = None

    @property
    def follows(self) -> bool:
        """Whether it is changed by what flows into it alone."""
        if self.change is not Change.CHANGED or self.arguments or self.rewired:
            return False
        return self.inside is None or self.inside.follows


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Two modules with their parts, in an order in which each stands after what it takes from."""

    old: Module
    new: Module
    parts: tuple[Part, ...]
    arguments: tuple[Argument, ...] = ()
    # Whether it gives other wires, or calls them otherwise.
    ends: bool = False

    @property
    def differs(self) -> bool:
        """Whether anything is another, names aside."""
        changed = any(part.change is not Change.SAME for part in self.parts)
        flows = self.old.inputs != self.new.inputs
        return changed or self.ends or flows or bool(self.arguments)

    @property
    def follows(self) -> bool:
        """Whether all that changed in it comes from what flows into it."""
        if self.ends or self.arguments or self.old.name != self.new.name:
            return False
        return all(part.change is Change.SAME or part.follows for part in self.parts)

    def node(self, part: Part) -> tuple[Module, Node]:
        """The new node of a part with its module; the old one of what is removed."""
        if part.new is not None:
            return self.new, self.new.nodes[part.new]
        assert part.old is not None, "a part has a side"
        return self.old, self.old.nodes[part.old]

    def likeness(self, part: Part) -> Hashable:
        """What parts share of which the same is to be told: all but their names."""
        _, node = self.node(part)
        sides = ((self.old, part.old), (self.new, part.new))
        shapes = tuple(
            None if i is None else (side.input_shapes(side.nodes[i]), side.nodes[i].outputs)
            for side, i in sides
        )
        place = node.role, node.section, node.head, node.training
        what = part.inside or node.operation
        return part.change, what, shapes, str(part.arguments), part.rewired, place


def compare(old: Design, new: Design) -> Comparison:
    """What became of the parts of a network in another one."""
    return _Comparer().modules(old.network, new.network)


class _Comparer:
    """Compares modules; equal pairs of them are compared once."""

    def __init__(self) -> None:
        self._structures = Structures()
        self._known: dict[tuple[Module, Module], Comparison] = {}

    def modules(self, old: Module, new: Module) -> Comparison:
        key = (old, new)
        if key not in self._known:
            self._known[key] = self._compared(old, new)
        return self._known[key]

    def _compared(self, old: Module, new: Module) -> Comparison:
        pairs = aligned_items(
            len(old.nodes), len(new.nodes), lambda i, j: self._score(old, i, new, j)
        )
        wires = _Wires(old, new, pairs)
        parts = tuple(self._part(old, new, pair, wires) for pair in pairs)
        arguments = tuple(_arguments(dict(old.arguments), dict(new.arguments)))
        return Comparison(old, new, parts, arguments, wires.outputs_differ())

    def _score(self, old: Module, i: int, new: Module, j: int) -> int | None:
        """How much two nodes have in common."""
        one, two = old.nodes[i], new.nodes[j]
        alike = _alike(one, two)
        if alike is None or one.role is not two.role or one.head != two.head:
            return None
        same = self._structures.node(old, one) == self._structures.node(new, two)
        named = bool(one.name) and one.name == two.name
        return alike + 4 * same + 3 * named + (one.section == two.section)

    def _part(self, old: Module, new: Module, pair: Pair, wires: _Wires) -> Part:
        i, j = pair
        if i is None:
            return Part(Change.ADDED, i, j)
        if j is None:
            return Part(Change.REMOVED, i, j)
        one, two = old.nodes[i], new.nodes[j]
        rewired = wires.differ(i, j)
        arguments: list[Argument] = []
        inside = None
        if one.module and two.module:
            inside = self.modules(one.module, two.module)
        elif one.layer and two.layer:
            arguments += _layer_arguments(one.layer, two.layer)
        for name, own, other in _uses_of(one, two):
            if own != other:
                arguments.append(Argument(name, own, other))
        flows = (old.input_shapes(one), one.outputs) != (new.input_shapes(two), two.outputs)
        changed = flows or rewired or arguments or (inside and inside.differs)
        change = Change.CHANGED if changed else Change.SAME
        return Part(change, i, j, tuple(arguments), rewired, inside)


def _alike(one: Node, two: Node) -> int | None:
    """How much two operations have in common; None for those that don't take each other's place."""
    if one.layer and two.layer:
        if one.layer.word == two.layer.word:
            return 6 if one.layer == two.layer else 5
        replaces = one.layer.kind is two.layer.kind is not Kind.OTHER
        return 1 if replaces and one.layer.merges == two.layer.merges else None
    if one.module and two.module:
        return 5 if one.module.name == two.module.name else 1
    return None


def _uses_of(one: Node, two: Node) -> Iterator[tuple[str, Value, Value]]:
    """What else two nodes may differ in."""
    if one.module and two.module:
        yield "block", one.module.name, two.module.name
    yield "weights of", one.reuses or None, two.reuses or None
    yield "training only", one.training, two.training
    yield "starts", _starts(one), _starts(two)


def _starts(node: Node) -> Value:
    """How a node's tensors start, as text; None where the spec does not say so."""
    return ", ".join(f"{name} {start}" for name, start in node.starts) or None


def _layer_arguments(one: Layer, two: Layer) -> Iterator[Argument]:
    if one.word != two.word:
        yield Argument("layer", one.word, two.word)
        return
    yield from _arguments(one.values, two.values)


def _arguments(one: dict[str, Value], two: dict[str, Value]) -> Iterator[Argument]:
    for name in dict.fromkeys((*one, *two)):
        old, new = one.get(name), two.get(name)
        if type(old) is not type(new) or old != new:
            yield Argument(name, old, new)


class _Wires:
    """Where pairs take their inputs from, what only one side has left out."""

    def __init__(self, old: Module, new: Module, pairs: list[Pair]) -> None:
        self._modules = old, new
        self._pairs = {i: j for i, j in pairs if i is not None and j is not None}
        self._paired = set(self._pairs), set(self._pairs.values())

    def differ(self, i: int, j: int) -> bool:
        """Whether the old node `i` takes from others than the new one `j`."""
        old, new = self._modules
        return self._moved(old.nodes[i].inputs) != self._ends(1, new.nodes[j].inputs)

    def outputs_differ(self) -> bool:
        """Whether the modules give other wires, or call them otherwise."""
        old, new = self._modules
        names = [[(output.name, output.training) for output in m.outputs] for m in (old, new)]
        wires = [tuple(output.wire for output in m.outputs) for m in (old, new)]
        return names[0] != names[1] or self._moved(wires[0]) != self._ends(1, wires[1])

    def _moved(self, wires: tuple[Wire, ...]) -> list[Wire | None]:
        """The old wires by the numbers of the new nodes."""
        return [
            end and Wire(self._pairs.get(end.node, INPUT), end.port) for end in self._ends(0, wires)
        ]

    def _ends(self, side: int, wires: tuple[Wire, ...]) -> list[Wire | None]:
        return [self._end(side, wire) for wire in wires]

    def _end(self, side: int, wire: Wire) -> Wire | None:
        """The wire, or that which flows into it through what the other side does not have."""
        while wire.node != INPUT and wire.node not in self._paired[side]:
            inputs = self._modules[side].nodes[wire.node].inputs
            if not inputs:
                return None
            wire = inputs[0]
        return wire

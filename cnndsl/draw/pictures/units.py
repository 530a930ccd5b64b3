"""Which nodes of a module are drawn as one: layers that belong together, and equal repeats."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass

from cnndsl.design import Module, Node
from cnndsl.layers.base import Kind
from cnndsl.parts import following

# The layers that a box may begin with, and those that then join it on its second line; attention
# has dropout alone there.
_LEADING = {Kind.CONVOLUTION, Kind.LINEAR}
_JOINING = {Kind.NORMALISATION, Kind.ACTIVATION}
_JOINING_WORDS = {"dropout", "dropout2d"}
# A map that is a vector already is flattened without more ado.
_POOLING_TO_ONE = "gap"
_JOINING_ONE = {"flatten", "dropout", "dropout2d"}


@dataclass(frozen=True, slots=True)
class Unit:
    """What one box or frame stands for: equal groups of nodes, in a row, by their indices.

    Where it `grows`, each of the groups takes so many channels more than the one before it. Groups
    that are `alike` differ in what no shape and no number of parameters tells, such as rates. Units
    of one `turn`, the first of their nodes, take turns: one of each, and again.
    """

    repeats: tuple[tuple[int, ...], ...]
    grows: int = 0
    turn: int | None = None

    @property
    def first(self) -> tuple[int, ...]:
        """The group of nodes that the others are equal to."""
        return self.repeats[0]

    @property
    def last(self) -> int:
        """The node that gives the unit's result."""
        return self.repeats[-1][-1]

    @property
    def nodes(self) -> tuple[int, ...]:
        """All its nodes."""
        return tuple(index for group in self.repeats for index in group)


@dataclass(frozen=True, slots=True)
class Folding:
    """What is folded: nodes of one `key`, and those each of which `grows` by the same number.

    `grows` tells how many channels the second of two nodes takes more, and 0 where they are not
    alike. `alike` are those that differ in rates alone.
    """

    key: Callable[[Module, Node], Hashable]
    grows: Callable[[Node, Node], int]
    alike: Callable[[Node, Node], bool]
    closed: Callable[[Node], bool]


def units(module: Module, folding: Folding) -> Iterator[Unit]:
    """The module's nodes as units, in order."""
    chain = following(module)
    pending: dict[int, Unit] = {}
    grouped: set[int] = set()
    for index in range(len(module.nodes)):
        if index in grouped:
            continue
        group = _group(module, index, chain)
        grouped.update(group)
        pending[index] = Unit((group,))
    for index in list(pending):
        if unit := pending.pop(index, None):
            row = _Row(module, chain, pending, folding)
            if single := row.equal(unit) or row.growing(unit) or row.alike(unit):
                yield single
            else:
                yield from row.turns(unit) or (unit,)


def _group(module: Module, index: int, chain: dict[int, int]) -> tuple[int, ...]:
    """The node and what joins it on its second line: norms, activations, dropout."""
    node = module.nodes[index]
    group = [index]
    if node.layer is None or node.reuses:
        return (index,)
    while (after := chain.get(group[-1])) is not None:
        if not joins(node, module.nodes[after]):
            break
        group.append(after)
    return tuple(group)


def joins(node: Node, after: Node) -> bool:
    """Whether a layer stands on the second line of the box of another."""
    layer = after.layer
    if layer is None or after.reuses or _place(node) != _place(after):
        return False
    assert node.layer is not None
    if node.layer.word == _POOLING_TO_ONE:
        return layer.word in _JOINING_ONE
    if node.layer.kind is Kind.ATTENTION:
        return layer.word in _JOINING_WORDS
    if node.layer.kind not in _LEADING:
        return False
    return layer.kind in _JOINING or layer.word in _JOINING_WORDS


def _place(node: Node) -> tuple[object, ...]:
    return node.role, node.section, node.head, node.training


@dataclass(frozen=True, slots=True)
class _Row:
    """Looks for the units that follow one in a straight chain and can be drawn with it."""

    module: Module
    chain: dict[int, int]
    pending: dict[int, Unit]
    folding: Folding

    def equal(self, unit: Unit) -> Unit | None:
        """The unit with the equal ones after it, which are no longer pending."""

        def key(group: tuple[int, ...]) -> list[Hashable]:
            return [self.folding.key(self.module, self.module.nodes[i]) for i in group]

        own = key(unit.first)
        repeats = [unit.first]
        for group in self._after(unit):
            if key(group) != own:
                break
            repeats.append(group)
        return self._taken(repeats, 0)

    def growing(self, unit: Unit) -> Unit | None:
        """The unit with those after it that are alike, each larger by the same number."""
        repeats = [unit.first]
        step = 0
        for group in self._after(unit):
            last, this = (self.module.nodes[g[0]] for g in (repeats[-1], group))
            more = self.folding.grows(last, this)
            if not more or (step and more != step):
                break
            step = more
            repeats.append(group)
        return self._taken(repeats, step)

    def alike(self, unit: Unit) -> Unit | None:
        """The unit with those after it that differ in rates alone."""
        repeats = [unit.first]
        for group in self._after(unit):
            last, this = (self.module.nodes[g[0]] for g in (repeats[-1], group))
            if not self.folding.alike(last, this):
                break
            repeats.append(group)
        return self._taken(repeats, 0)

    def turns(self, unit: Unit) -> tuple[Unit, Unit] | None:
        """The unit and the one after it, where these two take turns, with all of their turns."""
        groups = [unit.first, *self._after(unit)]
        count = len(groups)
        while count > 2 and not self._take_turns(groups[:count]):
            count -= 1
        count -= count % 2
        if count < 4:
            return None
        first, second = groups[:count:2], groups[1:count:2]
        for group in groups[1:count]:
            del self.pending[group[0]]
        turn = unit.first[0]
        return Unit(tuple(first), turn=turn), Unit(tuple(second), turn=turn)

    def _take_turns(self, groups: list[tuple[int, ...]]) -> bool:
        nodes = [self.module.nodes[group[0]] for group in groups]
        return all(map(self.folding.closed, nodes)) and all(
            self.folding.alike(one, two) for one, two in zip(nodes, nodes[2:], strict=False)
        )

    def _after(self, unit: Unit) -> Iterator[tuple[int, ...]]:
        """The groups that follow the unit in a chain and are not drawn yet."""
        last = unit.last
        while (after := self.chain.get(last)) in self.pending:
            group = self.pending[after].first
            yield group
            last = group[-1]

    def _taken(self, repeats: list[tuple[int, ...]], step: int) -> Unit | None:
        if len(repeats) == 1:
            return None
        for group in repeats[1:]:
            del self.pending[group[0]]
        return Unit(tuple(repeats), step)

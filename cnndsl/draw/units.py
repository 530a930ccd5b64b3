"""Which nodes of a module are drawn as one: layers that belong together, and equal repeats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cnndsl.design import Module, Node
from cnndsl.layers.base import Kind
from cnndsl.parts import Structures, following

# The layers that a box may begin with, and those that then join it on its second line.
_LEADING = {Kind.CONVOLUTION, Kind.LINEAR}
_JOINING = {Kind.NORMALISATION, Kind.ACTIVATION}
_JOINING_WORDS = {"dropout", "dropout2d"}


@dataclass(frozen=True, slots=True)
class Unit:
    """What one box or cluster stands for: equal groups of nodes, in a row, by their indices."""

    repeats: tuple[tuple[int, ...], ...]

    @property
    def first(self) -> tuple[int, ...]:
        """The group of nodes that the others are equal to."""
        return self.repeats[0]

    @property
    def last(self) -> int:
        """The node that gives the unit's result."""
        return self.repeats[-1][-1]


def units(module: Module, structures: Structures) -> Iterator[Unit]:
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
            yield _with_equals(module, unit, chain, pending, structures)


def _group(module: Module, index: int, chain: dict[int, int]) -> tuple[int, ...]:
    """The node and what joins it on its second line: norms, activations, dropout."""
    node = module.nodes[index]
    group = [index]
    if node.layer is None or node.layer.kind not in _LEADING or node.reuses:
        return (index,)
    while (after := chain.get(group[-1])) is not None:
        if not _joins(node, module.nodes[after]):
            break
        group.append(after)
    return tuple(group)


def _joins(node: Node, after: Node) -> bool:
    layer = after.layer
    if layer is None or after.reuses or _place(node) != _place(after):
        return False
    return layer.kind in _JOINING or layer.word in _JOINING_WORDS


def _place(node: Node) -> tuple[object, ...]:
    return node.role, node.section, node.head, node.training


def _with_equals(
    module: Module,
    unit: Unit,
    chain: dict[int, int],
    pending: dict[int, Unit],
    structures: Structures,
) -> Unit:
    """The unit with the equal ones that follow it in a straight chain, taken from `pending`."""

    def structure(group: tuple[int, ...]) -> list[int]:
        return [structures.node(module, module.nodes[i]) for i in group]

    repeats = [unit.first]
    own = structure(unit.first)
    while (after := chain.get(repeats[-1][-1])) in pending:
        group = pending[after].first
        if structure(group) != own:
            break
        del pending[after]
        repeats.append(group)
    return Unit(tuple(repeats))

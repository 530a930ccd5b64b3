"""Equal groups of nodes that no part of the spec is around, of which one is drawn for all."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from cnndsl.design import Module, Node, Wire
from cnndsl.draw.names import join, node_name
from cnndsl.shape import Shape

Key = Callable[[Module, Node], Hashable]


@dataclass(frozen=True, slots=True)
class Repeats:
    """Equal groups of nodes that follow each other, and what goes into them from outside.

    `sources` and `shapes` are of the first group alone where each takes from the one before it,
    else one for each of them. `title` says what a group is.
    """

    title: str
    sources: tuple[Wire, ...]
    shapes: tuple[Shape, ...]
    groups: tuple[range, ...]

    @property
    def first(self) -> range:
        """The nodes of the first group, which stands for all."""
        return self.groups[0]

    @property
    def varied(self) -> bool:
        """Whether the groups differ in the sizes of their maps."""
        return len(set(self.shapes)) > 1

    @property
    def shifts(self) -> tuple[int, ...]:
        """How far each group is behind the first."""
        return tuple(nodes.start - self.first.start for nodes in self.groups)

    @property
    def hidden(self) -> set[int]:
        """The nodes of the other groups."""
        return {index for nodes in self.groups[1:] for index in nodes}

    def paths(
        self, module: Module, unit: Iterable[int], around: Sequence[str], known: Iterable[str]
    ) -> Iterator[str]:
        """The `known` paths of some nodes of the first group, as they are in the others.

        `around` are those of the module.
        """
        for shift in self.shifts[1:]:
            for path, index, base in product(known, unit, around):
                first = join(base, node_name(module.nodes[index], index))
                if path == first or path.startswith(f"{first}."):
                    other = node_name(module.nodes[index + shift], index + shift)
                    yield join(base, other) + path.removeprefix(first)


def look(module: Module, source: Wire, nodes: range, key: Key) -> Hashable:
    """What equal groups have in common: their nodes, and the wires between them."""
    wires = [
        tuple(
            ("in",) if wire == source else (wire.node - nodes.start, wire.port)
            for wire in module.nodes[index].inputs
        )
        for index in nodes
    ]
    return tuple(key(module, module.nodes[index]) for index in nodes), tuple(wires)


def standing(node: Node) -> tuple[object, ...]:
    """What nodes have in common that are drawn as one, beside what they do."""
    return node.section, node.head, node.training, node.role, node.reuses

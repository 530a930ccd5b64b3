"""A network as one row of its layers and blocks, which stages are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import prod

from cnndsl.design import INPUT, Module, ModuleKind, Node, Wire
from cnndsl.draw.names import join, node_name
from cnndsl.draw.pictures.families import Families
from cnndsl.draw.pictures.units import Unit
from cnndsl.layers.base import Kind
from cnndsl.parts import section_words
from cnndsl.shape import Shape


@dataclass(frozen=True, slots=True, eq=False)
class Atom:
    """A unit of layers, or a block, with what it takes from: numbers of atoms, or of inputs.

    An input is -1 for the first, -2 for the second, and so on. What gives a size alone, as to a
    crop, is none of them. `scopes` are the names of the parts around it, `section` that of the
    network which it is in.
    """

    module: Module
    unit: Unit
    path: str
    scopes: tuple[str, ...]
    section: str
    training: bool
    reuses: bool
    sources: tuple[int, ...]

    @property
    def node(self) -> Node:
        return self.module.nodes[self.unit.first[0]]

    @property
    def nodes(self) -> list[Node]:
        """All its nodes."""
        return [self.module.nodes[index] for index in self.unit.nodes]

    @property
    def input(self) -> Shape:
        return self.module.input_shapes(self.node)[0]

    @property
    def output(self) -> Shape:
        return self.module.nodes[self.unit.last].outputs[0]

    @property
    def params(self) -> int:
        return 0 if self.reuses else sum(map(self.module.node_params, self.nodes))

    @property
    def macs(self) -> int:
        return sum(map(self.module.node_macs, self.nodes))

    @property
    def is_pool(self) -> bool:
        return self.node.layer is not None and self.node.layer.kind is Kind.POOLING

    @property
    def is_linear(self) -> bool:
        """Whether it makes a vector of a vector."""
        layer = self.node.layer
        return layer is not None and layer.kind is Kind.LINEAR and len(self.output) == 1

    @property
    def is_one(self) -> bool:
        """Whether it makes a map a single place, as global pooling does."""
        return self.is_pool and resolution(self.output) == 1


def resolution(shape: Shape) -> int:
    """How many places a map has; 0 for what is no map."""
    sizes = [shape[axis] for axis in ("h", "w") if axis in shape]
    return prod(sizes) if sizes else 0


@dataclass
class Row:
    """Walks a network into atoms; a `deep` walk goes into every block."""

    families: Families
    atoms: list[Atom] = field(default_factory=list)
    deep: bool = False

    def walk(self, network: Module, path: str) -> list[int]:
        """Notes the atoms of a network; returns the numbers of those that give its outputs."""
        inputs = [-1 - port for port in range(len(network.inputs))]
        return self._walk(network, _Where(path), inputs)

    def _walk(self, module: Module, where: _Where, inputs: list[int]) -> list[int]:
        made = {Wire(INPUT, port): number for port, number in enumerate(inputs)}
        for unit in self.families.units(module):
            node = module.nodes[unit.first[0]]
            # What a layer refers to beside gives a size alone, which its words tell.
            takes_one = node.layer is not None and not node.layer.merges
            taken = node.inputs[:1] if takes_one else node.inputs
            sources = [made[wire] for wire in taken]
            for unit_ in self._single(unit, node):
                results = self._unit(module, unit_, where, sources)
                sources = results[:1]
            made.update((Wire(unit.last, port), number) for port, number in enumerate(results))
        return [made[output.wire] for output in module.outputs]

    def _single(self, unit: Unit, node: Node) -> Iterator[Unit]:
        """The unit, or where it has parts to be walked into, each of its repeats."""
        if node.module and self._is_walked(node.module):
            yield from (Unit((group,)) for group in unit.repeats)
        else:
            yield unit

    def _is_walked(self, module: Module) -> bool:
        is_part = module.kind is not ModuleKind.BLOCK
        families = self.families
        return self.deep or is_part or families.is_one_box(module) or families.is_container(module)

    def _unit(self, module: Module, unit: Unit, where: _Where, sources: list[int]) -> list[int]:
        node = module.nodes[unit.first[0]]
        inside = where.within(node, join(where.path, node.name))
        if node.module and self._is_walked(node.module):
            return self._walk(node.module, inside, sources)
        index = unit.first[0]
        self.atoms.append(
            Atom(
                module,
                unit,
                join(where.path, node_name(node, index)),
                where.scopes,
                section_words(node) or where.section,
                inside.training,
                where.reuses,
                tuple(sources),
            )
        )
        return [len(self.atoms) - 1] * max(1, len(node.outputs))


@dataclass(frozen=True, slots=True)
class _Where:
    """Where the walk is."""

    path: str
    scopes: tuple[str, ...] = ()
    section: str = ""
    training: bool = False
    reuses: bool = False

    def within(self, node: Node, path: str) -> _Where:
        return _Where(
            path,
            (*self.scopes, node.name) if node.labelled else self.scopes,
            section_words(node) or self.section,
            self.training or node.training,
            self.reuses or bool(node.reuses),
        )

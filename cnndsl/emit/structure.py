"""Which modules of a design become one class: those of one definition with the same structure.

What the structure leaves open, the constants of torch's calls, is for `parameters` to express.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cnndsl.design import Design, Module, ModuleKind, Node
from cnndsl.elaborate.checks import modules
from cnndsl.emit.imports import ImportedClasses
from cnndsl.emit.inplace import Uses
from cnndsl.emit.names import RESERVED, camel_case, unique
from cnndsl.emit.pattern import (
    Builder,
    Formula,
    Inline,
    Instance,
    Leaf,
    Pattern,
    instances,
    is_straight,
    structure_of,
)
from cnndsl.emit.skeleton import Skeleton, Step, skeleton
from cnndsl.emit.starters import Starters
from cnndsl.layers.base import Expression
from cnndsl.layers.owned import Owned
from cnndsl.layers.starting import DEFINITIONS


def class_name(design: Design) -> str:
    """The name of the network's class in what `emit` writes."""
    return _network_name(design.network)


def _network_name(network: Module) -> str:
    return unique(camel_case(network.name), RESERVED)


class Structure:
    """The classes of a design, and what builds each of its nodes."""

    def __init__(self, design: Design) -> None:
        self.builders: dict[Node, Builder] = {}
        self._by_module: dict[Module, Pattern] = {}
        self._by_signature: dict[object, list[Pattern]] = {}
        self._network_name = name = class_name(design)
        self._names = {*RESERVED, name, f"{name}Outputs", f"{name}TrainingOutputs"}
        self.imported = ImportedClasses(self._names)
        self._root = design.network
        self._starters = Starters(modules(design.network))
        self._names |= self._starters.names
        self._network = self._pattern(design.network)

    def patterns(self) -> list[Pattern]:
        """The classes, each after those that it uses; the network's is the last."""
        return list(self._after_used(self._network, set()))

    @property
    def names(self) -> frozenset[str]:
        """The names of its classes, and the others that an emitted file gives to no variable."""
        return frozenset(self._names)

    def definitions(self) -> list[str]:
        """The classes of its layers' own, and the functions by which layers start, each once."""
        leaves = [builder for builder in self.builders.values() if isinstance(builder, Leaf)]
        used = {
            leaf.call.function: leaf.layer.definitions[leaf.call.function]
            for leaf in leaves
            if leaf.call.function in leaf.layer.definitions
        }
        starts = (start for node in self.builders for _, start in node.starts)
        starting = dict.fromkeys(DEFINITIONS.get(start.called, "") for start in starts)
        return [*used.values(), *filter(None, starting), *self._starters.definitions()]

    def _pattern(self, module: Module) -> Pattern:
        """The class that the module is an object of."""
        if module not in self._by_module:
            self._build_nodes(module)
            self._by_module[module] = self._classify(module, skeleton(module))
        return self._by_module[module]

    def _build_nodes(self, module: Module) -> None:
        uses = Uses(module)
        for node in module.nodes:
            self.builders[node] = self._builder(module, node, uses)

    def _builder(self, module: Module, node: Node, uses: Uses) -> Builder:
        operation = node.operation
        if isinstance(operation, Module):
            has_weights = any(True for _ in operation.weights())
            if operation.kind is ModuleKind.SCOPE and is_straight(operation):
                self._build_nodes(operation)
                children = tuple((child, self.builders[child]) for child in operation.nodes)
                return Inline(children, has_weights)
            return Instance(self._pattern(operation), operation, has_weights)
        shapes = module.input_shapes(node)
        call = operation.torch(*shapes)
        if isinstance(call, Expression):
            return Formula(call, bool(call.augmented) and uses.overwrites(node))
        if isinstance(call, Owned):
            return Formula(call.expression, False, call.call(dict(node.starts).get("")))
        if operation.imported:
            call = replace(call, function=self.imported.name(*operation.imported))
        # Dropout in place draws other numbers than torch's own does from the same seed.
        can_overwrite = operation.overwrites and not operation.returns_input
        overwrites = can_overwrite and all(map(uses.overwrites, uses.runs(node)))
        has_weights = bool(operation.weights(*shapes))
        return Leaf(operation, call, overwrites, has_weights, self._starters.name(node))

    def _classify(self, module: Module, found: Skeleton) -> Pattern:
        """The class that the module fits, or a new one."""
        same = self._by_signature.setdefault(self._signature(module, found), [])
        pattern = next((pattern for pattern in same if self._fits(pattern, found)), None)
        if pattern is None:
            pattern = Pattern(self._class_name(module), found.base)
            same.append(pattern)
        pattern.members[module] = found
        for residual, steps in found.projections.items():
            pattern.projections.setdefault(residual, steps)
        return pattern

    def _class_name(self, module: Module) -> str:
        if module is self._root:
            return self._network_name
        # A scope that is one of several, `layer1`, gives its class no number.
        numbered = module.kind is ModuleKind.SCOPE
        label = module.name.rstrip("0123456789_-") if numbered else module.name
        name = camel_case(label or module.name)
        name = unique(f"{name}Block" if name == self._network_name else name, self._names)
        self._names.add(name)
        return name

    def _fits(self, pattern: Pattern, found: Skeleton) -> bool:
        """Whether the projections of a module agree with those of the pattern's modules."""
        for residual, steps in found.projections.items():
            known = pattern.projections.get(residual, steps)
            if self._signatures(known) != self._signatures(steps):
                return False
            # A class can't use itself, as one that projects by a smaller self would.
            if any(pattern in self._used_by(step) for step in steps):
                return False
        return True

    def _signature(self, module: Module, found: Skeleton) -> object:
        definition = (module.kind, module.span.source.name, module.span.start)
        outputs = tuple((output.name, output.training) for output in module.outputs)
        return (
            definition,
            len(module.inputs),
            self._signatures(found.base),
            found.outputs,
            outputs,
        )

    def _signatures(self, steps: tuple[Step, ...]) -> tuple[object, ...]:
        return tuple(map(self._step_signature, steps))

    def _step_signature(self, step: Step) -> object:
        node = step.node
        flags = (node.name, node.labelled, node.role, node.training, node.reuses)
        return (step.key, step.inputs, flags, structure_of(self.builders[node]))

    def _used_by(self, step: Step) -> Iterator[Pattern]:
        """The patterns that a step uses, directly or not."""
        seen: set[Pattern] = set()
        for instance in instances(self.builders[step.node]):
            yield from self._after_used(instance.pattern, seen)

    def _after_used(self, pattern: Pattern, seen: set[Pattern]) -> Iterator[Pattern]:
        """The patterns that this one uses, directly or not, and then itself, each once."""
        if pattern in seen:
            return
        seen.add(pattern)
        for step in pattern.steps():
            for instance in instances(self.builders[step.node]):
                yield from self._after_used(instance.pattern, seen)
        yield pattern

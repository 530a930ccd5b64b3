"""What an emitted class is, and what builds each of its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cnndsl.design import INPUT, Module, Node
from cnndsl.emit.names import SEQUENTIAL_OWN
from cnndsl.emit.skeleton import Skeleton, Step
from cnndsl.layers.base import Call, Expression, Layer


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A layer with a torch module of its own."""

    layer: Layer
    call: Call
    overwrites: bool
    has_weights: bool
    # The function that starts its weights, if the spec says how.
    starter: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """A layer that is an expression in forward, which may be over a tensor of its own, too."""

    expression: Expression
    overwrites: bool
    # What makes the tensor.
    tensor: Call | None = None

    @property
    def has_weights(self) -> bool:
        return self.tensor is not None


@dataclass(frozen=True, slots=True, eq=False)
class Inline:
    """A scope that is a straight chain: nn.Sequential, where it is used."""

    children: tuple[tuple[Node, Builder], ...]
    has_weights: bool


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """An object of an emitted class."""

    pattern: Pattern
    module: Module
    has_weights: bool


Builder = Leaf | Formula | Inline | Instance


@dataclass(eq=False)
class Pattern:
    """A class to emit, and the modules that are its objects, in order of their first use.

    `projections` are those that some of the modules have, by the place of their residual.
    """

    name: str
    base: tuple[Step, ...]
    members: dict[Module, Skeleton] = field(default_factory=dict)
    projections: dict[int, tuple[Step, ...]] = field(default_factory=dict)

    @property
    def module(self) -> Module:
        """One of its modules, from which to read what all have in common."""
        return next(iter(self.members))

    def steps(self) -> Iterator[Step]:
        """Every step that some module has; a projection stands before its residual."""
        for step in self.base:
            place = step.key[0]
            if place not in self.projections:
                yield step
                continue
            yield from self.projections[place]
            skeletons = self.members.values()
            yield next(found.base[place] for found in skeletons if place in found.projections)

    def is_optional(self, residual: int) -> bool:
        """Whether some modules have the projection of this residual and some have not."""
        return any(residual not in found.projections for found in self.members.values())


def find_step(found: Skeleton, step: Step) -> Step | None:
    """The same step in one module of the pattern; None for a projection that it has not."""
    place, *number = step.key
    if not number:
        return found.base[place]
    steps = found.projections.get(place)
    return steps[number[0]] if steps else None


def instances(builder: Builder) -> Iterator[Instance]:
    """The objects of emitted classes that stand in it."""
    if isinstance(builder, Instance):
        yield builder
    elif isinstance(builder, Inline):
        for _, child in builder.children:
            yield from instances(child)


def is_straight(module: Module) -> bool:
    """Whether nn.Sequential does the same: each node takes only what the one before gives."""
    if len(module.inputs) != 1 or len(module.outputs) != 1 or not module.nodes:
        return False
    last = INPUT
    for place, node in enumerate(module.nodes):
        if [(wire.node, wire.port) for wire in node.inputs] != [(last, 0)]:
            return False
        if len(node.outputs) != 1 or not _is_child(module, node):
            return False
        last = place
    return module.outputs[0].wire.node == last and not module.outputs[0].training


def _is_child(module: Module, node: Node) -> bool:
    """Whether the node is an object that nn.Sequential can call by the node's name."""
    if node.reuses or node.training or not node.name or "." in node.name:
        return False
    if node.name in SEQUENTIAL_OWN:
        return False
    if isinstance(node.operation, Module):
        return True
    return isinstance(node.operation.torch(*module.input_shapes(node)), Call)


def is_numbered(nodes: tuple[Node, ...]) -> bool:
    """Whether the nodes' names are their places, as nn.Sequential gives them by itself."""
    return all(node.name == str(place) for place, node in enumerate(nodes))


def structure_of(builder: Builder) -> object:
    """What is equal for builders that differ in constants alone."""
    if isinstance(builder, Leaf):
        facts = (builder.overwrites, builder.has_weights, builder.starter)
        return (_form(builder.call), *facts)
    if isinstance(builder, Formula):
        tensor = builder.tensor and _form(builder.tensor)
        return (builder.expression, builder.overwrites, tensor)
    if isinstance(builder, Instance):
        return builder.pattern
    children = builder.children
    return tuple((node.name, node.labelled, structure_of(child)) for node, child in children)


def _form(call: Call) -> object:
    """The functions that are called, one as an argument of the other."""
    return (call.function, *(_form(a) if isinstance(a, Call) else None for a in call.args))

"""A module in the making: what elaboration adds to, and what it freezes when all is known."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cnndsl.design import INPUT, Module, ModuleKind, Node, Output, Role, Wire
from cnndsl.elaborate.names import Names
from cnndsl.elaborate.units import Result, Unit, holds_result
from cnndsl.layers import Layer
from cnndsl.origin import Origin
from cnndsl.shape import Shape
from cnndsl.source import Span

if TYPE_CHECKING:
    from cnndsl.elaborate.start_rules import StartRule

# The stream of a network with several inputs, before its first chain: there is none.
ABSENT = Wire(INPUT - 1)


@dataclass
class DraftNode:
    """A Node in the making: its operation may be a Draft, whose outputs may still grow."""

    name: str
    operation: Layer | Draft
    inputs: tuple[Wire, ...]
    # Of a layer what it gives; of a draft its outputs tell.
    shape: Shape
    span: Span
    labelled: bool = False
    role: Role = Role.TRUNK
    section: str = ""
    head: str = ""
    training: bool = False
    reuses: str = ""
    given: Mapping[str, Origin] = field(default_factory=dict)
    # Makes the operation anew for another wire of the stream, with the inputs that it takes then.
    again: Callable[[Wire], tuple[Draft, tuple[Wire, ...]]] | None = None

    def outputs(self) -> tuple[Shape, ...]:
        if isinstance(self.operation, Draft):
            return tuple(map(self.operation.shape, self.operation.output_wires))
        return (self.shape,)


@dataclass(eq=False)
class Draft:
    """A module in the making."""

    name: str
    kind: ModuleKind
    span: Span
    inputs: list[Shape]
    # The draft in whose scope this one stands; only a labelled scope has one.
    parent: Draft | None = None
    doc: str = ""
    # What the author calls each input; the stream has no name.
    input_names: list[str] = field(init=False)
    # The `input` lines, by the numbers of what they begin.
    input_spans: dict[int, Span] = field(init=False, default_factory=dict)
    names: Names = field(init=False, default_factory=Names)
    nodes: list[DraftNode] = field(init=False, default_factory=list)
    items: dict[str, Result | list[Result]] = field(init=False, default_factory=dict)
    arguments: list[tuple[str, object]] = field(init=False, default_factory=list)
    outputs: list[Output] = field(init=False, default_factory=list)
    # Wires of the parent that are used here, beyond the stream; inputs of their own.
    captured: list[Wire] = field(init=False, default_factory=list)
    # What an `output` statement names; it stands for all other outputs.
    chosen_outputs: list[Output] = field(init=False, default_factory=list)
    # Of a network that is used as an item: its `input` line only says what axes it takes.
    inputs_given: bool = field(init=False, default=False)
    # Of a scope that stands in a training-only head.
    in_training: bool = field(init=False, default=False)
    heads: dict[str, Span] = field(init=False, default_factory=dict)
    # How tensors start, here and in what is used here.
    start_rules: list[StartRule] = field(init=False, default_factory=list)
    # A mistake, which has been reported, left something in it unknown.
    broken: bool = field(init=False, default=False)
    # The labels in statements that were left for a mistake: what they name is unknown.
    lost: list[str | re.Pattern[str]] = field(init=False, default_factory=list)
    expanded_items: int = field(init=False, default=0)
    # Where its inputs come from where it is used first: a draft, and wires of it.
    entered: tuple[Draft, tuple[Wire, ...]] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.input_names = [""] * len(self.inputs)

    def entering(self, port: int) -> tuple[Draft, Wire] | None:
        """The wire that enters as an input where this draft is used first, and its draft."""
        first = len(self.inputs) - len(self.captured)
        if port >= first and self.parent:
            return self.parent, self.captured[port - first]
        if self.entered is None:
            return None
        outer, wires = self.entered
        return outer, wires[port]

    @property
    def output_wires(self) -> list[Wire]:
        return [output.wire for output in self.outputs]

    @property
    def reads_stream(self) -> bool:
        """Whether anything in it takes the first input; a scope of references alone does not."""
        if Wire(INPUT) in self.output_wires:
            return True
        return any(
            Wire(INPUT) in node.inputs
            and (
                not isinstance(node.operation, Draft)
                or node.operation.reads_stream
                or Wire(INPUT) in node.inputs[1:]
            )
            for node in self.nodes
        )

    @property
    def result_shape(self) -> Shape:
        """What its stream gives; that of an empty list of axes where a mistake left it unknown."""
        return self.shape(self.outputs[0].wire) if self.outputs else Shape((), ())

    @property
    def takes_stream(self) -> bool:
        """Whether input 0 is the stream; a scope that begins with a reference takes none."""
        return len(self.inputs) > len(self.captured)

    def is_training(self, wire: Wire) -> bool:
        """Whether what is on a wire of this draft is made in training mode only."""
        return wire.node >= 0 and self.nodes[wire.node].training

    def shape(self, wire: Wire) -> Shape:
        """The shape on a wire of this draft."""
        if wire.node == INPUT:
            return self.inputs[wire.port]
        node = self.nodes[wire.node]
        if isinstance(node.operation, Draft):
            return node.operation.shape(node.operation.outputs[wire.port].wire)
        return node.shape

    def origin(self, wire: Wire) -> Span:
        """Where what is on a wire was made."""
        if wire.node == INPUT:
            return self.input_spans.get(wire.port, self.span)
        return self.nodes[wire.node].span

    def add(self, node: DraftNode) -> Wire:
        """Adds a node; the wire of its first output."""
        self.nodes.append(node)
        inner = node.operation.expanded_items if isinstance(node.operation, Draft) else 0
        self.expanded_items += 1 + inner
        return Wire(len(self.nodes) - 1)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Takes away afterwards what was added within; the names that it took stay taken."""
        nodes, inputs, captured = len(self.nodes), len(self.inputs), len(self.captured)
        rules = len(self.start_rules)
        kept = dict(self.items), self.expanded_items, self.broken
        try:
            yield
        finally:
            del self.nodes[nodes:], self.inputs[inputs:], self.input_names[inputs:]
            del self.captured[captured:], self.start_rules[rules:]
            self.items, self.expanded_items, self.broken = kept

    def bring(self, result: Result) -> Wire:
        """The wire of this draft that holds a result, of this draft, one around it, or one in it.

        The result must be known. Drafts on the way give it out or take it in.
        """
        draft, wire = result.draft, result.wire
        assert wire is not None, "an unknown result has no wire"
        for outer, node in reversed(result.via):
            wire = Wire(node, draft.expose(wire))
            draft = outer
        return self._take_in(draft, wire)

    def _take_in(self, draft: Draft, wire: Wire) -> Wire:
        if draft is self:
            return wire
        assert self.parent is not None, "a result comes from this scope or one around it"
        outer = self.parent._take_in(draft, wire)
        if outer not in self.captured:
            self.captured.append(outer)
            self.inputs.append(self.parent.shape(outer))
            self.input_names.append(self.parent.name_of(outer))
        first = len(self.inputs) - len(self.captured)
        return Wire(INPUT, first + self.captured.index(outer))

    def expose(self, wire: Wire) -> int:
        """The number of the output that gives a wire to the outside, a new one if need be."""
        if wire not in self.output_wires:
            name = self.name_of(wire) or f"output{len(self.outputs)}"
            self.outputs.append(Output(name, wire))
        return self.output_wires.index(wire)

    def name_of(self, wire: Wire) -> str:
        """What the author calls the result on a wire, here or in a part; empty without a name."""
        if wire.node == INPUT:
            return self.input_names[wire.port]
        for name, found in self.items.items():
            for number, result in enumerate(found if isinstance(found, list) else [found]):
                if result.wire == wire and not result.via:
                    return f"{name}_{number}" if isinstance(found, list) else name
        operation = self.nodes[wire.node].operation
        if wire.port and isinstance(operation, Draft):
            return operation.outputs[wire.port].name
        return ""

    def freeze(self, frozen: dict[Draft, Module]) -> Module:
        """The module, once nothing is added any more; the one in `frozen` if it is there."""
        if self not in frozen:
            module = Module(
                name=self.name,
                kind=self.kind,
                span=self.span,
                arguments=_plain(self.arguments),
                inputs=tuple(self.inputs),
                nodes=tuple(_freeze_node(node, frozen) for node in self.nodes),
                outputs=tuple(self.outputs),
                doc=self.doc,
                input_names=tuple(self.input_names),
            )
            # Every scope is entered with the stream, which one of references alone never takes.
            is_entered = self.kind is ModuleKind.SCOPE and self.takes_stream
            frozen[self] = _without_stream(module) if is_entered else module
        return frozen[self]


def _without_stream(module: Module) -> Module:
    """The module without its first input, if nothing in it takes that."""
    outputs = [output.wire for output in module.outputs]
    if Wire(INPUT) in itertools.chain(outputs, *(node.inputs for node in module.nodes)):
        return module

    def moved(wire: Wire) -> Wire:
        return Wire(INPUT, wire.port - 1) if wire.node == INPUT else wire

    return replace(
        module,
        inputs=module.inputs[1:],
        input_names=module.input_names[1:],
        nodes=tuple(replace(n, inputs=tuple(map(moved, n.inputs))) for n in module.nodes),
        outputs=tuple(replace(o, wire=moved(o.wire)) for o in module.outputs),
    )


def _plain(arguments: list[tuple[str, object]]) -> tuple[tuple[str, object], ...]:
    """The arguments as a design keeps them: units by how they are written, references left out."""
    return tuple(
        (name, str(value) if isinstance(value, Unit) else value)
        for name, value in arguments
        if not holds_result(value)
    )


def _freeze_node(node: DraftNode, frozen: dict[Draft, Module]) -> Node:
    operation = (
        node.operation.freeze(frozen) if isinstance(node.operation, Draft) else node.operation
    )
    inputs = node.inputs
    if isinstance(operation, Module):
        # Of a scope, the stream that it does not take was left out.
        inputs = inputs[len(inputs) - len(operation.inputs) :]
    return Node(
        name=node.name,
        operation=operation,
        inputs=inputs,
        outputs=node.outputs(),
        span=node.span,
        labelled=node.labelled,
        role=node.role,
        section=node.section,
        head=node.head,
        training=node.training,
        reuses=node.reuses,
        given=node.given,
    )

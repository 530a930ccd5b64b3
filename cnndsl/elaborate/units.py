"""Blocks, networks and layers as values, and the results of items as values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from cnndsl import syntax
from cnndsl.design import INPUT, Wire
from cnndsl.layers import Layer
from cnndsl.layers.options import Port
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.values import Row, Value, identity, show

if TYPE_CHECKING:
    from cnndsl.elaborate.draft import Draft
    from cnndsl.elaborate.frame import Frame


@dataclass(frozen=True, eq=False)
class Definition:
    """A block or a network, with the values and defaults that are in force where it stands."""

    syntax: syntax.Block | syntax.Network
    frame: Frame
    # The documentation of its file.
    file_doc: str = ""

    @property
    def name(self) -> str:
        return self.syntax.name.name

    @cached_property
    def parameter_names(self) -> tuple[str, ...]:
        """The names of all parameters, in order."""
        return tuple(parameter.name for parameter in self.syntax.parameters)

    @property
    def positional_names(self) -> tuple[str, ...]:
        """The parameters that plain values go to, in order: all."""
        return self.parameter_names

    @property
    def is_network(self) -> bool:
        return isinstance(self.syntax, syntax.Network)


@dataclass(frozen=True)
class Unit:
    """A block, a network or a layer, with some of its arguments already given."""

    target: Definition | type[Layer]
    given: tuple[tuple[str, Value], ...] = ()
    # Where the arguments were given last.
    span: Span | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        return self.target.name if isinstance(self.target, Definition) else self.target.word

    @property
    def kind(self) -> str:
        if not isinstance(self.target, Definition):
            return "a layer"
        return "a network" if self.target.is_network else "a block"

    @property
    def held(self) -> tuple[Value, ...]:
        """The values that it holds."""
        return tuple(value for _, value in self.given)

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """The names of all parameters, in order."""
        return self.target.parameter_names

    @property
    def positional_names(self) -> tuple[str, ...]:
        """The parameters that plain values go to, in order; of a block, all."""
        return self.target.positional_names

    def with_given(self, given: dict[str, Value], span: Span) -> Unit:
        """The unit with these arguments given, too; they stand for earlier ones."""
        return Unit(self.target, tuple({**dict(self.given), **given}.items()), span)

    def __str__(self) -> str:
        options = ", ".join(f"{name}={show(value)}" for name, value in self.given)
        return f"{self.name}({options})" if options else self.name


@dataclass(frozen=True, eq=False)
class Result:
    """What an item gave: a wire of `draft`, or None where a mistake left it unknown.

    `node` is the number of the item's node there. `via` leads to `draft` from outside: the
    instances, each a draft and a node of it, that have to give the wire out, the outermost first.
    """

    draft: Draft
    wire: Wire | None
    node: int | None = None
    via: tuple[tuple[Draft, int], ...] = ()

    kind = "a reference"

    @property
    def is_training(self) -> bool:
        """Whether it is made in training mode only."""
        outer = [draft.nodes[node].training for draft, node in self.via]
        return any(outer) or (self.wire is not None and self.draft.is_training(self.wire))

    @property
    def shape(self) -> Shape | None:
        return self.draft.shape(self.wire) if self.wire else None

    def __str__(self) -> str:
        return f"@{self.shape}"


def without_results(value: Value, wires: list[Wire], bring: Callable[[Result], Wire]) -> Value:
    """The value with each Result replaced by a Port, whose wire is added to `wires`."""
    if isinstance(value, Result):
        wire = bring(value)
        if wire not in wires:
            wires.append(wire)
        return Port(wires.index(wire) + 1)
    if isinstance(value, tuple):
        return tuple(without_results(item, wires, bring) for item in value)
    if isinstance(value, Row):
        return Row(value.columns, tuple(without_results(c, wires, bring) for c in value.cells))
    if isinstance(value, Unit):
        given = ((name, without_results(item, wires, bring)) for name, item in value.given)
        return Unit(value.target, tuple(given), value.span)
    return value


def with_results(value: Value, draft: Draft) -> Value:
    """The value with each Port replaced by the result that is that input of `draft`."""
    if isinstance(value, Port):
        return Result(draft, Wire(INPUT, value.number))
    if isinstance(value, tuple):
        return tuple(with_results(item, draft) for item in value)
    if isinstance(value, Row):
        return Row(value.columns, tuple(with_results(cell, draft) for cell in value.cells))
    if isinstance(value, Unit):
        given = ((name, with_results(item, draft)) for name, item in value.given)
        return Unit(value.target, tuple(given), value.span)
    return value


def ports_of(name: str, value: Value) -> dict[int, str]:
    """What the inputs that a parameter's value leads to are called, by their numbers."""
    if isinstance(value, Port):
        return {value.number: name}
    if isinstance(value, tuple):
        found: dict[int, str] = {}
        for number, item in enumerate(value):
            found |= ports_of(f"{name}_{number}", item)
        return found
    return {}


def holds_result(value: Value) -> bool:
    """Whether a value is, or holds, a reference."""
    if isinstance(value, tuple):
        return any(map(holds_result, value))
    if isinstance(value, Row):
        return any(map(holds_result, value.cells))
    if isinstance(value, Unit):
        return any(holds_result(item) for _, item in value.given)
    return isinstance(value, Result)


def key(value: Value) -> Value:
    """A hashable key of a parameter's value; a Result in it is an input of the block itself."""
    if isinstance(value, Result):
        return (Result, value.wire)
    if isinstance(value, Unit):
        return (Unit, value.target, *((name, key(item)) for name, item in value.given))
    if isinstance(value, tuple):
        return (tuple, *map(key, value))
    if isinstance(value, Row):
        return (Row, value.columns, *map(key, value.cells))
    return identity(value)

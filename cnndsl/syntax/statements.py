"""The constructs of statements, and of the file that they stand in."""

from __future__ import annotations

from dataclasses import dataclass

from cnndsl.source import Source, Span
from cnndsl.syntax.expressions import Argument, Expression, Name, Reference, Target, Text
from cnndsl.syntax.items import Chain, LabelName


@dataclass(frozen=True, slots=True)
class Let:
    """`let x = expr`."""

    name: Name
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Default:
    """`default conv bias=false`."""

    layer: Name
    arguments: tuple[Argument, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Require:
    """`require expr, "message"`."""

    condition: Expression
    message: Text
    span: Span


@dataclass(frozen=True, slots=True)
class Repeat:
    """`repeat n { … }`; the place is that of the words before the brace."""

    count: Expression
    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class For:
    """`for x in list { … }`; several targets take the parts of each element."""

    targets: tuple[Target, ...]
    items: Expression
    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class If:
    """`if c { … } else if d { … } else { … }`: each branch's condition, None for `else`."""

    branches: tuple[tuple[Expression | None, tuple[Statement, ...]], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class InputShape:
    """`input 3x224x224 as image`, `input [3, n, n]`, `input 197x768 "l c"`."""

    sizes: Expression
    axes: Text | None
    label: LabelName | None
    span: Span


@dataclass(frozen=True, slots=True)
class Section:
    """`stem { }`, `body { }`, `neck { }`: a region, which adds nothing to a name."""

    name: str
    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Head:
    """`head { }`, `head name { }`, `head name training { }`; unnamed it is called ``."""

    name: str
    training: bool
    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class OutputNames:
    """`output name, name`: these items are what the network returns."""

    references: tuple[Reference, ...]
    span: Span


Statement = (
    Chain | Let | Default | Require | Repeat | For | If | InputShape | Section | Head | OutputNames
)


@dataclass(frozen=True, slots=True)
class ParameterName:
    """A parameter of a block or a network, with its default if it has one."""

    name: str
    default: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """`block name(parameters) { … }`; the place is that of the words before the brace."""

    name: Name
    parameters: tuple[ParameterName, ...]
    body: tuple[Statement, ...]
    doc: str
    span: Span


@dataclass(frozen=True, slots=True)
class Network:
    """`network Name(parameters) { … }`."""

    name: Name
    parameters: tuple[ParameterName, ...]
    body: tuple[Statement, ...]
    doc: str
    span: Span


@dataclass(frozen=True, slots=True)
class Variant:
    """`variant name = Network(arguments)`."""

    name: Name
    network: Name
    arguments: tuple[Argument, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class File:
    """A whole spec."""

    source: Source
    doc: str
    statements: tuple[Block | Network | Variant | Let | Default, ...]

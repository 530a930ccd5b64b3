"""The constructs of statements, and of the file that they stand in."""

from __future__ import annotations

import re

from cnndsl.source import Source, Span
from cnndsl.syntax.construct import Construct
from cnndsl.syntax.expressions import Argument, Expression, Name, Reference, Target, Text
from cnndsl.syntax.items import Chain, LabelName

_WORD = re.compile(r"\w+")
_INTERPOLATED = re.compile(r"[\"'][^\"'\n]*\{")


class Let(Construct):
    """`let x = expr`."""

    name: Name
    value: Expression
    span: Span


class Default(Construct):
    """`default conv bias=false`."""

    layer: Name
    arguments: tuple[Argument, ...]
    span: Span


class Init(Construct):
    """`init conv kaiming_normal bias=zeros`: how the weights of a layer, or an item, start."""

    target: Name | Reference
    arguments: tuple[Argument, ...]
    span: Span


class Require(Construct):
    """`require expr, "message"`."""

    condition: Expression
    message: Text
    span: Span


class Repeat(Construct):
    """`repeat n { … }`; the place is that of the words before the brace."""

    count: Expression
    body: tuple[Statement, ...]
    span: Span


class For(Construct):
    """`for x in list { … }`; several targets take the parts of each element."""

    targets: tuple[Target, ...]
    items: Expression
    body: tuple[Statement, ...]
    span: Span


class If(Construct):
    """`if c { … } else if d { … } else { … }`: each branch's condition, None for `else`."""

    branches: tuple[tuple[Expression | None, tuple[Statement, ...]], ...]
    span: Span


class InputShape(Construct):
    """`input 3x224x224 as image`, `input [3, n, n]`, `input 197x768 "l c"`."""

    sizes: Expression
    axes: Text | None
    label: LabelName | None
    span: Span


class Section(Construct):
    """`stem { }`, `body { }`, `neck { }`: a region, which adds nothing to a name."""

    name: str
    body: tuple[Statement, ...]
    span: Span


class Head(Construct):
    """`head { }`, `head name { }`, `head name training { }`; unnamed it is called ``."""

    name: str
    training: bool
    body: tuple[Statement, ...]
    span: Span


class OutputNames(Construct):
    """`output name, name`: these items are what the network returns."""

    references: tuple[Reference, ...]
    span: Span


Statement = (
    Chain
    | Let
    | Default
    | Init
    | Require
    | Repeat
    | For
    | If
    | InputShape
    | Section
    | Head
    | OutputNames
)


class ParameterName(Construct):
    """A parameter of a block or a network, with its default if it has one."""

    name: str
    default: Expression | None
    span: Span


class Axis(Construct):
    """An axis in a contract: a bare name."""

    name: str
    span: Span


class Contract(Construct):
    """`: c h w -> (n * c) 1 1`: what a block takes and gives: axes, or sizes in their places."""

    takes: tuple[Axis | Expression, ...]
    gives: tuple[Axis | Expression, ...]
    span: Span


class Block(Construct):
    """`block name(parameters) : contract { … }`; the place is the words before the brace."""

    name: Name
    parameters: tuple[ParameterName, ...]
    contract: Contract | None
    body: tuple[Statement, ...]
    doc: str
    span: Span


class Network(Construct):
    """`network Name(parameters) { … }`."""

    name: Name
    parameters: tuple[ParameterName, ...]
    body: tuple[Statement, ...]
    doc: str
    span: Span


class Variant(Construct):
    """`variant name = Network(arguments)`."""

    name: Name
    network: Name
    arguments: tuple[Argument, ...]
    span: Span


class LayerFromPython(Construct):
    """`layer gem(p=3.0) = python "mylayers:GeM"`: a layer that is the user's own torch class."""

    name: Name
    parameters: tuple[ParameterName, ...]
    target: Text
    span: Span


class Used(Construct):
    """`name as other` of an import: a definition of another file, and what it is called here."""

    name: Name
    alias: Name
    span: Span


class Import(Construct):
    """`from resnet use bottleneck`; the origin is a bundled spec's Name, or a path in quotes."""

    origin: Name | Text
    used: tuple[Used, ...]
    span: Span


Definition = Block | Network | Variant | LayerFromPython | Let


class Unread(Construct):
    """A part of a text that could not be read, which is reported.

    It is `between` definitions, or is all of one, or else a part of one.
    """

    between: bool
    span: Span


class File(Construct):
    """A whole spec, or what of it could be read."""

    source: Source
    doc: str
    statements: tuple[Definition | Default | Import, ...]
    unread: tuple[Unread, ...] = ()

    @property
    def unread_words(self) -> frozenset[str]:
        """The words of what could not be read: names that may have been defined there."""
        return frozenset(word for part in self.unread for word in _WORD.findall(part.span.text))

    @property
    def has_unread_labels(self) -> bool:
        """Whether there are labels that interpolate, and so may be any, in what was not read."""
        return any(_INTERPOLATED.search(part.span.text) for part in self.unread)

"""The syntax tree: one immutable class a construct, each with its place in the source.

What a construct means is not known here; `grammars/cnn.lark` says how each is written.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnndsl.source import Source, Span

# Expressions


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, `true`, `false`, or a size such as `3x3`, which is a tuple."""

    value: int | float | bool | tuple[int, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Text:
    """A string, in parts: plain text and the expressions between braces."""

    parts: tuple[str | Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ListOf:
    """`[a, b]`."""

    items: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Clause:
    """`for i, x in list if cond` of a comprehension; `targets` as in a loop."""

    targets: tuple[Target, ...]
    items: Expression
    condition: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Comprehension:
    """`[e for x in list]`, with one clause or several."""

    element: Expression
    clauses: tuple[Clause, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """A bare word in an expression or an argument."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class StreamShape:
    """`in`: the shape of what entered the block; `it` is a Name."""

    span: Span


@dataclass(frozen=True, slots=True)
class Reference:
    """`@name`, `@scope.name`, `@name[i]`, `@"layer{i}"`: what an item gave.

    `path` holds the steps after the first: a str for `.name`, an expression for `[i]`.
    """

    name: str | Text
    path: tuple[str | Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x`, `not x`."""

    operator: str
    operand: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    """`a + b`, `a and b`, `a in b`; `a < b < c` is `a < b and b < c`."""

    operator: str
    left: Expression
    right: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Conditional:
    """`then if condition else otherwise`."""

    then: Expression
    condition: Expression
    otherwise: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """`max(a, b)`, or a block or layer with arguments already given, `bn(eps=0.001)`."""

    function: str
    arguments: tuple[Argument, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Index:
    """`a[i]`."""

    value: Expression
    index: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Slice:
    """`a[start:stop]`."""

    value: Expression
    start: Expression | None
    stop: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Attribute:
    """`row.column`, `in.c`."""

    value: Expression
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Table:
    """`table { … }`: columns' names, and rows that are each as wide as the header."""

    columns: tuple[Name, ...]
    rows: tuple[tuple[Expression, ...], ...]
    span: Span


Expression = (
    Literal
    | Text
    | ListOf
    | Comprehension
    | Name
    | StreamShape
    | Reference
    | Unary
    | Binary
    | Conditional
    | Call
    | Index
    | Slice
    | Attribute
    | Table
)


# Items


@dataclass(frozen=True, slots=True)
class Target:
    """A name that a loop sets; several in parentheses are a nested pattern."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a call. `kind` is how it was written.

    `plain` goes to the next positional parameter, `size` (`3x3`) to `kernel` or `size`, `stride`
    (`/2`) to `stride`, and `named` to the one called `name`.
    """

    kind: str
    name: str
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Apply:
    """`conv 3x3 64 /2`: a layer or a block with its arguments."""

    name: Name
    arguments: tuple[Argument, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Merge:
    """`concat axis=c { | chain | chain }`; an arm may come from `for` and `if`."""

    name: Name
    arguments: tuple[Argument, ...]
    arms: tuple[ArmStatement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Residual:
    """`residual if condition { body } project { projection }`.

    The place is that of the words before the brace.
    """

    condition: Expression | None
    body: tuple[Statement, ...]
    projection: tuple[Statement, ...] | None
    span: Span


@dataclass(frozen=True, slots=True)
class Group:
    """`{ … }`: a chain over several lines; with a label, a scope."""

    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Reuse:
    """`reuse name`: the item of that name once more, with the same weights."""

    target: Reference
    span: Span


@dataclass(frozen=True, slots=True)
class LabelName:
    """A label. A `quoted` one is text that may interpolate; `result_only` is `as @name`."""

    text: str | Text
    quoted: bool
    result_only: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Labelled:
    """`item as name`."""

    item: Item
    label: LabelName
    span: Span


@dataclass(frozen=True, slots=True)
class Chain:
    """`a -> b -> c`, or a single item; each item takes what the one before gives.

    With a label, from `name: …` at its head: it names a single item, and makes braces or several
    items a scope.
    """

    items: tuple[Item, ...]
    label: LabelName | None
    span: Span


Item = Apply | Merge | Residual | Group | Reuse | Reference | Labelled


# Arms of a merge


@dataclass(frozen=True, slots=True)
class Arm:
    """`| chain`."""

    chain: Chain
    span: Span


@dataclass(frozen=True, slots=True)
class ArmFor:
    """`for x in list { | … }` among arms."""

    targets: tuple[Target, ...]
    items: Expression
    body: tuple[ArmStatement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ArmIf:
    """`if c { | … } else { | … }` among arms: each branch's condition, None for `else`."""

    branches: tuple[tuple[Expression | None, tuple[ArmStatement, ...]], ...]
    span: Span


ArmStatement = Arm | ArmFor | ArmIf


# Statements


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
    Chain
    | Let
    | Default
    | Require
    | Repeat
    | For
    | If
    | InputShape
    | Section
    | Head
    | OutputNames
)


# Files


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

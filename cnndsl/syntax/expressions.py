"""The constructs of expressions and arguments."""

from __future__ import annotations

from cnndsl.source import Span
from cnndsl.syntax.construct import Construct


class Literal(Construct):
    """A number, `true`, `false`, or a size such as `3x3`, which is a tuple."""

    value: int | float | bool | tuple[int, ...]
    span: Span


class Text(Construct):
    """A string, in parts: plain text and the expressions between braces."""

    parts: tuple[str | Expression, ...]
    span: Span


class ListOf(Construct):
    """`[a, b]`."""

    items: tuple[Expression, ...]
    span: Span


class Clause(Construct):
    """`for i, x in list if cond` of a comprehension; `targets` as in a loop."""

    targets: tuple[Target, ...]
    items: Expression
    condition: Expression | None
    span: Span


class Comprehension(Construct):
    """`[e for x in list]`, with one clause or several."""

    element: Expression
    clauses: tuple[Clause, ...]
    span: Span


class Name(Construct):
    """A bare word in an expression or an argument."""

    name: str
    span: Span


class StreamShape(Construct):
    """`in`: the shape of what entered the block; `it` is a Name."""

    span: Span


class Reference(Construct):
    """`@name`, `@scope.name`, `@name[i]`, `@"layer{i}"`: what an item gave.

    `path` holds the steps after the first: a str for `.name`, an expression for `[i]`.
    """

    name: str | Text
    path: tuple[str | Expression, ...]
    span: Span


class Unary(Construct):
    """`-x`, `not x`."""

    operator: str
    operand: Expression
    span: Span


class Binary(Construct):
    """`a + b`, `a and b`, `a in b`; `a < b < c` is `a < b and b < c`."""

    operator: str
    left: Expression
    right: Expression
    span: Span


class Conditional(Construct):
    """`then if condition else otherwise`."""

    then: Expression
    condition: Expression
    otherwise: Expression
    span: Span


class Call(Construct):
    """`max(a, b)`, or a block or layer with arguments already given, `bn(eps=0.001)`."""

    function: str
    arguments: tuple[Argument, ...]
    span: Span

    @property
    def name(self) -> Name:
        """The word of what is called, at its place."""
        start = self.span.start
        return Name(self.function, Span(self.span.source, start, start + len(self.function)))


class Index(Construct):
    """`a[i]`."""

    value: Expression
    index: Expression
    span: Span


class Slice(Construct):
    """`a[start:stop]`."""

    value: Expression
    start: Expression | None
    stop: Expression | None
    span: Span


class Attribute(Construct):
    """`row.column`, `in.c`."""

    value: Expression
    name: str
    span: Span


class Table(Construct):
    """`table { … }`: columns' names, and rows that are each as wide as the header."""

    columns: tuple[Name, ...]
    rows: tuple[tuple[Expression, ...], ...]
    span: Span


class Target(Construct):
    """A name that a loop sets."""

    name: str
    span: Span


class Argument(Construct):
    """An argument of a call. `kind` is how it was written.

    `plain` goes to the next positional parameter, `size` (`3x3`) to `kernel` or `size`, `stride`
    (`/2`) to `stride`, and `named` to the one called `name`.
    """

    kind: str
    name: str
    value: Expression
    span: Span

    @property
    def is_words(self) -> bool:
        """Whether it is a bare word, or a list of such."""
        words = self.value.items if isinstance(self.value, ListOf) else (self.value,)
        return all(isinstance(word, Name) for word in words)


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

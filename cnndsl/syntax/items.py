"""The constructs of chains: items, and the arms of merges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnndsl.source import Span
from cnndsl.syntax.construct import Construct
from cnndsl.syntax.expressions import Argument, Expression, Name, Reference, Target, Text

if TYPE_CHECKING:
    from cnndsl.syntax.statements import Statement


class Apply(Construct):
    """`conv 3x3 64 /2`: a layer or a block with its arguments."""

    name: Name
    arguments: tuple[Argument, ...]
    span: Span


class Merge(Construct):
    """`concat axis=c { | chain | chain }`; an arm may come from `for` and `if`."""

    name: Name
    arguments: tuple[Argument, ...]
    arms: tuple[ArmStatement, ...]
    span: Span


class Residual(Construct):
    """`residual if condition { body } project { projection }`.

    The place is that of the words before the brace.
    """

    condition: Expression | None
    body: tuple[Statement, ...]
    projection: tuple[Statement, ...] | None
    span: Span


class Group(Construct):
    """`{ … }`: a chain over several lines; with a label, a scope."""

    body: tuple[Statement, ...]
    span: Span


class Reuse(Construct):
    """`reuse name`: the item of that name once more, with the same weights."""

    target: Reference
    span: Span


class LabelName(Construct):
    """A label. A `quoted` one is text that may interpolate; `result_only` is `as @name`."""

    text: str | Text
    quoted: bool
    result_only: bool
    span: Span


class Labelled(Construct):
    """`item as name`."""

    item: Item
    label: LabelName
    span: Span


class Chain(Construct):
    """`a -> b -> c`, or a single item; each item takes what the one before gives.

    With a label, from `name: …` at its head: it names a single item, and makes braces or several
    items a scope.
    """

    items: tuple[Item, ...]
    label: LabelName | None
    span: Span


Item = Apply | Merge | Residual | Group | Reuse | Reference | Labelled


class Arm(Construct):
    """`| chain`."""

    chain: Chain
    span: Span


class ArmFor(Construct):
    """`for x in list { | … }` among arms."""

    targets: tuple[Target, ...]
    items: Expression
    body: tuple[ArmStatement, ...]
    span: Span


class ArmIf(Construct):
    """`if c { | … } else { | … }` among arms: each branch's condition, None for `else`."""

    branches: tuple[tuple[Expression | None, tuple[ArmStatement, ...]], ...]
    span: Span


ArmStatement = Arm | ArmFor | ArmIf

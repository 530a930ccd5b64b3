"""What builds one part of a class in each of its modules: one call, of different constants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, ClassVar

from cnndsl.design import Node
from cnndsl.emit.names import OWNED, identifier, is_identifier, quoted, snake_case, unique
from cnndsl.emit.pattern import Builder, Formula, Inline, Instance, Leaf, is_numbered
from cnndsl.layers.base import REQUIRED, Call, Layer

# So many equal neighbours are written once.
FOLDED = 3


class _Absent:
    def __repr__(self) -> str:
        return "absent"


# What a constant is in a module that has no such step.
ABSENT: Any = _Absent()


@dataclass(frozen=True, slots=True)
class Constant:
    """One argument of a call: its value in each module, or ABSENT.

    `word` is what to call it where a parameter is made for it. `keyword` is empty for a positional
    argument; one with a `default` is left out where it has that everywhere.
    """

    values: tuple[Any, ...]
    word: str
    keyword: str = ""
    default: Any = REQUIRED


@dataclass(frozen=True, slots=True, eq=False)
class Construction:
    """A call of a torch class or of an emitted one, or of what makes a tensor."""

    function: str
    arguments: tuple[Constant | Construction, ...]
    has_weights: bool
    is_tensor: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """nn.Sequential of several, by their nodes' names."""

    children: tuple[tuple[Node, Construction | Chain], ...]
    has_weights: bool

    is_tensor: ClassVar[bool] = False


Part = Construction | Chain
# An emitted class's arguments in one of its objects: by name, its value and its default.
Arguments = Callable[[Instance], Iterable[tuple[str, Any, Any]]]


def compose(node: Node, builders: list[Builder | None], arguments: Arguments) -> Part:
    """The part that these builders, the same step's in every module, have in common."""
    first = next(builder for builder in builders if builder)
    if isinstance(first, Inline):
        columns = (
            [
                builder.children[place][1] if isinstance(builder, Inline) else None
                for builder in builders
            ]
            for place in range(len(first.children))
        )
        children = zip(first.children, columns, strict=True)
        return Chain(
            tuple((child, compose(child, column, arguments)) for (child, _), column in children),
            first.has_weights,
        )
    prefix = f"{node.name}_" if node.labelled and is_identifier(node.name) else ""
    if isinstance(first, Instance):
        tables = [list(arguments(b)) if isinstance(b, Instance) else None for b in builders]
        constants = _instance_constants(tables, prefix)
        return Construction(first.pattern.name, tuple(constants), first.has_weights)
    calls = [_call_of(builder) for builder in builders]
    construction = _construction(calls, prefix)
    if isinstance(first, Leaf) and first.overwrites:
        inplace = Constant((True,) * len(builders), "inplace", "inplace", False)
        construction = replace(construction, arguments=(*construction.arguments, inplace))
    if isinstance(first, Leaf) and first.starter:
        construction = Construction(first.starter, (construction,), False)
    is_tensor = isinstance(first, Formula)
    return replace(construction, has_weights=first.has_weights, is_tensor=is_tensor)


def _call_of(builder: Builder | None) -> Call | None:
    if isinstance(builder, Leaf):
        return builder.call
    return builder.tensor if isinstance(builder, Formula) else None


def _construction(calls: list[Call | None], prefix: str) -> Construction:
    first = next(call for call in calls if call)
    return Construction(first.function, tuple(_arguments(calls, first, prefix)), False)


def _instance_constants(
    tables: list[list[tuple[str, Any, Any]] | None], prefix: str
) -> Iterator[Constant]:
    first = next(table for table in tables if table is not None)
    for place, (name, _, default) in enumerate(first):
        values = tuple(table[place][1] if table else ABSENT for table in tables)
        keyword = "" if default is REQUIRED else name
        yield Constant(values, prefix + name, keyword, default)


def _arguments(
    calls: list[Call | None], first: Call, prefix: str
) -> Iterator[Constant | Construction]:
    words = (*first.words, *("value" for _ in first.args[len(first.words) :]))
    for place, word in enumerate(words):
        values = tuple(call.args[place] if call else ABSENT for call in calls)
        if isinstance(first.args[place], Call):
            yield _construction([None if v is ABSENT else v for v in values], prefix)
        else:
            yield Constant(values, prefix + word)
    options = [dict(call.options) if call else None for call in calls]
    for name, default in first.defaults:
        if any(given and name in given for given in options):
            values = tuple(
                ABSENT if given is None else given.get(name, default) for given in options
            )
            yield Constant(values, prefix + name, name, default)


def constants(part: Part) -> Iterator[Constant]:
    """The constants of a part, in order."""
    if isinstance(part, Chain):
        for _, child in part.children:
            yield from constants(child)
        return
    for argument in part.arguments:
        if isinstance(argument, Construction):
            yield from constants(argument)
        else:
            yield argument


def render(part: Part, text: Callable[[Constant], str]) -> str:
    """The part in Python, on one line; `text` writes a constant."""
    if isinstance(part, Chain):
        return f"nn.Sequential({', '.join(sequential_arguments(part.children, text))})"
    arguments = []
    for argument in part.arguments:
        if isinstance(argument, Construction):
            arguments.append(render(argument, text))
        elif argument.default is REQUIRED or not is_always(argument, argument.default):
            written = text(argument)
            arguments.append(f"{argument.keyword}={written}" if argument.keyword else written)
    return f"{part.function}({', '.join(arguments)})"


def sequential_arguments(
    children: tuple[tuple[Node, Part], ...], text: Callable[[Constant], str]
) -> list[str]:
    """What nn.Sequential is given: its children, or an OrderedDict where they have names."""
    built = [render(part, text) for _, part in children]
    if is_numbered(tuple(node for node, _ in children)):
        return fold(built)
    names: list[str] = []
    for node, part in children:
        names.append(_child_name(node, part, [*names, *(n.name for n, _ in children)]))
    if all(map(is_identifier, names)):
        entries = ", ".join(f"{name}={item}" for name, item in zip(names, built, strict=True))
        return [f"OrderedDict({entries})"]
    entries = ", ".join(f"{quoted(name)}: {item}" for name, item in zip(names, built, strict=True))
    return [f"OrderedDict({{{entries}}})"]


def _child_name(node: Node, part: Part, taken: list[str]) -> str:
    """The node's name; for what has no weights and no label, a word for what it is."""
    if part.has_weights or node.labelled:
        return node.name
    return unique(attribute_word(node), {*taken, *OWNED})


def attribute_word(node: Node) -> str:
    """What to call an item that its author gave no name."""
    if isinstance(node.operation, Layer):
        return identifier(node.operation.word.removeprefix("nn.").lower())
    return identifier(snake_case(node.operation.name))


def fold(items: list[str]) -> list[str]:
    """The items, with equal neighbours written once: `*(f(1) for _ in range(5))`."""
    folded = []
    for item, run in groupby(items):
        count = len(list(run))
        if count < FOLDED:
            folded += [item] * count
        else:
            folded.append(f"*({item} for _ in range({count}))")
    return folded


def is_always(constant: Constant, value: object) -> bool:
    """Whether every module that has the constant has this value in it."""
    return all(same(known, value) for known in constant.values if known is not ABSENT)


def same(one: object, other: object) -> bool:
    """Equal, and of one type: 1, 1.0 and true are three arguments."""
    return type(one) is type(other) and one == other

"""Trees of small texts, for the tests of the parser."""

from __future__ import annotations

from pathlib import Path

from cnndsl import syntax
from cnndsl.errors import Report
from cnndsl.parse import parse, parse_expression
from cnndsl.source import Source

EXAMPLES = sorted((Path(__file__).parent / "cases" / "language").glob("*.cnn"))


def file(text: str) -> syntax.File:
    """The tree of a text without mistakes."""
    report = Report()
    tree = parse(Source("test.cnn", text), report)
    report.raise_errors()
    return tree


def body(text: str) -> tuple[syntax.Statement, ...]:
    """The statements of a block."""
    (block,) = file(f"block b(c) {{\n{text}\n}}").statements
    assert isinstance(block, syntax.Block)
    return block.body


def item(text: str) -> syntax.Item:
    """The only item of the only chain of a block."""
    (chain,) = body(text)
    assert isinstance(chain, syntax.Chain)
    (only,) = chain.items
    return only


def arguments(text: str) -> list[tuple[str, str, str]]:
    """Kind, name and text of each argument of an item."""
    call = item(text)
    assert isinstance(call, syntax.Apply)
    return [(a.kind, a.name, a.value.span.text) for a in call.arguments]


def shown(text: str) -> str:
    """An expression with all its parentheses."""
    expression = parse_expression(Source("test", text), Report())
    assert expression is not None
    return _shown(expression)


def _shown(node: syntax.Expression) -> str:
    match node:
        case syntax.Binary(operator=operator, left=left, right=right):
            return f"({_shown(left)} {operator} {_shown(right)})"
        case syntax.Unary(operator=operator, operand=operand):
            return f"({operator} {_shown(operand)})"
        case syntax.Conditional(then=then, condition=condition, otherwise=otherwise):
            return f"({_shown(then)} if {_shown(condition)} else {_shown(otherwise)})"
        case syntax.Index(value=value, index=index):
            return f"{_shown(value)}[{_shown(index)}]"
        case syntax.Attribute(value=value, name=name):
            return f"{_shown(value)}.{name}"
    return node.span.text


def messages(text: str) -> list[str]:
    """What the parser says of a text."""
    report = Report()
    parse(Source("test.cnn", text), report)
    return [diagnostic.message for diagnostic in report]


def hints(text: str) -> list[str]:
    """What the parser says would mend a text."""
    report = Report()
    parse(Source("test.cnn", text), report)
    return [diagnostic.hint for diagnostic in report]

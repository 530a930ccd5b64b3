"""The syntax trees of arguments and expressions."""

from __future__ import annotations

import pytest

from cnndsl import syntax
from cnndsl.errors import Report
from cnndsl.parse import parse_expression
from cnndsl.source import Source
from tests.trees import arguments, shown


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("1 + 2 * 3", "(1 + (2 * 3))"),
        ("1 - 2 - 3", "((1 - 2) - 3)"),
        ("c * base // 64 * groups", "(((c * base) // 64) * groups)"),
        ("2 ** 3 ** 2", "(2 ** (3 ** 2))"),
        ("-2 ** 2", "(- (2 ** 2))"),
        ("2 ** -1", "(2 ** (- 1))"),
        ("a or b and not c == d", "(a or (b and (not (c == d))))"),
        ("a < b <= c", "((a < b) and (b <= c))"),
        ("a not in b", "(not (a in b))"),
        ("1 if i == 0 else 2 if j else 3", "(1 if (i == 0) else (2 if j else 3))"),
        ("x[i - 1].low[0]", "x[(i - 1)].low[0]"),
        ("in.c // ratio", "(in.c // ratio)"),
        ("x in[1, 2]", "(x in [1, 2])"),
    ],
)
def test_operators_bind_as_in_python(text: str, meaning: str) -> None:
    assert shown(text) == meaning


def test_values() -> None:
    values = {"64": 64, "0.001": 0.001, "1e-5": 1e-5, "true": True, "3x224x224": (3, 224, 224)}
    for text, value in values.items():
        literal = parse_expression(Source("test", text), Report())
        assert isinstance(literal, syntax.Literal)
        assert (type(literal.value), literal.value) == (type(value), value)


def test_arguments_by_how_they_are_written() -> None:
    assert arguments('conv 3x3 64 /2 -1 (4 * c) "a b" [1, 2] pad=-1 in.c it.c') == [
        ("size", "", "3x3"),
        ("plain", "", "64"),
        ("stride", "", "2"),
        ("plain", "", "-1"),
        ("plain", "", "4 * c"),
        ("plain", "", '"a b"'),
        ("plain", "", "[1, 2]"),
        ("named", "pad", "-1"),
        ("plain", "", "in.c"),
        ("plain", "", "it.c"),
    ]


def test_a_bracket_that_touches_is_an_index_or_a_call() -> None:
    assert [text for _, _, text in arguments("f c[0] c [0] max(a, b) m (a) @x[-1] (a)[0]")] == [
        *("c[0]", "c", "[0]", "max(a, b)", "m", "a", "@x[-1]", "(a)[0]")
    ]


def test_arguments_of_a_call() -> None:
    call = parse_expression(Source("test", "bottleneck(3x3, 2, groups=32,)"), Report())
    assert isinstance(call, syntax.Call)
    assert call.function == "bottleneck"
    kinds = [(argument.kind, argument.name) for argument in call.arguments]
    assert kinds == [("size", ""), ("plain", ""), ("named", "groups")]


def test_slices() -> None:
    bounds = {"a[1:2]": (True, True), "a[:2]": (False, True), "a[1:]": (True, False)}
    for text, expected in {**bounds, "a[:]": (False, False)}.items():
        node = parse_expression(Source("test", text), Report())
        assert isinstance(node, syntax.Slice)
        assert (node.start is not None, node.stop is not None) == expected


def test_comprehensions() -> None:
    node = parse_expression(Source("t", "[a * b for a, b in x if a for c in y]"), Report())
    assert isinstance(node, syntax.Comprehension)
    first, second = node.clauses
    assert [target.name for target in first.targets] == ["a", "b"]
    assert first.condition is not None
    assert second.condition is None


def test_strings_hold_expressions_with_their_places() -> None:
    text = r'"a{{b}} \"{i + 1}-{c}"'
    node = parse_expression(Source("test", text), Report())
    assert isinstance(node, syntax.Text)
    first, total, dash, name = node.parts
    assert (first, dash) == ('a{b} "', "-")
    assert isinstance(total, syntax.Binary)
    assert total.span.start == text.index("i + 1")
    assert isinstance(name, syntax.Name)

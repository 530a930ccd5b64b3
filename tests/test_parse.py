"""The syntax tree of what specs say, and that no text, however strange, breaks the parser."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnndsl import syntax
from cnndsl.errors import Report
from cnndsl.parse import parse, parse_expression
from cnndsl.parsing.terminals import RESERVED
from cnndsl.source import Source, Span

EXAMPLES = sorted((Path(__file__).parent / "cases" / "parse").glob("*[!l].cnn"))


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
        case syntax.Binary(operator, left, right):
            return f"({_shown(left)} {operator} {_shown(right)})"
        case syntax.Unary(operator, operand):
            return f"({operator} {_shown(operand)})"
        case syntax.Conditional(then, condition, otherwise):
            return f"({_shown(then)} if {_shown(condition)} else {_shown(otherwise)})"
        case syntax.Index(value, index):
            return f"{_shown(value)}[{_shown(index)}]"
        case syntax.Attribute(value, name):
            return f"{_shown(value)}.{name}"
    return node.span.text


def messages(text: str) -> list[str]:
    """What the parser says of a text."""
    report = Report()
    parse(Source("test.cnn", text), report)
    return [diagnostic.message for diagnostic in report]


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


@pytest.mark.parametrize(
    "text",
    [
        "conv 3 -> bn -> relu",
        "conv 3\n-> bn # why\n\n  # and\n  -> relu",
        "conv 3 ->\n bn ->  # why\n # and\nrelu",
        "conv (\n3\n) -> bn -> relu",
        "conv\n  c=3 -> bn\n   eps = 1 -> relu",
    ],
)
def test_a_newline_ends_a_statement_unless_it_goes_on(text: str) -> None:
    (chain,) = body(text)
    assert isinstance(chain, syntax.Chain)
    assert len(chain.items) == 3


def test_a_newline_ends_a_statement() -> None:
    assert len(body("conv 3\n\n# why\nbn # and\n\trelu\f\n@x")) == 4


@pytest.mark.parametrize("text", ["", "\n\n", "# only\n# this", "\ufeff", "\ufefflet x = 3\r\n"])
def test_files_of_little(text: str) -> None:
    assert len(file(text).statements) == ("let" in text)


def test_documentation_is_dedented() -> None:
    source = '\n"""First.\n\n  Then\n    more.\n  """\nblock b() { """Of b."""\n relu }\n'
    tree = file(source + 'network N() {\n  """Of N."""\n}')
    block, network = tree.statements
    assert isinstance(block, syntax.Block)
    assert isinstance(network, syntax.Network)
    assert (tree.doc, block.doc, network.doc) == ("First.\n\nThen\n  more.", "Of b.", "Of N.")
    assert len(block.body) == 1


def test_labels() -> None:
    first, second, third, fourth = body(
        'a -> conv 3 as head\nx: { relu }\n"layer{i}-0": a -> b as @low\n@bottom.out[0] -> c'
    )
    assert isinstance(first, syntax.Chain)
    assert isinstance(second, syntax.Chain)
    assert isinstance(third, syntax.Chain)
    assert isinstance(fourth, syntax.Chain)
    labelled = first.items[1]
    assert isinstance(labelled, syntax.Labelled)
    assert (labelled.label.text, labelled.label.quoted) == ("head", False)
    assert second.label is not None
    assert second.label.span.text == "x"
    assert third.label is not None
    assert third.label.quoted
    result = third.items[1]
    assert isinstance(result, syntax.Labelled)
    assert result.label.result_only
    reference = fourth.items[0]
    assert isinstance(reference, syntax.Reference)
    assert (reference.name, reference.path[0], len(reference.path)) == ("bottom", "out", 2)


def test_words_that_are_not_reserved_are_names() -> None:
    for word in ("block", "network", "variant", "table", "training", "stem", "body", "neck"):
        assert isinstance(item(f"{word} {word} {word}={word} as {word}"), syntax.Labelled)
        assert body(f"for {word} in {word} {{ {word}: {word} }}\nlet {word} = {word}")


def test_reserved_words_are_no_names_but_any_label() -> None:
    for word in sorted(RESERVED):
        assert isinstance(item(f"conv as {word}"), syntax.Labelled)
        assert isinstance(item(f"@{word}.{word}"), syntax.Reference)
        assert messages(f"let {word} = 3") == [f"`{word}` is a reserved word"]
        file(f"let t = table {{\n a {word}\n 1 2\n }}")


def test_merges_and_their_arms() -> None:
    merge = item(
        "concat axis=h {\n | a: x -> y\n for i in n { | @x[i] }\n if c { | z } else if d { | w }"
        " else { | v }\n | identity }"
    )
    assert isinstance(merge, syntax.Merge)
    assert merge.span.text == "concat axis=h"
    arm, loop, choice, last = merge.arms
    assert isinstance(arm, syntax.Arm)
    assert arm.chain.label is not None
    assert isinstance(loop, syntax.ArmFor)
    assert loop.span.text == "for i in n"
    assert isinstance(choice, syntax.ArmIf)
    assert [condition is None for condition, _ in choice.branches] == [False, False, True]
    assert isinstance(last, syntax.Arm)


def test_residuals() -> None:
    whole = item("residual if a == b {\n relu\n}\nproject { bn } as sum")
    assert isinstance(whole, syntax.Labelled)
    assert isinstance(whole.item, syntax.Residual)
    assert whole.item.span.text == "residual if a == b"
    assert whole.item.condition is not None
    assert whole.item.projection is not None
    plain = item("residual { relu }")
    assert isinstance(plain, syntax.Residual)
    assert (plain.condition, plain.projection) == (None, None)


def test_statements_with_braces_have_the_place_of_their_words() -> None:
    statements = body(
        "repeat (n - 1)  { relu }\nfor i, x in e(a) { relu }\nif a { } else if b { }\nelse { }\n"
        "stem { }\nhead aux training { }\nhead { }"
    )
    assert [statement.span.text for statement in statements] == [
        *("repeat (n - 1)", "for i, x in e(a)", "if a", "stem", "head aux training", "head")
    ]
    choice = statements[2]
    assert isinstance(choice, syntax.If)
    assert len(choice.branches) == 3
    head = statements[4]
    assert isinstance(head, syntax.Head)
    assert (head.name, head.training) == ("aux", True)


def test_other_statements() -> None:
    sizes, axes, outputs, default, require, reuse = body(
        'input [3, n, n] as image\ninput 197x768 "l c"\noutput a, b.c[0]\n'
        'default conv bias=false\nrequire n > 0, "not {n}"\nreuse tower'
    )
    assert isinstance(sizes, syntax.InputShape)
    assert sizes.label is not None
    assert isinstance(axes, syntax.InputShape)
    assert axes.axes is not None
    assert isinstance(outputs, syntax.OutputNames)
    assert [reference.name for reference in outputs.references] == ["a", "b"]
    assert isinstance(default, syntax.Default)
    assert default.layer.name == "conv"
    assert isinstance(require, syntax.Require)
    assert isinstance(reuse, syntax.Chain)


def test_tables() -> None:
    (let,) = file("let t = table {\n\n# why\n in  out\n 1 -2 # and\n\n 3x3 (a +\n b)\n}").statements
    assert isinstance(let, syntax.Let)
    assert isinstance(let.value, syntax.Table)
    assert [column.name for column in let.value.columns] == ["in", "out"]
    assert [[cell.span.text for cell in row] for row in let.value.rows] == [
        ["1", "-2"],
        ["3x3", "a +\n b"],
    ]


def spans(node: object) -> list[Span]:
    """The places of all that a tree holds."""
    if isinstance(node, tuple):
        return [span for part in node for span in spans(part)]
    fields = getattr(node, "__dataclass_fields__", {})
    if "span" not in fields:
        return []
    inside = [span for name in fields if name != "span" for span in spans(getattr(node, name))]
    return [node.span, *inside]  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_places_begin_and_end_at_letters(path: Path) -> None:
    tree = file(path.read_text())
    places = [span for statement in tree.statements for span in spans(statement)]
    assert len(places) > 20
    for span in places:
        assert span.text == span.text.strip() != ""


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_line_endings_do_not_matter(path: Path) -> None:
    text = path.read_text()
    assert len(file(text.replace("\n", "\r\n")).statements) == len(file(text).statements)


def test_reading_goes_on_after_a_mistake() -> None:
    report = Report()
    text = "block a() {\n conv 1, 2\n relu\n}\nlet x = = 3\nblock b() { relu }\n}\nlet y = 4"
    tree = parse(Source("test.cnn", text), report)
    names = [definition.name.name for definition in tree.statements]  # type: ignore[union-attr]
    assert [diagnostic.span.line for diagnostic in report if diagnostic.span] == [2, 5, 7]
    assert names == ["a", "b", "y"]

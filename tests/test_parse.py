"""The syntax trees of files, statements and chains, and where they are in the source."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnndsl import syntax
from cnndsl.errors import Report
from cnndsl.parse import parse
from cnndsl.parsing.terminals import RESERVED
from cnndsl.source import Source, Span
from tests.trees import EXAMPLES, body, file, item, messages


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
    fields = getattr(node, "fields", ())
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


def test_use_is_a_name_after_any_string_but_a_path() -> None:
    (chain,) = body('conv "x" use=3')
    assert [argument.name for argument in chain.items[0].arguments] == ["", "use"]

"""What a syntax error says to write instead is right: put in its place, it compiles."""

from __future__ import annotations

import pytest

import cnndsl
from tests.trees import hints

NETWORK = """block cbr(c) {{ conv 3x3 c -> relu }}
network N(c=3) {{
  input 3x32x32
  {{ conv 3x3 3 }} as a
  {}
}}
"""


@pytest.mark.parametrize(
    ("mistake", "remedy"),
    [
        ("dropout(0.5)", "dropout 0.5"),
        ("dropout(p=0.5,)", "dropout p=0.5"),
        ("conv(c=64, kernel=3)", "conv c=64 kernel=3"),
        ("conv(64, kernel=3)", "conv 64 kernel=3"),
        ("cbr(64)", "cbr 64"),
        ("cbr(2 * c)", "cbr (2 * c)"),
        ("cbr(c=2 * c)", "cbr c=(2 * c)"),
        ("relu -> relu()", "relu"),
        ("nn.Conv2d(3, 64, 3)", "conv 3x3 128 /2"),
        ("conv(64, 3)", "conv 3x3 128 /2"),
        ("conv(64)", "conv 3x3 128 /2"),
        ("Dropout(0.5)", "conv 3x3 64"),
        ("x = conv 3x3 64", "conv 3x3 64 as x"),
        ("x = conv 3x3 64  # why", "conv 3x3 64 as x"),
        ("x = conv 3x3 64 -> bn", "x: conv 3x3 64 -> bn"),
        ("x = dropout(0.5)", "dropout 0.5 as x"),
        ("x = conv(3, 64)", "conv 3x3 64 as x"),
        ("x = relu", "relu as x"),
        ("head = relu", "relu as head"),
        ("x: { y = conv 3x3 64 }", "conv 3x3 64 as y"),
        ("x = 4 * c", "let x = 4 * c"),
        ("x = max(c, 3)", "let x = max(c, 3)"),
        ("concat { conv 3x3 4, conv 3x3 5 }", "concat { | conv 3x3 4 | conv 3x3 5 }"),
        ("add { identity | conv 3x3 3 }", "add { | identity | conv 3x3 3 }"),
        ("@a + identity", "add { | @a | identity }"),
    ],
)
def test_a_remedy_compiles(mistake: str, remedy: str) -> None:
    (hint,) = hints(NETWORK.format(mistake))
    assert f"`{remedy}`" in hint
    cnndsl.compile_text(NETWORK.format(remedy))


@pytest.mark.parametrize(
    ("mistake", "value"),
    [
        ("conv 1x1 4 * c as b", "(4 * c)"),
        ("conv 1x1 in.c // 3 as b", "(in.c // 3)"),
        ("conv 1x1 in.c // c bias=false as b", "(in.c // c)"),
        ("conv 1x1 [4, 8][0] * c", "([4, 8][0] * c)"),
        ("conv 1x1 max(c, 2) * 2 as b", "(max(c, 2) * 2)"),
    ],
)
def test_a_value_in_parentheses(mistake: str, value: str) -> None:
    (hint,) = hints(NETWORK.format(mistake))
    assert hint.endswith(f"`{value}`")
    cnndsl.compile_text(NETWORK.format(f"conv 1x1 {value}"))


@pytest.mark.parametrize(
    ("mistake", "word"),
    [
        ("heda { relu }", "head"),
        ("resdual { relu }", "residual"),
        ("cocat { relu }", "concat"),
    ],
)
def test_a_misspelt_word_before_braces(mistake: str, word: str) -> None:
    (hint,) = hints(NETWORK.format(mistake))
    assert hint == f"did you mean `{word}`?"


@pytest.mark.parametrize(
    ("mistake", "kernel"),
    [
        ("kernel=(1,7)", "kernel=1x7"),
        ("kernel=(1,7)", "kernel=[1,7]"),
        ("kernel=(c, 7)", "kernel=[c, 7]"),
        ("(1, 7)", "1x7"),
        ("(1, 7)", "kernel=[1, 7]"),
        ("(c, 7)", "kernel=[c, 7]"),
    ],
)
def test_a_kernel_in_parentheses(mistake: str, kernel: str) -> None:
    (hint,) = hints(NETWORK.format(f"conv {mistake} 64"))
    value = kernel.removeprefix("kernel=") if "=" in mistake else kernel
    assert f"`{value}`" in hint
    cnndsl.compile_text(NETWORK.format(f"conv {kernel} 64"))


@pytest.mark.parametrize("sizes", ["3, 32, 32", "(3, 32, 32)", "3 32 32"])
def test_sizes_of_an_input(sizes: str) -> None:
    text = "network N() {{\n input {} as x\n relu\n}}"
    assert hints(text.format(sizes)) == ["write `input 3x32x32`"]
    cnndsl.compile_text(text.format("3x32x32"))


@pytest.mark.parametrize(
    "text",
    [
        "conv 3x3 64 -> repeat 3 { relu }",
        "conv 3x3 64 -> if c > 2 { relu }",
        "conv 3x3 64 -> for i in [1, 2] { relu }",
        "conv 3x3 64 -> let d = 3",
        "conv 3x3 64 -> head { relu }",
    ],
)
def test_a_statement_goes_to_its_own_line(text: str) -> None:
    (hint,) = hints(NETWORK.format(text))
    assert hint == "put it on a line of its own, without `->`"
    cnndsl.compile_text(NETWORK.format(text.replace(" -> ", "\n")))


def test_arms_come_from_a_loop_around_them() -> None:
    """In braces it would be one arm with a chain in it, which is legal, and another network."""
    (hint,) = hints(NETWORK.format("add { | for i in [1, 2] { conv 3x3 8 } | identity }"))
    assert "`for … { | … }` without the first `|`" in hint
    cnndsl.compile_text(NETWORK.format("add { for i in [1, 2] { | conv 3x3 3 } | identity }"))


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("x: repeat 3 { relu }", "repeat 3 { relu }"),
        ("add { | relu -> if c > 2 { relu } | identity }", "if c > 2 { relu }"),
    ],
)
def test_a_statement_goes_in_braces(text: str, statement: str) -> None:
    (hint,) = hints(NETWORK.format(text))
    assert hint == f"put it in braces: `{{ {statement.split()[0]} … }}`"
    cnndsl.compile_text(NETWORK.format(text.replace(statement, f"{{ {statement} }}")))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("network N() {\n  stem {\n    relu\n  head {\n    gap\n  }\n}", (4, 2)),
        ("network N() {\n  stem {\n    relu\n  body { gap }\n}\nnetwork M() { input 8 }", (4, 2)),
        ("network N() {\n  a: {\n    b: {\n      relu\n  }\n}", (5, 3)),
        ("network N() {\n  stem { relu }\n", (3, 1)),
        ("network N() {\nstem {\nrelu\nhead {\ngap\n}\n}", (7, 1)),
    ],
)
def test_a_brace_that_is_not_closed_is_found_by_its_indentation(
    text: str, place: tuple[int, int]
) -> None:
    with pytest.raises(cnndsl.CnnError) as caught:
        cnndsl.compile_text(text)
    (error,) = caught.value.diagnostics
    assert error.span is not None
    assert (error.span.line, error.related[0].span.line) == place

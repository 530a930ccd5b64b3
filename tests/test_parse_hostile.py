"""No text, however strange, breaks the parser or keeps it busy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnndsl.errors import Report
from cnndsl.parse import MAX_LETTERS, parse, parse_expression
from cnndsl.parsing import tables
from cnndsl.parsing.terminals import RESERVED, WORDS
from cnndsl.resources import folder
from cnndsl.source import Source
from tests.trees import EXAMPLES, file, messages

GRAMMAR = (folder("grammars") / tables.GRAMMAR).read_text(encoding="utf-8")

# Hostile input. Where there is a bound, the size alone would make an unbounded parser fail.


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("let x = " + "(" * 400_000, "brackets are nested more than 100 deep"),
        ("let x = " + "[" * 101 + "]" * 101, "brackets are nested more than 100 deep"),
        ("block b() " + "{" * 400_000, "braces are nested more than 64 deep"),
        ("let x = 1" + " + 1" * 20_000, "an expression is nested more than 100 deep"),
        ("let x = a" + ".a" * 20_000, "an expression is nested more than 100 deep"),
        ("let x = " + "not " * 20_000 + "a", "an expression is nested more than 100 deep"),
        ("let x = " + "9" * 100_000, "a number has more than 400 digits"),
        ("let x = " + "3x" * 100_000, None),
        ("x" * 5_000_000, f"the text is longer than {MAX_LETTERS:,} letters"),
        ("let x = " + '"{' * 100_000, None),
        ("}" * 400_000, "`}` closes nothing"),
        ("(\n" * 200_000, None),
        ("block b() {" + "\n" * 400_000 + "|", None),
        ("let x = \0", "the character (U+0000) has no meaning here"),
    ],
    ids=range(14),
)
def test_hostile_texts_end_in_a_message(text: str, message: str | None) -> None:
    found = messages(text)
    assert 0 < len(found) <= 50
    assert message is None or message in found


def test_what_is_within_the_bounds_is_read() -> None:
    file("let x = " + "(" * 100 + "1" + ")" * 100)
    file("let x = 1" + " + 1" * 99)
    file("block b() " + "{" * 64 + "}" * 64)
    file("# " + "#" * 40_000 + "\n" * 40_000)
    file("let été = 3\f\nlet \tx\t=\t" + "9" * 400)


TERMINALS = set(re.findall(r"^(\w{3,})[.\d]*: ", GRAMMAR, re.MULTILINE)) & {
    *WORDS,
    "SECTION",
    "_LET",
}
SNIPPETS = st.sampled_from(
    [
        *re.findall(r"\w+|\s+|\W", EXAMPLES[0].read_text()),
        *RESERVED,
        '"',
        '"""',
        "{",
        "}",
        "#",
        "\n",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(SNIPPETS, max_size=60).map("".join) | st.text(max_size=60))
def test_any_text_gives_a_tree_or_messages(text: str) -> None:
    report = Report()
    parse(Source("test.cnn", text), report)
    parse_expression(Source("test.cnn", text), report)
    for diagnostic in report:
        assert str(diagnostic)
        said = set(re.findall(r"\w+", diagnostic.message + diagnostic.label))
        assert not TERMINALS & (said - set(re.findall(r"\w+", text)))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(EXAMPLES), st.integers(min_value=0), st.sampled_from(["", "}", "(", "$", "="])
)
def test_half_a_spec_gives_messages(path: Path, where: int, put: str) -> None:
    text = path.read_text()
    report = Report()
    parse(Source("test.cnn", text[: where % len(text)] + put), report)
    assert len(list(report)) <= 3

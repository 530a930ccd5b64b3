"""The parser's trees and verdicts are those of Lark, which reads the same grammar."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnndsl.errors import Report
from cnndsl.parsing.lalr import Node
from cnndsl.parsing.reader import Reader
from cnndsl.parsing.terminals import RESERVED
from cnndsl.parsing.tokens import Token
from cnndsl.resources import folder
from cnndsl.source import Source
from tests.lark_parser import lark_tree
from tests.trees import EXAMPLES

SPECS = [*EXAMPLES, *sorted(folder("specs").glob("*.cnn"))]
WORDS = re.compile(r'"(?!"")[^"\n]*"|\w+|[ \t]+|\n|->|\*\*|//|[<>=!]=|\W')
PIECES = [*RESERVED, *"{}()[]|,:=@+-*/%.<\n", "->", "**", "//", "==", "not in", " ", '"""', '"a"']
PIECES += ["block", "network", "variant", "table", "stem", "training", "x", "3", "0.5", "3x3", "# "]


def tree(text: str, rule: str) -> object:
    """As `lark_tree` gives it, by our own parser."""
    report = Report()
    found = Reader(Source("test.cnn", text), report, rule, 0, len(text)).read()
    return None if found is None or list(report) else _plain(found)


def _plain(part: Token | Node) -> object:
    if isinstance(part, Token):
        return tuple(part)
    return part.rule, part.start, part.end, [_plain(child) for child in part.children]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_specs_have_larks_trees(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert tree(text, "file") == lark_tree(text, "file") is not None


@pytest.mark.parametrize("text", ["", "\n\n", "# only", "\ufefflet x = 3\r\n", '"""doc"""'])
def test_small_files_have_larks_trees(text: str) -> None:
    assert tree(text, "file") == lark_tree(text, "file") is not None


@st.composite
def altered(draw: st.DrawFn) -> str:
    """Some lines of a spec, with a few words left out, put in or changed."""
    text = draw(st.sampled_from(SPECS)).read_text(encoding="utf-8")
    block = draw(st.sampled_from(re.split(r"\n(?=block|network|variant|let)", text)))
    words = WORDS.findall(block)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(words)))
        words[place : place + draw(st.integers(0, 2))] = draw(st.lists(SOUP, max_size=2))
    return "".join(words)


SOUP = st.sampled_from(PIECES)


@settings(max_examples=150, deadline=None)
@given(altered(), st.lists(SOUP, max_size=8).map("".join))
def test_any_text_has_larks_tree_or_neither_has_one(spec: str, expression: str) -> None:
    assert tree(spec, "file") == lark_tree(spec, "file")
    assert tree(expression, "expression") == lark_tree(expression, "expression")

"""The grammar is sound, and its tables are kept and found again."""

from __future__ import annotations

import re
from pathlib import Path

import lark
import pytest

from cnndsl.parsing import tables
from cnndsl.parsing.terminals import RESERVED, WORDS
from cnndsl.resources import folder

GRAMMAR = (folder("grammars") / tables.GRAMMAR).read_text(encoding="utf-8")


def test_the_grammar_has_no_conflicts() -> None:
    options = {**tables.OPTIONS, "lexer": "basic", "strict": True}
    lark.Lark(GRAMMAR, **options)
    with pytest.raises(lark.exceptions.GrammarError):
        lark.Lark(GRAMMAR.replace("_item: _unlabelled", "_item: apply | _unlabelled"), **options)


def test_reserved_words_are_the_grammars() -> None:
    section = GRAMMAR[GRAMMAR.index("// Reserved") : GRAMMAR.index("\nNAME:")]
    assert {*re.findall(r": /(\w+)\(", section), "init"} == RESERVED


def test_every_terminal_has_words() -> None:
    """A keyword is its own word; all else has one that is given."""
    keyword = re.compile(r"\w+\(\?!\\w\)|(?:\w+|\(\?:[\w|]+\))\(\?=.*\)")
    others = {t.name for t in tables.parser().terminals if not keyword.fullmatch(t.pattern.value)}
    ignored = {name for name in others if name.startswith("__IGNORE")}
    assert others - ignored - set(WORDS) == set()


def test_kept_tables_are_used_and_damaged_ones_rebuilt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "PACKAGE", tmp_path)
    kept = tmp_path / "__pycache__" / tables.TABLES
    tables.parser.__wrapped__()
    content = kept.read_bytes()
    assert list(kept.parent.iterdir()) == [kept]
    for damaged in (b"", content[:-9], content.replace(b"NAME", b"NAMF"), b"x" + content):
        kept.write_bytes(damaged)
        tables.parser.__wrapped__()
        assert kept.read_bytes()[:64] == content[:64]
        assert len(kept.read_bytes()) > 100_000
    monkeypatch.setattr(tables, "build", None)
    assert tables.parser.__wrapped__().parse_interactive("", start="file")


def test_an_unwritable_folder_keeps_no_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "__pycache__").write_text("in the way")
    monkeypatch.setattr(tables, "PACKAGE", tmp_path)
    assert tables.parser.__wrapped__().parse_interactive("", start="file")

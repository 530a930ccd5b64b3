"""The grammar is sound, and its tables are kept and found again."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from zlib import crc32

import lark
import pytest

from cnndsl.parsing import generate, tables
from cnndsl.parsing.terminals import RESERVED, WORDS
from cnndsl.resources import folder

GRAMMAR = (folder("grammars") / tables.GRAMMAR).read_text(encoding="utf-8")


def strictly_built(grammar: str) -> lark.Lark:
    """Lark's parser of a grammar, which refuses any ambiguity."""
    return lark.Lark(grammar, start=generate.START_RULES, parser="lalr", lexer="basic", strict=True)


def test_the_grammar_has_no_conflicts() -> None:
    strictly_built(GRAMMAR)
    with pytest.raises(lark.exceptions.GrammarError):
        strictly_built(GRAMMAR.replace("_item: _unlabelled", "_item: apply | _unlabelled"))


def test_reserved_words_are_the_grammars() -> None:
    section = GRAMMAR[GRAMMAR.index("// Reserved") : GRAMMAR.index("\nNAME:")]
    assert {*re.findall(r": /(\w+)\(", section), "init"} == RESERVED


def test_every_terminal_has_words() -> None:
    """A keyword is its own word; all else has one that is given."""
    made = tables.tables()
    keywords = {name for text, name in made.words.items() if name.strip("_").lower() == text}
    known = {name for actions in made.actions for name in actions if name.isupper()}
    assert known - keywords - {"_TABLE"} - set(WORDS) == set()


@pytest.mark.parametrize("rules", ['?a: b | "y"', "a: b c\nc: b?"])
def test_what_the_parser_does_not_know_is_refused(rules: str) -> None:
    ends = 'file: a\nexpression: a\nb: "x"\n'
    assert generate.generate(ends + "a: b")
    with pytest.raises(AssertionError):
        generate.generate(ends + rules)


# Reads a spec with the tables of a folder, and tells whether it needed Lark.
SCRIPT = """
import sys
from pathlib import Path
from cnndsl.parsing import tables
from cnndsl.parse import parse
from cnndsl.errors import Report
from cnndsl.source import Source

tables.PACKAGE = Path(sys.argv[1])
parse(Source("test.cnn", "block b(c) { conv 3x3 c -> relu }"), Report())
print("lark" in sys.modules)
"""


def test_lark_is_needed_only_where_the_tables_are_not_ready(tmp_path: Path) -> None:
    kept = tmp_path / "__pycache__" / tables.TABLES

    def needs_lark() -> bool:
        command = [sys.executable, "-c", SCRIPT, str(tmp_path)]
        root = Path(__file__).parent.parent
        return subprocess.check_output(command, cwd=root, text=True) == "True\n"

    assert needs_lark()
    assert not needs_lark()
    content = kept.read_bytes()
    kept.write_bytes(b"stale" + content)
    assert needs_lark()
    assert not needs_lark()
    kept.rename(tmp_path / tables.TABLES)
    assert not needs_lark()
    assert not kept.exists()


def test_damaged_tables_are_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "PACKAGE", tmp_path)
    kept = tmp_path / "__pycache__" / tables.TABLES
    tables.tables.__wrapped__()
    content = kept.read_bytes()
    assert list(kept.parent.iterdir()) == [kept]
    foreign = b"%s %08x\n?" % (content.split()[0], crc32(b"?"))
    for damaged in (b"", content[:-9], content.replace(b"NAME", b"NAMF"), b"x" + content, foreign):
        kept.write_bytes(damaged)
        made = tables.tables.__wrapped__()
        with monkeypatch.context() as no_lark:
            no_lark.setattr(generate, "generate", None)
            assert tables.tables.__wrapped__() == made


def test_a_wheels_tables_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / tables.TABLES).write_bytes(tables.tables_file(GRAMMAR))
    monkeypatch.setattr(tables, "PACKAGE", tmp_path)
    monkeypatch.setattr(generate, "generate", None)
    assert tables.tables.__wrapped__().starts


def test_an_unwritable_folder_keeps_no_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "__pycache__").write_text("in the way")
    monkeypatch.setattr(tables, "PACKAGE", tmp_path)
    assert tables.tables.__wrapped__().starts

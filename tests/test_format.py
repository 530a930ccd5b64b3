"""Formatting changes what stands between words and nothing else, and does all there is to do."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from random import Random
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnndsl import CnnError, compile_text, format_text
from cnndsl.compiler import Compiler
from cnndsl.errors import Severity
from cnndsl.resources import folder
from cnndsl.source import Source
from tests.cases import FOLDER
from tests.random_texts import outside_strings, random_text
from tests.trees import file

ROOT = Path(__file__).parents[1]
SPECS = sorted(folder("specs").glob("*.cnn"))
CASES = sorted(FOLDER.rglob("*.cnn"))
LANGUAGE = sorted((FOLDER / "language").glob("*.cnn"))
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

# Documentation, a string, a comment, a word, or any letter.
PIECES = re.compile(r'"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*|\w+|\S')


def read_as(path: Path) -> object:
    return pytest.param(path.read_text(encoding="utf-8"), id=f"{path.parent.name}/{path.name}")


def words(text: str) -> list[str]:
    """What a text consists of but for spaces, comments, and commas before closing brackets."""
    pieces = [piece for piece in PIECES.findall(text) if piece[0] != "#"]
    kept = [a for a, b in pairwise([*pieces, ""]) if a != "," or b not in (")", "]")]
    return [_unindented(piece) if piece.startswith('"""') else piece for piece in kept]


def _unindented(doc: str) -> str:
    first, _, rest = doc[3:-3].partition("\n")
    return f"{first}\n{dedent(rest)}"


def comments(text: str) -> list[str]:
    return [piece.strip() for piece in PIECES.findall(text) if piece[0] == "#"]


def holds_the_same(text: str, formatted: str) -> None:
    """Holds that formatting kept all that has a meaning, for the compiler or for a reader."""
    text = text.replace("\r\n", "\n")
    assert words(formatted) == words(text)
    assert comments(formatted) == comments(text)
    assert repr(file(formatted)) == repr(file(text))


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_random_texts_keep_their_words_and_are_formatted_once(random: Random) -> None:
    text = random_text(random)
    formatted = format_text(text)
    holds_the_same(text, formatted)
    assert format_text(formatted) == formatted


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False))
def test_lines_of_random_texts_are_neat(random: Random) -> None:
    formatted = format_text(random_text(random))
    assert formatted.endswith("\n")
    assert not formatted.startswith("\n")
    neat = PIECES.sub(lambda piece: piece[0] if piece[0][0] not in '#"' else "#", formatted)
    assert not re.search(r"[ \t]$|\n\n\n|^ *\t|[{(\[]\n\n|\n\n *[})\]]|\n\n\Z", neat, re.MULTILINE)
    assert all(len(re.match(" *", line)[0]) % 2 == 0 for line in neat.splitlines())  # type: ignore[index]


@pytest.mark.parametrize("text", [read_as(path) for path in (*SPECS, *CASES)])
def test_specs_keep_their_words(text: str) -> None:
    try:
        formatted = format_text(text)
    except CnnError:
        with pytest.raises(CnnError):
            file(text)
        return
    holds_the_same(text, formatted)
    assert format_text(formatted) == formatted


@pytest.mark.parametrize("text", [read_as(path) for path in SPECS])
def test_formatted_specs_compile_to_the_same_source(text: str) -> None:
    changes = {"  ": "\t", " -> ": "\n# why\n->", "{ ": "{\n\n", ", ": "   , "}
    messy = text
    for neat, mess in changes.items():
        messy = outside_strings(messy, lambda part, neat=neat, mess=mess: part.replace(neat, mess))
    formatted = format_text(messy)
    assert formatted.count("# why") > text.count("# why")
    for member in Compiler(Source("spec.cnn", text)).members:
        assert compile_text(formatted, member).source() == compile_text(text, member).source()


@pytest.mark.parametrize("text", [read_as(path) for path in CASES])
def test_formatted_cases_compile_to_the_same_source(text: str) -> None:
    try:
        compiler = Compiler(Source("case.cnn", text))
        right = all(found.severity is not Severity.ERROR for found in compiler.check())
    except CnnError:
        return
    if right:
        formatted = Compiler(Source("case.cnn", format_text(text)))
        for member in compiler.members:
            assert formatted.design(member).source() == compiler.design(member).source()


@pytest.mark.parametrize("text", [read_as(path) for path in (*SPECS, *LANGUAGE)])
def test_specs_are_formatted(text: str) -> None:
    assert format_text(text) == text


def examples() -> list[object]:
    """The specs on all pages that have no errors of syntax."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in re.finditer(r"^```cnn\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            line = text[: match.start()].count("\n") + 1
            found.append(pytest.param(match[1], id=f"{page.name}:{line}"))
    return found


@pytest.mark.parametrize("text", examples())
def test_examples_on_pages_are_formatted(text: str) -> None:
    try:
        formatted = format_text(text)
    except CnnError:
        return  # It shows an error of syntax; another test holds that it is the one that is meant.
    assert formatted == text


@pytest.mark.parametrize(
    "text",
    [
        "block b() { " + " -> ".join(["conv 3x3 64"] * 30) + " }\n",
        "block b() { conv 3x3 64 " + " ".join(f"option{i}=({i} * c)" for i in range(30)) + " }\n",
        "let a = [" + ", ".join(str(i) for i in range(200)) + "]\n",
        "let a = (" + " + ".join(f"name{i}" for i in range(90)) + ")\n",
        "let a = [x for x in range(" + "1" * 40 + ") if x in [" + "2, " * 30 + "]]\n",
        "block b(" + ", ".join(f"name{i}=[{i}]" for i in range(40)) + ") { { relu } }\n",
        "from resnet use " + ", ".join(f"name{i}" for i in range(40)) + "\n",
        "block b() { add { " + " ".join(f"| conv {i} -> bn" for i in range(20)) + " } }\n",
    ],
)
def test_long_lines_are_broken(text: str) -> None:
    formatted = format_text(text)
    assert max(map(len, formatted.splitlines())) <= 100
    # It is broken no more than it has to be.
    assert len(formatted) / len(formatted.splitlines()) > 12
    assert format_text(formatted) == formatted


def test_what_fits_stays_on_its_line() -> None:
    line = "block b() { conv 3x3 64 -> " + "a" * 71
    assert len(f"{line} }}") == 100
    assert format_text(f"{line} }}\n") == f"{line} }}\n"
    assert format_text(f"{line}a }}\n").count("\n") == 3


def test_a_comment_makes_no_line_too_long() -> None:
    line = "block b() { conv 3x3 64 -> relu }  # " + "a" * 100 + "\n"
    assert format_text(line) == line


def test_a_line_of_which_a_comment_switches_warnings_off_stays_whole() -> None:
    line = "block b() { " + " -> ".join(["conv 3x3 64"] * 10) + " }  # cnndsl: ignore W104\n"
    assert format_text(line) == line
    assert format_text(line.replace("cnndsl:", "")).count("\n") > 1


@pytest.mark.parametrize(
    ("text", "formatted"),
    [
        ("", ""),
        ("\n \n", ""),
        ("\ufeff# only", "# only\n"),
        ("let a=1", "let a = 1\n"),
        ("let a = 1\r\n\r\n\r\nlet b = 2\r\n", "let a = 1\n\nlet b = 2\n"),
    ],
)
def test_small_files(text: str, formatted: str) -> None:
    assert format_text(text) == formatted


def test_errors_of_syntax_are_told_with_their_places() -> None:
    with pytest.raises(CnnError) as raised:
        format_text("let a = 1\r\nblock b( { }\r\n", name="net.cnn")
    assert "net.cnn:2:" in str(raised.value)


def test_a_text_that_indentation_makes_too_long_is_refused() -> None:
    text = "block b() {" + "{\n" * 60 + "relu\n" * 4_100 + "}\n" * 60 + "}"
    with pytest.raises(CnnError, match="indentation"):
        format_text(text)


def test_nothing_is_given_that_means_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnndsl.format.layout.Layout.text", lambda layout: "let a = 2\n")
    with pytest.raises(AssertionError, match="something else"):
        format_text("let a = 1\n")


def test_what_nests_deeply_is_formatted() -> None:
    inner = "let a = " + "[" * 90 + "1" + "]" * 90
    text = "block b() " + "{\n" * 60 + inner + "\n" + "}" * 60
    assert words(format_text(text)) == words(text)

"""`check --fix`: what is mended, what is left alone, and what becomes of the file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cnndsl import fixes
from cnndsl.compiler import Compiler
from cnndsl.errors import CnnError, Diagnostic, Fix
from cnndsl.source import Source, Span
from tests.commands import run


def network(body: str, before: str = "", parameters: str = "") -> str:
    return f"{before}network Net({parameters}) {{\n  input 3x16x16\n  {body}\n}}\n"


def diagnostics(text: str) -> list[Diagnostic]:
    try:
        return Compiler(Source("net.cnn", text)).check()
    except CnnError as error:
        return list(error.diagnostics)


FIXED = {
    "item": (network("rleu"), network("relu")),
    "block": (
        network("untt 8 as x", "block unit(c) { conv 3x3 c as a }\n"),
        network("unit 8 as x", "block unit(c) { conv 3x3 c as a }\n"),
    ),
    "other word": (
        network("gap -> flatten -> linear 3 as fc"),
        network("gap -> flatten -> fc 3 as fc"),
    ),
    "default": (network("relu", "default covn bias=false\n"), None),
    "argument": (network("conv 3x3 8 strid=2 as a"), network("conv 3x3 8 stride=2 as a")),
    "other argument": (network("conv 3x3 8 padding=0 as a"), network("conv 3x3 8 pad=0 as a")),
    "value": (
        network("conv 3x3 widht as a", parameters="width=8"),
        network("conv 3x3 width as a", parameters="width=8"),
    ),
    "reference": (
        network("relu as left\n  add { | @lfet | identity }"),
        network("relu as left\n  add { | @left | identity }"),
    ),
    "variant": (
        network("relu") + "variant v = Nett()\n",
        network("relu") + "variant v = Net()\n",
    ),
    "call": (network("dropout(0.5)"), network("dropout 0.5")),
    "call with a name": (network("dropout(p=0.5)"), network("dropout p=0.5")),
    "quotes": (network("conv 3x3 8 as 'a'"), network('conv 3x3 8 as "a"')),
    "commas": (network("conv 3x3, 8,bias=true as a"), network("conv 3x3 8 bias=true as a")),
    "semicolon": (network("relu;"), network("relu")),
    "spaced size": (network("conv 3 x 3 8 as a"), network("conv 3x3 8 as a")),
    "input": (
        "network Net() {\n  input 3, 16, 16\n  relu\n}\n",
        "network Net() {\n  input 3x16x16\n  relu\n}\n",
    ),
    "let": (
        network("width = 8\n  conv 3x3 width as a"),
        network("let width = 8\n  conv 3x3 width as a"),
    ),
    "parameters": (
        "network Net {\n  input 8\n  relu\n}\n",
        "network Net() {\n  input 8\n  relu\n}\n",
    ),
    "comparison": (network("if in.c = 3 { relu }"), network("if in.c == 3 { relu }")),
    "words": (
        network("if in.c == 3&&in.h == 16 { relu }"),
        network("if in.c == 3 and in.h == 16 { relu }"),
    ),
    "not": (network("if !(in.c == 4) { relu }"), network("if not (in.c == 4) { relu }")),
    "bracket": (
        network("conv 3x3 (max (4, 8)) as a"),
        network("conv 3x3 (max(4, 8)) as a"),
    ),
    "word of a statement": (
        network("lett width = 8\n  conv 3x3 width as a -> relu\n  iff in.c > 4 { relu }"),
        network("let width = 8\n  conv 3x3 width as a -> relu\n  if in.c > 4 { relu }"),
    ),
    "word of a definition": (
        "blok unit(c) { relu }\n" + network("unit 3 as a"),
        "block unit(c) { relu }\n" + network("unit 3 as a"),
    ),
    "loop": (
        network("for i in 3 { relu }"),
        network("for i in range(3) { relu }"),
    ),
    "one after the other": (
        network("conv 3x3, widht as a -> rleu", parameters="width=8"),
        network("conv 3x3 width as a -> relu", parameters="width=8"),
    ),
}


@pytest.mark.parametrize(("wrong", "right"), FIXED.values(), ids=FIXED)
def test_what_is_safe_is_mended(tmp_path: Path, wrong: str, right: str | None) -> None:
    path = tmp_path / "net.cnn"
    path.write_text(wrong)
    right = right or wrong.replace("covn", "conv")
    assert run("check", path).exit_code == 1
    result = run("check", "--fix", path)
    assert path.read_text() == right
    assert result.exit_code == 0, result.stderr
    assert f"{path}: ok, " in result.stdout
    assert " mended: " in result.stderr
    again = run("check", "--fix", path)
    assert (again.exit_code, again.stderr) == (0, "")


LEFT = {
    "two that are near": network("conv 3x3 wide as a", parameters="wider=8, wides=4"),
    "none that is near": network("transmogrify"),
    "a block that is not there": network("unit 16 as a"),
    "shapes": network("residual { conv 1x1 8 as a }"),
    "a bias that is only idle": network("conv 3x3 8 as a -> bn as b"),
    "a stride or a division": network("conv 3x3 8 / 2 as a"),
    "a value or an item": network("x = conv"),
    "a shape with an index": network("conv 3x3 (2 * in[0]) as a"),
    "a word of the language among sizes": "network Net() {\n  input [3, for]\n  relu\n}\n",
}


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT)
def test_what_is_not_safe_is_left(tmp_path: Path, text: str) -> None:
    path = tmp_path / "net.cnn"
    path.write_text(text)
    plain = run("check", path)
    time = path.stat().st_mtime_ns
    mended = run("check", "--fix", path)
    assert (mended.exit_code, mended.stdout, mended.stderr) == (
        plain.exit_code,
        plain.stdout,
        plain.stderr,
    )
    assert path.read_text() == text
    assert path.stat().st_mtime_ns == time


def test_what_is_left_is_told_after_what_is_mended(tmp_path: Path) -> None:
    path = tmp_path / "net.cnn"
    path.write_text(network("rleu\n  residual { conv 1x1 8 as a }"))
    result = run("check", "--fix", path)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert f"{path}:3:3: E201 mended: `rleu` is now `relu`" in result.stderr
    assert "error[E305]" in result.stderr
    assert path.read_text() == network("relu\n  residual { conv 1x1 8 as a }")


def test_marks_line_ends_and_mode_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "net.cnn"
    wrong = network("rleu").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + wrong.encode())
    path.chmod(0o640)
    assert run("check", "--fix", path).exit_code == 0
    assert path.read_bytes() == b"\xef\xbb\xbf" + wrong.replace("rleu", "relu").encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["net.cnn"]


def test_a_file_that_is_imported_is_left_alone(tmp_path: Path) -> None:
    other, path = tmp_path / "other.cnn", tmp_path / "net.cnn"
    other.write_text("block unit() { rleu }\n")
    path.write_text(network("unit", 'from "other.cnn" use unit\n'))
    before = other.read_text()
    assert run("check", "--fix", path).exit_code == 1
    assert other.read_text() == before
    assert run("check", "--fix", other, path).exit_code == 0


def test_stdin_is_printed_mended() -> None:
    result = run("check", "--fix", "-", stdin=network("rleu"))
    assert result.exit_code == 0
    assert result.stdout == network("relu")
    assert "<stdin>:3:3: E201 mended" in result.stderr
    assert "<stdin>: ok, 1 network" in result.stderr
    good = run("check", "--fix", "-", stdin=network("relu"))
    assert good.stdout == network("relu")


def test_stdin_that_is_printed_leaves_no_room_for_other_output() -> None:
    result = run("check", "--fix", "-", "--output-format", "json", stdin=network("rleu"))
    assert result.exit_code == 2
    assert result.stdout == ""


def test_only_one_of_fixes_that_meet_is_applied() -> None:
    source = Source("net.cnn", "abcdef")

    def fix(start: int, end: int, text: str) -> Diagnostic:
        span = Span(source, start, end)
        return Diagnostic("unexpected", "", span, fix=Fix(span, text))

    found = [fix(4, 5, "E"), fix(1, 3, "X"), fix(2, 4, "Y"), fix(0, 0, "_")]
    mended, done = fixes.apply(source, found)
    assert mended.text == "_aXdEf"
    assert [diagnostic.fix and diagnostic.fix.text for diagnostic in done] == ["_", "X", "E"]


def test_every_fix_is_the_remedy_that_is_told() -> None:
    for wrong, _ in FIXED.values():
        for diagnostic in diagnostics(wrong):
            if diagnostic.fix:
                assert diagnostic.hint

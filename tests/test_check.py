"""`check`: what it takes, what it leaves out, and how its end is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnndsl import compile_text
from cnndsl.codes import CODES
from tests.commands import run

GOOD = "network Net() {\n  input 8\n  relu\n}\n"
# A block that nothing uses, and weights without a label.
WARNED = "block spare() { relu }\nnetwork Net() {\n  input 3x8x8\n  conv 3x3 8\n}\n"
WRONG = GOOD.replace("relu", "rleu")


def test_a_folder_stands_for_all_specs_in_it(tmp_path: Path) -> None:
    for name in ("b.cnn", "a/z.cnn", "a/.hidden/x.cnn", ".git/y.cnn", "a/.w.cnn", "notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(GOOD)
    result = run("check", tmp_path)
    assert result.exit_code == 0
    told = [f"{tmp_path / name}: ok, 1 network" for name in ("a/z.cnn", "b.cnn")]
    assert result.stdout.splitlines() == told
    # A hidden folder that is asked for is checked.
    assert run("check", tmp_path / "a" / ".hidden").exit_code == 0


def test_a_folder_without_specs_is_told(tmp_path: Path) -> None:
    result = run("check", tmp_path)
    assert result.exit_code == 2
    assert result.stderr.startswith("error[E701]")


def test_one_bad_file_of_a_folder_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.cnn").write_bytes(b"\xff")
    (tmp_path / "b.cnn").write_text(GOOD)
    result = run("check", tmp_path)
    assert result.exit_code == 1
    assert result.stdout == f"{tmp_path / 'b.cnn'}: ok, 1 network\n"
    assert "error[E703]" in result.stderr


def test_stdin_is_a_spec() -> None:
    assert run("check", "-", stdin=GOOD).stdout == "<stdin>: ok, 1 network\n"
    wrong = run("check", "-", stdin=WRONG)
    assert wrong.exit_code == 1
    assert " --> <stdin>:3:3\n" in wrong.stderr
    assert "error[E703]" in run("check", "-", stdin=b"\xff").stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("network Net(c) {\n input 8\n fc c as fc\n}\n", "0 networks (Net needs arguments: "),
        (
            "network One(c) {\n input 8\n fc c as fc\n}\n"
            "network Two(c) {\n input 8\n fc c as fc\n}\n",
            "0 networks (One, Two need arguments: ",
        ),
        (
            "network Net(c) {\n input 8\n fc c as fc\n}\nvariant small = Net(2)\n",
            "1 network\n",
        ),
        ("block unit(c) { conv 3x3 c as conv }\n", "0 networks\n"),
    ],
)
def test_a_network_that_is_not_compiled_is_told(text: str, told: str) -> None:
    result = run("check", "-", stdin=text)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"<stdin>: ok, {told}")


def warned(*arguments: str, text: str = WARNED) -> list[str]:
    """The codes of the warnings that are told."""
    result = run("check", "-", *arguments, stdin=text)
    assert result.exit_code == 0
    lines = result.stderr.splitlines()
    return [line[8:12] for line in lines if line.startswith("warning[")]


def test_warnings_can_be_ignored_by_code_or_name() -> None:
    assert warned() == ["W102", "W104"]
    assert warned("--ignore", "W104") == ["W102"]
    assert warned("--ignore", "unused-block") == ["W104"]
    assert warned("--ignore", "w104, W102") == []
    assert warned("--ignore", "W104", "--ignore", "W102") == []


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("# cnndsl: ignore W104", ["W102"]),
        ("# first # cnndsl:ignore W104, W101", ["W102"]),
        ("# cnndsl: ignore W102", ["W102", "W104"]),
        ("# cnndsl: ignore", ["W102", "W104"]),
        ("# cnndsl: ignore W104 since it is small", ["W102"]),
    ],
)
def test_a_warning_can_be_ignored_on_its_line(comment: str, left: list[str]) -> None:
    text = WARNED.replace("conv 3x3 8", f"conv 3x3 8  {comment}")
    assert warned(text=text) == left
    assert [warning.number for warning in compile_text(text).warnings] == left


def test_an_error_can_not_be_ignored() -> None:
    text = WRONG.replace("rleu", "rleu  # cnndsl: ignore E201")
    assert "error[E201]" in run("check", "-", stdin=text).stderr
    result = run("check", "-", "--ignore", "E201", stdin=text)
    assert result.exit_code == 2
    assert "E201 is an error" in result.stderr


def test_an_unknown_warning_has_a_near_name() -> None:
    result = run("check", "-", "--ignore", "unusd", stdin=GOOD)
    assert result.exit_code == 2
    assert "did you mean `unused`?" in result.stderr


def test_strict_takes_warnings_for_errors() -> None:
    result = run("check", "-", "--strict", stdin=WARNED)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.count("error[W10") == 2
    assert run("check", "-", "--strict", stdin=GOOD).exit_code == 0
    ignored = run("check", "-", "--strict", "--ignore", "W102,W104", stdin=WARNED)
    assert ignored.exit_code == 0


def test_errors_lead_to_their_explanation_once(tmp_path: Path) -> None:
    path = tmp_path / "wrong.cnn"
    path.write_text(WRONG)
    result = run("check", path, path, tmp_path / "none.cnn")
    assert result.stderr.count("`cnndsl explain E201 E701` tells more") == 1
    assert "`cnndsl explain E201` tells more" in run("summary", path).stderr
    assert "explain" not in run("check", "-", stdin=WARNED).stderr


def test_every_warning_can_be_ignored() -> None:
    for code in CODES:
        if code.is_warning:
            assert run("check", "-", "--ignore", code.number, stdin=GOOD).exit_code == 0

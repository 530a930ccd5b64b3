"""The command `fmt`: what it writes, prints and names, and with which exit code."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from cnndsl import format_text
from tests.commands import run

MESSY = "let  a=1\n\n\n\nlet b = 2"
NEAT = "let a = 1\n\nlet b = 2\n"
WRONG = "block (\n"


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    path = tmp_path / "messy.cnn"
    path.write_text(MESSY)
    return path


@pytest.fixture
def neat(tmp_path: Path) -> Path:
    path = tmp_path / "neat.cnn"
    path.write_text(NEAT)
    return path


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.cnn"
    path.write_text(WRONG)
    return path


def test_files_are_rewritten_and_named(messy: Path, neat: Path) -> None:
    messy.chmod(0o640)
    before = neat.stat()
    result = run("fmt", messy, neat)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{messy}: formatted\n"
    assert messy.read_text() == NEAT == format_text(MESSY)
    assert messy.stat().st_mode & 0o777 == 0o640
    after = neat.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_byte_order_mark_stays_and_windows_lines_go(messy: Path) -> None:
    messy.write_bytes(b"\xef\xbb\xbf" + MESSY.replace("\n", "\r\n").encode())
    assert run("fmt", messy).exit_code == 0
    assert messy.read_bytes() == b"\xef\xbb\xbf" + NEAT.encode()


@pytest.mark.parametrize("arguments", [[], ["."]])
def test_folders_are_formatted(
    messy: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    inner, hidden = messy.parent / "inner", messy.parent / ".hidden"
    for folder in (inner, hidden):
        folder.mkdir()
        (folder / "net.cnn").write_text(MESSY)
    monkeypatch.chdir(messy.parent)
    assert run("fmt", *arguments).exit_code == 0
    assert [messy.read_text(), (inner / "net.cnn").read_text()] == [NEAT, NEAT]
    assert (hidden / "net.cnn").read_text() == MESSY


def test_stdin_goes_to_stdout() -> None:
    for text in (MESSY, NEAT):
        result = run("fmt", "-", stdin=text)
        assert (result.exit_code, result.stdout, result.stderr) == (0, NEAT, "")


def test_check_names_what_would_change(messy: Path, neat: Path) -> None:
    result = run("fmt", "--check", messy, neat)
    assert (result.exit_code, result.stdout) == (1, f"{messy}: not formatted\n")
    assert messy.read_text() == MESSY
    result = run("fmt", "--check", neat)
    assert (result.exit_code, result.stdout) == (0, "")
    result = run("fmt", "--check", "-", stdin=MESSY)
    assert (result.exit_code, result.stdout) == (1, "<stdin>: not formatted\n")


def test_diff_is_one_that_patch_applies(messy: Path, neat: Path) -> None:
    result = run("fmt", "--diff", messy, neat)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"--- {messy}\n+++ {messy} (formatted)\n@@ -1,5 +1,3 @@\n")
    assert messy.read_text() == MESSY
    subprocess.run(["patch", "-s", str(messy)], input=result.stdout, text=True, check=True)
    assert messy.read_text() == NEAT


def test_diff_and_check_show_and_fail(messy: Path) -> None:
    result = run("fmt", "--diff", "--check", messy)
    assert result.exit_code == 1
    assert result.stdout == run("fmt", "--diff", messy).stdout


def test_diff_has_colours_on_a_terminal_alone(messy: Path) -> None:
    def on_terminal(**environment: str) -> str:
        terminal, side = pty.openpty()
        command = [sys.executable, "-m", "cnndsl", "fmt", "--diff", str(messy)]
        environment = {**os.environ, "TERM": "xterm", **environment}
        subprocess.run(command, stdout=side, env=environment, check=True)
        os.close(side)
        return os.read(terminal, 10_000).decode()

    assert "\x1b[32m+let a = 1\x1b[0m\r\n" in on_terminal(NO_COLOR="")
    assert "\x1b" not in on_terminal(NO_COLOR="1")
    assert "\x1b" not in run("fmt", "--diff", messy).stdout


@pytest.mark.parametrize("options", [[], ["--check"], ["--diff"]])
def test_errors_are_told_and_nothing_is_written(
    wrong: Path, messy: Path, options: list[str]
) -> None:
    result = run("fmt", *options, wrong)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error[E101]")
    assert wrong.read_text() == WRONG
    result = run("fmt", *options, "-", stdin=WRONG)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "<stdin>:1:" in result.stderr


def test_other_files_are_formatted_after_errors(wrong: Path, messy: Path, tmp_path: Path) -> None:
    result = run("fmt", tmp_path / "none.cnn", wrong, messy)
    assert result.exit_code == 2
    assert result.stderr.count("error[") == 2
    assert messy.read_text() == NEAT


def test_a_folder_without_specs_is_told(tmp_path: Path) -> None:
    result = run("fmt", tmp_path)
    assert result.exit_code == 2
    assert "no .cnn file" in result.stderr

"""Every code block of the README and the docs does what it says."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from cnndsl.cli import main
from cnndsl.compiler import Compiler
from cnndsl.layers import LAYERS
from cnndsl.load import verify
from cnndsl.source import Source

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

# What the README shows a mistake in.
WRONG = """network Wrong() {
  input 3x224x224
  residual { conv 3x3 64 /2 as conv1 }
}
"""


class Block(NamedTuple):
    place: str
    language: str
    text: str


def blocks() -> list[Block]:
    """The fenced blocks of all pages, with the place of each."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            line = text[: match.start()].count("\n") + 1
            found.append(Block(f"{page.name}:{line}", match[1], match[2]))
    return found


def of(language: str) -> list[object]:
    return [pytest.param(b.text, id=b.place) for b in blocks() if b.language == language]


def test_every_block_is_of_a_language_that_is_tested() -> None:
    assert {block.language for block in blocks()} <= {"cnn", "console", "python", "sh", ""}


@pytest.mark.parametrize("text", of("cnn"))
def test_specs_compile_without_a_word_and_run(text: str) -> None:
    compiler = Compiler(Source("page.cnn", text))
    assert compiler.members
    assert list(map(str, compiler.check())) == []
    for name in compiler.members:
        verify(compiler.design(name))


@pytest.mark.parametrize("text", of("python"))
def test_python_runs(text: str, tmp_path: Path) -> None:
    # In a process of its own, since an example may define a layer.
    path = [str(ROOT)]
    script = f"import sys; sys.path[:0] = {path!r}\n{text}"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("text", of("console"))
def test_commands_print_what_the_page_shows(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.cnn").write_text(next(b.text for b in blocks() if b.language == "cnn"))
    Path("wrong.cnn").write_text(WRONG)
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
        program, *arguments = shlex.split(command)
        assert program == "cnndsl"
        result = CliRunner().invoke(main, arguments)
        assert result.output.rstrip() == shown.rstrip(), command
        assert result.exit_code == (1 if "error[" in shown else 0)


def test_shell_lines_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    lines = [line for b in blocks() if b.language == "sh" for line in b.text.splitlines()]
    assert lines
    for line in lines:
        target = re.fullmatch(r"make (\S+)", line)
        assert target, line
        assert re.search(rf"^{target[1]}:", makefile, re.MULTILINE)


def test_the_reference_names_every_function_and_merge() -> None:
    from cnndsl.functions import FUNCTION_NAMES

    page = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    words = set(re.findall(r"\w+", page))
    assert words >= FUNCTION_NAMES
    assert words >= {word for word, layer in LAYERS.items() if layer.merges}

"""Every code block of the README and the docs does what it says.

A block with a title, as in `cnn title="net.cnn"`, is a file for all that follows on its page. A
spec whose title begins with `wrong` is refused, one with `warned` is warned of. A line `...` in
what a command prints stands for any lines; `pytest --regenerate` writes anew what commands print.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import torch

import cnndsl
from cnndsl import format_text
from cnndsl.compiler import Compiler
from cnndsl.errors import CnnError, Severity
from cnndsl.layers import LAYERS
from cnndsl.load import verify
from cnndsl.source import Source
from cnndsl.weights.rules import Rules
from cnndsl.weights.rules_file import parsed
from docs.site.staging import written_pages
from tests.commands import run
from tests.zoo import rows

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, *written_pages()]

BLOCK = re.compile(r'^```(\w*)(?: title="([^"\n]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
# A command, and what it prints.
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)

# What the README shows a mistake in.
WRONG = """network Wrong() {
  input 3x224x224
  residual { conv 3x3 64 /2 as conv1 }
}
"""


class Block(NamedTuple):
    """A fenced block: its place, its language, the file that it is, if it is one, and its text."""

    page: Path
    line: int
    language: str
    title: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks_of(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in BLOCK.finditer(text):
        line = text[: match.start()].count("\n") + 1
        yield Block(page, line, match[1], match[2] or "", match[3])


BLOCKS = [block for page in PAGES for block in blocks_of(page)]


def of(*languages: str) -> list[object]:
    return [pytest.param(b, id=b.place) for b in BLOCKS if b.language in languages]


@pytest.fixture(autouse=True)
def folder(own_modules: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for each block, from which it runs."""
    monkeypatch.chdir(own_modules)
    return own_modules


def write_files(block: Block) -> None:
    """Writes the files that the page has above the block."""
    files = {b.title: b.text for b in BLOCKS if b.page == block.page and b.line < block.line}
    if block.page == README:
        files |= {"net.cnn": next(b.text for b in BLOCKS if b.language == "cnn")}
        files |= {"wrong.cnn": WRONG}
    for title, text in files.items():
        if title:
            Path(title).write_text(text, encoding="utf-8")
    if block.page.name == "weights.md":
        torch.save(cnndsl.compile("lenet").module().state_dict(), "lenet.pth")


def test_every_block_is_of_a_language_that_is_tested() -> None:
    tested = {"cnn", "console", "python", "sh", "yaml", ""}
    assert {block.language for block in BLOCKS} <= tested


def test_every_fence_is_a_block() -> None:
    for page in PAGES:
        fences = re.findall(r"^```", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert len(fences) == 2 * len(list(blocks_of(page))), page


@pytest.mark.parametrize("block", of("cnn"))
def test_specs_compile_without_a_word_and_run(block: Block) -> None:
    write_files(block)
    if block.title.startswith("wrong"):
        with pytest.raises(CnnError):
            check(block)
        return
    compiler, warnings = check(block)
    # A file may be there for another to import.
    assert compiler.members or block.title
    assert bool(warnings) == block.title.startswith("warned"), warnings
    for design in map(compiler.design, compiler.members):
        # The large ones of the tutorial are run where the bundled specs are tested.
        if design.params < 20_000_000:
            verify(design)


@pytest.mark.parametrize("block", of("cnn"))
def test_specs_are_formatted(block: Block) -> None:
    assert format_text(block.text) == block.text


def check(block: Block) -> tuple[Compiler, list[str]]:
    """The block's spec, without errors, and its warnings."""
    compiler = Compiler(Source(block.title or "page.cnn", block.text), allow_python=True)
    said = compiler.check()
    if any(diagnostic.severity is Severity.ERROR for diagnostic in said):
        raise CnnError(said)
    return compiler, list(map(str, said))


@pytest.mark.parametrize("block", of("python"))
def test_python_runs(block: Block, folder: Path) -> None:
    write_files(block)
    # In a process of its own, since an example may define a layer.
    script = f"import sys; sys.path[:0] = ['.', {str(ROOT)!r}]\n{block.text}"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", of("console"))
def test_commands_print_what_the_page_shows(block: Block, regenerate: bool) -> None:
    write_files(block)
    for line, shown in COMMAND.findall(block.text):
        program, *arguments = shlex.split(line)
        assert program == "cnndsl"
        result = run(*arguments)
        refused = arguments[0] != "explain" and re.search(r"\bE\d{3}\b", result.output)
        compares = arguments[0] == "diff" and "-o" not in arguments
        differs = compares and "the same network" not in result.output
        assert result.exit_code == (1 if refused or differs else 0), result.output
        if regenerate and not is_shown(result.output, shown):
            rewrite(block, f"$ {line}\n{shown}", f"$ {line}\n{result.output}")
        else:
            assert is_shown(result.output, shown), f"{line}\n{result.output}"


def is_shown(printed: str, shown: str) -> bool:
    """Whether the page shows what a command prints; `...` stands for any lines."""
    parts = [part.strip("\n") for part in re.split(r"^\.\.\.$", shown, flags=re.MULTILINE)]
    return bool(re.fullmatch(r"\n(?:.*\n)*?".join(map(re.escape, parts)), printed.rstrip()))


def rewrite(block: Block, old: str, new: str) -> None:
    """Writes a command's new output into its page."""
    page = block.page.read_text(encoding="utf-8")
    assert page.count(old) == 1
    block.page.write_text(page.replace(old, new.rstrip() + "\n"), encoding="utf-8")


# One with a title is a file for the commands of its page.
WORKFLOWS = [pytest.param(b, id=b.place) for b in BLOCKS if b.language == "yaml" and not b.title]


@pytest.mark.parametrize("block", WORKFLOWS)
def test_commands_of_workflows_work(block: Block) -> None:
    write_files(block)
    commands = re.findall(r"^.*\b(run|entry): (cnndsl .*)$", block.text, re.MULTILINE)
    assert commands
    for kind, command in commands:
        # A hook is given the files that are committed.
        result = run(*shlex.split(command)[1:], *(["net.cnn"] if kind == "entry" else []))
        assert result.exit_code == 0, result.output


# Those of weights' names.
RULES = [
    pytest.param(b, id=b.place)
    for b in BLOCKS
    if b.language == "yaml" and b.title and b.page.stem == "weights"
]


@pytest.mark.parametrize("block", RULES)
def test_rules_are_rules(block: Block) -> None:
    assert parsed(Source(block.title, block.text)) != Rules()


def test_shell_lines_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    lines = [line for b in BLOCKS if b.language == "sh" for line in b.text.splitlines()]
    assert lines
    for line in lines:
        target = re.fullmatch(r"make (\S+)", line)
        assert target, line
        assert re.search(rf"^{target[1]}:", makefile, re.MULTILINE)


def test_the_readme_has_every_bundled_network() -> None:
    lines = README.read_text(encoding="utf-8").splitlines()
    table = [line.strip("| ").split(" | ") for line in lines if re.match(r"\| \d{4} ", line)]
    written = [tuple(columns[:-1]) for columns in table]
    assert written == list(rows())


def test_the_reference_names_every_function_and_merge() -> None:
    from cnndsl.functions import FUNCTION_NAMES

    page = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    words = set(re.findall(r"\w+", page))
    assert words >= FUNCTION_NAMES
    assert words >= {word for word, layer in LAYERS.items() if layer.merges}

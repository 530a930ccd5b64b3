"""Every kind of diagnostic has a code and a page, and the examples of the page are run."""

from __future__ import annotations

import ast
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from cnndsl import codes
from cnndsl.codes import BY_NAME, CODES, Code
from cnndsl.errors import Severity
from cnndsl.explanations import page, said_of
from tests.commands import run

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "cnndsl"
FOLDER = ROOT / "docs" / "errors"

# The functions that take the name of a code, and which of their arguments it is.
TAKERS = {
    "Diagnostic": 0,
    "fail": 0,
    "request_error": 0,
    "error": 1,
    "_error": 0,
    "_warn": 0,
    "_mistake": 0,
    "_refuse": 0,
}
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

# What the examples that are commands find in their folder.
FILES = {
    "net.cnn": "network Net(classes=10) {\n  input 8\n  fc classes as fc\n}\n",
    "blocks.cnn": "block unit(c) { conv 3x3 c as conv }\n",
    "family.cnn": "network Net(classes) {\n  input 8\n  fc classes as fc\n}\n"
    "variant small = Net(2)\nvariant large = Net(9)\n",
    "latin-1.cnn": "# caf\xe9\n",
    "own.cnn": 'layer double(by=2) = python "own_layers:Double"\n'
    "network Net() {\n  input 8\n  double by=3\n}\n",
    "astray.cnn": 'layer double(by=2) = python "own_layers:Dubble"\n'
    "network Net() {\n  input 8\n  double by=3\n}\n",
    "rules.yaml": "patterns:\n  ^fc: fc\n",
    "wrong.yaml": "pattern:\n  ^fc: fc\n",
    "doubles.yaml": "patterns:\n  (weight|bias): weight\n",
    "own_layers.py": "from torch import nn\n\n\nclass Double(nn.Module):\n"
    "    def __init__(self, by):\n        super().__init__()\n        self.by = by\n\n"
    "    def forward(self, x):\n        return x * self.by\n",
}
# Libraries that are missing where a kind of diagnostic says so.
MISSING = {
    "torch-missing": "torch",
    "safetensors-missing": "safetensors",
    "pdf-missing": "vl_convert",
}


def weights() -> str:
    """A safetensors file of the weights of `net.cnn`, a letter a byte."""
    tensors = {"fc.weight": np.zeros((10, 8), np.float32), "fc.bias": np.zeros(10, np.float32)}
    return save(tensors).decode("latin-1")


def of(language: str) -> Iterator[object]:
    """The codes whose page has an example in a language; that each has a page is a test below."""
    for code in CODES:
        if (FOLDER / f"{code.number}.md").exists() and page(code).wrong.language == language:
            yield pytest.param(code, id=code.number)


def test_numbers_and_names_are_unique_and_in_order() -> None:
    numbers = [code.number for code in CODES]
    assert numbers == sorted(set(numbers))
    assert len(BY_NAME) == len(CODES)
    assert all(re.fullmatch(r"[EW]\d{3}", number) for number in numbers)


def names_in(tree: ast.AST) -> Iterator[str]:
    """The names of codes that a module gives its diagnostics."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        called = function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)
        given = [word.value for word in node.keywords if word.arg == "code"]
        for argument in [*node.args[TAKERS.get(called, 99) :][:1], *given]:
            for part in ast.walk(argument):
                if isinstance(part, ast.Constant) and NAME.fullmatch(str(part.value)):
                    yield str(part.value)


def test_every_name_in_the_source_is_in_the_catalogue_and_the_other_way_round() -> None:
    used: set[str] = set()
    constants: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        if path.name != "codes.py":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            used |= set(names_in(tree))
            constants |= {str(n.value) for n in ast.walk(tree) if isinstance(n, ast.Constant)}
    assert used - set(BY_NAME) == set()
    assert set(BY_NAME) - constants == set()


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == {code.number for code in CODES}
    for code in CODES:
        first = page(code).text.partition("\n")[0]
        assert first == f"# {code.number} {code.name}: {code.title}"


@pytest.mark.parametrize("code", list(of("cnn")))
def test_the_wrong_example_gives_that_code_and_the_mended_one_nothing(code: Code) -> None:
    found = said_of(page(code).wrong)
    assert {d.number for d in found if d.severity is Severity.ERROR or code.is_warning} == {
        code.number
    }, "\n\n".join(map(str, found))
    left = said_of(page(code).mended)
    assert left == [], "\n\n".join(map(str, left))


# The packages whose absence these tell of.
@pytest.mark.parametrize("code", list(of("console")))
def test_the_wrong_command_gives_that_code_and_the_mended_one_works(
    code: Code, own_modules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_modules)
    for name, text in (FILES | {"net.safetensors": weights()}).items():
        Path(name).write_text(text, encoding="latin-1")
    with monkeypatch.context() as patch:
        if missing := MISSING.get(code.name):
            patch.setitem(sys.modules, missing, None)
        wrong = run(*command(page(code).wrong.text))
    assert re.findall(r"^error\[(\w+)\]", wrong.stderr, re.MULTILINE) == [code.number]
    assert wrong.exit_code in (1, 2)
    mended = run(*command(page(code).mended.text))
    assert mended.exit_code == 0, mended.stderr


def command(text: str) -> list[str]:
    """The arguments of a command as a page shows it."""
    start, program, *arguments = shlex.split(text)
    assert (start, program) == ("$", "cnndsl")
    return arguments


def test_explain_tells_the_page_and_what_is_said_of_its_example() -> None:
    by_number, by_name = run("explain", "e301"), run("explain", "shape-mismatch")
    assert by_number.exit_code == 0
    assert by_number.stdout == by_name.stdout
    assert by_number.stdout.startswith("E301 shape-mismatch: ")
    assert "    error[E301]: " in by_number.stdout
    assert "```" not in by_number.stdout
    assert "#" not in by_number.stdout
    both = run("explain", "E301", "W101").stdout
    assert both.startswith(by_number.stdout)
    assert "    warning[W101]: " in both


def test_explain_lists_every_code() -> None:
    lines = run("explain").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [code.number for code in CODES]


def test_explain_knows_near_names() -> None:
    result = run("explain", "shape-mismach")
    assert result.exit_code == 2
    assert result.stderr.startswith("error[E711]")
    assert "did you mean `shape-mismatch`?" in result.stderr


def test_a_code_is_found_however_it_is_written() -> None:
    assert codes.find("w101") is codes.find("Unused") is BY_NAME["unused"]
    assert codes.find("E000") is None

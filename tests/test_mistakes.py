"""The mistakes that people make: each is found where it was made, once, and without torch.

A case is a small network with one mistake, and says in its first line what is told and where:
`# E301 at 7:12`. Its `.expected` holds the whole text. Where the remedy can be written down, a
`.mended` beside it is the same spec without the mistake.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from cnndsl.compiler import Compiler
from cnndsl.errors import CnnError, Diagnostic
from cnndsl.source import Source
from tests.cases import FOLDER

CASES = sorted((FOLDER / "mistakes").glob("*.cnn"))
MENDED = sorted((FOLDER / "mistakes").glob("*.mended"))
FIRST_LINE = re.compile(r"# ([EW]\d{3}) at (\d+):(\d+)\n")
# Cases whose diagnostic has no remedy to offer, each with the reason.
NO_REMEDY = {"requirement_not_met_fail": "the message is the author's own"}

each_case = pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)


def found(path: Path) -> list[Diagnostic]:
    """All that a check tells of a spec."""
    try:
        return Compiler(Source(path.name, path.read_text(encoding="utf-8"))).check()
    except CnnError as error:
        return list(error.diagnostics)


def test_there_are_enough() -> None:
    assert len(CASES) >= 120


@each_case
def test_a_mistake_is_told_once_at_its_place(path: Path) -> None:
    (diagnostic,) = found(path)
    assert diagnostic.span is not None
    line, column = diagnostic.span.source.position(diagnostic.span.start)
    told = f"# {diagnostic.number} at {line}:{column}\n"
    assert path.read_text(encoding="utf-8").startswith(told), told
    assert path.stem.endswith("_fail") == diagnostic.number.startswith("E")


@each_case
def test_a_mistake_has_a_remedy(path: Path) -> None:
    (diagnostic,) = found(path)
    assert bool(diagnostic.hint) != (path.stem in NO_REMEDY)


@pytest.mark.parametrize("path", MENDED, ids=lambda path: path.stem)
def test_the_remedy_is_one(path: Path) -> None:
    wrong = path.with_suffix(".cnn").read_text(encoding="utf-8").splitlines()
    right = path.read_text(encoding="utf-8").splitlines()
    # It differs by little more than the mistake.
    changed = set(right) ^ set(wrong[1:])
    assert len(changed) <= 6
    assert found(path) == []


def test_no_mistake_needs_torch() -> None:
    script = """
import sys
from pathlib import Path
from tests.test_mistakes import CASES, found
for path in CASES:
    assert found(path)
assert "torch" not in sys.modules
"""
    root = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", script], cwd=root, check=True)

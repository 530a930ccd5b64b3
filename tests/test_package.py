"""The wheel holds all that an installation needs, and nothing that it does not."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_grammar_the_specs_the_pages_and_the_tables(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    specs = {f"cnndsl/specs/{path.name}" for path in (ROOT / "specs").glob("*.cnn")}
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "cnndsl").rglob("*.py")}
    pages = {f"cnndsl/explanations/{path.name}" for path in (ROOT / "docs" / "errors").iterdir()}
    needed = {"cnndsl/grammars/cnn.lark", "cnndsl/cnn.tables", "cnndsl/py.typed", *specs, *modules}
    drawing = {".yaml", ".html", ".css", ".js"}
    files = (ROOT / "cnndsl" / "draw").rglob("*.*")
    needed |= pages | {str(f.relative_to(ROOT)) for f in files if f.suffix in drawing}
    assert needed <= names
    others = {name for name in names - needed if ".dist-info/" not in name}
    assert others == set()


def test_an_unpacked_wheel_works_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    script = f"""
import sys
sys.path.insert(0, {str(tmp_path / "site")!r})
import cnndsl
assert cnndsl.__file__.startswith({str(tmp_path)!r})
design = cnndsl.compile("resnet50")
from cnndsl.codes import CODES
from cnndsl.explanations import page
assert all(page(code).mended for code in CODES)
from cnndsl.draw import drawn
assert drawn(design, ".html")
print(design.params)
assert "lark" not in sys.modules, "the tables are ready-made"
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("25557032\n", "")

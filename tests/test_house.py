"""The rules of the house: what may import what, how large a part may be, what is left nowhere."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "cnndsl"
FILES = sorted(PACKAGE.rglob("*.py"))

# The pipeline: a part may import parts of its own row and of rows above.
ROWS = [
    {"compat", "other_words", "source", "shape", "limits", "resources", "codes"},
    {"carets"},
    {"errors", "origin"},
    {"files", "fixes"},
    {"syntax"},
    {"layers"},
    {"values"},
    {"bounds", "foreign", "functions", "operators", "scope", "labels", "visible"},
    {"expressions", "parsing"},
    {"parse", "program", "structure", "unknown"},
    {"unused"},
    {"format"},
    {"resolve"},
    {"imports", "untouched"},
    {"weight_order"},
    {"design"},
    {"parts"},
    {"elaborate"},
    {"emit", "draw", "analyse"},
    {"load"},
    {"weights"},
    {"compiler"},
    {"library", "explanations"},
    {"__init__"},
    {"cli", "__main__"},
]

# The same in the folder of diagrams.
DRAWING = [
    {"names"},
    {"theme", "view"},
    {"look"},
    {"choices"},
    {"pictures"},
    {"layouts"},
    {"scenes"},
    {"formats", "maps"},
    {"html"},
    {"__init__"},
]

# The modules and folders of the package.
PARTS = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in FILES}


def part(module: str) -> str:
    """`layers` for `cnndsl.layers.base`; `__init__` for `cnndsl` itself."""
    names = module.split(".")
    return names[1] if len(names) > 1 else "__init__"


def row(name: str) -> int:
    return next(number for number, names in enumerate(ROWS) if name in names)


def imports(tree: ast.Module, deep: bool = False) -> Iterator[str]:
    """What a module imports when it is imported, or, if `deep`, ever; types' imports aside."""
    for node in ast.walk(tree) if deep else tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "cnndsl":
                yield from (f"cnndsl.{alias.name}" for alias in node.names)
            else:
                yield node.module


def without_type_checking(tree: ast.Module) -> ast.Module:
    """The tree without what only a type checker reads."""
    body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    ]
    return ast.Module(body, tree.type_ignores)


def tree(path: Path) -> ast.Module:
    return without_type_checking(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down_the_pipeline(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for module in imports(tree(path)):
        # `from cnndsl import __version__` names no part.
        if module.split(".")[0] == "cnndsl" and part(module) in PARTS:
            assert row(part(module)) <= row(own), f"{own} imports {module}"


def test_every_part_has_its_row() -> None:
    assert set().union(*ROWS) == PARTS


def test_diagrams_go_from_pictures_to_formats() -> None:
    folder = PACKAGE / "draw"
    rows = {name: number for number, names in enumerate(DRAWING) for name in names}
    for path in folder.rglob("*.py"):
        own = path.relative_to(folder).parts[0].removesuffix(".py")
        for module in imports(tree(path)):
            if module.startswith("cnndsl.draw."):
                other = module.split(".")[2]
                assert rows[other] < rows[own] or other == own, f"{path} imports {module}"


def test_torch_is_imported_only_where_numbers_are() -> None:
    importers = {
        str(path.relative_to(PACKAGE))
        for path in FILES
        if any(module.split(".")[0] == "torch" for module in imports(tree(path), deep=True))
    }
    weights = {"checkpoint", "converting", "loading", "unwrapping"}
    assert importers == {"load.py", "foreign/trial.py", *(f"weights/{w}.py" for w in weights)}


COMMANDS = {
    "check": ["check", str(ROOT / "specs" / "lenet.cnn")],
    "fmt": ["fmt", "--check", str(ROOT / "specs" / "lenet.cnn")],
    "list": ["list"],
    "render": ["render", "lenet", "-o", "lenet.svg"],
    "summary": ["summary", "lenet"],
    "annotate": ["annotate", "lenet"],
    "show": ["show", "lenet", "--resolved"],
    "compile": ["compile", "lenet", "-o", "lenet.py"],
    "weights": ["weights", "lenet"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_import_no_torch_and_only_what_they_need(command: str, tmp_path: Path) -> None:
    script = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from cnndsl.cli import main
main({COMMANDS[command]!r}, standalone_mode=False)
print(" ".join(sys.modules), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    loaded = set(done.stderr.split())
    assert "cnndsl.compiler" in loaded
    assert not loaded & {"torch", "numpy", "lark", "safetensors", "cnndsl.foreign"}
    if command != "render":
        assert not loaded & {"yaml", "cnndsl.draw"}
    if command in ("check", "fmt"):
        assert not loaded & {"cnndsl.emit", "cnndsl.analyse"}


def test_all_names_that_modules_offer_are_there() -> None:
    for path in FILES:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if path.name == "__main__.py":
            continue
        module = importlib.import_module(name)
        for offered in getattr(module, "__all__", ()):
            assert hasattr(module, offered), f"{name}.{offered}"


def test_files_and_functions_keep_to_their_budgets() -> None:
    over = []
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > 300:
            over.append(f"{path.name}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 40:  # type: ignore[operator]
                over.append(f"{path.name}:{node.lineno} {node.name}")
    assert over == []


def test_nothing_is_left_for_later() -> None:
    words = re.compile(r"\b(to" r"do|fix" r"me|x" r"xx|ha" r"ck)\b", re.IGNORECASE)
    texts = [*FILES, *(ROOT / "specs").glob("*.cnn"), *(ROOT / "grammars").glob("*.lark")]
    left = [path.name for path in texts if words.search(path.read_text(encoding="utf-8"))]
    assert left == []

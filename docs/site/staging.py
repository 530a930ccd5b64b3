"""Brings all pages of the site together in one folder: those that are written, and the others."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import cnndsl
from cnndsl.compiler import Compiler
from cnndsl.design import Design
from cnndsl.source import Source
from docs.site.command_page import command_page
from docs.site.error_pages import error_pages
from docs.site.gallery_pages import gallery_files, gallery_pages
from docs.site.layer_pages import layer_pages

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SITE = DOCS / "site"

# `<!-- diagram: NAME -->` stands for the diagram of a network: one of the page's own specs, or a
# bundled one.
_DIAGRAM = re.compile(r"^<!-- diagram: (\w+) -->$", re.MULTILINE)
# A row of a table, and code in it.
_ROW = re.compile(r"^\| .* \|$", re.MULTILINE)
_CODE = re.compile(r"`[^`\n]+`")
_SPEC = re.compile(r"^```cnn[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def stage(folder: Path) -> None:
    """Writes all pages, and what they show, into a folder."""
    for path, text in pages():
        _write(folder / path, with_bars(with_diagrams(text)))
    for path, text in gallery_files():
        _write(folder / path, text)
    for name in ("navigation.md", "site.css"):
        shutil.copy(SITE / name, folder)
    shutil.copy(DOCS / "diagnostics.schema.json", folder)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def pages() -> Iterator[tuple[str, str]]:
    """The path and the text of every page."""
    for path in written_pages():
        yield path.relative_to(DOCS).as_posix(), path.read_text(encoding="utf-8")
    yield "changes.md", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    yield "commands.md", command_page()
    yield from gallery_pages()
    yield from layer_pages()
    yield from error_pages()


def written_pages() -> list[Path]:
    """The pages that are written by hand, those of errors aside."""
    apart = (SITE, DOCS / "errors")
    return [p for p in sorted(DOCS.rglob("*.md")) if not any(a in p.parents for a in apart)]


def with_diagrams(text: str) -> str:
    """The page with its diagrams, each drawn from the specs above it."""

    def drawn(mark: re.Match[str]) -> str:
        svg = _network(mark[1], text[: mark.start()]).render()
        assert svg, "what is not written to a file is given"
        return f'<div class="diagram">\n{svg[svg.index("<svg") :]}</div>\n'

    return _DIAGRAM.sub(drawn, text)


def with_bars(text: str) -> str:
    r"""The page with a bar for `\|` in the code of its tables.

    GitHub needs the backslash there, and takes it away; Python-Markdown does neither.
    """

    def bare(row: re.Match[str]) -> str:
        return _CODE.sub(lambda code: code[0].replace(r"\|", "|"), row[0])

    return _ROW.sub(bare, text)


def _network(name: str, above: str) -> Design:
    """The network of this name: of the last spec above that has one, else a bundled one."""
    for spec in reversed(_SPEC.findall(above)):
        if re.search(rf"^(?:network|variant) {name}\b", spec, re.MULTILINE):
            return Compiler(Source("page.cnn", spec)).design(name)
    return cnndsl.compile(name)

"""Parsing: the text of a spec to its syntax tree, with every syntax error reported."""

from __future__ import annotations

from typing import Any

from cnndsl import syntax
from cnndsl.errors import Diagnostic, Report, whole
from cnndsl.parsing.build import Builder
from cnndsl.parsing.reader import Reader
from cnndsl.source import Source

# Far above what a spec needs; it bounds the time and memory that reading one takes.
MAX_LETTERS = 500_000


def parse(source: Source, report: Report) -> syntax.File:
    """The syntax tree of a spec; after errors, which go to the report, of what could be read."""
    tree = _read(source, report, "file")
    return tree if tree is not None else syntax.File(source, "", ())


def parse_expression(source: Source, report: Report) -> syntax.Expression | None:
    """The tree of a text that is one expression; None after errors, which go to the report."""
    expression: syntax.Expression | None = _read(source, report, "expression")
    return expression


def _read(source: Source, report: Report, rule: str) -> Any:
    if len(source.text) > MAX_LETTERS:
        message = f"the text is longer than {MAX_LETTERS:,} letters"
        report.add(Diagnostic("too-large", message, whole(source)))
        return None
    tree = Reader(source, report, rule, 0, len(source.text)).read()
    return None if tree is None else Builder(source, report).build_whole(tree)

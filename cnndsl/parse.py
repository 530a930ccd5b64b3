"""Parsing: the text of a spec to its syntax tree, with every syntax error reported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cnndsl import syntax
from cnndsl.errors import Diagnostic, Report, whole
from cnndsl.parsing.build import Builder
from cnndsl.parsing.reader import Reader
from cnndsl.source import Source, Span

# Far above what a spec needs; it bounds the time and memory that reading one takes.
MAX_LETTERS = 500_000


def parse(source: Source, report: Report) -> syntax.File:
    """The syntax tree of a spec; after errors, which go to the report, of what could be read."""
    unread: list[syntax.Unread] = []
    file = _read(source, report, "file", unread) or syntax.File(source, "", ())
    # On the line of a mistake the rest is likely a part of it.
    unread += [syntax.Unread(False, span) for span in _lines(report.errors, source)]
    return syntax.File(source, file.doc, file.statements, tuple(unread))


def _lines(errors: list[Diagnostic], source: Source) -> Iterator[Span]:
    """The lines of errors."""
    for error in errors:
        if error.span and error.span.source is source:
            start = source.text.rfind("\n", 0, error.span.start) + 1
            yield Span(source, start, start + len(source.line(error.span.line)))


def parse_expression(source: Source, report: Report) -> syntax.Expression | None:
    """The tree of a text that is one expression; None after errors, which go to the report."""
    expression: syntax.Expression | None = _read(source, report, "expression", [])
    return expression


def _read(source: Source, report: Report, rule: str, unread: list[syntax.Unread]) -> Any:
    """What a text means as a rule of the grammar; what of it can't be read goes to `unread`."""
    if len(source.text) > MAX_LETTERS:
        message = f"the text is longer than {MAX_LETTERS:,} letters"
        report.add(Diagnostic("limit", message, whole(source)))
        return None
    reader = Reader(source, report, rule, 0, len(source.text))
    tree = reader.read()
    unread += reader.unread
    return None if tree is None else Builder(source, report).build_whole(tree)

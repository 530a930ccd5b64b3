"""Warnings of what a file defines or imports, and nothing uses."""

from __future__ import annotations

from collections.abc import Set

from cnndsl import syntax
from cnndsl.errors import Diagnostic, Report, Severity
from cnndsl.program import Program
from cnndsl.source import Span


def warn_of_unused(program: Program, used: Set[str], report: Report) -> None:
    """Warns of the names not among `used`, in a file with networks to use them."""
    if not program.networks:
        return
    for name, definition in program.definitions.items():
        what = {syntax.Block: "block", syntax.LayerFromPython: "layer"}.get(type(definition))
        if what and name not in used:
            _warn(f"nothing uses the {what} `{name}`", definition.span, "call it", report)
    for taken in program.imported:
        if taken.alias.name not in used:
            _warn(f"nothing uses `{taken.alias.name}`", taken.span, "use it", report)


def _warn(message: str, span: Span, remedy: str, report: Report) -> None:
    hint, severity = f"{remedy}, or take it away", Severity.WARNING
    report.add(Diagnostic("unused-block", message, span, hint=hint, severity=severity))

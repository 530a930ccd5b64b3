"""Diagnostics as texts for programs: a line each, JSON, GitHub's workflow commands, SARIF.

`docs/diagnostics.schema.json` is the schema of the JSON. Lines and columns are from 1, a column is
a letter, and an end is the place after the last letter.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from cnndsl.errors import Diagnostic, Label, Severity
from cnndsl.source import Span

JSON_VERSION = 1


def concise(diagnostics: Sequence[Diagnostic]) -> str:
    """A line each: `net.cnn:3:5: E301 the shapes do not fit`."""
    return "".join(f"{_concise(diagnostic)}\n" for diagnostic in diagnostics)


def _concise(diagnostic: Diagnostic) -> str:
    place = f"{diagnostic.span.place}: " if diagnostic.span else ""
    return f"{place}{diagnostic.number} {' '.join(diagnostic.message.split())}"


def as_json(diagnostics: Sequence[Diagnostic]) -> str:
    """One object, with the version of its form."""
    found = {"version": JSON_VERSION, "diagnostics": list(map(_as_object, diagnostics))}
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _as_object(diagnostic: Diagnostic) -> dict[str, Any]:
    fix = diagnostic.fix
    return {
        "code": diagnostic.number,
        "name": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "place": _place(diagnostic.span) if diagnostic.span else None,
        "label": diagnostic.label,
        "related": list(map(_related, diagnostic.related)),
        "notes": list(diagnostic.notes),
        "hint": diagnostic.hint,
        "fix": {"place": _place(fix.span), "text": fix.text} if fix else None,
    }


def _related(label: Label) -> dict[str, Any]:
    return {"place": _place(label.span), "text": label.text}


def _place(span: Span) -> dict[str, Any]:
    start, end = span.source.position(span.start), span.source.position(span.end)
    return {
        "file": span.source.name,
        "start": {"line": start[0], "column": start[1]},
        "end": {"line": end[0], "column": end[1]},
    }


def github(diagnostics: Sequence[Diagnostic]) -> str:
    """Commands by which a workflow of GitHub marks the lines of a change."""
    return "".join(map(_github, diagnostics))


def _github(diagnostic: Diagnostic) -> str:
    command = "error" if diagnostic.severity is Severity.ERROR else "warning"
    properties = {"title": f"{diagnostic.number} {diagnostic.code}"}
    if span := diagnostic.span:
        start, end = span.source.position(span.start), span.source.position(span.end)
        properties |= {"file": span.source.name, "line": str(start[0]), "col": str(start[1])}
        if start[0] == end[0]:
            properties |= {"endLine": str(end[0]), "endColumn": str(end[1])}
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{command} {listed}::{_data(remarks(diagnostic))}\n"


def remarks(diagnostic: Diagnostic) -> str:
    """All that a diagnostic says, but for the places: a line each."""
    hint = f"help: {diagnostic.hint}" if diagnostic.hint else ""
    said = [diagnostic.message, diagnostic.label, *diagnostic.notes, hint]
    return "\n".join(filter(None, said))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """A log of SARIF 2.1.0."""
    from cnndsl.cli.sarif import log

    return json.dumps(log(diagnostics), indent=2, ensure_ascii=False) + "\n"


FORMATS: dict[str, Callable[[Sequence[Diagnostic]], str]] = {
    "concise": concise,
    "json": as_json,
    "github": github,
    "sarif": sarif,
}

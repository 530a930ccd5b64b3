"""Diagnostics as a log of SARIF 2.1.0, the OASIS format for the results of static analysis."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cnndsl import __version__
from cnndsl.cli.formats import remarks
from cnndsl.codes import BY_NAME
from cnndsl.errors import Diagnostic, Fix, Label
from cnndsl.explanations import page
from cnndsl.source import Span

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def log(diagnostics: Sequence[Diagnostic]) -> dict[str, Any]:
    """The log of one run, with a rule for each code that was met."""
    names = list(dict.fromkeys(diagnostic.code for diagnostic in diagnostics))
    driver = {"name": "cnndsl", "version": __version__, "rules": list(map(_rule, names))}
    results = [_result(diagnostic, names.index(diagnostic.code)) for diagnostic in diagnostics]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(name: str) -> dict[str, Any]:
    code = BY_NAME[name]
    text = page(code).text
    return {
        "id": code.number,
        "name": code.name,
        "shortDescription": {"text": code.title},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": "warning" if code.is_warning else "error"},
    }


def _result(diagnostic: Diagnostic, rule: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": diagnostic.number,
        "ruleIndex": rule,
        "level": diagnostic.severity.value,
        "message": {"text": remarks(diagnostic)},
    }
    if diagnostic.span:
        result["locations"] = [_location(diagnostic.span)]
    if diagnostic.related:
        result["relatedLocations"] = list(map(_related, diagnostic.related))
    if diagnostic.fix:
        result["fixes"] = [_fix(diagnostic.fix, diagnostic.hint)]
    return result


def _related(label: Label) -> dict[str, Any]:
    return {**_location(label.span), "message": {"text": label.text}}


def _location(span: Span) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _file(span), "region": _region(span)}}


def _file(span: Span) -> dict[str, Any]:
    path = span.source.name
    uri = Path(path).as_uri() if os.path.isabs(path) else quote(path.replace(os.sep, "/"))
    return {"uri": uri}


def _region(span: Span) -> dict[str, Any]:
    start, end = span.source.position(span.start), span.source.position(span.end)
    lines = {"startLine": start[0], "startColumn": start[1]}
    return {**lines, "endLine": end[0], "endColumn": end[1]}


def _fix(fix: Fix, hint: str) -> dict[str, Any]:
    replacement = {"deletedRegion": _region(fix.span), "insertedContent": {"text": fix.text}}
    change = {"artifactLocation": _file(fix.span), "replacements": [replacement]}
    return {"description": {"text": hint or "mend it"}, "artifactChanges": [change]}

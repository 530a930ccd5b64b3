"""Strings: their escapes, and the expressions that stand in them between braces."""

from __future__ import annotations

import re
from collections.abc import Callable

from cnndsl import syntax
from cnndsl.errors import Diagnostic, Report
from cnndsl.source import Span

ESCAPES = {'\\"': '"', "\\\\": "\\", "\\n": "\n", "{{": "{", "}}": "}"}

# Text, an escape, an expression, or a letter that is none of these.
PART = re.compile(r"[^\\{}]+|\\.|\{\{|\}\}|\{[^{}]*\}|.", re.DOTALL)

Parts = tuple["str | syntax.Expression", ...]


def read_string(
    span: Span, report: Report, embedded: Callable[[Span], syntax.Expression | None]
) -> Parts:
    """The parts of the string at `span`, quotes included; `embedded` reads an expression's place.

    Neighbouring pieces of text are one part; mistakes go to the report.
    """
    parts: list[str | syntax.Expression] = []
    text: list[str] = []
    for found in PART.finditer(span.source.text, span.start + 1, span.end - 1):
        piece = found[0]
        place = Span(span.source, *found.span())
        if piece in ESCAPES:
            text.append(ESCAPES[piece])
        elif piece[0] == "{" and len(piece) > 1:
            inside = embedded(Span(span.source, place.start + 1, place.end - 1))
            if inside is not None:
                parts += ["".join(text), inside] if text else [inside]
                text.clear()
        else:
            text.append(piece)
            if piece[0] in "\\{}":
                report.add(_unreadable(piece, place))
    return (*parts, "".join(text)) if text else tuple(parts)


def _unreadable(piece: str, place: Span) -> Diagnostic:
    if piece[0] == "\\":
        message = f"a string has no escape `{piece}`"
        return Diagnostic("string", message, place, hint='there are `\\"`, `\\\\` and `\\n`')
    message = f"a brace alone in a string: `{piece}`"
    hint = f"write `{piece * 2}` for a brace, or `{{name}}` for a value"
    return Diagnostic("string", message, place, hint=hint)

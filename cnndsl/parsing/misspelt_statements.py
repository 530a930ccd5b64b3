"""Statements whose first word is misspelt: most of them read as an item that there is not."""

from __future__ import annotations

import re

from cnndsl.errors import Diagnostic, Fix, nearest
from cnndsl.layers import LAYERS
from cnndsl.parsing.recovery import next_statement
from cnndsl.parsing.remedies import is_statement, without_comment
from cnndsl.parsing.tokens import Mistake
from cnndsl.source import Span

# The words that begin a statement, and those that begin a definition.
_STATEMENTS = (
    *("let", "default", "init", "require", "input", "output"),
    *("for", "if", "repeat", "reuse"),
)
_DEFINITIONS = ("block", "network", "variant", "let", "default", "from", "layer")
# A block that nobody wrote yet may have a name that is half like a word of the language.
_LIKENESS = 0.8


def as_statement(word: Span) -> Diagnostic | None:
    """That a word at the head of a statement is misspelt, if the statement reads without that."""
    source, line = word.source, word.source.line(word.line)
    column = source.position(word.start)[1] - 1
    if line[:column].rstrip()[-1:] not in ("", "{") or word.text in LAYERS:
        return None
    near = nearest(word.text, _STATEMENTS, _LIKENESS)
    if near is None or near == word.text:
        return None
    rest = line[column + len(word.text) :]
    end = next_statement(rest, 0, len(rest), [], True)
    statement = near + without_comment(rest[:end])
    opened = "}" if statement.endswith("{") else ""
    if not is_statement(statement + opened):
        return None
    message, hint = f"`{word.text}` begins no statement", f"did you mean `{near}`?"
    return Diagnostic("unexpected", message, word, hint=hint, fix=Fix(word, near))


def misspelt_statement(mistake: Mistake) -> Diagnostic | None:
    """`reqire c > 0, "…"`, `rpeat 3 { … }`: what can't be read as an item, either."""
    previous = mistake.previous
    # What is in the braces is no arm, so they are wrong, or what stands before them.
    place = previous if previous and previous.type == "LBRACE" else mistake.token
    line = mistake.source.text.rfind("\n", 0, place.start) + 1
    found = re.compile(r"[ \t]*([^\W\d]\w*)[ \t]").match(mistake.source.text, line)
    if not found or not mistake.openers or found.start(1) >= place.start:
        return None
    return as_statement(Span(mistake.source, *found.span(1)))


def meant_definition(mistake: Mistake) -> str | None:
    """The word that was meant by one at the top level, such as `netwrok`, with a name after it."""
    has_name = re.compile(r"[ \t]+[\w\"]").match(mistake.source.text, mistake.span.end)
    return nearest(mistake.token.text, _DEFINITIONS, _LIKENESS) if has_name else None

"""The mistakes between items: what links them is left out, or is something else.

Each function knows one mistake, as those in `mistakes` do.
"""

from __future__ import annotations

import re

from cnndsl.errors import Diagnostic, Fix
from cnndsl.parsing.remedies import error, is_among_arms, is_statement, item_words
from cnndsl.parsing.terminals import ITEMS, RESERVED, describe
from cnndsl.parsing.tokens import NEWLINE, Mistake, span_of
from cnndsl.source import Span

# What an argument may begin with.
_ARGUMENT = ("NUMBER", "SIZE", "SLASH", "STRING")


def after_the_label(mistake: Mistake) -> Diagnostic | None:
    """`conv 3x3 64 as conv1 bias=false`, and `… as conv1 bn`, where `->` is missing."""
    word, before = mistake.token, mistake.before
    if "ARROW" not in mistake.expected or len(before) < 2 or before[-2].type != "_AS":
        return None
    text = mistake.source.text
    found = re.compile(r"\w+=[^\s}|]+|/\w+|\d\w*").match(text, word.start)
    if found:
        words = item_words(before)
        call = text[words[0].start : before[-2].start].strip() if words else "…"
        message = "the arguments of an item stand before its label"
        written = f"{call} {found[0]} as {before[-1].text}"
        return error(mistake, "unexpected", message, hint=f"write `{written}`")
    return _link(mistake) if word.type in ("NAME", "AT") else None


def after_braces(mistake: Mistake) -> Diagnostic | None:
    """`} relu`."""
    closed = mistake.previous is not None and mistake.previous.type == "RBRACE"
    if not closed or mistake.token.type not in ("NAME", "AT") or "ARROW" not in mistake.expected:
        return None
    return _link(mistake)


def _link(mistake: Mistake) -> Diagnostic:
    place = Span(mistake.source, mistake.span.start, mistake.span.start)
    message = f"{describe(mistake.token)} follows without a link"
    hint, fix = "write `->` before it, or begin a new line", Fix(place, "-> ")
    return error(mistake, "unexpected", message, "expected `->`", hint, fix)


def comma_between_items(mistake: Mistake) -> Diagnostic | None:
    """`conv 3x3 32 as conv1, relu`."""
    if mistake.token.type != "COMMA" or "ARROW" not in mistake.expected:
        return None
    message = "items are linked by `->`, not by commas"
    fix = Fix(mistake.span, " ->")
    return error(mistake, "separator", message, hint="write `->` in its place", fix=fix)


def argument_at_head(mistake: Mistake) -> Diagnostic | None:
    """`64 /2` at the head of a line."""
    at_head = mistake.previous is None or mistake.previous.type == NEWLINE
    if not at_head or mistake.token.type not in _ARGUMENT or not mistake.expected >= ITEMS:
        return None
    message = f"{describe(mistake.token)} begins no statement"
    hint = "arguments stand on the line of their item: put it at the end of the line above"
    return error(mistake, "unexpected", message, hint=hint)


def argument_by_colon(mistake: Mistake) -> Diagnostic | None:
    """`conv 3x3 64 stride:2`."""
    name = mistake.previous
    found = re.compile(r":[ \t]*([\w.]+|\"[^\"\n]*\")").match(
        mistake.source.text, mistake.span.start
    )
    if not found or name is None or name.type != "NAME" or len(item_words(mistake.before)) < 2:
        return None
    written = f"{name.text}={found[1]}"
    if not is_statement(f"x {written}"):
        return None
    span = Span(mistake.source, name.start, found.end())
    message, fix = "an argument is given with `=`, not with `:`", Fix(span, written)
    return Diagnostic("separator", message, span, hint=f"write `{written}`", fix=fix)


def no_condition(mistake: Mistake) -> Diagnostic | None:
    """`if { … }`."""
    word = mistake.previous
    if mistake.token.type != "LBRACE" or word is None or word.type != "_IF":
        return None
    place = span_of(mistake.source, word)
    message, hint = "an `if` needs a condition", "such as `if c == in.c {`"
    return Diagnostic("unfinished", message, place, "nothing stands before the brace", hint=hint)


def semicolon(mistake: Mistake) -> Diagnostic | None:
    """`conv 3x3 64; relu`."""
    if mistake.token.text != ";":
        return None
    if mistake.openers and mistake.openers[-1].type != "LBRACE":
        message, comma = "values are separated by commas, not by `;`", Fix(mistake.span, ",")
        return error(mistake, "separator", message, hint="write `,`", fix=comma)
    rest = re.compile(r"[ \t]*([^\s#}]?\w*)").match(mistake.source.text, mistake.token.end)
    fix = None
    if not rest or not rest[1]:
        hint = "leave it out: the end of the line ends a statement"
        fix = Fix(mistake.span, "")
    elif "ARROW" not in mistake.expected or rest[1] in RESERVED:
        hint = "begin a new line in its place"
    elif is_among_arms(mistake):
        hint = "write `->` in its place"
    else:
        hint = "write `->` in its place, or begin a new line"
    message = "statements are not separated by `;`"
    return error(mistake, "separator", message, hint=hint, fix=fix)

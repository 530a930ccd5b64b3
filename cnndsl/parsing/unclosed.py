"""The mistakes that have to do with what is opened and closed: brackets, braces and strings."""

from __future__ import annotations

import re

from cnndsl.errors import Diagnostic, Label
from cnndsl.parsing.recovery import MARKS
from cnndsl.parsing.terminals import describe
from cnndsl.parsing.tokens import END, STRAY, Mistake, Token, span_of
from cnndsl.source import Span

OPENED = {"LBRACE": "brace", "LPAR": "bracket", "_CALL": "bracket"}
OPENED |= {"LSQB": "bracket", "_INDEX": "bracket"}
PAIRS = {"RPAR": ("LPAR", "_CALL"), "RSQB": ("LSQB", "_INDEX"), "RBRACE": ("LBRACE",)}


def unclosed_string(mistake: Mistake) -> Diagnostic | None:
    """A string that its line does not end, or documentation that the file does not."""
    if mistake.token.type != STRAY or mistake.token.text[0] != '"':
        return None
    quote = '"""' if mistake.token.text.startswith('"""') else '"'
    opening = Span(mistake.source, mistake.span.start, mistake.span.start + len(quote))
    hint = f"end it with `{quote}`" + (" on the same line" if quote == '"' else "")
    return Diagnostic("unclosed", "a string is not closed", opening, "it starts here", hint=hint)


def open_block(mistake: Mistake) -> Diagnostic | None:
    """A definition within braces: those before it were not closed."""
    if mistake.definition is None:
        return None
    opener, kind = mistake.openers[-1], mistake.definition.text
    if found := _by_indentation(mistake, opener, mistake.definition.start):
        return found
    return Diagnostic(
        "unclosed",
        f"`{opener.text}` is not closed before the next `{kind}`",
        mistake.definition,
        f"a {kind} can't stand in braces",
        (_opening(mistake, opener),),
        hint=f"write `{_closer(opener)}` before it",
    )


def unclosed(mistake: Mistake) -> Diagnostic | None:
    """The end of the file, of a line or of an outer bracket comes before that of a bracket."""
    if not mistake.openers:
        return None
    opener = mistake.openers[-1]
    closes_other = mistake.token.type in PAIRS and opener.type not in PAIRS[mistake.token.type]
    if mistake.token.type == END and (found := _by_indentation(mistake, opener, mistake.span.end)):
        return found
    is_in_the_way = opener.type != "LBRACE" and mistake.token.type in ("_AS", "ARROW", "LBRACE")
    is_in_the_way |= closes_other or mistake.token.type == END
    if is_in_the_way or _starts_later_line(mistake, opener):
        what = OPENED[opener.type]
        return Diagnostic(
            "unclosed",
            f"a {what} is not closed: `{opener.text}`",
            mistake.span,
            f"expected `{_closer(opener)}` before {describe(mistake.token)}",
            (_opening(mistake, opener),),
            hint=f"write `{_closer(opener)}` where the {what} ends",
        )
    return None


def _by_indentation(mistake: Mistake, opener: Token, end: int) -> Diagnostic | None:
    """The brace within that of `opener` that is not closed, where the indentation shows it.

    It is closed by a `}` that stands further left than its line: that of a brace around it.
    """
    text = mistake.source.text
    opened: list[int] = []
    marks = re.compile(rf'"""[\s\S]*?"""|{MARKS.pattern}')
    for mark in marks.finditer(text, opener.start, end):
        if mark[0] == "{":
            opened.append(mark.start())
        elif mark[0] == "}" and opened:
            brace, line = opened.pop(), text.rfind("\n", 0, mark.start()) + 1
            before = text[line : mark.start()]
            if not before.strip() and len(before) < _indentation(text, brace):
                return _unclosed_before(mistake, brace)
    return None


def _indentation(text: str, place: int) -> int:
    line = text.rfind("\n", 0, place) + 1
    return len(text[line:place]) - len(text[line:place].lstrip(" \t"))


def _unclosed_before(mistake: Mistake, brace: int) -> Diagnostic | None:
    """That the brace is not closed before the next line that stands as far left as its own."""
    later = re.compile(rf"\n[ \t]{{0,{_indentation(mistake.source.text, brace)}}}([^\s#]\w*)")
    found = later.search(mistake.source.text, brace)
    if not found:
        return None
    return Diagnostic(
        "unclosed",
        "a brace is not closed: `{`",
        Span(mistake.source, *found.span(1)),
        f"expected `}}` before `{found[1]}`",
        (Label(Span(mistake.source, brace, brace + 1), "opened here"),),
        hint=f"write `}}` before `{found[1]}`",
    )


def _starts_later_line(mistake: Mistake, opener: Token) -> bool:
    """Whether the token is the first of a line after that of a `(` or `[` still open."""
    if opener.type == "LBRACE" or mistake.previous is None:
        return False
    between = mistake.source.text[mistake.previous.end : mistake.span.start]
    return "\n" in between and mistake.previous.type != "COMMA"


def _opening(mistake: Mistake, opener: Token) -> Label:
    return Label(span_of(mistake.source, opener), "opened here")


def _closer(opener: Token) -> str:
    return {"(": ")", "[": "]", "{": "}"}[opener.text]


def closes_nothing(mistake: Mistake) -> Diagnostic | None:
    """A bracket or a brace too many."""
    kinds = PAIRS.get(mistake.token.type)
    if kinds is None or any(opener.type in kinds for opener in mistake.openers):
        return None
    if mistake.openers and mistake.openers[-1].type != "LBRACE":
        return None
    message = f"`{mistake.token.text}` closes nothing"
    hint = "take it away, or look for one too many above"
    return Diagnostic("unopened", message, mistake.span, "nothing is open here", hint=hint)

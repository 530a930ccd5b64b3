"""What those who explain mistakes need to give a remedy: the text around one, and whether it reads.

A remedy that holds what the author wrote is read before it is given: it may not lead to the next
mistake.
"""

from __future__ import annotations

import re

from cnndsl.errors import Diagnostic, Fix
from cnndsl.layers import LAYERS
from cnndsl.parsing.lalr import Parser
from cnndsl.parsing.lexer import tokens
from cnndsl.parsing.recovery import MARKS, next_statement
from cnndsl.parsing.tables import tables
from cnndsl.parsing.tokens import NEWLINE, Mistake, Token

# How arguments are written, where nothing is known of those that were meant.
ARGUMENTS = "arguments stand after the word, without brackets, such as"

# What can stand before an item.
BEFORE_ITEM = frozenset({"ARROW", "VBAR", "COLON", "LBRACE", NEWLINE, "_DEFAULT"})

# A longer statement is not repeated in a remedy.
LONGEST = 100

# A value that needs no parentheses as an argument, and an argument with any value.
_VALUE = re.compile(r"-?[\w.]+|\"[^\"]*\"|\[[^\[\]]*\]")
_ARGUMENT = re.compile(r"(?:(\w+)\s*=(?!=)\s*)?(.+)")


def error(
    mistake: Mistake,
    code: str,
    message: str,
    label: str = "",
    hint: str = "",
    fix: Fix | None = None,
) -> Diagnostic:
    """The diagnostic of a mistake at its token."""
    return Diagnostic(code, message, mistake.span, label, hint=hint, fix=fix)


def is_statement(text: str) -> bool:
    """Whether a text, short enough to be shown in a remedy, can be read as a statement."""
    if len(text) > LONGEST:
        return False
    parser, text = Parser(tables(), "file"), f"block b() {{ {text} }}"
    found = tokens(tables(), parser, text, 0, len(text))
    return all(map(parser.feed, found)) and parser.finish() is not None


def rest_of_statement(mistake: Mistake, start: int) -> str | None:
    """The statement from `start` on, without a comment; None where it goes on on a later line."""
    text = mistake.source.text
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    end = next_statement(text, start, line_end, [], True)
    if end is None or re.compile(r"\s*->").match(text, line_end):
        return None
    return without_comment(text[start:end]).strip()


def without_comment(line: str) -> str:
    """A line without the comment at its end, and without spaces there."""
    comments = (mark.start() for mark in MARKS.finditer(line) if mark[0][0] == "#")
    return line[: next(comments, len(line))].rstrip()


def item_words(before: tuple[Token, ...]) -> tuple[Token, ...]:
    """The tokens of the item that is being read; none where its start is too far back."""
    for i in reversed(range(len(before))):
        if before[i].type in BEFORE_ITEM:
            return before[i + 1 :]
    # After a mistake, reading goes on at the head of a statement.
    return before if len(before) < 12 else ()


def is_among_arms(mistake: Mistake) -> bool:
    """Whether the innermost braces hold arms, and no statements."""
    if not mistake.openers:
        return False
    start = mistake.openers[-1].end
    return bool(re.compile(r"(?:\s|#[^\n]*)*\|").match(mistake.source.text, start))


def applied(mistake: Mistake, callee: str, inside: str, is_partial: bool = False) -> str | None:
    """The item that `callee(inside)` means, where it can be known.

    It is known of blocks, of layers that take what is given, where that is one plain argument at
    most; one that `is_partial` may lack what they need.
    """
    pieces = [piece.strip() for piece in inside.split(",") if piece.strip()]
    found = [match for piece in pieces if (match := _ARGUMENT.fullmatch(piece))]
    plain = [match for match in found if not match[1]]
    if len(plain) > 1 and callee in LAYERS:
        return None
    named = {match[1] for match in found if match[1]}
    if not _takes(mistake, callee, named, len(plain), is_partial):
        return None
    written = [
        (f"{match[1]}=" if match[1] else "")
        + (match[2] if _VALUE.fullmatch(match[2]) else f"({match[2]})")
        for match in found
    ]
    item = " ".join([callee, *written])
    return item if is_statement(item) else None


def _takes(mistake: Mistake, callee: str, named: set[str], plain: int, is_partial: bool) -> bool:
    """Whether a layer, or a block of this file, can be called with these arguments."""
    if callee.startswith("nn.") and not plain:
        return True
    if callee not in LAYERS:
        defined = rf"\b(?:block|network)[ \t]+{re.escape(callee)}[ \t]*\("
        return bool(re.search(defined, mistake.source.text))
    parameters = LAYERS[callee].parameters
    free = [p.name for p in parameters if p.positional and p.name not in named]
    given = named | set(free[:plain])
    return (
        plain <= len(free)
        and named <= {p.name for p in parameters}
        and (is_partial or {p.name for p in parameters if p.required} <= given)
    )

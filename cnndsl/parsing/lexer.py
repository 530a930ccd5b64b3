"""The lexer: one expression for all tokens, and words told apart by where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cnndsl.parsing.lalr import Parser, Tables
from cnndsl.parsing.tokens import Token

# Words that mean something only where the grammar expects them, and are names elsewhere.
CONTEXTUAL = frozenset(
    """SECTION _TABLE TRAINING _BLOCK _NETWORK _VARIANT _FROM _USE _LAYER _PYTHON""".split()
)

# A bracket that touches one of these is a call or an index.
TOUCHABLE = frozenset({"NAME", "WORD", "STRING", "RPAR", "RSQB"})
TOUCHING = {"LPAR": "_CALL", "LSQB": "_INDEX"}


def tokens(tables: Tables, parser: Parser, text: str, start: int, end: int) -> Iterator[Token]:
    """The tokens of letters `start` to `end`, each read by what the parser then expects."""
    touched = -1
    for found in re.compile(tables.pattern).finditer(text, start, end):
        word = found[0]
        kind = tables.words.get(word) or found.lastgroup
        if kind is None:
            continue  # Spaces and comments are in no group.
        if word[0].isalpha() or word[0] == "_":
            kind = _word(kind, parser.actions[parser.states[-1]])
        elif kind in TOUCHING and found.start() == touched:
            kind = TOUCHING[kind]
        if kind in TOUCHABLE:
            touched = found.end()
        yield Token(kind, word, found.start(), found.end())


def _word(kind: str, expected: dict[str, int]) -> str:
    """The terminal of a word where these are expected."""
    if "WORD" in expected:
        return "WORD"
    if kind in CONTEXTUAL and kind not in expected:
        return "NAME"
    return kind

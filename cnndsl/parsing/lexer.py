"""The lexer: one expression for all terminals, and words told apart by where they stand.

Lark's own contextual lexer compiles an expression for each of some fifty sets of terminals, which
takes longer than all else, and takes reserved words for names wherever they are not expected.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import Any

from lark.lexer import BasicLexer, Lexer, LexerState, Token

# Words that mean something only where the grammar expects them, and are names elsewhere.
CONTEXTUAL = frozenset({"SECTION", "_TABLE", "TRAINING", "_BLOCK", "_NETWORK", "_VARIANT"})

# Reserved, so no name, though no rule of the grammar has it.
UNUSED = {"init": "_INIT"}


class ContextLexer(Lexer):
    """Reads the next token by what the parser, in its present state, expects."""

    # Lark gives such a lexer the parser's state.
    __future_interface__ = 2

    def __init__(self, conf: Any) -> None:
        conf = copy(conf)
        conf.skip_validation = True  # It takes seconds, and a test does it.
        self._lexer = BasicLexer(conf)

    def lex(self, lexer_state: LexerState, parser_state: Any) -> Iterator[Token]:
        """The tokens of a text."""
        states = parser_state.parse_conf.states
        try:
            while True:
                token = self._lexer.next_token(lexer_state, parser_state)
                if token[0].isalpha() or token[0] == "_":
                    token.type = _word(token, states[parser_state.position])
                yield token
        except EOFError:
            return


def _word(token: Token, expected: dict[str, Any]) -> str:
    """The terminal of a word where these are expected."""
    if "WORD" in expected:
        return "WORD"
    if token.type in CONTEXTUAL and token.type not in expected:
        return "NAME"
    return UNUSED.get(token, token.type) if token.type == "NAME" else token.type

"""Lark's own parser of the grammar, with a lexer over Lark's: what the package's has to agree with.

The lexer restates what the head of the grammar says of newlines, brackets and words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from functools import lru_cache
from typing import Any

import lark
from lark.lexer import BasicLexer, Lexer

from cnndsl.resources import folder

CONTEXTUAL = {"SECTION", "_TABLE", "TRAINING", "_BLOCK", "_NETWORK", "_VARIANT"}
TOUCHABLE = {"NAME", "WORD", "STRING", "RPAR", "RSQB"}
GOES_ON = re.compile(r"->|\||(else|project)\b|[^\W\d]\w*[ \t]*=(?!=)")


class ContextLexer(Lexer):
    """Lark's basic lexer, its tokens changed by where they stand."""

    # Lark gives such a lexer the parser's state.
    __future_interface__ = 2

    def __init__(self, conf: Any) -> None:
        conf = copy(conf)
        conf.skip_validation = True
        self._lexer = BasicLexer(conf)

    def lex(self, lexer_state: Any, parser_state: Any) -> Iterator[lark.Token]:
        open_brackets: list[str] = []
        previous = lark.Token("LBRACE", "{", end_pos=-1)
        while True:
            try:
                token = self._lexer.next_token(lexer_state, parser_state)
            except EOFError:
                return
            expected = parser_state.parse_conf.states[parser_state.position]
            token.type = word_type(token, expected) if token[0].isidentifier() else token.type
            if token in ("(", "["):
                if previous.end_pos == token.start_pos and previous.type in TOUCHABLE:
                    token.type = {"(": "_CALL", "[": "_INDEX"}[token]
            elif token.type == "_NEWLINE":
                dropped = previous in ("->", "|", ",", "{") or open_brackets[-1:] in (["("], ["["])
                if dropped or GOES_ON.match(lexer_state.text.text, token.end_pos or 0):
                    continue
            yield token
            previous = token
            if token in ("(", "[", "{"):
                open_brackets.append(str(token))
            elif token in (")", "]", "}"):
                open_brackets.pop()


def word_type(token: lark.Token, expected: dict[str, Any]) -> str:
    """The terminal of a word where these are expected."""
    if "WORD" in expected:
        return "WORD"
    if token.type in CONTEXTUAL - set(expected):
        return "NAME"
    return "_INIT" if token == "init" else token.type


@lru_cache(maxsize=1)
def lark_parser() -> lark.Lark:
    grammar = (folder("grammars") / "cnn.lark").read_text(encoding="utf-8")
    return lark.Lark(
        grammar,
        start=["file", "expression"],
        parser="lalr",
        lexer=ContextLexer,
        propagate_positions=True,
        maybe_placeholders=False,
    )


def lark_tree(text: str, rule: str) -> object:
    """The tree as tuples: rule, start, end, children; None of a text that Lark refuses."""
    try:
        return _plain(lark_parser().parse(text, start=rule))
    except lark.UnexpectedInput:
        return None


def _plain(part: Any) -> object:
    if isinstance(part, lark.Token):
        return part.type, str(part), part.start_pos, part.end_pos
    start, end = getattr(part.meta, "start_pos", 0), getattr(part.meta, "end_pos", 0)
    return part.data, start, end, [_plain(child) for child in part.children]

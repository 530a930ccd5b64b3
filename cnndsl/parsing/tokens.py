"""Tokens, and what those who explain mistakes know of them."""

from __future__ import annotations

from typing import NamedTuple

from cnndsl.source import Source, Span

END = "$END"
NEWLINE = "_NEWLINE"
# What no terminal of the grammar matches.
STRAY = "STRAY"


class Token(NamedTuple):
    """Letters `start` to `end` of a source, read as one word of terminal `type`."""

    type: str
    text: str
    start: int
    end: int


class Mistake(NamedTuple):
    """A token that can't stand where it does, and all that helps to say why.

    `before` are the last tokens that were read, the nearest last; `expected` are the terminals
    that could have stood here. `definition` is the word `block`, `network` or `variant` at the
    head of a line that defines one within braces, the last of `openers`.
    """

    source: Source
    token: Token
    before: tuple[Token, ...]
    openers: tuple[Token, ...]
    expected: frozenset[str]
    definition: Span | None

    @property
    def span(self) -> Span:
        """The place of the token."""
        return span_of(self.source, self.token)

    @property
    def previous(self) -> Token | None:
        """The token before it, if there is one in the same statement."""
        return self.before[-1] if self.before else None


def span_of(source: Source, token: Token) -> Span:
    """The place of a token."""
    return Span(source, token.start, token.end)

"""Which brackets and braces are open: what an open one holds is on lines of its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from cnndsl.format.words import Word, Words
from cnndsl.parsing.lalr import Node


def opened(words: Words) -> set[int]:
    """The numbers of the brackets and braces that are open as their author wrote them."""
    return _opened_braces(words) | _opened_brackets(words)


def _opened_braces(words: Words) -> set[int]:
    """Those that the author wrote on several lines, with the others of the same construct."""
    ends_line = (word.gap.is_broken or word.type == "DOC" for word in words.all)
    lines = list(accumulate(ends_line, initial=0))
    found = {
        number
        for number, word in enumerate(words.all)
        if word.type == "LBRACE" and lines[word.partner + 1] > lines[number + 1]
    }
    for rule in ("if_", "arm_if", "residual"):
        for construct in words.constructs[rule]:
            parts = (part for part in construct.children if isinstance(part, Node))
            braces = set(map(words.opener, parts))
            if not found.isdisjoint(braces):
                found |= braces
    return {number for number in found if words.is_filled(number)}


def _opened_brackets(words: Words) -> set[int]:
    """Those with the end of a line before one of their elements, or with a comment."""
    tables = words.openers("table")
    found: set[int] = set()
    for bracket, first, word in _bracketed(words):
        ends_line = word.gap.is_broken and first
        if word.gap.has_comments or (ends_line and tables.isdisjoint(_around(words, bracket))):
            found.add(bracket)
    return found | _around_open(words, found)


def _bracketed(words: Words) -> Iterator[tuple[int, bool, Word]]:
    """Each ( or [ with the words in it and the one that closes it; whether an element starts."""
    for number, word in enumerate(words.all):
        before = words.all[number - 1]
        if word.type in ("RPAR", "RSQB"):
            yield word.partner, False, word
        if words.is_in_brackets(number):
            yield word.opener, before.type == "COMMA" or word.opener == number - 1, word


def _around(words: Words, number: int) -> Iterator[int]:
    """The brackets around a bracket, and the brace around them."""
    while words.is_in_brackets(number):
        number = words.all[number].opener
        yield number
    yield words.all[number].opener


def _around_open(words: Words, found: set[int]) -> set[int]:
    """The brackets around open ones, but for those of which the open one is the last part."""
    added: set[int] = set()
    broken = set(found)
    for number in range(len(words.all) - 1, 0, -1):
        if number in broken and words.is_in_brackets(number):
            word = words.all[number]
            broken.add(word.opener)
            if word.partner + 1 != words.all[word.opener].partner:
                added.add(word.opener)
    return added

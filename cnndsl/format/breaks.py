"""Where lines end: as the author broke them, and further where one is too long.

A line ends where a statement, an arm or a row does, and around what an open bracket or brace
holds. It may also end before the words that go on with a statement, such as `->`.
"""

from __future__ import annotations

from itertools import pairwise

from cnndsl.errors import IGNORE
from cnndsl.format.opening import opened
from cnndsl.format.spacing import signs
from cnndsl.format.words import OPERATORS, OUTSIDE, Words
from cnndsl.parsing.reader import CLOSING

WIDTH = 100
INDENT = 2


class Breaks:
    """The ends of lines of a spec, and how far each line is indented.

    `open` are the numbers of the brackets and braces that are open.
    """

    def __init__(self, words: Words) -> None:
        self.open = opened(words)
        self._words = words
        self._tables = words.openers("table")
        self._lists = words.openers("list_of", "call", "parameters", "variant")
        self._ranks = _ranks(words)
        self._broken = {
            number
            for number, word in enumerate(words.all)
            if word.gap.has_comments
            or (word.gap.is_broken and number in self._ranks and self._is_open(word.opener))
        }
        # How far what each open bracket or brace holds is indented; known once it is laid out.
        self._inner = {OUTSIDE: 0}

    def _is_open(self, opener: int) -> bool:
        return opener == OUTSIDE or opener in self.open

    def starts_line(self, number: int) -> bool:
        """Whether a line ends before a word."""
        word = self._words.all[number]
        if number - 1 in self.open or (word.type in CLOSING and word.partner in self.open):
            return True
        return number in self._broken or (word.begins and self._is_open(word.opener))

    def ends_list(self, number: int) -> bool:
        """Whether a word closes an open list, whose last element has a comma, too."""
        opener = self._words.all[number].partner
        return opener in self.open and opener in self._lists and opener < number - 1

    def line(self, start: int) -> int:
        """The number after the last word of the line that starts with a word.

        The line is broken where it is too long.
        """
        indent = self.indent(start)
        end = self._line_end(start)
        while self._is_long(start, end, indent) and self._loosen(start, end, indent):
            end = self._line_end(start)
        for number in range(start, end):
            if number in self.open:
                self._inner[number] = indent + INDENT
        return end

    def indent(self, number: int) -> int:
        """How many spaces stand before a word that starts a line."""
        word = self._words.all[number]
        if word.type in CLOSING and word.partner in self.open:
            return self._inner[word.partner] - INDENT
        inner = self._inner[word.opener]
        if word.begins or self._words.is_in_brackets(number) or self._is_branch(number):
            return inner
        return inner + INDENT

    def _is_branch(self, number: int) -> bool:
        """Whether a word is the `else` or `project` between two pairs of braces."""
        word, before = self._words.all[number], self._words.all[number - 1]
        return word.type in ("_ELSE", "_PROJECT") and before.type == "RBRACE"

    def _line_end(self, start: int) -> int:
        count = len(self._words.all)
        return next((n for n in range(start + 1, count) if self.starts_line(n)), count)

    def _is_long(self, start: int, end: int, indent: int) -> bool:
        if self._words.all[start].opener in self._tables:
            return False  # A row stays a row.
        if IGNORE.match(self._words.gap(end).comment):
            return False  # What the comment switches off is on its line.
        return indent + self._width(start, end) > WIDTH

    def _width(self, start: int, end: int) -> int:
        """How many letters the words take on one line, with the comma after them."""
        comma = end < len(self._words.all) and self.ends_list(end)
        return self._words.width(start, end) + comma

    def _loosen(self, start: int, end: int, indent: int) -> bool:
        """Break a line once more, outside of all brackets in it; False where that can't be.

        Braces are opened first; then it is broken before words that go on with a statement, each
        line as full as it can be; last, the widest bracket is opened.
        """
        words = self._words.all
        outermost = min(word.depth for word in words[start:end])
        outer = [n for n in range(start, end) if words[n].depth == outermost]
        closed = [n for n in outer if words[n].partner > n and n not in self.open]
        closed = [n for n in closed if self._words.is_filled(n)]
        braces = {n for n in closed if words[n].type == "LBRACE"}
        if braces:
            self.open |= braces
            return True
        ranked = [n for n in outer if n in self._ranks and n > start]
        for rank in sorted({self._ranks[n] for n in ranked}):
            if self._fill(start, end, [n for n in ranked if self._ranks[n] == rank]):
                return True
        closed = [n for n in closed if words[n].type != "_INDEX"]
        if closed:
            self.open.add(max(closed, key=lambda n: self._words.width(n, words[n].partner)))
        return bool(closed)

    def _fill(self, start: int, end: int, places: list[int]) -> bool:
        """Break a line before as few of these words as will do; False where none helps."""
        indent = self.indent(start)
        broken = False
        for place, following in pairwise([*places, end]):
            if indent + self._width(start, following) > WIDTH:
                self._broken.add(place)
                start, indent, broken = place, self.indent(place), True
        return broken


def _ranks(words: Words) -> dict[int, int]:
    """How readily a line is broken before each word where it can be: the lower, the sooner."""
    named, targets, signed = words.starts("named"), _targets(words), signs(words)
    found: dict[int, int] = {}
    for number, word in enumerate(words.all):
        before = words.all[number - 1]
        in_brackets = words.is_in_brackets(number)
        chooses = word.type == "_ELSE" and before.type != "RBRACE"
        if word.type == "ARROW":
            found[number] = 0
        elif number in named and not in_brackets:
            found[number] = 1
        elif before.type == "COMMA" and number not in targets:
            found[number] = 2
        elif word.type in OPERATORS and number not in signed and (in_brackets or chooses):
            found[number] = OPERATORS[word.type]
    return found


def _targets(words: Words) -> set[int]:
    """The names that loops set."""
    targets = (node for loop in words.constructs["targets"] for node in loop.children)
    return {words.at[token.start] for token in targets}

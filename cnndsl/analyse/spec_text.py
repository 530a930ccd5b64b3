"""Where braces close in the text of a spec, and where comments stand."""

from __future__ import annotations

import re
from bisect import bisect_left

from cnndsl.parsing.tables import tables
from cnndsl.source import Source, Span


class SpecText:
    """The words of a spec whose syntax is without errors."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._words: list[str] = []
        self._starts: list[int] = []
        # The number of the brace that closes what the one of this number opens.
        self._closers: dict[int, int] = {}
        # How many letters of a line its words take.
        self._widths: dict[int, int] = {}
        opened: list[int] = []
        for found in re.compile(tables().pattern).finditer(source.text):
            word = found[0]
            if not word.strip() or word.strip()[0] == "#":
                continue
            if word == "{":
                opened.append(len(self._words))
            elif word == "}":
                self._closers[opened.pop()] = len(self._words)
            self._words.append(word)
            self._starts.append(found.start())
            line, width = source.position(found.end() - 1)
            self._widths[line] = width

    def end_of_braces(self, words: Span) -> int:
        """Where the braces end that follow the words of a merge or a residual."""
        closer = self._closers[bisect_left(self._starts, words.end)]
        if self._words[closer + 1 : closer + 2] == ["project"]:
            closer = self._closers[closer + 2]
        return self._starts[closer] + 1

    @property
    def lines(self) -> int:
        """How many lines it has, from 1."""
        return self._source.text.count("\n") + 1

    def line(self, number: int) -> str:
        """A line as it stands there."""
        return self._source.line(number)

    def parts(self, number: int) -> tuple[str, str]:
        """A line's text to the end of its words, and the comment after them."""
        text, width = self.line(number), self._widths[number]
        return text[:width], text[width:].strip()

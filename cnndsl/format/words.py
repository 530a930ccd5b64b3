"""The words of a spec in their order, each with what stands before it and the bracket around it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from cnndsl.errors import Report
from cnndsl.format.gaps import Gap, gap
from cnndsl.parsing.lalr import Node
from cnndsl.parsing.reader import CLOSER, CLOSING, Reader
from cnndsl.parsing.tokens import NEWLINE, Token
from cnndsl.source import Source

OUTSIDE = -1

# How readily a line is broken before a word within ( ) or [ ]: the lower, the sooner.
OPERATORS = {"_FOR": 3, "_IF": 3, "_ELSE": 3, "OR": 4, "AND": 5, "PLUS": 6, "MINUS": 6}

# A line is broken before these words, so a comment after them goes before them.
LEADING = frozenset({"ARROW", "VBAR", *OPERATORS})


@dataclass
class Word:
    """A token with what stands before it.

    `opener` is the number of the bracket or brace around it, `partner` that of the one that a
    bracket opens or is closed by. A word `begins` a statement, an arm or a row.
    """

    type: str
    text: str
    start: int
    gap: Gap
    begins: bool
    opener: int
    depth: int
    partner: int = OUTSIDE
    spaces: int = 1


@dataclass
class Words:
    """All words of a spec, what stands after the last, and the constructs that they make.

    `constructs` are the nodes of the tree by the name of their rule, and `at` is the number of
    the word that starts at a letter.
    """

    all: list[Word]
    end: Gap
    constructs: dict[str, list[Node]]
    at: dict[int, int]

    def gap(self, number: int) -> Gap:
        """What stands before a word, or after the last one."""
        return self.all[number].gap if number < len(self.all) else self.end

    def starts(self, *rules: str) -> set[int]:
        """The numbers of the words with which constructs of these rules start."""
        return {self.at[node.start] for rule in rules for node in self.constructs[rule]}

    def opener(self, construct: Node) -> int:
        """The number of the bracket or brace whose closing one ends a construct."""
        return self.all[self.at[construct.end - 1]].partner

    def openers(self, *rules: str) -> set[int]:
        """The same of all constructs of these rules."""
        return {self.opener(node) for rule in rules for node in self.constructs[rule]}

    def is_filled(self, opener: int) -> bool:
        """Whether a bracket or brace holds words or comments."""
        partner = self.all[opener].partner
        return partner > opener + 1 or self.all[partner].gap.has_comments

    def width(self, start: int, end: int) -> int:
        """How many letters the words from `start` to before `end` take on one line."""
        inner = sum(word.spaces for word in self.all[start + 1 : end])
        return inner + sum(len(word.text) for word in self.all[start:end])

    def is_in_brackets(self, number: int) -> bool:
        """Whether a word stands within ( ) or [ ], rather than in braces or outside."""
        opener = self.all[number].opener
        return opener != OUTSIDE and self.all[opener].type != "LBRACE"


def read_words(source: Source) -> Words:
    """The words of a spec without errors of syntax."""
    reader = Reader(source, Report(), "file", 0, len(source.text))
    tree = reader.read()
    assert tree is not None, "a spec without errors has a tree"
    collector = _Collector(source.text)
    for token in reader.taken:
        collector.add(token)
    at = {word.start: number for number, word in enumerate(collector.words)}
    found = Words(collector.words, collector.rest(), _constructs(tree), at)
    for number in found.starts("arm_for", "arm_if"):
        found.all[number].begins = True
    return found


def _constructs(tree: Node) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = defaultdict(list)
    left = [tree]
    while left:
        node = left.pop()
        found[node.rule].append(node)
        left += (child for child in node.children if isinstance(child, Node))
    return found


class _Collector:
    """Makes words of tokens, one after the other."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: list[Word] = []
        self._opened: list[int] = []
        self._end = 0
        self._begins = True

    def add(self, token: Token) -> None:
        if token.type == NEWLINE:
            self._begins = True
            return
        between = self._between(token.start, token.end)
        if token.type in CLOSING:
            self._close(token, between)
            return
        last = self.words[-1] if self.words else None
        if last and last.type in LEADING:
            last.gap, between = last.gap.then(between), Gap()
        self._append(token, between, self._begins or token.type == "VBAR")
        self._begins = token.type in ("LBRACE", "DOC")
        if token.type in CLOSER:
            self._opened.append(len(self.words) - 1)

    def _close(self, token: Token, between: Gap) -> None:
        """Close the innermost bracket, without the comma before it: the layout has its own."""
        if self.words[-1].type == "COMMA":
            between = self.words.pop().gap.then(between)
        opener = self._opened.pop()
        self.words[opener].partner = len(self.words)
        self._append(token, between, begins=False, partner=opener)
        self._begins = False

    def _append(self, token: Token, between: Gap, begins: bool, partner: int = OUTSIDE) -> None:
        opener, depth = self._opened[-1] if self._opened else OUTSIDE, len(self._opened)
        word = Word(token.type, token.text, token.start, between, begins, opener, depth, partner)
        self.words.append(word)

    def rest(self) -> Gap:
        """What stands after the last word."""
        return self._between(len(self.text), 0)

    def _between(self, start: int, end: int) -> Gap:
        # Above the first word, a comment is on a line of its own.
        before = self.text[self._end : start] if self.words else "\n" + self.text[:start]
        self._end = end
        return gap(before)

"""The LALR(1) parser: it is fed token by token, and does what ready-made tables say."""

from __future__ import annotations

from typing import Any, NamedTuple

from cnndsl.parsing.tokens import END, Token

# A rule, or one of the choices in it: its own name, the name of the node that it gives (its alias,
# if it has one), of how many parts it consists, and which of them the node keeps, each with
# whether its children stand for it. Where nothing is said of them, the only part is the node.
Rule = tuple[str, str, int, tuple[tuple[int, bool], ...] | None]


class Tables(NamedTuple):
    """All that is known of a grammar, as plain data."""

    actions: list[dict[str, int]]
    """By state, then by terminal or rule: the next state, or ~n to reduce by rule number n."""
    rules: list[Rule]
    starts: dict[str, tuple[int, int]]
    """The first state and the last one, by start rule."""
    pattern: str
    """The expression of any token; those of one terminal are a group of its name."""
    words: dict[str, str]
    """The terminals that are one fixed text, by this text."""


class Node(NamedTuple):
    """What a rule made of letters `start` to `end`; both are 0 where it took none."""

    rule: str
    children: list[Token | Node]
    start: int
    end: int


class Parser:
    """A parser of the start rule `start`: its states, and what it read between each and the next.

    Both can be cut, to go on from an earlier state.
    """

    def __init__(self, tables: Tables, start: str) -> None:
        first, self._last = tables.starts[start]
        self._rules = tables.rules
        self.actions = tables.actions
        self.states = [first]
        self.values: list[Token | Node] = []

    def feed(self, token: Token) -> bool:
        """Take a token; False where it can't stand here, which may show after some reductions."""
        while (action := self.actions[self.states[-1]].get(token.type)) is not None:
            if action >= 0:
                self.states.append(action)
                self.values.append(token)
                return True
            self._reduce(~action)
        return False

    def finish(self) -> Node | None:
        """The node of the start rule; None where the text can't end here."""
        while self.states[-1] != self._last:
            action = self.actions[self.states[-1]].get(END)
            if action is None:
                return None
            self._reduce(~action)
        root = self.values[-1]
        assert isinstance(root, Node)
        return root

    def _reduce(self, number: int) -> None:
        """Put one node in the place of all that a rule consists of."""
        origin, name, size, kept = self._rules[number]
        del self.states[len(self.states) - size :]
        if kept is not None:
            first = len(self.values) - size
            parts = self.values[first:]
            self.values[first:] = [_node(name, parts, kept)]
        self.states.append(self.actions[self.states[-1]][origin])

    def takes(self, states: list[int], terminal: str) -> bool:
        """Whether a token of this terminal could be read after `states`."""
        states = states.copy()
        while (action := self.actions[states[-1]].get(terminal)) is not None:
            if action >= 0:
                return True
            origin, _, size, _ = self._rules[~action]
            del states[len(states) - size :]
            states.append(self.actions[states[-1]][origin])
        return False


def _node(name: str, parts: list[Any], kept: tuple[tuple[int, bool], ...]) -> Node:
    """The node of a rule that has these parts."""
    children: list[Token | Node] = []
    for index, inlined in kept:
        part = parts[index]
        if not inlined:
            children.append(part)
        elif children:
            children += part.children
        else:
            # A list grows at its end, rule within rule: to copy it each time would be slow.
            children = part.children
    return Node(name, children, parts[0].start, parts[-1].end) if parts else Node(name, [], 0, 0)

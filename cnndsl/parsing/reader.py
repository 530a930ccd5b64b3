"""Text to tree, past every mistake: an LALR parser that is fed token by token.

At a mistake it is reported, the statement is given up, and reading goes on with the next one.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from cnndsl import syntax
from cnndsl.errors import Diagnostic, Report
from cnndsl.limits import BRACE_NESTING, EXPRESSION_NESTING
from cnndsl.parsing.lalr import Node, Parser
from cnndsl.parsing.lexer import tokens
from cnndsl.parsing.recovery import CONTINUED, indented_end, next_statement
from cnndsl.parsing.tables import tables
from cnndsl.parsing.tokens import END, NEWLINE, STRAY, Mistake, Token, span_of
from cnndsl.source import Source, Span

MAX_MISTAKES = 50

# A newline after one of these does not end a statement.
OPEN_ENDED = frozenset({"ARROW", "VBAR", "COMMA", "LBRACE"})

CLOSER = {"LPAR": ")", "_CALL": ")", "LSQB": "]", "_INDEX": "]", "LBRACE": "}"}
CLOSING = frozenset({"RPAR", "RSQB", "RBRACE"})

# A state that shifts one of these is in a list: of statements, arms, definitions, rows.
LIST_WORDS = (NEWLINE, "_LET", "VBAR", "_BLOCK")

DEFINITION = re.compile(r"[ \t]*(block|network|variant)[ \t]+\w+[ \t]*[(=]")


class Opener(NamedTuple):
    """A bracket that is not closed yet, and how high the parser's stack was before it."""

    token: Token
    height: int


class _Stop(Exception):
    """There is no use in reading on."""


class Reader:
    """Reads letters `start` to `end` of a source, as the grammar's rule `rule`."""

    def __init__(self, source: Source, report: Report, rule: str, start: int, end: int) -> None:
        self.source = source
        self.report = report
        self.end = end
        # What was given up.
        self.unread: list[syntax.Unread] = []
        # The tokens that were taken, in order.
        self.taken: list[Token] = []
        self._rule = rule
        self._start = start
        self._parser = Parser(tables(), rule)
        # The parser's states before the last token: a token that is refused has changed them.
        self._states = self._parser.states.copy()
        self._openers: list[Opener] = []
        self._before: deque[Token] = deque(maxlen=12)
        # What a newline follows: empty lines at the start of a text end no statement.
        self._previous = "LBRACE"
        self._lines: set[int] = set()
        self._last: Diagnostic | None = None
        # Where what is being given up began.
        self._given_up = end

    def read(self) -> Node | None:
        """The tree of what could be read; None where nothing could."""
        try:
            while refused := self._feed_all():
                self._give_up(refused)
            return self._finish()
        except _Stop:
            return None

    def _feed_all(self) -> Token | None:
        """Feed the parser, to the first token that it refuses."""
        for token in self._tokens():
            if not self._feed(token):
                return token
        return None

    def _tokens(self) -> Iterator[Token]:
        """The tokens that count."""
        for token in tokens(tables(), self._parser, self.source.text, self._start, self.end):
            if token.type != NEWLINE or self._newline_counts(token):
                yield token

    def _newline_counts(self, token: Token) -> bool:
        """Whether it ends a statement."""
        if self._previous in OPEN_ENDED:
            return False
        if self._openers and self._openers[-1].token.type != "LBRACE":
            return False
        return not CONTINUED.match(self.source.text, token.end)

    def _feed(self, token: Token) -> bool:
        self._states = self._parser.states.copy()
        if not self._parser.feed(token):
            return False
        self._before.append(token)
        self.taken.append(token)
        self._previous = token.type
        if token.type in CLOSER:
            self._open(Opener(token, len(self._parser.states) - 1))
        elif token.type in CLOSING:
            self._openers.pop()
        return True

    def _open(self, opener: Opener) -> None:
        self._openers.append(opener)
        braces = sum(other.token.type == "LBRACE" for other in self._openers)
        if braces > BRACE_NESTING:
            self._overgrown(opener.token, f"braces are nested more than {BRACE_NESTING} deep")
        if len(self._openers) - braces > EXPRESSION_NESTING:
            self._overgrown(
                opener.token, f"brackets are nested more than {EXPRESSION_NESTING} deep"
            )

    def _overgrown(self, token: Token, message: str) -> None:
        self.report.add(Diagnostic("nesting", message, span_of(self.source, token)))
        raise _Stop

    def _finish(self) -> Node | None:
        """The tree, after as many unclosed statements are given up as must be."""
        end = Token(END, "", self.end, self.end)
        while True:
            self._states = self._parser.states.copy()
            if tree := self._parser.finish():
                return tree
            self._report_mistake(end, None)
            self._rest(frozenset({END}))
            self._leave_unread(end)

    def _report_mistake(self, token: Token, definition: Span | None) -> None:
        """Say what is wrong, once a line: what follows on it may be an echo."""
        line = (definition or span_of(self.source, token)).line
        if line in self._lines:
            return
        from cnndsl.parsing.mistakes import explain  # only a mistake pays for its import

        self._lines.add(line)
        openers = tuple(opener.token for opener in self._openers)
        if definition:
            openers = tuple(o for o in openers if o.start < definition.start)
        before, expected = tuple(self._before), self._expected()
        found = explain(Mistake(self.source, token, before, openers, expected, definition))
        # The next line is often wrong for the very same reason.
        after_statement = any(other.type != NEWLINE for other in before)
        if after_statement or self._last is None or found.label != self._last.label:
            self.report.add(found)
        self._last = found
        if self._rule != "file" or len(self._lines) >= MAX_MISTAKES:
            raise _Stop

    def _expected(self) -> frozenset[str]:
        """The terminals that the parser would have taken."""
        near = {name for name in self._parser.actions[self._states[-1]] if name.isupper()}
        if self._rule != "file":
            near.discard(NEWLINE)
        return frozenset(name for name in near if self._parser.takes(self._states, name))

    def _give_up(self, token: Token) -> None:
        """Report the token, and go on after the statement that it is in."""
        definition = self._definition_within(token)
        self._report_mistake(token, definition)
        if self._previous == "RBRACE":
            # What the brace closes is whole, whatever stands after it.
            self._parser.feed(Token(NEWLINE, "", token.start, token.start))
        if definition:
            self._rest(frozenset({END}))
            self._resume(definition.start)
        else:
            abandoned = self._rest(frozenset({END, "RBRACE"}))
            end = self._next_statement(token, abandoned)
            # What stands further in belongs to a definition that is given up.
            self._resume(end if self._openers else indented_end(self.source.text, token.start, end))
        self._leave_unread(token)

    def _definition_within(self, token: Token) -> Span | None:
        """The first word of the token's line, if it defines a block within braces left open."""
        near = self._before[-1] if self._before and self._previous == "LBRACE" else token
        start = self.source.text.rfind("\n", 0, near.start) + 1
        found = DEFINITION.match(self.source.text, start)
        if not found or not self._openers or self._openers[0].token.start >= start:
            return None
        return Span(self.source, *found.span(1))

    def _rest(self, ends: frozenset[str]) -> list[Opener]:
        """Unwind to the innermost list of statements that one of `ends` can close.

        Gives the brackets that were opened since.
        """
        states = self._parser.states
        while not _is_list(self._parser.actions[states[-1]], ends):
            if len(states) == 1:
                raise _Stop
            states.pop()
            value = self._parser.values.pop()
            if value.end:
                self._given_up = min(self._given_up, value.start)
        kept = [opener for opener in self._openers if opener.height < len(states)]
        abandoned = self._openers[len(kept) :]
        self._openers = kept
        return abandoned

    def _leave_unread(self, token: Token) -> None:
        """Notes what is given up, from what was unwound to where reading goes on."""
        end = max(token.end, self._start) if token.type != END else self.end
        span = Span(self.source, min(self._given_up, token.start), end)
        self.unread.append(syntax.Unread(not self._openers, span))
        self._given_up = self.end

    def _resume(self, start: int) -> None:
        self._before.clear()
        self._previous = NEWLINE
        self._states = self._parser.states.copy()
        self._start = start

    def _next_statement(self, token: Token, abandoned: list[Opener]) -> int:
        """Where to read on."""
        closers = [CLOSER[opener.token.type] for opener in abandoned]
        start = token.end if token.type == STRAY else token.start
        found = next_statement(self.source.text, start, self.end, closers, bool(self._openers))
        if found is not None:
            return found
        # A bracket is never closed. If it was opened on a line before, it ends there.
        line = self.source.text.rfind("\n", 0, token.start)
        opened = abandoned[0].token.start if abandoned else None
        if (
            opened is not None
            and opened < line
            and not self.source.text[line : token.start].strip()
        ):
            return line
        end = self.source.text.find("\n", start, self.end)
        return self.end if end < 0 else end


def _is_list(actions: dict[str, int], ends: frozenset[str]) -> bool:
    """Whether, in the parser's state with these actions, a statement or an end can follow."""
    return not ends.isdisjoint(actions) and any(actions.get(word, -1) >= 0 for word in LIST_WORDS)

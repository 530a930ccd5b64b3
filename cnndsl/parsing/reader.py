"""Text to tree, past every mistake: an LALR parser that is fed token by token.

At a mistake it is reported, the statement is given up, and reading goes on with the next one.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lark import Token, Tree, UnexpectedCharacters, UnexpectedToken
from lark.parsers.lalr_analysis import Shift
from lark.utils import TextSlice

from cnndsl.errors import Diagnostic, Report
from cnndsl.limits import BRACE_NESTING, EXPRESSION_NESTING
from cnndsl.parsing.recovery import CONTINUED, next_statement
from cnndsl.parsing.tables import parser
from cnndsl.parsing.tokens import END, NEWLINE, STRAY, Mistake, span_of
from cnndsl.source import Source, Span

MAX_MISTAKES = 50

# A newline after one of these does not end a statement.
OPEN_ENDED = frozenset({"ARROW", "VBAR", "COMMA", "LBRACE"})

# A bracket that touches one of these is a call or an index.
TOUCHABLE = frozenset({"NAME", "WORD", "STRING", "RPAR", "RSQB"})
TOUCHING = {"LPAR": "_CALL", "LSQB": "_INDEX"}

CLOSER = {"LPAR": ")", "_CALL": ")", "LSQB": "]", "_INDEX": "]", "LBRACE": "}"}
CLOSING = frozenset({"RPAR", "RSQB", "RBRACE"})

# The parser's actions in a state, by terminal and rule.
Actions = dict[str, tuple[Any, Any]]
# A state that shifts one of these is in a list: of statements, arms, definitions, rows.
LIST_WORDS = (NEWLINE, "_LET", "VBAR", "_BLOCK")

STRAY_TEXT = re.compile(r'"""[\s\S]*|"[^\n]*|\w+|\W')
DEFINITION = re.compile(r"[ \t]*(block|network|variant)[ \t]+\w+[ \t]*[(=]")


@dataclass(frozen=True, slots=True)
class Opener:
    """A bracket that is not closed yet, and how high the parser's stack was before it."""

    token: Token
    height: int


class _Stop(Exception):  # noqa: N818 - not an error of ours
    """There is no use in reading on."""


class Reader:
    """Reads letters `start` to `end` of a source, as the grammar's rule `rule`."""

    def __init__(self, source: Source, report: Report, rule: str, start: int, end: int) -> None:
        self.source = source
        self.report = report
        self.end = end
        self._rule = rule
        text = TextSlice(source.text, start, end)
        interactive = parser().parse_interactive(text, start=rule)
        self._lexer, self._state = interactive.lexer_thread, interactive.parser_state
        # The parser's stack before the last token: a token that is refused has changed it.
        self._stack: list[int] = list(self._state.state_stack)
        self._openers: list[Opener] = []
        self._before: deque[Token] = deque(maxlen=12)
        # What a newline follows: empty lines at the start of a text end no statement.
        self._previous = "LBRACE"
        self._lines: set[int] = set()
        self._last: Diagnostic | None = None

    def read(self) -> Tree[Token] | None:
        """The tree of what could be read; None where nothing could."""
        try:
            while True:
                try:
                    for token in self._tokens():
                        self._feed(token)
                    return self._finish()
                except UnexpectedToken as error:
                    self._give_up(error.token)
                except UnexpectedCharacters as error:
                    self._give_up(self._stray(error.pos_in_stream or 0))
        except _Stop:
            return None

    def _tokens(self) -> Iterator[Token]:
        """The tokens that count, brackets told apart by what they touch."""
        for token in self._lexer.lex(self._state):  # type: ignore[no-untyped-call]
            if token.type == NEWLINE:
                if self._newline_counts(token):
                    yield token
                continue
            if token.type in TOUCHING and self._touches(token):
                token.type = TOUCHING[token.type]
            yield token

    def _newline_counts(self, token: Token) -> bool:
        """Whether it ends a statement."""
        if self._previous in OPEN_ENDED:
            return False
        if self._openers and self._openers[-1].token.type != "LBRACE":
            return False
        return not CONTINUED.match(self.source.text, token.end_pos or 0)

    def _touches(self, token: Token) -> bool:
        if not self._before:
            return False
        previous = self._before[-1]
        return previous.type in TOUCHABLE and previous.end_pos == token.start_pos

    def _feed(self, token: Token) -> None:
        self._stack = self._state.state_stack.copy()
        self._state.feed_token(token)
        self._before.append(token)
        self._previous = token.type
        if token.type in CLOSER:
            self._open(Opener(token, len(self._state.state_stack) - 1))
        elif token.type in CLOSING:
            self._openers.pop()

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

    def _finish(self) -> Tree[Token] | None:
        """The tree, after as many unclosed statements are given up as must be."""
        end = self._token_at(END, "", self.end)
        while True:
            self._stack = self._state.state_stack.copy()
            try:
                tree: Tree[Token] = self._state.feed_token(end, is_end=True)
                return tree
            except UnexpectedToken:
                self._report_mistake(end, None)
                self._rest(frozenset({END}))

    def _token_at(self, kind: str, text: str, start: int) -> Token:
        return Token(kind, text, start, end_pos=start + len(text))

    def _stray(self, start: int) -> Token:
        """What the lexer can't read, as one token: a string to the end of its line, or a word."""
        found = STRAY_TEXT.match(self.source.text, start, self.end)
        assert found is not None
        return self._token_at(STRAY, found[0], start)

    def _report_mistake(self, token: Token, definition: Span | None) -> None:
        """Say what is wrong, once a line: what follows on it may be an echo."""
        line = (definition or span_of(self.source, token)).line
        if line in self._lines:
            return
        from cnndsl.parsing.mistakes import explain  # only a mistake pays for its import

        self._lines.add(line)
        openers = tuple(opener.token for opener in self._openers)
        if definition:
            openers = tuple(o for o in openers if (o.start_pos or 0) < definition.start)
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
        states = self._state.parse_conf.states
        near = {name for name in states[self._stack[-1]] if name.isupper()}
        if self._rule != "file":
            near.discard(NEWLINE)
        return frozenset(name for name in near if _takes(states, self._stack, name))

    def _give_up(self, token: Token) -> None:
        """Report the token, and go on after the statement that it is in."""
        if token.type in TOUCHING and self._touches(token):
            token.type = TOUCHING[token.type]
        definition = self._definition_within(token)
        self._report_mistake(token, definition)
        if self._previous == "RBRACE":
            # What the brace closes is whole, whatever stands after it.
            self._state.feed_token(self._token_at(NEWLINE, "", span_of(self.source, token).start))
        if definition:
            self._rest(frozenset({END}))
            self._resume(definition.start)
        else:
            abandoned = self._rest(frozenset({END, "RBRACE"}))
            self._resume(self._next_statement(token, abandoned))

    def _definition_within(self, token: Token) -> Span | None:
        """The first word of the token's line, if it defines a block within braces left open."""
        near = self._before[-1] if self._before and self._previous == "LBRACE" else token
        start = self.source.text.rfind("\n", 0, near.start_pos) + 1
        found = DEFINITION.match(self.source.text, start)
        if not found or not self._openers or (self._openers[0].token.start_pos or 0) >= start:
            return None
        return Span(self.source, *found.span(1))

    def _rest(self, ends: frozenset[str]) -> list[Opener]:
        """Unwind to the innermost list of statements that one of `ends` can close.

        Gives the brackets that were opened since.
        """
        heights, states = self._state.state_stack, self._state.parse_conf.states
        while not _is_list(states[heights[-1]], ends):
            if len(heights) == 1:
                raise _Stop
            heights.pop()
            self._state.value_stack.pop()
        kept = [opener for opener in self._openers if opener.height < len(heights)]
        abandoned = self._openers[len(kept) :]
        self._openers = kept
        return abandoned

    def _resume(self, start: int) -> None:
        self._before.clear()
        self._previous = NEWLINE
        self._stack = self._state.state_stack.copy()
        assert self._lexer.state is not None
        self._lexer.state.line_ctr.char_pos = start

    def _next_statement(self, token: Token, abandoned: list[Opener]) -> int:
        """Where to read on."""
        span = span_of(self.source, token)
        closers = [CLOSER[opener.token.type] for opener in abandoned]
        start = span.end if token.type == STRAY else span.start
        found = next_statement(self.source.text, start, self.end, closers, bool(self._openers))
        if found is not None:
            return found
        # A bracket is never closed. If it was opened on a line before, it ends there.
        line = self.source.text.rfind("\n", 0, span.start)
        opened = abandoned[0].token.start_pos if abandoned else None
        if opened is not None and opened < line and not self.source.text[line : span.start].strip():
            return line
        end = self.source.text.find("\n", start, self.end)
        return self.end if end < 0 else end


def _is_list(actions: Actions, ends: frozenset[str]) -> bool:
    """Whether, in the parser's state with these actions, a statement or an end can follow."""
    return not ends.isdisjoint(actions) and any(
        word in actions and actions[word][0] is Shift for word in LIST_WORDS
    )


def _takes(states: dict[int, Actions], stack: list[int], terminal: str) -> bool:
    """Whether a parser with this stack takes the terminal, after what it reduces before it."""
    stack = stack.copy()
    while action := states[stack[-1]].get(terminal):
        kind, argument = action
        if kind is Shift:
            return True
        del stack[len(stack) - len(argument.expansion) :]
        stack.append(states[stack[-1]][argument.origin.name][1])
    return False

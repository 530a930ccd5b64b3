"""What of a file can be elaborated although something in it is wrong.

A network can, if all that it uses is right: then what is told of it is no echo of another mistake.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

from cnndsl import syntax
from cnndsl.errors import Diagnostic
from cnndsl.program import Program
from cnndsl.source import Span


class Untouched:
    """The definitions of a program that neither are wrong nor use what is."""

    def __init__(self, program: Program, errors: Iterable[Diagnostic]) -> None:
        self._file = program.file
        self._starts = [_start(statement) for statement in self._file.statements]
        wrong = [self._statement(error.span) for error in errors]
        # A mistake between definitions, or in a default, may reach all of them.
        self._none = any(s is None or isinstance(s, syntax.Default) for s in wrong)
        self._wrong = {name for statement in wrong for name in _names(statement)} | program.missing
        self._uses = {
            name: set(_words(statement))
            for statement in self._file.statements
            for name in _names(statement)
        }

    def __contains__(self, name: str) -> bool:
        """Whether the definition of that name, and all that it leads to, is right."""
        if self._none:
            return False
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            used = waiting.pop()
            if used in self._wrong:
                return False
            if used not in seen:
                seen.add(used)
                waiting += self._uses.get(used, ())
        return True

    def holds(self, span: Span | None) -> bool:
        """Whether a place is in a definition that is right itself."""
        statement = self._statement(span)
        return statement is not None and self._wrong.isdisjoint(_names(statement))

    def _statement(self, span: Span | None) -> Any:
        """The statement of the file in which a place is; None where it is in none."""
        if span is None or span.source is not self._file.source:
            return None
        number = bisect_right(self._starts, span.start)
        return self._file.statements[number - 1] if number else None


def _start(statement: Any) -> int:
    start: int = statement.span.start
    return start


def _names(statement: Any) -> Iterator[str]:
    """The names that a statement of a file defines."""
    if isinstance(statement, syntax.Import):
        yield from (used.alias.name for used in statement.used)
    elif statement is not None and not isinstance(statement, syntax.Default):
        yield statement.name.name


def _words(node: Any) -> Iterator[str]:
    """The names in a construct that may be those of definitions."""
    if isinstance(node, syntax.Name):
        yield node.name
    elif isinstance(node, syntax.Call):
        yield node.function
    for part in syntax.parts(node):
        yield from _words(part)

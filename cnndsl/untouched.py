"""What of a file can be elaborated although something in it is wrong.

A network can, if all that it uses could be read: then what is told of it is no echo of another
mistake. A name that means nothing is no hindrance, since what it leaves unknown is silent.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

from cnndsl import syntax
from cnndsl.errors import Diagnostic
from cnndsl.program import Program
from cnndsl.source import Span

# The mistakes that are a name which means nothing.
_NAMES = frozenset({"unknown-layer", "unknown-value", "unknown-reference"})


class Untouched:
    """The definitions of a program that neither are misread nor use what is."""

    def __init__(self, program: Program, errors: Iterable[Diagnostic]) -> None:
        self._file = program.file
        self._starts = [_start(statement) for statement in self._file.statements]
        self._errors = list(errors)
        wrong = [self._statement(e.span) for e in self._errors if e.code not in _NAMES]
        # The same name may be unknown in several places, of which only the first was told.
        self._told = {_named(error) for error in self._errors if error.code in _NAMES}
        # A mistake between definitions, or in a default, may reach all of them.
        self._none = any(s is None or isinstance(s, syntax.Default) for s in wrong)
        self._wrong = {name for statement in wrong for name in _names(statement)} | program.missing
        # Of several variants of what is no network, one is told, and none where it may be one that
        # could not be read.
        self._wrong |= {
            variant.name.name
            for variant in program.variants.values()
            if not _is_network(program, variant.network.name)
        }
        self._uses = {
            name: set(_words(statement))
            for statement in self._file.statements
            for name in _names(statement)
        }

    def __contains__(self, name: str) -> bool:
        """Whether the definition of that name, and all that it leads to, could be read."""
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

    def echoes(self, error: Diagnostic) -> bool:
        """Whether an error may be there because of another one, which is told."""
        if error in self._errors:
            return False
        statement = self._statement(error.span)
        if statement is None or not self._wrong.isdisjoint(_names(statement)):
            return True
        same_place = any(error.span == other.span for other in self._errors)
        return same_place or not self._told.isdisjoint(_causes(error))

    def _statement(self, span: Span | None) -> Any:
        """The statement of the file in which a place is; None where it is in none."""
        if span is None or span.source is not self._file.source:
            return None
        number = bisect_right(self._starts, span.start)
        return self._file.statements[number - 1] if number else None


def _is_network(program: Program, name: str) -> bool:
    found = program.find(name)
    return found is not None and isinstance(found[1], syntax.Network)


def _named(error: Diagnostic) -> tuple[str, str]:
    """The kind of an unknown name, and the name: `@a.c` and `@a[0]` are both of `@a`."""
    text = error.span.text if error.span else ""
    return error.code, re.split(r"[.\[]", text)[0]


def _causes(error: Diagnostic) -> Iterator[tuple[str, str]]:
    """The unknown names by which an error may have come about: the same name is one of them."""
    code, text = _named(error)
    yield code, text
    if code == "unknown-argument":
        # Of a block whose parameter is misspelt at its head, the body does not know the name.
        name = {"/": "stride"}.get(text[:1], "kernel") if "=" not in text else text.split("=")[0]
        yield "unknown-value", name.strip()
        yield "unknown-layer", name.strip()


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

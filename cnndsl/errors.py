"""Diagnostics as data: what is wrong, where, why, and what would mend it.

A stage only says what is wrong; how it looks is decided here, once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum

from cnndsl.carets import picture, printable
from cnndsl.codes import BY_NAME
from cnndsl.source import Source, Span

# How many of the calls that led to a mistake are shown, the nearest first.
TRAIL_SHOWN = 4

# A comment that switches warnings off for its line.
IGNORE = re.compile(r"#\s*cnndsl:\s*ignore\s+(.+)")


class Severity(Enum):
    """Whether a diagnostic keeps a network from being made."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Label:
    """A place that has to do with a diagnostic, and what happened there."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A remedy that is safe: the text that stands for what is at a place."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that is wrong with a spec, or with how it was asked for.

    `code` is the name of the kind of mistake in the catalogue (`shape-mismatch`), `label` stands at
    the carets, `related` are other places with their own carets, `notes` give the cause, and
    `hint` is the remedy, where possible as a text that can be pasted. A `fix` is that remedy where
    it can be applied without a thought.
    """

    code: str
    message: str
    span: Span | None = None
    label: str = ""
    related: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    hint: str = ""
    severity: Severity = Severity.ERROR
    fix: Fix | None = None

    @property
    def number(self) -> str:
        """The code that its reader knows it by: `E301`."""
        known = BY_NAME.get(self.code)
        return known.number if known else self.code

    @property
    def is_ignored(self) -> bool:
        """Whether its line says so: a warning, and `# cnndsl: ignore W102` at the end of it."""
        if self.severity is Severity.ERROR or self.span is None:
            return False
        found = IGNORE.search(self.span.source.line(self.span.line))
        return found is not None and self.number in found[1].replace(",", " ").split()

    def __str__(self) -> str:
        return render(self)


class CnnError(Exception):
    """A spec, or the way it was asked for, is wrong: `diagnostics` tell how."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        return "\n\n".join(map(render, self.diagnostics))


class RequestError(CnnError):
    """What is asked for can't be had, whatever a spec says: no such file, name or engine, say."""


class Report:
    """What the stages found so far: each thing once, however often it is met."""

    def __init__(self, earlier: Iterable[Diagnostic] = ()) -> None:
        self._found: dict[tuple[object, ...], Diagnostic] = {}
        # The calls that led to where the work is now, the outermost first.
        self.trail: list[Label] = []
        self._silenced = 0
        for diagnostic in earlier:
            self.add(diagnostic)

    @property
    def is_silenced(self) -> bool:
        return self._silenced > 0

    @contextmanager
    def called(self, span: Span, text: str) -> Iterator[None]:
        """Within it, diagnostics tell that this call led to them."""
        self.trail.append(Label(span, text))
        try:
            yield
        finally:
            self.trail.pop()

    @contextmanager
    def silenced(self) -> Iterator[None]:
        """Within it, nothing is kept: for work whose result is thrown away."""
        self._silenced += 1
        try:
            yield
        finally:
            self._silenced -= 1

    def add(self, diagnostic: Diagnostic, *, always: bool = False) -> None:
        """Keep the diagnostic, unless its line ignores it or the same was said of the same place.

        `always` is for what ends all work, that whose result would be thrown away too.
        """
        if diagnostic.is_ignored or (self.is_silenced and not always):
            return
        if self.trail:
            diagnostic = self._with_calls(diagnostic)
        span = diagnostic.span
        place = (span.source.name, span.start, span.end) if span else (diagnostic.message,)
        self._found.setdefault((diagnostic.code, *place), diagnostic)

    def _with_calls(self, diagnostic: Diagnostic) -> Diagnostic:
        """The diagnostic with the nearest of the calls that led to it, each place once."""
        calls = [c for c in reversed(self.trail) if c.span != diagnostic.span]
        nearest_there: dict[Span, Label] = {}
        for call in calls:
            nearest_there.setdefault(call.span, call)
        shown = list(nearest_there.values())[:TRAIL_SHOWN]
        notes = diagnostic.notes
        if more := len(calls) - len(shown):
            told = "1 more call" if more == 1 else f"{more} more calls"
            first = calls[-1].span
            is_shown = any(call.span == first for call in shown)
            told += " led there" if is_shown else f" led there, the first at {first.place}"
            notes = (*notes, told)
        return replace(diagnostic, related=(*diagnostic.related, *shown), notes=notes)

    def clear(self) -> None:
        """Forget all that was found."""
        self._found.clear()

    def __iter__(self) -> Iterator[Diagnostic]:
        """By file, in the order of their places."""
        return iter(sorted(self._found.values(), key=_place))

    @property
    def errors(self) -> list[Diagnostic]:
        return [d for d in self if d.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Diagnostic]:
        return [d for d in self if d.severity is Severity.WARNING]

    def raise_errors(self) -> None:
        """Raises CnnError if there is an error; warnings alone raise nothing."""
        if errors := self.errors:
            raise CnnError(errors)


def _place(diagnostic: Diagnostic) -> tuple[str, int]:
    span = diagnostic.span
    return (span.source.name, span.start) if span else ("", 0)


# How much of two names is the same, from 0 to 1, where one is likely a slip of the other.
_LIKENESS = 0.67


def nearest(name: str, known: Iterable[str], likeness: float = _LIKENESS) -> str | None:
    """The known name that `name` is most likely meant to be, if one is near."""
    close = _near(name, known, likeness)
    return close[0] if close else None


def _near(name: str, known: Iterable[str], likeness: float = _LIKENESS) -> list[str]:
    """The known names that `name` may be meant to be, the likeliest first."""
    from difflib import get_close_matches  # only a mistake pays for its import

    wanted = name.lower()
    # Of names that differ by capitals alone, the one whose capitals are most alike.
    alike = sorted(known, key=lambda other: sum(map(str.__eq__, other, name)))
    by_lower = {other.lower(): other for other in alike}
    # Letters in another order, or in capitals, are the likeliest slips.
    same = [other for other in by_lower if sorted(other) == sorted(wanted)]
    close = same or get_close_matches(wanted, by_lower, n=2, cutoff=likeness)
    return [by_lower[other] for other in close]


def suggestion(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """The hint at the known name that is likely meant; `otherwise` where none is near."""
    near = nearest(name, known)
    return f"did you mean `{near}`?" if near else otherwise


def misspelt(span: Span, name: str, known: Iterable[str]) -> Fix | None:
    """The fix of a name at the end of a place, where exactly one known name is near."""
    known = set(known)
    close = _near(name, known)
    if len(close) != 1 or sum(other.lower() == close[0].lower() for other in known) != 1:
        return None
    return replaced_name(span, name, close[0])


def replaced_name(span: Span, name: str, other: str) -> Fix | None:
    """The fix that puts another name for the one at the end of a place, if it stands there."""
    place = Span(span.source, span.end - len(name), span.end)
    return Fix(place, other) if place.text == name else None


def render(diagnostic: Diagnostic) -> str:
    """The diagnostic as its reader sees it, with the source and carets; no newline at the end."""
    lines = [f"{diagnostic.severity.value}[{diagnostic.number}]: {diagnostic.message}"]
    labels = list(diagnostic.related)
    if diagnostic.span:
        labels.insert(0, Label(diagnostic.span, diagnostic.label))
    width = max((len(str(label.span.line)) for label in labels), default=1)
    for label in labels:
        lines += picture(label.span, label.text, width)
    for note in diagnostic.notes:
        lines.append(f"{' ' * width} = note: {_indent(note, width)}")
    if diagnostic.hint:
        lines.append(f"{' ' * width} = help: {_indent(diagnostic.hint, width)}")
    return "\n".join(map(printable, lines))


def _indent(text: str, width: int) -> str:
    return text.replace("\n", "\n" + " " * (width + 9))


def request_error(code: str, message: str, hint: str = "") -> RequestError:
    """A mistake that has no place in a spec: a file that can't be read, say."""
    return RequestError([Diagnostic(code, message, hint=hint)])


def whole(source: Source) -> Span:
    """The first letter of a source: the place of a mistake that is the whole file's."""
    return Span(source, 0, 0)

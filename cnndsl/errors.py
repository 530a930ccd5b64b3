"""Diagnostics as data: what is wrong, where, why, and what would mend it.

A stage only says what is wrong; how it looks is decided here, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum

from cnndsl.source import Source, Span

# How many of the calls that led to a mistake are shown, the nearest first.
TRAIL_SHOWN = 4
_LONGEST_LINE = 160


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
class Diagnostic:
    """One thing that is wrong with a spec, or with how it was asked for.

    `code` is a short word that tells the kind of mistake (`shape-mismatch`), `label` stands at
    the carets, `related` are other places with their own carets, `notes` give the cause, and
    `hint` is the remedy, where possible as a text that can be pasted.
    """

    code: str
    message: str
    span: Span | None = None
    label: str = ""
    related: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    hint: str = ""
    severity: Severity = Severity.ERROR

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
        """Keep the diagnostic, unless the same was said of the same place before.

        `always` is for what ends all work, that whose result would be thrown away too.
        """
        if self.is_silenced and not always:
            return
        if self.trail:
            diagnostic = replace(
                diagnostic,
                related=diagnostic.related + tuple(reversed(self.trail[-TRAIL_SHOWN:])),
                notes=diagnostic.notes + self._calls_left_out(),
            )
        span = diagnostic.span
        place = (span.source.name, span.start, span.end) if span else (diagnostic.message,)
        self._found.setdefault((diagnostic.code, *place), diagnostic)

    def _calls_left_out(self) -> tuple[str, ...]:
        more = len(self.trail) - TRAIL_SHOWN
        calls = "1 more call" if more == 1 else f"{more} more calls"
        told = f"{calls} led there, the first at {self.trail[0].span.place}" if more > 0 else ""
        return (told,) if told else ()

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


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` is most likely meant to be, if one is near."""
    from difflib import get_close_matches  # only a mistake pays for its import

    wanted = name.lower()
    by_lower = {other.lower(): other for other in known}
    # Letters in another order, or in capitals, are the likeliest slips.
    same = [other for other in by_lower if sorted(other) == sorted(wanted)]
    close = same or get_close_matches(wanted, by_lower, n=1, cutoff=0.67)
    return by_lower[close[0]] if close else None


def suggestion(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """The hint at the known name that is likely meant; `otherwise` where none is near."""
    near = nearest(name, known)
    return f"did you mean `{near}`?" if near else otherwise


def render(diagnostic: Diagnostic) -> str:
    """The diagnostic as its reader sees it, with the source and carets; no newline at the end."""
    lines = [f"{diagnostic.severity.value}[{diagnostic.code}]: {diagnostic.message}"]
    labels = list(diagnostic.related)
    if diagnostic.span:
        labels.insert(0, Label(diagnostic.span, diagnostic.label))
    width = max((len(str(label.span.line)) for label in labels), default=1)
    for label in labels:
        lines += _picture(label, width)
    for note in diagnostic.notes:
        lines.append(f"{' ' * width} = note: {_indent(note, width)}")
    if diagnostic.hint:
        lines.append(f"{' ' * width} = help: {_indent(diagnostic.hint, width)}")
    return "\n".join(map(_printable, lines))


def _picture(label: Label, width: int) -> list[str]:
    """The line of a label with carets under it; of a span over several lines, the first."""
    number, column = label.span.source.position(label.span.start)
    text = label.span.source.line(number)
    # Of a long line, the part around the mistake.
    first = max(0, column - _LONGEST_LINE // 2) if len(text) > _LONGEST_LINE else 0
    text = _cut(text, first)
    before = text[: column - 1 - first]
    length = max(1, min(label.span.end - label.span.start, len(text) - len(before)))
    # Tabs are kept, so that the carets stand under the letters whatever a tab's width is.
    pad = "".join("\t" if letter == "\t" else " " for letter in before)
    carets = f"{pad}{'^' * length} {label.text}".rstrip()
    gutter = " " * width
    return [
        f"{gutter}--> {label.span.place}",
        f"{gutter} |",
        f"{number:>{width}} | {text}",
        f"{gutter} | {carets}",
    ]


def _cut(text: str, first: int) -> str:
    """The letters of a line from `first`, as many as are shown."""
    part = text[first : first + _LONGEST_LINE]
    if first:
        part = f"…{part[1:]}"
    return part if first + len(part) >= len(text) else f"{part[:-1]}…"


def _printable(text: str) -> str:
    """The text with its control letters, which could move a terminal's cursor, as `?`."""
    return "".join(letter if letter in "\t\n" or letter.isprintable() else "?" for letter in text)


def _indent(text: str, width: int) -> str:
    return text.replace("\n", "\n" + " " * (width + 9))


def request_error(code: str, message: str, hint: str = "") -> RequestError:
    """A mistake that has no place in a spec: a file that can't be read, say."""
    return RequestError([Diagnostic(code, message, hint=hint)])


def whole(source: Source) -> Span:
    """The first letter of a source: the place of a mistake that is the whole file's."""
    return Span(source, 0, 0)

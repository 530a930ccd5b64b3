"""Fixes, applied to the text that they are for."""

from __future__ import annotations

from collections.abc import Iterable

from cnndsl.errors import Diagnostic
from cnndsl.source import Source


def apply(source: Source, diagnostics: Iterable[Diagnostic]) -> tuple[Source, list[Diagnostic]]:
    """The text with all fixes that are for it, and the diagnostics that they mend.

    Of two fixes of the same letters only the first is applied: the other may not hold after it.
    """
    fixable = [d for d in diagnostics if d.fix and d.fix.span.source is source]
    pieces: list[str] = []
    done: list[Diagnostic] = []
    end = -1
    for diagnostic in sorted(fixable, key=lambda d: d.fix.span.start if d.fix else 0):
        fix = diagnostic.fix
        if fix and fix.span.start > end:
            pieces += [source.text[max(end, 0) : fix.span.start], fix.text]
            end = fix.span.end
            done.append(diagnostic)
    mended = "".join([*pieces, source.text[max(end, 0) :]])
    return Source(source.name, mended), done

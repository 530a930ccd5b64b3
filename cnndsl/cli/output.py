"""What the commands print: results on stdout, diagnostics on stderr."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from typing import TextIO

import click

from cnndsl.errors import Diagnostic, Severity, render, request_error

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}
# More pages than this nobody reads at once.
_MOST_EXPLAINED = 3
_CARETS = re.compile(r"^( *\|[ \t]+)(\^+.*)$", re.MULTILINE)


def print_result(text: str) -> None:
    """Prints a result; as UTF-8, whatever the terminal speaks, since files are made of it."""
    try:
        click.echo(text.encode(errors="surrogateescape"), nl=False)
    except BrokenPipeError:
        raise  # nobody reads on, so click ends in silence
    except OSError as error:
        message = f"stdout can't be written: {(error.strerror or str(error)).lower()}"
        raise request_error("unwritable", message) from None


def in_colour(stream: TextIO | None) -> bool:
    """Whether what goes to a stream is in colour: on a terminal, unless the user wants none."""
    if stream is None or not stream.isatty():  # it is None where it is closed
        return False
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def show(diagnostics: Iterable[Diagnostic]) -> None:
    """Shows diagnostics."""
    for diagnostic in diagnostics:
        text = _coloured(diagnostic) if in_colour(sys.stderr) else render(diagnostic)
        click.echo(f"{text}\n", err=True, color=True)


def _coloured(diagnostic: Diagnostic) -> str:
    colour, word = _COLOURS[diagnostic.severity], diagnostic.severity.value
    text = _CARETS.sub(
        lambda found: found[1] + click.style(found[2], fg=colour), render(diagnostic)
    )
    return click.style(word, fg=colour, bold=True) + text.removeprefix(word)


def tell(text: str) -> None:
    """Tells what was done, beside the results."""
    click.echo(text, err=True)


def tell_more(diagnostics: Iterable[Diagnostic]) -> None:
    """Tells, where there are errors, how to read more of them."""
    errors = (d.number for d in diagnostics if d.severity is Severity.ERROR)
    if codes := list(dict.fromkeys(errors)):
        tell(f"`cnndsl explain {' '.join(codes[:_MOST_EXPLAINED])}` tells more")

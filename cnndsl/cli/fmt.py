"""The command `fmt`: specs in their one layout."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import Enum, auto

import click

from cnndsl import files
from cnndsl.cli.ends import ERRORS_IN_SPEC, exit_code
from cnndsl.cli.output import in_colour, print_result, show, tell, tell_more
from cnndsl.cli.specs import STDIN, read, specs_at
from cnndsl.errors import CnnError
from cnndsl.source import Source

_COLOURS = {"-": "red", "+": "green", "@": "cyan"}


class _Result(Enum):
    """What becomes of a spec that is not in the layout."""

    WRITTEN = auto()
    NAMED = auto()
    COMPARED = auto()


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--check",
    "checks",
    is_flag=True,
    help="Write nothing; name the specs that would change, and exit with 1 if there is one. "
    "Example: cnndsl fmt --check specs",
)
@click.option(
    "--diff",
    "compares",
    is_flag=True,
    help="Write nothing; show what would change. Example: cnndsl fmt --diff net.cnn",
)
@click.pass_context
def fmt(ctx: click.Context, paths: tuple[str, ...], checks: bool, compares: bool) -> None:
    """Format specs: spaces, lines and columns as all specs have them.

    PATH is a file, a folder with all specs in it, or - for stdin, which is printed formatted;
    without a PATH, the specs in this folder are formatted. Words and comments stay as they are,
    and what a spec means does. A spec with errors of syntax is not formatted.

    Example: cnndsl fmt net.cnn
    """
    result = _Result.NAMED if checks else _Result.WRITTEN
    result = _Result.COMPARED if compares else result
    errors: list[CnnError] = []
    changed = [path for path in _specs(paths or (".",), errors) if _format(path, result, errors)]
    tell_more(diagnostic for error in errors for diagnostic in error.diagnostics)
    code = ERRORS_IN_SPEC if checks and changed else 0
    ctx.exit(max([code, *map(exit_code, errors)]))


def _specs(paths: tuple[str, ...], errors: list[CnnError]) -> Iterator[str]:
    """The specs that paths mean; what can't be had is shown, and goes to the errors."""
    for path in paths:
        try:
            yield from specs_at(path)
        except CnnError as error:
            _show(error, errors)


def _show(error: CnnError, errors: list[CnnError]) -> None:
    errors.append(error)
    show(error.diagnostics)


def _format(path: str, result: _Result, errors: list[CnnError]) -> bool:
    """Formats one spec; whether it changes."""
    from cnndsl.format import format_source  # other commands need no layout

    try:
        source = read(path)
        text = format_source(source)
        changes = text != source.text
        if result is _Result.WRITTEN and path == STDIN:
            print_result(text)
        elif changes:
            _give(Source(source.name, text), source, result)
    except CnnError as error:
        _show(error, errors)
        return False
    return changes


def _give(formatted: Source, source: Source, result: _Result) -> None:
    """Give the result of a spec that changes."""
    if result is _Result.WRITTEN:
        files.rewrite(formatted)
        tell(f"{source.name}: formatted")
    elif result is _Result.NAMED:
        print_result(f"{source.name}: not formatted\n")
    else:
        print_result("".join(map(_coloured, _difference(source, formatted))))


def _difference(source: Source, formatted: Source) -> Iterator[str]:
    """The lines of a unified diff, as `patch` takes them."""
    from difflib import unified_diff

    before, after = _lines(source.text), _lines(formatted.text)
    for line in unified_diff(before, after, source.name, f"{source.name} (formatted)"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """The lines as a diff counts them: a newline ends one, and nothing else does."""
    *lines, last = text.split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def _coloured(line: str) -> str:
    """A line of a diff, in colour where that is wanted."""
    colour = _COLOURS.get(line[0])
    if colour is None or not in_colour(sys.stdout):
        return line
    return click.style(line.rstrip("\n"), fg=colour) + "\n"

"""Golden cases: `cases/<stage>/name.cnn` and what its stage makes of it, `name.expected`.

A `name_fail.cnn` is a spec with mistakes; its `.expected` holds all diagnostics as a user sees
them. A spec that succeeds needs no `.expected` at a stage that gives no text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from cnndsl.analyse.annotate import annotated
from cnndsl.compiler import Compiler
from cnndsl.errors import CnnError, Report, Severity
from cnndsl.library import compile, compile_text, format_text
from cnndsl.parse import parse
from cnndsl.source import Source

FOLDER = Path(__file__).parent / "cases"


def parsed(path: Path) -> str:
    """Parses; there is nothing to show of what succeeds."""
    report = Report()
    parse(Source(path.name, path.read_text(encoding="utf-8")), report)
    report.raise_errors()
    return ""


def checked(path: Path) -> str:
    """Elaborates all that a spec has; the warnings."""
    found = Compiler(Source(path.name, path.read_text(encoding="utf-8"))).check()
    if any(diagnostic.severity is Severity.ERROR for diagnostic in found):
        raise CnnError(found)
    return "\n\n".join(map(str, found))


def summarised(path: Path) -> str:
    """The summary of a spec's only network."""
    return compile(path).summary()


def emitted(path: Path) -> str:
    """The Python source of the only network."""
    return compile_text(path.read_text(encoding="utf-8")).source().rstrip("\n")


def formatted(path: Path) -> str:
    """The spec in its layout."""
    return format_text(path.read_text(encoding="utf-8"), name=path.name).removesuffix("\n")


def annotated_(path: Path) -> str:
    """The spec with what each line of its only network came to."""
    compiler = Compiler(Source(path.name, path.read_text(encoding="utf-8")))
    return annotated(compiler.design(), compiler.program.file).rstrip("\n")


# A stage's text for a spec; it raises CnnError where the spec is wrong.
STAGES: dict[str, Callable[[Path], str]] = {
    "annotate": annotated_,
    "check": checked,
    "emit": emitted,
    "format": formatted,
    "mistakes": checked,
    "parse": parsed,
    "summary": summarised,
}


def cases() -> Iterator[Path]:
    """Every case of every stage that is registered."""
    for stage in sorted(STAGES):
        yield from sorted((FOLDER / stage).glob("*.cnn"))


def outcome(path: Path) -> tuple[bool, str]:
    """Whether the case's stage succeeds, and its text or the diagnostics."""
    try:
        return True, STAGES[path.parent.name](path)
    except CnnError as error:
        return False, str(error)

"""The command `check`: all that is wrong with specs, and what of it can be mended at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import click

from cnndsl import files, fixes
from cnndsl.cli.ends import ERRORS_IN_SPEC, exit_code
from cnndsl.cli.explain import ignored_codes
from cnndsl.cli.formats import FORMATS
from cnndsl.cli.options import allow_python_option, limit_option
from cnndsl.cli.output import print_result, show, tell, tell_more
from cnndsl.cli.specs import STDIN, STDIN_NAME, read, specs_at
from cnndsl.compiler import Compiler
from cnndsl.errors import CnnError, Diagnostic, Severity
from cnndsl.limits import Limits
from cnndsl.source import Source

# A fix may bring to light what another can mend; it is no use to go on for ever.
_MOST_ROUNDS = 20


@dataclass(frozen=True)
class _Wanted:
    """What of the diagnostics is asked for, and how far a spec may go."""

    limits: Limits
    allow_python: bool
    ignored: frozenset[str]
    strict: bool
    sizes: bool

    def of(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        kept = [d for d in diagnostics if d.number not in self.ignored]
        return [replace(d, severity=Severity.ERROR) for d in kept] if self.strict else kept


@dataclass(frozen=True)
class _Checked:
    """What was found in a spec; `confirmation` says what it has, where it has no errors."""

    diagnostics: list[Diagnostic]
    exit_code: int
    confirmation: str = ""


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--fix",
    "mends",
    is_flag=True,
    help="First mend what can be mended safely, such as a misspelt name. "
    "Example: cnndsl check --fix net.cnn",
)
@click.option(
    "--ignore",
    "ignored",
    multiple=True,
    metavar="CODE",
    callback=ignored_codes,
    help="A warning that is not told. Example: --ignore W104 --ignore W105",
)
@click.option(
    "--strict", is_flag=True, help="Take warnings for errors. Example: cnndsl check --strict specs"
)
@click.option(
    "--sizes",
    is_flag=True,
    help="Tell, too, which sizes of its input each network takes. This tries many sizes. "
    "Example: cnndsl check --sizes net.cnn",
)
@click.option(
    "--output-format",
    "form",
    type=click.Choice(["full", *FORMATS]),
    default="full",
    help="How what is found is told: as text for people, or on stdout as a line each, as JSON, "
    "as commands of GitHub's workflows, or as SARIF. Example: --output-format json",
)
@limit_option
@allow_python_option
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[str, ...],
    mends: bool,
    ignored: frozenset[str],
    strict: bool,
    sizes: bool,
    form: str,
    limits: Limits,
    allow_python: bool,
) -> None:
    """Check specs: all their networks, blocks, shapes and sizes.

    PATH is a file, a folder with all specs in it, or - for stdin. Every error and warning is told,
    and each file without errors is confirmed by a line. A warning is switched off for a line by a
    comment at the end of it: `# cnndsl: ignore W104`.

    Example: cnndsl check resnet.cnn unet.cnn
    """
    if mends and STDIN in paths and form != "full":
        raise click.UsageError("--fix prints a mended stdin, so nothing else can go to stdout")
    wanted = _Wanted(limits, allow_python, ignored, strict, sizes)
    found: list[_Checked] = []
    for path in paths:
        for checked in _check_all(path, mends, wanted):
            found.append(checked)
            if form == "full":
                show(checked.diagnostics)
                _confirm(checked, beside=mends and path == STDIN)
    diagnostics = [diagnostic for checked in found for diagnostic in checked.diagnostics]
    if form == "full":
        tell_more(diagnostics)
    else:
        print_result(FORMATS[form](diagnostics))
    ctx.exit(max(checked.exit_code for checked in found))


def _confirm(checked: _Checked, beside: bool) -> None:
    """Prints what says that a spec is good, `beside` the results if they are something else."""
    if checked.confirmation and beside:
        tell(checked.confirmation)
    elif checked.confirmation:
        print_result(f"{checked.confirmation}\n")


def _check_all(path: str, mends: bool, wanted: _Wanted) -> Iterator[_Checked]:
    """Checks what a path means: one spec, or those in a folder."""
    try:
        paths = specs_at(path)
    except CnnError as error:
        yield _Checked(list(error.diagnostics), exit_code(error))
        return
    for one in paths:
        try:
            source = read(one)
            yield _mended(source, wanted) if mends else _checked(source, wanted)
        except CnnError as error:
            yield _Checked(list(error.diagnostics), exit_code(error))


def _checked(source: Source, wanted: _Wanted) -> _Checked:
    try:
        compiler = Compiler(source, wanted.limits, allow_python=wanted.allow_python)
        found = wanted.of(compiler.check())
    except CnnError as error:
        return _Checked(wanted.of(error.diagnostics), exit_code(error))
    if any(diagnostic.severity is Severity.ERROR for diagnostic in found):
        return _Checked(found, ERRORS_IN_SPEC)
    lines = [f"{source.name}: ok, {_contents(compiler, len(found))}"]
    if wanted.sizes:
        from cnndsl.analyse.sizes import sizes_lines

        lines += sizes_lines(map(compiler.legal_sizes, compiler.members))
    return _Checked(found, 0, "\n".join(lines))


def _contents(compiler: Compiler, warnings: int) -> str:
    """What a spec without errors has, in words."""
    words = _count(len(compiler.members), "network")
    if incomplete := compiler.incomplete:
        needs = "needs" if len(incomplete) == 1 else "need"
        words += f" ({', '.join(incomplete)} {needs} arguments: add a variant)"
    return f"{words}, {_count(warnings, 'warning')}" if warnings else words


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _mended(source: Source, wanted: _Wanted) -> _Checked:
    """Checks a spec after all that can be mended is; the file is rewritten, or stdin printed."""
    checked, mended = _checked(source, wanted), source
    told: list[str] = []
    for _ in range(_MOST_ROUNDS):
        mended, done = fixes.apply(mended, checked.diagnostics)
        if not done:
            break
        told += map(_told, done)
        checked = _checked(mended, wanted)
    if source.name == STDIN_NAME:
        print_result(mended.text)
    elif told:
        files.rewrite(mended)
    for line in told:
        tell(line)
    return checked


def _told(diagnostic: Diagnostic) -> str:
    fix = diagnostic.fix
    assert fix is not None, "what was mended has a fix"
    before, after = fix.span.text, fix.text
    if not before:
        change = f"`{after.strip()}` put in"
    else:
        change = f"`{before}` is now `{after}`" if after else f"`{before}` taken away"
    return f"{fix.span.place}: {diagnostic.number} mended: {change}"

"""The command line: arguments in, results and files out. Nothing else prints.

Results go to stdout, diagnostics and all else to stderr. Exit codes: 0; 1 for errors in a spec; 2
for what can't be had as it is asked, such as an unknown option, network or parameter, a file that
can't be read or written, or a program that is not installed; 130 when it is interrupted.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from typing import Any, TypeVar

import click

from cnndsl import __version__, files
from cnndsl.compiler import Compiler
from cnndsl.design import Design
from cnndsl.errors import (
    CnnError,
    Diagnostic,
    Report,
    RequestError,
    Severity,
    nearest,
    render,
    request_error,
)
from cnndsl.library import bundled_compilers, input_sizes, locate
from cnndsl.limits import DEFAULT_LIMITS, Limits
from cnndsl.parse import parse_expression
from cnndsl.source import Source
from cnndsl.values import Value

ERRORS_IN_SPEC = 1
NOT_AS_ASKED = 2
INTERRUPTED = 130

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}
_CARETS = re.compile(r"^( *\|[ \t]+)(\^+.*)$", re.MULTILINE)

Command = TypeVar("Command", bound=Callable[..., Any])


class _Commands(click.Group):
    """Commands whose errors are diagnostics."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CnnError as error:
            _show(error.diagnostics)
            ctx.exit(_exit_code(error))
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)


def _exit_code(error: CnnError) -> int:
    return NOT_AS_ASKED if isinstance(error, RequestError) else ERRORS_IN_SPEC


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="cnndsl %(version)s")
def main() -> None:
    """Compile specs of vision networks to PyTorch, pictures and tables.

    A TARGET is a file (net.cnn), one of several networks in a file (net.cnn:small), or a bundled
    network (resnet50; `cnndsl list` tells them all).
    """


# Options that several commands have


def _limits(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> Limits:
    known = [field.name for field in fields(Limits)]
    changes: dict[str, int] = {}
    for text in given:
        name, _, number = text.partition("=")
        if name not in known:
            near = nearest(name, known)
            hint = f"did you mean `{near}`?" if near else f"there are {', '.join(known)}"
            raise click.BadParameter(f"there is no limit `{name}`: {hint}")
        if not re.fullmatch("[0-9]{1,18}", number) or int(number) < 1:
            raise click.BadParameter(f"a limit is a whole number of at least 1, as in `{name}=500`")
        changes[name] = int(number)
    return replace(DEFAULT_LIMITS, **changes)


_limit_option = click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="NAME=N",
    callback=_limits,
    help="How large a spec may become: items, steps, calls, "
    "list, string, integer. Example: --limit steps=1000000",
)


def _assignments(
    ctx: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    texts: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not name.isidentifier() or not equals:
            raise click.BadParameter(f"`{text}` is not of the form `name=value`")
        if name in texts:
            raise click.BadParameter(f"`{name}` is given twice")
        texts[name] = value
    return texts


def _network(command: Command) -> Command:
    """Gives a command the argument TARGET, and the options that choose a network of it."""
    for decorate in (
        _limit_option,
        click.option(
            "--input",
            "sizes",
            metavar="SIZES",
            help="The input's sizes, without the batch. Example: --input 1x96x96",
        ),
        click.option(
            "-p",
            "parameters",
            multiple=True,
            metavar="NAME=VALUE",
            callback=_assignments,
            help="A parameter of the network, its value as a spec writes it. "
            "Example: -p classes=10 -p 'layers=[2, 2, 2, 2]'",
        ),
        click.argument("target"),
    ):
        command = decorate(command)
    return command


def _design(target: str, parameters: dict[str, str], sizes: str | None, limits: Limits) -> Design:
    """The design of a target; its warnings are shown."""
    wanted = input_sizes(sizes)
    source, member = locate(target)
    compiler = Compiler(source, limits)
    values = {name: _value(compiler, name, text) for name, text in parameters.items()}
    design = compiler.design(member, values, wanted)
    _show(design.warnings)
    return design


def _value(compiler: Compiler, name: str, text: str) -> Value:
    """The value of a parameter, an expression among the names of the spec."""
    report = Report()
    expression = parse_expression(Source(f"-p {name}", text), report)
    if expression is None or report.errors:
        raise RequestError(report.errors)
    try:
        return compiler.evaluate(expression)
    except CnnError as error:
        raise RequestError(error.diagnostics) from None


# The commands


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@_limit_option
@click.pass_context
def check(ctx: click.Context, paths: tuple[str, ...], limits: Limits) -> None:
    """Check specs: all their networks, blocks, shapes and sizes.

    Every error and warning is told, and each file without errors is confirmed by a line.

    Example: cnndsl check resnet.cnn unet.cnn
    """
    ctx.exit(max(_check(path, limits) for path in paths))


def _check(path: str, limits: Limits) -> int:
    """Checks one file; the exit code for it."""
    try:
        compiler = Compiler(files.read(path), limits)
        found = compiler.check()
    except CnnError as error:
        _show(error.diagnostics)
        return _exit_code(error)
    _show(found)
    if any(diagnostic.severity is Severity.ERROR for diagnostic in found):
        return ERRORS_IN_SPEC
    warnings = f", {_count(len(found), 'warning')}" if found else ""
    _print(f"{path}: ok, {_count(len(compiler.members), 'network')}{warnings}\n")
    return 0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@main.command("compile")
@_network
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="FILE",
    help="Where to write the source; - is stdout, the default. Example: -o net.py",
)
@click.option(
    "--verify",
    is_flag=True,
    help="First run the network once, and compare its shapes and parameters with the spec's. "
    "Needs torch. Example: cnndsl compile resnet50 --verify -o net.py",
)
def compile_(
    target: str,
    parameters: dict[str, str],
    sizes: str | None,
    limits: Limits,
    output: str,
    verify: bool,
) -> None:
    """Compile a network to a Python file that imports torch alone.

    Example: cnndsl compile resnet50 -p classes=10 -o net.py
    """
    design = _design(target, parameters, sizes, limits)
    source = design.source()
    if verify:
        from cnndsl import load

        load.verify(design)
    if output == "-":
        _print(source)
    else:
        files.write_whole(output, source.encode())


@main.command()
@_network
def summary(target: str, parameters: dict[str, str], sizes: str | None, limits: Limits) -> None:
    """Show a network's parts with their shapes, parameters and MACs.

    MACs are the multiplications of convolutions, linear maps and matrix products for one sample.

    Example: cnndsl summary resnet18 --input 3x96x96
    """
    _print(_design(target, parameters, sizes, limits).summary() + "\n")


@main.command("render")
@_network
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    help="Where to write the diagram, as its ending says: .svg, .png or .dot. Example: -o net.svg",
)
@click.option(
    "--engine",
    metavar="NAME",
    help="What lays the diagram out, if not the engine that pip installs with cnndsl: "
    "an installed Graphviz. Example: --engine dot",
)
def render_(
    target: str,
    parameters: dict[str, str],
    sizes: str | None,
    limits: Limits,
    output: str,
    engine: str | None,
) -> None:
    """Draw a network's diagram.

    Example: cnndsl render googlenet -o googlenet.svg
    """
    design = _design(target, parameters, sizes, limits)
    from cnndsl import draw

    draw.render(design, output, engine or draw.BUNDLED)


@main.command("list")
def list_() -> None:
    """List the bundled specs and their networks, with parameters and MACs.

    Example: cnndsl list
    """
    from cnndsl.analyse.catalogue import catalogue

    _print(catalogue(bundled_compilers()) + "\n")


# What is printed


def _print(text: str) -> None:
    """Prints a result; as UTF-8, whatever the terminal speaks, since files are made of it."""
    try:
        click.echo(text.encode(), nl=False)
    except BrokenPipeError:
        raise  # nobody reads on, so click ends in silence
    except OSError as error:
        message = f"stdout can't be written: {(error.strerror or str(error)).lower()}"
        raise request_error("unwritable", message) from None


def _show(diagnostics: Iterable[Diagnostic]) -> None:
    """Shows diagnostics; in colour on a terminal, unless the user wants none."""
    colour = False if os.environ.get("NO_COLOR") else None
    for diagnostic in diagnostics:
        click.echo(_coloured(diagnostic) + "\n", err=True, color=colour)


def _coloured(diagnostic: Diagnostic) -> str:
    colour, word = _COLOURS[diagnostic.severity], diagnostic.severity.value
    text = _CARETS.sub(
        lambda found: found[1] + click.style(found[2], fg=colour), render(diagnostic)
    )
    return click.style(word, fg=colour, bold=True) + text.removeprefix(word)

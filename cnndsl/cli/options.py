"""The options that several commands have, and the design that they ask for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import wraps
from typing import Any

import click

from cnndsl.cli.output import show
from cnndsl.compiler import Compiler
from cnndsl.design import Design
from cnndsl.errors import CnnError, Diagnostic, Report, RequestError, suggestion
from cnndsl.library import input_sizes, locate
from cnndsl.limits import DEFAULT_LIMITS, MOST_CALLS, Limits
from cnndsl.parse import parse_expression
from cnndsl.source import Source
from cnndsl.values import Value


def _limits(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> Limits:
    known = [field.name for field in fields(Limits)]
    changes: dict[str, int] = {}
    for text in given:
        name, _, number = text.partition("=")
        if name not in known:
            hint = suggestion(name, known, f"there are {', '.join(known)}")
            raise click.BadParameter(f"there is no limit `{name}`: {hint}")
        if not re.fullmatch("[0-9]{1,18}", number) or int(number) < 1:
            raise click.BadParameter(f"a limit is a whole number of at least 1, as in `{name}=500`")
        if name == "calls" and int(number) > MOST_CALLS:
            raise click.BadParameter(f"`calls` can't be more than {MOST_CALLS}")
        changes[name] = int(number)
    return replace(DEFAULT_LIMITS, **changes)


limit_option = click.option(
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


def _input_sizes(
    ctx: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> str | dict[str, str] | None:
    """The sizes of the only input, or of several by their names; None where none are given."""
    if len(given) == 1 and "=" not in given[0]:
        return given[0]
    return _assignments(ctx, option, given) or None


allow_python_option = click.option(
    "--allow-python",
    is_flag=True,
    help="Let `layer … = python` lines import and run their code. "
    "Example: cnndsl check --allow-python net.cnn",
)


@dataclass(frozen=True)
class Asked:
    """A network that is asked for: a target, and how it is to be had."""

    target: str
    parameters: dict[str, str]
    sizes: str | dict[str, str] | None
    limits: Limits
    allow_python: bool

    def design(self) -> Design:
        """The design of it; its warnings are shown."""
        return self.compiled()[1]

    def compiled(self) -> tuple[Compiler, Design]:
        """Its spec, and the design of it; its warnings are shown."""
        wanted = input_sizes(self.sizes)
        source, member = locate(self.target)
        compiler = Compiler(source, self.limits, allow_python=self.allow_python)
        values = {name: _value(compiler, name, text) for name, text in self.parameters.items()}
        design = compiler.design(member, values, wanted)
        show(design.warnings)
        return compiler, design


_ASKED = {field.name for field in fields(Asked)}


def network_options(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the argument TARGET and the options that choose a network of it.

    It is called with what they ask for, and with its own options.
    """

    @wraps(command)
    def run(**given: Any) -> None:
        own = {name: given.pop(name) for name in list(given) if name not in _ASKED}
        command(Asked(**given), **own)

    for decorate in (
        allow_python_option,
        limit_option,
        click.option(
            "--input",
            "sizes",
            multiple=True,
            metavar="[NAME=]SIZES",
            callback=_input_sizes,
            help="The input's sizes, without the batch; of several inputs, each by its name. "
            "Example: --input 1x96x96",
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
        run = decorate(run)
    return run


def _value(compiler: Compiler, name: str, text: str) -> Value:
    """The value of a parameter, an expression among the names of the spec."""
    report = Report()
    expression = parse_expression(Source(f"-p {name}", text), report)
    if expression is None or report.errors:
        raise RequestError(report.errors)
    try:
        return compiler.evaluate(expression)
    except CnnError as error:
        raise RequestError([_as_text(name, text, d) for d in error.diagnostics]) from None


def _as_text(name: str, text: str, diagnostic: Diagnostic) -> Diagnostic:
    """The diagnostic of a word that is no value; what is given here may be meant as a text."""
    if diagnostic.code != "unknown-value" or diagnostic.fix or not text.isidentifier():
        return diagnostic
    hint = f"a text stands in quotes: `-p '{name}=\"{text}\"'`; a bare word is a name of the spec"
    return replace(diagnostic, hint=hint)

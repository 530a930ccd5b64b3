"""The page of the command line, from what its commands say of themselves."""

from __future__ import annotations

import inspect
import re

import click

from cnndsl.cli import main
from docs.site.markdown import fenced, table

_EXAMPLE_OF_OPTION = re.compile(r"Example: (.*)$")
_EXAMPLE = re.compile(r"^Example: (.*)$", re.MULTILINE)


def command_page() -> str:
    """The program, then a section a command with its options."""
    context = click.Context(main, info_name="cnndsl")
    parts = ["# The command line\n", _text(main)]
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command, "a command that is listed is there"
        parts += [f"## {name}\n", _section(command, click.Context(command, context, name))]
    return "\n".join(parts)


def _section(command: click.Command, context: click.Context) -> str:
    usage = f"{context.command_path} {' '.join(command.collect_usage_pieces(context))}"
    parts = [fenced("text", usage), _text(command)]
    options = [_option(p) for p in command.params if isinstance(p, click.Option) and not p.hidden]
    if options:
        parts.append(table(("option", "meaning"), options))
    return "\n".join(parts)


def _text(command: click.Command) -> str:
    """A command's help; its example becomes a block of code."""
    help_text = inspect.cleandoc(command.help or "")
    text = _EXAMPLE.sub("", help_text).strip()
    example = _EXAMPLE.search(help_text)
    return f"{text}\n" + (f"\n{fenced('text', example[1])}" if example else "")


def _option(option: click.Option) -> tuple[str, str]:
    if isinstance(option.type, click.Choice):
        value = " " + "|".join(option.type.choices)
    else:
        value = f" {option.metavar}" if option.metavar else ""
    names = ", ".join(f"`{name}`" for name in [*option.opts[:-1], f"{option.opts[-1]}{value}"])
    text = _EXAMPLE_OF_OPTION.sub(r"Example: `\1`.", option.help or "")
    return names, text + (" May be given several times." if option.multiple else "")

"""Commands, run in the process of the tests."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from cnndsl.cli import main


def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    """What a command does; an exception that is no exit is a mistake of ours."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result

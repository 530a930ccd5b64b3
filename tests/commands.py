"""Commands, run in the process of the tests."""

from __future__ import annotations

import signal
from pathlib import Path

from click.testing import CliRunner, Result

from cnndsl.cli import main


def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    """What a command does; an exception that is no exit is a mistake of ours."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def interruptible() -> None:
    """Lets a new process take interrupts, which those of a run in the background ignore."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)

"""The command line: arguments in, results and files out. Nothing else prints.

Results go to stdout, diagnostics and all else to stderr. Exit codes: 0; 1 for errors in a spec, for
weights that do not fit one, or of `diff` for differences; 2 for what can't be had as it is asked,
such as an unknown option, network or parameter, a file that can't be read or written, or a program
that is not installed; 130 when it is interrupted.
"""

from __future__ import annotations

from typing import Any

import click

from cnndsl import __version__
from cnndsl.cli import output
from cnndsl.cli.annotate import annotate
from cnndsl.cli.check import check
from cnndsl.cli.diff import diff
from cnndsl.cli.ends import INTERRUPTED, exit_code
from cnndsl.cli.explain import explain
from cnndsl.cli.fmt import fmt
from cnndsl.cli.listing import layers, list_
from cnndsl.cli.networks import compile_, summary
from cnndsl.cli.render import render_
from cnndsl.cli.show import show_
from cnndsl.cli.weights import weights
from cnndsl.compiler import deep_recursion
from cnndsl.errors import CnnError


class _Commands(click.Group):
    """Commands whose errors are diagnostics."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            # What nests as deep as the limits let it is walked as deep, too.
            with deep_recursion():
                return super().invoke(ctx)
        except CnnError as error:
            output.show(error.diagnostics)
            output.tell_more(error.diagnostics)
            ctx.exit(exit_code(error))
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="cnndsl %(version)s")
def main() -> None:
    """Compile specs of vision networks to PyTorch, pictures and tables.

    A TARGET is a file (net.cnn), one of several networks in a file (net.cnn:small), or a bundled
    network (resnet50; `cnndsl list` tells them all).
    """


for _command in (
    *(check, fmt, compile_, summary, annotate, show_, render_, diff, weights),
    *(list_, layers, explain),
):
    main.add_command(_command)

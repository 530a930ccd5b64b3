"""The command `annotate`: a spec with what each line came to as comments."""

from __future__ import annotations

import click

from cnndsl.cli.options import Asked, network_options
from cnndsl.cli.output import print_result


@click.command()
@network_options
def annotate(asked: Asked) -> None:
    """Print a spec with shapes and parameters as comments.

    The shape after a line is what flows out of it; a line that is used with several tells the first
    and the last. The parameters are those of the line's items in all their uses. What the network
    does not use gets no comment.

    Example: cnndsl annotate resnet18 --input 3x96x96
    """
    from cnndsl.analyse.annotate import annotated

    compiler, design = asked.compiled()
    print_result(annotated(design, compiler.program.file))

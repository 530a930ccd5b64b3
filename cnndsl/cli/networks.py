"""The commands that make something of a network: its source and its summary."""

from __future__ import annotations

import click

from cnndsl import files
from cnndsl.cli.options import Asked, network_options
from cnndsl.cli.output import print_result, tell
from cnndsl.errors import request_error


@click.command("compile")
@network_options
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
    asked: Asked,
    output: str,
    verify: bool,
) -> None:
    """Compile a network to a Python file that imports torch alone.

    Example: cnndsl compile resnet50 -p classes=10 -o net.py
    """
    if output.endswith(".cnn"):
        hint = "end it in `.py`"
        raise request_error(
            "unwritable", f"`{output}` is the name of a spec, not of a source", hint
        )
    design = asked.design()
    source = design.source()
    if verify:
        from cnndsl import load

        load.verify(design)
    if output == "-":
        print_result(source)
    else:
        files.write_whole(output, source.encode())
        tell(f"{output}: {design.name}, {'verified and ' if verify else ''}written")


@click.command()
@network_options
def summary(asked: Asked) -> None:
    """Show a network's parts with their shapes, parameters and MACs.

    MACs are the multiplications of convolutions, linear maps and matrix products for one sample.

    Example: cnndsl summary resnet18 --input 3x96x96
    """
    print_result(asked.design().summary() + "\n")

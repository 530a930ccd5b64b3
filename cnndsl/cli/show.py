"""The command `show`: every layer of a network, and where its arguments come from."""

from __future__ import annotations

import click

from cnndsl.cli.options import Asked, network_options
from cnndsl.cli.output import print_result


@click.command("show")
@network_options
@click.argument("name", default="", metavar="[PATH]")
@click.option(
    "--resolved",
    is_flag=True,
    help="Tell every argument of every layer and block, its value, and where that comes from: "
    "the call, a default line, or the layer's own default. "
    "Example: cnndsl show resnet50 layer1.0 --resolved",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Tell all of it as JSON. Example: cnndsl show resnet50 --json",
)
def show_(asked: Asked, name: str, resolved: bool, as_json: bool) -> None:
    """Show every layer of a network: its path, call and shapes.

    With PATH, such as layer1.0, only what is called so, and what is in it.

    Example: cnndsl show resnet50 layer1.0
    """
    from cnndsl.analyse import listing

    write = listing.listing
    if resolved or as_json:
        write = listing.as_json if as_json else listing.resolved
    print_result(write(asked.design(), name) + "\n")

"""The commands that tell what there is: the bundled networks, and the layers."""

from __future__ import annotations

import click

from cnndsl.cli.output import print_result
from cnndsl.library import bundled_compilers


@click.command("list")
def list_() -> None:
    """List the bundled networks, with parameters and MACs.

    Example: cnndsl list
    """
    from cnndsl.analyse.catalogue import catalogue

    print_result(catalogue(bundled_compilers()) + "\n")


@click.command()
@click.argument("word", required=False)
def layers(word: str | None) -> None:
    """Tell every layer, or all about one and its options.

    Example: cnndsl layers conv
    """
    from cnndsl.analyse import reference

    print_result((reference.layer(word) if word else reference.layers()) + "\n")

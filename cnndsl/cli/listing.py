"""The commands that tell what there is: the bundled networks, and the layers."""

from __future__ import annotations

from pathlib import Path

import click

from cnndsl import files
from cnndsl.cli.output import print_result
from cnndsl.compiler import Compiler
from cnndsl.library import bundled, bundled_compilers, locate


@click.command("list")
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option(
    "--sizes",
    is_flag=True,
    help="Also tell which sizes of its input each network takes, which is found by trying them: "
    "seconds a network. Example: cnndsl list vgg --sizes",
)
def list_(targets: tuple[str, ...], sizes: bool) -> None:
    """List networks by year, with their inputs, parameters and MACs.

    All bundled networks, or those of a bundled spec or a file.

    Example: cnndsl list resnet
    """
    from cnndsl.analyse.catalogue import catalogue

    every = ((name, compiler, compiler.members) for name, compiler in bundled_compilers())
    print_result(catalogue(map(_entry, targets) if targets else every, sizes=sizes) + "\n")


def _entry(target: str) -> tuple[str, Compiler, list[str]]:
    """A spec by its name, and its networks, or the one that the target names.

    A name that both a bundled spec and a network of it have is the spec's.
    """
    path = bundled().get(target)
    source, member = (files.read(path), None) if path else locate(target)
    compiler = Compiler(source)
    members = [member] if member else compiler.require_members()
    return Path(source.name).stem, compiler, members


@click.command()
@click.argument("word", required=False)
def layers(word: str | None) -> None:
    """Tell every layer, or all about one and its options.

    Example: cnndsl layers conv
    """
    from cnndsl.analyse import reference

    print_result((reference.layer(word) if word else reference.layers()) + "\n")

"""The command that draws a network."""

from __future__ import annotations

from typing import Any

import click

from cnndsl.cli.options import Asked, network_options
from cnndsl.cli.output import tell
from cnndsl.cli.watch import watch


@click.command("render")
@network_options
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    help="Where to write the diagram, as its ending says: .svg, .png, .pdf, .html (a page in which "
    "blocks are opened, searched and followed), .dot, .mmd (Mermaid) or .tex (TikZ). "
    "Example: -o net.svg",
)
@click.option(
    "--style",
    default="flow",
    metavar="STYLE",
    help="What is drawn: `flow` has layers and blocks as boxes, `blocks` the maps between them in "
    "perspective, as lectures do. Default: flow. Example: --style blocks",
)
@click.option(
    "--level",
    default="block",
    metavar="LEVEL",
    help="How much is shown: `network` has a box a section, `stage` a box a stage, `block` every "
    "block as a box and each different one opened beside them, `layer` everything. "
    "Default: block. Example: --level stage",
)
@click.option(
    "--depth",
    type=click.IntRange(min=0),
    metavar="N",
    help="How many parts inside each other are opened, whatever the level. Example: --depth 2",
)
@click.option(
    "--expand",
    multiple=True,
    metavar="PATH",
    help="A part that is opened where it stands: its path, a pattern of paths, or the name of a "
    "block. Example: --expand layer1.0 --expand 'layer4.*'",
)
@click.option(
    "--collapse",
    multiple=True,
    metavar="PATTERN",
    help="Parts that are drawn as one box. Example: --level layer --collapse 'layer[23]'",
)
@click.option(
    "--only",
    default="",
    metavar="PATH",
    help="Draw one part of the network alone. Example: --only layer2.0",
)
@click.option(
    "--shapes",
    default="changes",
    metavar="WHICH",
    help="Which edges say their shape: all, those where it changes, or none. "
    "Default: changes. Example: --shapes none",
)
@click.option(
    "--theme",
    default="light",
    metavar="THEME",
    help="The colours: light, dark, print (in greys), or a YAML file of your own. "
    "Default: light. Example: --theme mine.yaml",
)
@click.option(
    "--title",
    metavar="TEXT",
    help="What stands above the diagram, if not the network's name and size; nothing where it is "
    "empty. Example: --title ''",
)
@click.option(
    "--caption",
    default="",
    metavar="TEXT",
    help="What stands beneath it. Example: --caption 'Figure 1: our network'",
)
@click.option(
    "--width",
    default="",
    metavar="WIDTH",
    help="What the diagram shrinks to fit: the column of a paper, a page, or a length in mm, cm, "
    "in or pt. Example: --width 88mm",
)
@click.option(
    "--direction",
    metavar="WHERE",
    help="Where the network goes: down or right. Example: --direction right",
)
@click.option(
    "--no-legend",
    is_flag=True,
    help="Leave out the kinds of layers beneath it. Example: --no-legend",
)
@click.option(
    "--engine",
    metavar="NAME",
    help="What lays the diagram out, if not the engine that pip installs with cnndsl: "
    "an installed Graphviz. Example: --engine dot",
)
@click.option(
    "--watch",
    "watched",
    is_flag=True,
    help="Draw again whenever the spec is saved, or a file that it imports, until Ctrl-C. A "
    "spec with errors leaves the last picture as it is. Example: --watch",
)
def render_(
    asked: Asked, output: str, engine: str | None, no_legend: bool, watched: bool, **wanted: Any
) -> None:
    """Draw a network's diagram.

    Example: cnndsl render googlenet -o googlenet.svg
    """

    def make() -> None:
        design = asked.design()
        from cnndsl import draw

        view, look = draw.choose(**wanted, legend=not no_legend)
        words = draw.render(design, output, engine or draw.BUNDLED, view, look)
        tell(f"{output}: {design.name}, drawn")
        if look.width and 0 < words < draw.SMALLEST - 0.05:
            small = f"{words:.1f} points of the {draw.SMALLEST} that print legibly"
            tell(f"its smallest words have {small}: --level stage and --only show less")

    if watched:
        watch(make)
    else:
        make()

"""The command `weights`: those that a network has, and those of a checkpoint that fill them."""

from __future__ import annotations

import click

from cnndsl.cli.options import Asked, network_options
from cnndsl.cli.output import print_result, tell
from cnndsl.errors import request_error


@click.command()
@network_options
@click.argument("checkpoint", default="", metavar="[CHECKPOINT]")
@click.option(
    "--rename",
    metavar="RULES.yaml",
    help="Rules for the names of the checkpoint's weights. "
    "Example: cnndsl weights resnet18 backbone.pth --rename rules.yaml",
)
@click.option(
    "--match",
    type=click.Choice(["name", "order"]),
    default="name",
    help="How weights find each other: by their names, the default, or, where only the names "
    "differ, one after the other. Example: cnndsl weights resnet18 mine.pth --match order",
)
@click.option(
    "--partial",
    is_flag=True,
    help="Take what fits, though other weights don't, or are missing or left over. "
    "Example: cnndsl weights resnet18 -p classes=10 resnet18.pth --partial",
)
@click.option(
    "--cast",
    is_flag=True,
    help="Convert floating-point numbers to the network's type. "
    "Example: cnndsl weights resnet18 half.safetensors --cast",
)
@click.option(
    "--entry",
    default="",
    metavar="NAME",
    help="The part of the checkpoint that holds the weights, where several do. "
    "Example: cnndsl weights resnet18 run.ckpt --entry model_ema",
)
@click.option(
    "-o",
    "--output",
    default="",
    metavar="FILE",
    help="Where to write the weights with the network's names: a .safetensors file. "
    "Example: cnndsl weights resnet18 mine.pth -o resnet18.safetensors",
)
def weights(
    asked: Asked,
    checkpoint: str,
    rename: str | None,
    match: str,
    partial: bool,
    cast: bool,
    entry: str,
    output: str,
) -> None:
    """Match a checkpoint with a network, and convert it.

    Every weight has to find its counterpart, of the same shape and kind. Told are those that match,
    by the line of the spec that they come from. Without a CHECKPOINT, the network's weights are
    listed. No code in a checkpoint is run.

    Example: cnndsl weights resnet18 resnet18.pth --rename rules.yaml -o resnet18.safetensors
    """
    _require_network(asked.target)
    if not checkpoint:
        if rename or partial or cast or entry or output or match != "name":
            message = "the options of `weights` say how a checkpoint is matched, and there is none"
            raise request_error("parameter", message, "name it after the network")
        _list(asked)
        return
    from cnndsl.weights.converting import convert
    from cnndsl.weights.fitting import How
    from cnndsl.weights.rules_file import rules

    how = How(rules(rename), match, partial, cast)
    found = convert(asked.design(), checkpoint, entry, how, output)
    print_result(f"{found}\n")
    if output:
        tell(f"{output}: {found.network}, written")


def _require_network(target: str) -> None:
    """Makes sure that the network stands before the checkpoint, and not behind it."""
    from cnndsl.weights.checkpoint import CHECKPOINTS

    if CHECKPOINTS.is_named_so(target):
        message = f"`{target}` is a checkpoint, and stands in the place of the network"
        hint = f"such as `cnndsl weights resnet18 {target}`"
        raise request_error("parameter", message, hint)


def _list(asked: Asked) -> None:
    from cnndsl.weights.places import wanted
    from cnndsl.weights.report import listing

    design = asked.design()
    print_result(listing(design.name, wanted(design)) + "\n")

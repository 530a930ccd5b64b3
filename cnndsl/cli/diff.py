"""The command that compares two networks."""

from __future__ import annotations

from dataclasses import replace

import click

from cnndsl.cli.options import Asked, network_options
from cnndsl.cli.output import print_result, tell
from cnndsl.design import Design
from cnndsl.errors import CnnError, RequestError, request_error

_DIFFERENT = 1


@click.command("diff")
@network_options
@click.argument("other", metavar="OTHER")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Draw both as one, in a .svg, .png, .pdf, .dot, .mmd or .tex file, in place of the text. "
    "Example: -o diff.svg",
)
@click.option(
    "--theme",
    metavar="THEME",
    help="The colours of the drawing: light, dark, print (in greys), or a YAML file of your own. "
    "Default: light. Example: --theme print",
)
@click.option(
    "--level",
    metavar="LEVEL",
    help="What becomes of changed blocks in the drawing: `layer` opens them, `block` does not. "
    "Default: what fits. Example: --level block",
)
@click.pass_context
def diff(
    ctx: click.Context,
    asked: Asked,
    other: str,
    output: str | None,
    theme: str | None,
    level: str | None,
) -> None:
    """Compare two networks, as text or drawn as one.

    What was added has the sign +, what was removed −, and what was changed ~. Parts are paired by
    what they are and by their names. -p and --input are for both networks.

    Exit code: 0 where both are the same network, 1 where they differ, 2 for errors; with -o, 0
    when the drawing is written.

    Example: cnndsl diff resnet50 resnext50_32x4d -o diff.svg
    """
    for option, value in (("theme", theme), ("level", level)):
        if value is not None and not output:
            message = f"`--{option}` is for a drawing, and none is asked for"
            raise request_error("diagram-option", message, "add `-o diff.svg`")
    old, new = (_design(each) for each in (asked, replace(asked, target=other)))
    from cnndsl.analyse import comparison_text as text

    if output:
        from cnndsl import draw

        look = draw.Look() if theme is None else draw.choose_look(theme=theme)
        draw.render_difference(old, new, output, look, level)
        tell(f"{output}: {' and '.join(text.told_names(old, new))}, drawn")
        return
    from cnndsl.analyse.differences import compare

    print_result(text.comparison_text(old, new) + "\n")
    if text.differ(old, new, compare(old, new)):
        ctx.exit(_DIFFERENT)


def _design(asked: Asked) -> Design:
    """The design; an error in its spec is none in what they have in common."""
    try:
        return asked.design()
    except CnnError as error:
        raise RequestError(error.diagnostics) from None

"""The command line: arguments in, results and files out. Nothing else prints.

Results go to stdout, diagnostics and all else to stderr. Exit codes: 0; 1 for errors in a spec; 2
for what can't be had as it is asked, such as an unknown option, network or parameter, a file that
can't be read or written, or a program that is not installed; 130 when it is interrupted.
"""

from __future__ import annotations

from typing import Any

import click

from cnndsl import __version__, files
from cnndsl.cli.options import design_of, limit_option, network_options
from cnndsl.cli.output import print_result, show, tell
from cnndsl.compiler import Compiler, deep_recursion
from cnndsl.errors import CnnError, RequestError, Severity, request_error
from cnndsl.library import bundled_compilers
from cnndsl.limits import Limits

ERRORS_IN_SPEC = 1
NOT_AS_ASKED = 2
INTERRUPTED = 130


class _Commands(click.Group):
    """Commands whose errors are diagnostics."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            # What nests as deep as the limits let it is walked as deep, too.
            with deep_recursion():
                return super().invoke(ctx)
        except CnnError as error:
            show(error.diagnostics)
            ctx.exit(_exit_code(error))
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)


def _exit_code(error: CnnError) -> int:
    return NOT_AS_ASKED if isinstance(error, RequestError) else ERRORS_IN_SPEC


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="cnndsl %(version)s")
def main() -> None:
    """Compile specs of vision networks to PyTorch, pictures and tables.

    A TARGET is a file (net.cnn), one of several networks in a file (net.cnn:small), or a bundled
    network (resnet50; `cnndsl list` tells them all).
    """


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@limit_option
@click.pass_context
def check(ctx: click.Context, paths: tuple[str, ...], limits: Limits) -> None:
    """Check specs: all their networks, blocks, shapes and sizes.

    Every error and warning is told, and each file without errors is confirmed by a line.

    Example: cnndsl check resnet.cnn unet.cnn
    """
    ctx.exit(max(_check(path, limits) for path in paths))


def _check(path: str, limits: Limits) -> int:
    """Checks one file; the exit code for it."""
    try:
        compiler = Compiler(files.read(path), limits)
        found = compiler.check()
    except CnnError as error:
        show(error.diagnostics)
        return _exit_code(error)
    show(found)
    if any(diagnostic.severity is Severity.ERROR for diagnostic in found):
        return ERRORS_IN_SPEC
    warnings = f", {_count(len(found), 'warning')}" if found else ""
    print_result(f"{path}: ok, {_count(len(compiler.members), 'network')}{warnings}\n")
    return 0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@main.command("compile")
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
    target: str,
    parameters: dict[str, str],
    sizes: str | None,
    limits: Limits,
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
    design = design_of(target, parameters, sizes, limits)
    source = design.source()
    if verify:
        from cnndsl import load

        load.verify(design)
    if output == "-":
        print_result(source)
    else:
        files.write_whole(output, source.encode())
        tell(f"{output}: {design.name}, {'verified and ' if verify else ''}written")


@main.command()
@network_options
def summary(target: str, parameters: dict[str, str], sizes: str | None, limits: Limits) -> None:
    """Show a network's parts with their shapes, parameters and MACs.

    MACs are the multiplications of convolutions, linear maps and matrix products for one sample.

    Example: cnndsl summary resnet18 --input 3x96x96
    """
    print_result(design_of(target, parameters, sizes, limits).summary() + "\n")


@main.command("render")
@network_options
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    help="Where to write the diagram, as its ending says: .svg, .png or .dot. Example: -o net.svg",
)
@click.option(
    "--engine",
    metavar="NAME",
    help="What lays the diagram out, if not the engine that pip installs with cnndsl: "
    "an installed Graphviz. Example: --engine dot",
)
def render_(
    target: str,
    parameters: dict[str, str],
    sizes: str | None,
    limits: Limits,
    output: str,
    engine: str | None,
) -> None:
    """Draw a network's diagram.

    Example: cnndsl render googlenet -o googlenet.svg
    """
    design = design_of(target, parameters, sizes, limits)
    from cnndsl import draw

    draw.render(design, output, engine or draw.BUNDLED)
    tell(f"{output}: {design.name}, drawn")


@main.command("list")
def list_() -> None:
    """List the bundled specs and their networks, with parameters and MACs.

    Example: cnndsl list
    """
    from cnndsl.analyse.catalogue import catalogue

    print_result(catalogue(bundled_compilers()) + "\n")


@main.command()
@click.argument("word", required=False)
def layers(word: str | None) -> None:
    """Tell every layer, or all about one: what it does and what options it has.

    Example: cnndsl layers conv
    """
    from cnndsl.analyse import reference

    print_result((reference.layer(word) if word else reference.layers()) + "\n")

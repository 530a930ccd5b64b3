"""Drawing: `cnndsl render` as a whole process, beside `cnndsl check` and beside torchview.

At the level of blocks, one start of the layout engine is taken off, what its process takes for one
box, and what is left is compared with `cnndsl check` of the same spec. At the level of layers the
peer is torchview: a process that draws torchvision's network of the same name as is its default,
and has Graphviz's `dot` lay it out and write it as SVG.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from benchmarks.check_time import run
from benchmarks.measure import SPECS, Result, interleaved, timed
from cnndsl.draw.layouts.engine import BUNDLED, find

BLOCKS_TARGET = 1.5
LAYERS_TARGET = 1.0
BLOCKS = "resnet152"
LAYERS = ("resnet152", "densenet201")
CNNDSL = [sys.executable, "-m", "cnndsl"]
TORCHVIEW = """
import sys, torchvision, torchview
model = torchvision.models.get_model(sys.argv[1])
drawn = torchview.draw_graph(model, input_size=(1, 3, 224, 224), device="meta")
drawn.visual_graph.render(outfile=sys.argv[2], cleanup=True)
"""


def measure(rounds: int = 15, layers: int = 1) -> list[Result]:
    """Blocks beside checking, then layers beside torchview, which takes minutes for a network."""
    with tempfile.TemporaryDirectory() as folder:
        results = [blocks(Path(folder), rounds)]
        if find_spec("torchview") and shutil.which("dot"):
            results += [drawn_layers(name, Path(folder), layers) for name in LAYERS]
        else:
            print("Without torchview and Graphviz's `dot`, no layers are drawn.\n")
        return results


def blocks(folder: Path, rounds: int) -> Result:
    """The level of blocks, the engine's start taken off, beside checking the spec."""
    render = [*CNNDSL, "render", BLOCKS, "-o", str(folder / "blocks.svg")]
    check = [*CNNDSL, "check", str(SPECS / "resnet.cnn")]
    engine = [find(BUNDLED), "-Tjson0"]
    drawing, starting = timed(lambda: run(render)), timed(lambda: lay_out(engine))
    samples = interleaved(lambda: drawing() - starting(), timed(lambda: run(check)), rounds)
    what = f"render {BLOCKS} at level block, but for the engine's start"
    return Result(what, "cnndsl check", *samples, BLOCKS_TARGET)


def lay_out(engine: list[str]) -> None:
    """Has the engine start, and lay out one box."""
    subprocess.run(engine, input=b"digraph { a }", check=True, stdout=subprocess.DEVNULL)


def drawn_layers(name: str, folder: Path, rounds: int) -> Result:
    """The level of layers, beside torchview with torchvision's network of the same name."""
    ours = [*CNNDSL, "render", name, "--level", "layer", "-o", str(folder / "ours.svg")]
    theirs = [sys.executable, "-c", TORCHVIEW, name, str(folder / "theirs.svg")]
    samples = interleaved(timed(lambda: run(ours)), timed(lambda: run(theirs)), rounds)
    return Result(f"render {name} at level layer", "torchview", *samples, LAYERS_TARGET)

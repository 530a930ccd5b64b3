"""Every layer is emitted as it is: alone in a network, and in a block of different uses."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pytest
import torch
from torch import Tensor

import cnndsl
from cnndsl.design import INPUT, Design, Module, Output, Wire
from cnndsl.emit import emit
from cnndsl.layers import LAYERS, Layer
from cnndsl.layers.base import Call
from cnndsl.load import module, verify
from cnndsl.shape import Shape
from tests.designs import Sketch, network
from tests.interpreter import interpret
from tests.layer_inputs import CASES, Case
from tests.layer_torch import batches, every_use

torch.set_num_threads(1)

pytestmark = pytest.mark.filterwarnings(
    "ignore:Using padding='same' with even kernel lengths",
    "ignore:Initializing zero-element tensors",
)


def streams(shapes: Sequence[Shape], first: int = 0) -> list[Wire]:
    """The module's inputs, from one on."""
    return [Wire(INPUT, first + port) for port in range(len(shapes))]


def check(design: Design) -> None:
    """What is emitted has the design's shapes and weights and gives its numbers."""
    verify(design)
    built = module(design).eval()
    inputs = batches(design.network.inputs)
    found = built(*inputs)
    expected = interpret(design, built.state_dict(), *inputs, training=False)
    results = [found] if isinstance(found, Tensor) else list(found)
    for result, value in zip(results, expected, strict=True):
        torch.testing.assert_close(result, value)


@every_use
def test_a_layer_alone(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    net = network("alone", *shapes)
    net.add("item", layer, *streams(shapes))
    design = Design("alone", net.done())
    names = [f"item.{weight.name}".rstrip(".") for weight in layer.weights(*shapes)]
    assert list(module(design).state_dict()) == names
    check(design)


def block(word: str, case: Case, told: bool) -> Module:
    """A block of one layer, whose parameters are the layer's options if it is `told` them."""
    options, shapes = case
    sketch = Sketch("unit", *shapes, **(options if told else {}))
    sketch.add("item", LAYERS[word](**options), *streams(shapes))
    return sketch.done()


PAIRS = [
    pytest.param(word, pair, id=f"{word}-{CASES[word].index(pair[0])}-{CASES[word].index(pair[1])}")
    for word in LAYERS
    for pair in combinations(CASES[word], 2)
]


@pytest.mark.parametrize(("word", "pair"), PAIRS)
@pytest.mark.parametrize("told", [True, False], ids=["told", "untold"])
def test_a_block_of_two_uses(word: str, pair: tuple[Case, Case], told: bool) -> None:
    first, second = (shapes for _, shapes in pair)
    net = network("pair", *first, *second)
    wires = [
        net.add(label, block(word, case, told), *streams(case[1], start))
        for label, case, start in zip("ab", pair, (0, len(first)), strict=True)
    ]
    outputs = [Output(label, wire) for label, wire in zip("ab", wires, strict=True)]
    design = Design("pair", net.done(*outputs))
    check(design)
    kinds = set()
    for options, shapes in pair:
        layer = LAYERS[word](**options)
        call = layer.torch(*shapes)
        if not isinstance(call, Call):
            return
        kinds.add((call.function, len(call.args), bool(layer.weights(*shapes))))
    assert emit(design).count("class Unit") == len(kinds)


READER = """
import pickle, sys, torch
with open(sys.argv[1], "rb") as file:
    model, image, expected = pickle.load(file)
torch.testing.assert_close(model(image), expected)
"""


def test_a_class_of_a_layers_own_goes_where_torchs_go(tmp_path: Path) -> None:
    """Once in a file, whoever uses it; into a fresh process; its name is no block's."""
    spec = Path(__file__).parent / "cases" / "emit" / "same.cnn"
    design = cnndsl.compile_text(spec.read_text())
    source = emit(design)
    assert source.count("class Conv2dSame(nn.Conv2d):") == 1
    assert "class Conv2dSame2(" in source
    model = module(design).eval()
    (image,) = batches(design.network.inputs)
    path = tmp_path / "model.pickle"
    path.write_bytes(pickle.dumps((model, image, model(image))))
    command = [sys.executable, "-c", READER, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_parameter_that_may_be_none_keeps_its_name() -> None:
    source = cnndsl.compile_text("""
        block unit(c, kernel=1, pad=none) { conv c kernel=kernel pad=pad as conv -> relu }
        network Net() {
          input 3x9x9
          unit 4 as a -> unit 8 3x3 as b -> unit 8 5x5 pad=0 as c -> unit 8 1x3 pad=1x0 as d
        }
    """).source()
    assert "pad: int | tuple[int, int] = 0" in source
    assert "nn.Conv2d(in_channels, c, kernel, padding=pad)" in source
    assert "b=Unit(4, 8, 3, pad=1)," in source


def test_only_usual_values_are_defaults() -> None:
    """One channel, though half of the uses have it, is no more usual than another number."""
    source = cnndsl.compile_text("""
        block unit(c, groups) { conv 3x3 c groups=groups as conv -> relu }
        network Net() {
          input 1x9x9
          unit 1 1 as a -> conv 1x1 8 as fit -> unit 4 2 as b -> unit 1 1 as c
        }
    """).source()
    assert "def __init__(self, in_channels: int, c: int, groups: int = 1) -> None:" in source

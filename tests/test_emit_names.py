"""Any name that a spec may give makes Python that runs, and none of it runs by itself."""

from __future__ import annotations

import pytest
import torch

import cnndsl
from cnndsl.design import Design, Wire
from cnndsl.emit import emit
from cnndsl.load import module, verify
from cnndsl.shape import Shape
from tests.designs import STREAM, Sketch, layer, network

NAMES = [
    *("class", "lambda", "None"),
    *("nn", "torch", "Tensor", "OrderedDict", "NamedTuple"),
    *("self", "super", "range", "int", "print"),
    *("ü", "名", "_", "_x"),
    *("net", "NetOutputs", "NetTrainingOutputs", "Unit", "Named"),
    *("x", "x2", "skip", "shortcut", "branch1", "gate"),
    *("append", "items", "keys", "in_channels"),
]
# What nn.Module owns may call a block, but no label.
OWNED = ["train", "forward", "float", "half", "apply"]
# The tensors are small and the tests run side by side: more threads would only wait for each other.
torch.set_num_threads(1)

EVERY = pytest.mark.parametrize("name", NAMES)

LABELS = """
block unit() {{
  conv 1x1 4 as a
  {{ relu as "{0}" -> conv 1x1 4 -> conv 1x1 4 }} as part
  mul {{ | @part | conv 1x1 4 -> sigmoid }}
}}
network Net() {{
  input 3x8x8
  conv 3x3 4 as "{0}" -> relu
  unit as u
  tanh
  add {{ | @"{0}" | identity }}
  concat {{ | conv 1x1 4 -> relu | identity }}
  head one {{ relu }}
  head two {{ tanh }}
  head extra training {{ tanh }}
}}
"""

PARAMETERS = """
block unit({0}, stride=1) {{
  conv 3x3 {0} /stride as a
  {{ conv 3x3 {0} as b -> bn as c }} as part
  {{ repeat 4 {{ conv 3x3 {0} }} }} as run
}}
network Net() {{ input 3x8x8
  unit 3
  unit 6 2
}}
"""

BLOCKS = """
block {0}() {{ relu -> tanh }}
block named(c) {{ conv 1x1 c -> {0} -> bn }}
network Net() {{
  input 3x8x8
  named 4 -> {0}
  repeat 4 {{ {0} }}
  add {{ | {0} -> tanh -> {0} | identity }}
  named 5 as {0}
}}
"""

HEADS = """
network Net() {{ input 3x8x8
  conv 3x3 4 as c
  head {0} {{ relu }}
  head {1} {{ tanh }}
  head other training {{ tanh }}
}}
"""


def checked(text: str) -> Design:
    """The design of a spec, once what it emits was found to do what it says."""
    design = cnndsl.compile_text(text)
    verify(design)
    return design


@EVERY
def test_labels(name: str) -> None:
    checked(LABELS.format(name))


@pytest.mark.parametrize("name", [*NAMES, "float"])
def test_parameters(name: str) -> None:
    assert emit(checked(PARAMETERS.format(name))).count("class Unit") == 1


@pytest.mark.parametrize("name", [*NAMES, *OWNED])
def test_blocks(name: str) -> None:
    text = BLOCKS.format(name)
    checked(text.replace(f" as {name}", "") if name in OWNED else text)


@pytest.mark.parametrize(
    ("one", "other"), [("ü", "ö"), ("class", "class_"), ("_a", "output_a"), ("Net", "NetOutputs")]
)
def test_heads(one: str, other: str) -> None:
    built = module(checked(HEADS.format(one, other)))
    image = torch.rand(2, 3, 8, 8)
    fields = built(image)._fields
    assert len(fields) == 3
    assert built.eval()(image)._fields == fields[:2]


def test_parameters_that_python_spells_alike() -> None:
    text = "block unit(class, class_) { conv 3x3 class -> conv 3x3 class_ }"
    design = checked(f"{text}\nnetwork Net() {{ input 3x8x8\nunit 3 5\nunit 6 4 }}")
    assert "def __init__(self, in_channels: int, class_: int, class_2: int)" in emit(design)


# Elaboration refuses these; what makes a design otherwise may not know of that.
HOSTILE = [
    '0"] = exit(3) #',
    "it's",
    '"both" aren\'t',
    "\\",
    '\\"',
    "a\nb",
    "a = b",
    "{0}",
    "a, b",
    "([",
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("others", ["", "items"])
def test_labels_that_end_a_string(name: str, others: str) -> None:
    """As an item, as a module that is added, in a list, and in an nn.Sequential."""
    net = network("hostile", Shape.of(c=4, h=4, w=4))
    net.add(name, layer("conv", c=4, kernel=3))
    net.add(f"list.{name}", layer("conv", c=4, kernel=1))
    net.add(f"list.{name} {'long ' * 20}", layer("conv", c=4, kernel=1))
    net.add(f"{name} {'long ' * 20}", layer("conv", c=4, kernel=1))
    chain = Sketch("chain", net.shape(STREAM))
    chain.add(name, layer("conv", c=4, kernel=1))
    chain.add("other", layer("relu"))
    net.add(others or "chain", chain.done())
    net.add("7", layer("add"), Wire(4), Wire(0))
    verify(Design("hostile", net.done()))

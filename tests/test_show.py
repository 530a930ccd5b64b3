"""The list of layers: calls that mean what they are of, and origins that are true."""

from __future__ import annotations

import json

import pytest

from cnndsl import compile, compile_text
from cnndsl.analyse.calls import spec_call
from cnndsl.analyse.listing import as_json, listing, resolved
from cnndsl.analyse.uses import uses
from cnndsl.design import INPUT, Wire
from cnndsl.layers import Layer
from cnndsl.layers.options import Port
from cnndsl.shape import Shape
from tests.commands import run
from tests.designs import Sketch
from tests.layer_torch import USES

SPEC = """default conv bias=false

block unit(c, norm=bn, scale=2) {
  let width = c * scale
  conv 3x3 width /2 -> norm
  conv 1x1 c bias=true pad=0
}

network Net() {
  input 3x8x8
  unit 4 norm=bn(eps=0.1) as first
  if true { head aux training { conv 1x1 2 as aux } }
  conv 3x3 4 as last -> reuse last
}
"""


def axes_text(shape: Shape) -> str:
    return f'[{", ".join(map(str, shape.sizes))}] "{shape.names}"'


WRITTEN = {
    name: use
    for name, use in USES.items()
    if not any(isinstance(value, Port) for value in vars(use[0]).values())
}


@pytest.mark.parametrize(("layer", "shapes"), WRITTEN.values(), ids=WRITTEN.keys())
def test_a_call_in_a_spec_is_that_layer(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    sketch = Sketch("net", *shapes)
    sketch.add("layer", layer, *(Wire(INPUT, port) for port in range(len(shapes))))
    module = sketch.done()
    call = spec_call(module, module.nodes[0])
    inputs = [f"input {axes_text(shape)} as i{n}" for n, shape in enumerate(shapes)]
    if layer.merges:
        call += f" {{ {' '.join(f'| @i{n}' for n in range(len(shapes)))} }}"
    else:
        call = f"@i0 -> {call}"
    design = compile_text("network Net() {\n" + "\n".join([*inputs, call]) + "\n}")
    if layer.word == "identity":
        assert design.network.nodes == ()
        return
    made = design.network.nodes[0].layer
    assert made is not None
    assert type(made) is type(layer)
    assert made.torch(*shapes) == layer.torch(*shapes)
    assert made.output(*shapes) == layer.output(*shapes)


def rows(text: str, path: str) -> dict[str, list[str]]:
    """The arguments of an entry of `resolved`: the value and the origin of each."""
    entry = next(e for e in text.split("\n\n") if e.startswith(f"{path}: "))
    lines = [line.split(None, 2) for line in entry.splitlines()[1:]]
    return {name: rest for name, *rest in lines if name not in ("takes", "in")}


def test_every_origin_is_told() -> None:
    text = resolved(compile_text(SPEC, name="net.cnn"))
    conv = rows(text, "first.0")
    assert conv["bias"] == ["false", "a default line at net.cnn:1:14"]
    assert conv["kernel"] == ["3x3", "the call at net.cnn:5:8"]
    assert conv["c"] == ["8", "the call at net.cnn:5:12"]
    assert conv["stride"] == ["2", "the call at net.cnn:5:18"]
    assert conv["groups"] == ["1", "the layer's own default"]
    assert conv["pad"] == ["none", "the layer's own default"]
    assert rows(text, "first.2")["bias"] == ["true", "the call at net.cnn:6:14"]
    norm = rows(text, "first.1")
    assert norm["eps"] == ["0.1", "the value that was handed on at net.cnn:11:15"]
    unit = rows(text, "first")
    assert unit["c"] == ["4", "the call at net.cnn:11:8"]
    assert unit["norm"] == ["bn(eps=0.1)", "the call at net.cnn:11:10"]
    assert unit["scale"] == ["2", "the block's own default at net.cnn:3:24"]


def test_a_block_that_is_handed_on_tells_what_it_was_given() -> None:
    text = resolved(compile("wide_resnet50_2"), "layer1.0")
    unit = rows(text, "layer1.0")
    assert unit["base"][1].startswith("the value that was handed on at resnet.cnn:")
    assert unit["groups"][1].startswith("the block's own default at resnet.cnn:")


def test_none_is_as_if_the_argument_were_absent() -> None:
    design = compile_text("network Net() { input 3x8x8\n bn eps=none as a }")
    assert rows(resolved(design), "a")["eps"] == ["1e-05", "the layer's own default"]


def test_what_runs_in_torch_is_told() -> None:
    text = resolved(compile("resnet50"), "conv1")
    assert "nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)" in text


def test_the_value_in_place_of_a_reference_is_how_it_was_written() -> None:
    design = compile_text("""block fuse(skip, c) {
  concat { | @skip | identity } -> conv 1x1 c as b
}
network Net() {
  input 3x8x8
  conv 1x1 2 as a -> relu
  fuse @a 4 as f
}""")
    assert rows(resolved(design), "f")["skip"][0] == "@a"
    assert "f: fuse skip=@a c=4" in resolved(design)


@pytest.mark.parametrize("target", ["resnet50", "googlenet_aux", "lenet_bn"])
def test_the_list_has_every_layer(target: str) -> None:
    design = compile(target)
    lines = listing(design).splitlines()[4:]
    assert [line.split()[0] for line in lines] == [use.path for use in design.layers()]
    for line, use in zip(lines, design.layers(), strict=True):
        assert str(use.output) in line
        assert str(use.inputs[0]) in line
        assert line.endswith("training only") == use.training


def test_a_path_chooses_what_is_at_it_and_below() -> None:
    design = compile("resnet18")
    paths = [use.path for use in uses(design, "layer1.1")]
    assert paths[0] == "layer1.1"
    assert paths[1:]
    assert all(path.startswith("layer1.1.") for path in paths[1:])
    assert [use.path for use in uses(design, "conv1")] == ["conv1"]
    # Not layer3.10 and those after it.
    assert {use.path.split(".")[1] for use in uses(compile("resnet101"), "layer3.1")} == {"1"}


def test_an_unknown_path_is_refused_with_a_near_one() -> None:
    result = run("show", "resnet18", "layer1.9")
    assert result.exit_code == 2
    assert "nothing in resnet18 has the path `layer1.9`" in result.stderr
    assert "did you mean `layer1." in result.stderr


def test_reuse_and_training_are_told() -> None:
    text = listing(compile_text(SPEC))
    assert "reuse last" in text
    assert text.count("training only") == 1


def test_values_of_a_scope_are_told() -> None:
    text = "network Net() { input 3x8x8\n part: { let c = 4\n conv 3x3 c } }"
    scope, _ = json.loads(as_json(compile_text(text)))["parts"]
    assert (scope["kind"], scope["call"]) == ("scope", None)
    assert [(a["name"], a["value"], a["from"]) for a in scope["arguments"]] == [("c", 4, "let")]


def test_the_json_tells_all_of_it() -> None:
    design = compile_text(SPEC, name="net.cnn")
    found = json.loads(as_json(design))
    assert found["version"] == 1
    parts = {part["path"]: part for part in found["parts"]}
    assert list(parts) == [use.path for use in uses(design)]
    first = parts["first"]
    assert first["kind"] == "block"
    assert first["parameters"] == design.network.node_params(design.network.nodes[0])
    arguments = {a["name"]: (a["value"], a["from"], a["place"]) for a in first["arguments"]}
    assert arguments["c"] == (4, "call", "net.cnn:11:8")
    assert arguments["scale"] == (2, "block", "net.cnn:3:24")
    assert parts["aux"]["training"] is True
    assert sum(
        p["parameters"] for p in parts.values() if p["kind"] == "layer" and not p["training"]
    ) == (design.params)
    assert json.loads(run("show", "lenet", "fc1", "--json").stdout)["parts"][0]["call"] == "fc 120"

"""Every example and every form that the language's design tells of: each compiles and runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnndsl.compiler import Compiler
from cnndsl.design import Design
from cnndsl.errors import Severity
from cnndsl.files import read
from cnndsl.load import verify
from cnndsl.source import Source
from tests.cases import FOLDER
from tests.commands import run

EXAMPLES = sorted((FOLDER / "language").glob("*.cnn"))


def runs(compiler: Compiler, *members: str) -> None:
    """Holds that a spec has no errors, and that its networks do what their designs say."""
    found = compiler.check()
    assert [str(d) for d in found if d.severity is Severity.ERROR] == []
    for member in members or compiler.members:
        verify(compiler.design(member))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples(path: Path) -> None:
    compiler = Compiler(read(path))
    runs(compiler, *compiler.members[:1])


def test_the_example_of_a_branch_where_it_is_called() -> None:
    blocks = (FOLDER / "language" / "inception.cnn").read_text(encoding="utf-8")
    call = "inception 64 [96, 128] [16, 32] 32 as inception3a"
    network = f"network Net() {{\n  input 192x28x28\n  {call}\n}}\n"
    runs(Compiler(Source("inception.cnn", blocks + network)))


# Each form in a body on 3x32x32, with what stands above the network.
FORMS = {
    "a chain": ("conv 3x3 8 as a -> bn as b\nrelu", ""),
    "a label after an item": ("conv 3x3 8 as a\nadd { | @a | identity }", ""),
    "a label after braces": (
        "{ conv 3x3 8 -> relu } as part -> relu\nadd { | @part | identity }",
        "",
    ),
    "a label before an item": ("first: conv 3x3 8", ""),
    "a label before braces": ("part: { conv 3x3 8 }", ""),
    "a label before a chain": ("part: conv 3x3 8 -> relu", ""),
    "a label in quotes": ('for i in range(2) { "layer{i+1}": conv 3x3 8 }\n@"layer{1}"', ""),
    "any word as a label": (
        'conv 3x3 8 as in -> relu\n"block{1}-0": conv 3x3 8\n@in as @out',
        "",
    ),
    "references into lists": (
        "for i in range(2) { conv 3x3 8 as u }\nadd { | @u[0] | @u[-1] }",
        "",
    ),
    "a reference into a scope": ("s: { conv 3x3 8 as low -> relu }\n@s.low", ""),
    "sections": ("stem { relu }\nbody { relu }\nneck { relu }\nhead { relu }", ""),
    "several heads": ("head a { relu }\nhead b training { relu }\nhead { relu }", ""),
    "outputs": ("conv 3x3 8 as a\nconv 3x3 8 as b\noutput a, b", ""),
    "merges": (
        "add { | identity | relu }\nmul { | identity | gap }\nsub { | identity | relu }\n"
        "max { | identity | relu }\nmean { | identity | relu }\n"
        "concat axis=h { | identity | relu }\nstack axis=view { | identity | relu }",
        "",
    ),
    "arms from for and if": (
        "for i in range(3) { conv 3x3 8 as x }\n"
        "concat { for i in range(3) { | @x[i] } if in.c == 3 { | identity } else { | relu } }",
        "",
    ),
    "a residual": ("residual { conv 3x3 3 as a }\nresidual if in.c == 4 { conv 3x3 8 as b }", ""),
    "a projection": (
        "residual { conv 3x3 8 /2 as a } project { conv 1x1 8 /2 as b }\n"
        "residual { conv 3x3 8 as c } project { conv 1x1 8 as d }",
        "",
    ),
    "loops": (
        "repeat 2 { relu }\nfor x in [4, 8] { conv 3x3 x as a }\n"
        "for i, x in enumerate([4, 8]) { conv 3x3 (x + i) as b }\n"
        "for k, c in [[1, 4], [3, 8]] { conv c kernel=k as d }",
        "",
    ),
    "conditions": ("if in.c == 3 { relu } else if in.h > 5 { tanh } else { gelu }", ""),
    "values": ("let c = 4\n{ let c = 8\n conv 3x3 c as a }\nconv 3x3 c as b", "let width = 3"),
    "a table": (
        "for r in t { conv r.c kernel=r.k as a }",
        "let t = table {\n  k c\n  3 8\n  1 4\n}",
    ),
    "defaults": ("conv 3x3 8 as a -> bn as b", "default conv bias=false"),
    "initial weights of a kind": (
        "init conv kaiming_normal mode=fan_out bias=zeros\nconv 3x3 8 as a",
        "",
    ),
    "initial weights of an item": (
        "init @classifier normal std=0.01\nconv 3x3 8 as classifier",
        "",
    ),
    "requirements": ('require in.c == 3, "three channels, not {in.c}"\nrelu', ""),
    "weights used again": ("conv 3x3 3 as a -> reuse a -> relu", ""),
    "a block with a contract": (
        "pooled 2 as p",
        "block pooled(n) : c h w -> (n * c) 1 1 { conv 1x1 (n * in.c) as a -> gap }",
    ),
    "a block with a second input": (
        "for i in range(2) { conv 3x3 8 as encoder }\nfuse @encoder[0] 64 as f",
        "block fuse(skip, c) { concat { | @skip | identity } -> conv 3x3 c as conv }",
    ),
    "references in lists": (
        "conv 3x3 4 as a\nconv 3x3 4 as b\ntree [@a] 3 as t",
        "block tree(below, n) {\n"
        "  concat { for x in below { | @x } | identity } -> conv 3x3 4 as conv\n"
        "  if n > 0 { tree (below + [@conv]) (n - 1) as next }\n}",
    ),
    "the inner names of a block's calls": (
        "for i in range(2) { unit 4 as unit }\n@unit[0].low",
        "block unit(c) { conv 3x3 c as low -> relu }",
    ),
    "the shape that an item takes": ("conv 3x3 8 as a -> prelu it.c as p", ""),
    "a block as a value": (
        "use unit(c=4)",
        "block use(u) { u 3 as a }\nblock unit(k, c) { conv c kernel=k as conv }",
    ),
    "a layer as a value": (
        "unit bn(eps=0.001)",
        "block unit(norm) { conv 3x3 8 as conv -> norm as norm }",
    ),
    "options' own words": ("conv 3x3 8 /2 pad=same as a\nsoftmax axis=h", ""),
    "none": ("conv 3x3 8 stride=none as a", ""),
    "arguments over lines": ("conv 3x3 8\n  bias=false\n  groups=1 as a", ""),
    "sizes for each axis": ("conv 8 kernel=1x7 pad=0x3 as a\nconv 8 kernel=[7, 1] as b", ""),
    "an axis of an item": ("conv 3x3 8 as a\nconv 3x3 @a.c as b", ""),
    "the result alone": ("conv 3x3 8 -> relu as @low\nconv 3x3 8\n@low", ""),
    "constants leave no keys": ("normalize mean=[0, 0, 0] std=[1, 1, 1]\nmulby 0.1\naddto 3", ""),
    "axes by name": ('rearrange "c h w -> (h w) c" -> ln as ln -> fc 8 as fc -> take 0', ""),
    "a size of another item": (
        "conv 3x3 4 as low -> maxpool 2x2\ninterpolate @low mode=bilinear\n"
        "add { | @low | conv 3x3 4 as b }",
        "",
    ),
    "a class of torch": ("nn.Softplus beta=2\nnn.Hardtanh", ""),
    "documentation": ("relu", '"""A file."""\nblock b() { """A block.""" relu }'),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form(form: str) -> None:
    body, above = FORMS[form]
    runs(Compiler(Source("form.cnn", f"{above}\nnetwork Net() {{\ninput 3x32x32\n{body}\n}}\n")))


INPUTS = {
    "sizes": "input 3x8x8\nrelu",
    "a list": "input [3, size, size]\nrelu",
    "a vector": "input 784\nfc 4 as a",
    "axes": 'input 197x768 "l c"\nln as a',
    "four axes": "input 3x8x8x8\nconv 3x3x3 4 as a -> bn as b -> maxpool 2x2x2",
    "a name": "input 3x8x8 as image\nadd { | @image | relu }",
    "several": "input 3x8x8 as left\ninput 3x8x8 as right\n@left -> conv 3x3 4 as a\n"
    "add { | @a | @right -> conv 3x3 4 as b }",
}


@pytest.mark.parametrize("form", INPUTS)
def test_a_form_of_input(form: str) -> None:
    runs(Compiler(Source("form.cnn", f"network Net(size=8) {{\n{INPUTS[form]}\n}}\n")))


ACTIVATIONS = (
    "relu relu6 leaky_relu prelu elu gelu silu mish hardswish hardsigmoid sigmoid tanh softmax"
)
LAYERS = {
    "convolution": "conv 3x3 8 as a\ndwconv 3x3 as b\nupconv 2x2 16 /2 as c\nshift 3x3",
    "pooling": "maxpool 2x2\navgpool 2x2\nlppool 2 2x2\ngap",
    "global pooling": "gmp\n",
    "adaptive pooling": "adaptive_avgpool 8\nadaptive_maxpool 4\nreduce mean axis=c",
    "normalisation": "conv 3x3 32 as z\n"
    "bn as a\ngn 32 as b\nln2d as c\ninstancenorm\nlrn 5\ngrn as d",
    "normalisation of the last axis": 'rearrange "c h w -> h w c"\nln as a\nrmsnorm as b',
    "activation": "\n".join(ACTIVATIONS.split()),
    "regularisation": "dropout\ndropout2d\ndroppath 0.1",
    "linear": 'rearrange "c h w -> (h w) c"\nfc 32 as a\nscale 1e-6 as b\nattention heads=4 as c',
    "windows": 'conv 3x3 32 as z\nrearrange "c h w -> h w c"\n'
    "window_attention heads=4 window=7 shift=3 as a\npatch_merge as b",
    "windows, version 2": 'conv 3x3 32 as z\nrearrange "c h w -> h w c"\n'
    "window_attention heads=4 window=8 version=2 as a\npatch_merge version=2 as b",
    "shape": "upsample 2\ninterpolate 16x16\nconv 3x3 4 as a\npixel_shuffle 2\npixel_unshuffle 2\n"
    "channel_shuffle 2\npad 1\ncrop 16x16\nslice 0 3\nslice 0 2 axis=h\nchunk 0 2 axis=w",
    "tokens": 'rearrange "c h w -> (h w) c"\n'
    "prepend as class_token -> position as pos -> take 0 -> flatten",
    "others": "identity\nabs\nmulby 0.1\naddto 3\ngram",
}


@pytest.mark.parametrize("group", LAYERS)
def test_the_layers_of_a_group(group: str) -> None:
    runs(Compiler(Source("layers.cnn", f"network Net() {{\ninput 3x32x32\n{LAYERS[group]}\n}}\n")))


def member(text: str) -> Design:
    """The design of a spec's only network."""
    return Compiler(Source("form.cnn", text)).design()


def test_a_default_ends_with_its_braces() -> None:
    body = "{ default conv bias=false\n conv 3x3 8 as a }\nconv 3x3 8 as b"
    design = member(f"network Net() {{\ninput 3x8x8\n{body}\n}}\n")
    assert [path for path, _ in design.network.weights()] == ["a.weight", "b.weight", "b.bias"]


def test_an_unnamed_head_beside_named_ones_is_called_output() -> None:
    heads = "head mask { relu }\nhead { tanh }\nhead aux training { gelu }"
    design = member(f"network Net() {{\ninput 3x8x8\n{heads}\n}}\n")
    found = [(output.name, output.training) for output in design.network.outputs]
    assert found == [("mask", False), ("output", False), ("aux", True)]


LIMITS = {
    "integer": ("let n = 10**6", "integer=1000"),
    "list": ("let n = len(range(100))", "list=10"),
    "string": ('let n = "abcdefg{in.c}" == "a"', "string=5"),
    "calls": ("unit as a", "calls=1"),
    "items": ("repeat 9 { relu }", "items=5"),
    "steps": ("repeat 99 { let n = 3 }", "steps=20"),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_a_bound_has_a_flag_and_its_message_names_it(limit: str, tmp_path: Path) -> None:
    body, flag = LIMITS[limit]
    blocks = "block unit() { inner as b }\nblock inner() { relu }\n"
    path = tmp_path / "net.cnn"
    path.write_text(f"{blocks}network Net() {{\ninput 3x8x8\nrelu\n{body}\n}}\n")
    assert run("check", path).exit_code == 0
    result = run("check", path, "--limit", flag)
    assert result.exit_code == 1
    assert f"--limit {limit}=N" in result.stderr

"""Elaboration: what a spec's text becomes, fact by fact as the language's reference tells them."""

from __future__ import annotations

import pytest
import torch

import cnndsl
from cnndsl.compiler import Compiler
from cnndsl.design import ModuleKind, Role
from cnndsl.errors import CnnError
from cnndsl.shape import Shape
from cnndsl.source import Source
from tests.small_networks import blocks_of, codes, keys, network

# Sharing


def test_a_block_is_elaborated_once_for_the_same_arguments_and_shape() -> None:
    unit = "block unit(c, k=3) { conv c kernel=k as conv }"
    design = network("unit 8 -> unit 8 -> unit 8 k=3 -> unit 8 k=1 -> unit 8", unit)
    first, second, third, fourth, fifth = blocks_of(design)
    assert first is not second
    assert second is third is fifth
    assert fourth is not second


def test_values_that_python_takes_for_equal_are_not_shared() -> None:
    unit = "block unit(x) { if x == 1 { conv 1x1 4 as one } else { conv 1x1 5 as other } }"
    assert keys(network("unit 1 -> unit true", unit)) == ["0.one", "1.other"]


def test_a_deep_network_takes_time_by_its_different_blocks() -> None:
    levels = "\n".join(f"block b{i}() {{ b{i - 1} -> b{i - 1} }}" for i in range(1, 16))
    design = network("b15", f"block b0() {{ relu -> relu }}\n{levels}")
    assert sum(1 for _ in design.layers()) == 2**16


# References


def test_references_reach_into_blocks_scopes_and_lists() -> None:
    unit = "block unit(c) { conv 3x3 c as low -> relu -> conv 3x3 c as high }"
    design = network(
        """
        unit 8 as u
        s: { conv 1x1 8 as x -> relu
             deep: { conv 1x1 8 as y -> add { | identity | @x } } }
        for i in range(2) { conv 1x1 8 as z }
        add { | @u.low | @u.high | @s.x | @s.deep.y | @z[0] | @z[-1] }
        """,
        unit,
    )
    assert design.output == Shape.of(c=8, h=32, w=32)
    assert len(design.network.nodes[-1].inputs) == 6
    assert [output.name for output in blocks_of(design)[0].outputs] == ["output", "low"]


def test_a_reference_as_an_argument_is_an_input_of_the_block() -> None:
    fuse = "block fuse(skip, c) { concat { | @skip | identity } -> conv 3x3 c as conv }"
    design = network("conv 3x3 8 as one -> maxpool 1x1 -> fuse @one 4 as f", fuse)
    (block,) = blocks_of(design)
    assert block.inputs == (Shape.of(c=8, h=32, w=32),) * 2
    assert block.input_names == ("", "skip")


def test_references_in_lists_are_handed_down() -> None:
    tree = """block tree(below, depth) {
      conv 1x1 4 as low
      if depth > 0 { tree (below + [@low]) (depth - 1) as inner }
      else { concat { for x in below { | x_of x } } }
    }
    block x_of(x) { @x }"""
    design = network("tree [] 2 as t", tree)
    assert design.output == Shape.of(c=8, h=32, w=32)


def test_axes_of_references_are_sizes() -> None:
    design = network("conv 3x3 8 /2 as a -> conv 1x1 (@a.c * 2) as b -> conv 1x1 (@b.h) as c")
    assert design.output == Shape.of(c=16, h=16, w=16)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("conv 1x1 4 as a -> relu\n@b -> relu", "unknown-reference"),
        ("@a -> relu\nconv 1x1 4 as a", "unknown-reference"),
        ("repeat 2 { relu as a }\n@a -> relu", "reference"),
        ("relu as a\n@a[0] -> relu", "reference"),
        ("repeat 2 { relu as a }\n@a[2] -> relu", "index"),
        ("relu as a\nconv 1x1 (@a.q)", "unknown-reference"),
        ("head t training { relu as a }\n@a -> relu", "training-only"),
        ("head t training { relu as a }\ns: { add { | @a | identity } }", "training-only"),
        ("head t training { relu as a }\nfuse @a", "training-only"),
        ("relu\nhead t training { relu as a }\noutput a", "training-only"),
        ("head t training { s: { relu as a } }\n@s.a -> relu", "training-only"),
    ],
)
def test_wrong_references_are_errors(body: str, code: str) -> None:
    assert codes(body, "block fuse(x) { add { | @x | identity } }") == [code]


def test_what_only_trains_may_take_what_only_trains() -> None:
    design = network(
        "relu\nhead t training { relu as a }\n"
        "head u training { s: { add { | @a | identity } -> conv 1x1 2 as c } }"
    )
    assert list(design.module()(torch.zeros(1, 3, 32, 32))._fields) == ["t", "u", "output"]
    assert design.params == 0


def test_an_unused_projection_leaves_nothing_behind() -> None:
    unit = "block unit(c) { conv 3x3 c as k -> relu }"
    design = network(
        "conv 1x1 3 as first\nunit 3 as u\n"
        "s: { residual { conv 3x3 3 as a } project { @first -> conv 1x1 3 as p } }",
        unit,
    )
    scope = blocks_of(design)[1]
    assert len(scope.inputs) == 1
    assert [weight for weight, _ in scope.weights()] == ["a.weight", "a.bias"]


# Residuals, heads, outputs


def test_a_projection_is_used_exactly_where_the_shapes_differ() -> None:
    block = "block r(c) { residual { conv 3x3 c as a } project { conv 1x1 c as p } }"
    design = network("r 8 as one -> r 8 as two", block)
    assert keys(design) == ["one.a", "one.p", "two.a"]
    first, second = blocks_of(design)
    assert [node.role for node in first.nodes] == [Role.TRUNK, Role.PROJECTION, Role.RESIDUAL]
    assert [node.role for node in second.nodes] == [Role.TRUNK, Role.RESIDUAL]


def test_a_residual_that_does_not_meet_is_an_error_even_if_it_could_be_stretched() -> None:
    assert codes("residual { gap }") == ["residual-mismatch"]


def test_residual_if_is_the_body_alone_where_the_condition_does_not_hold() -> None:
    design = network("residual if in.c == 4 { conv 3x3 8 as a }")
    assert [type(node.layer).__name__ for node in design.network.nodes] == ["Conv"]


def test_heads_are_outputs_in_their_order_and_leave_the_stream() -> None:
    design = network(
        "head a { conv 1x1 2 as ca }\n"
        "head t training { conv 1x1 5 as ct }\n"
        "head { conv 1x1 7 as c }"
    )
    assert design.output == {"a": Shape.of(c=2, h=32, w=32), "output": Shape.of(c=7, h=32, w=32)}
    assert design.params == 3 * 2 + 2 + 3 * 7 + 7


def test_training_heads_alone_leave_the_stream_as_the_output() -> None:
    design = network("relu\nhead t training { conv 1x1 5 as c }")
    assert design.output == Shape.of(c=3, h=32, w=32)
    assert design.params == 0


def test_output_names_what_the_network_returns() -> None:
    design = network("conv 1x1 4 as a -> conv 1x1 5 as b -> relu\noutput b, a")
    assert list(design.output) == ["b", "a"]


def test_several_inputs_are_named() -> None:
    text = """network Two() {
      input 3x8x8 as image
      input 10 as code
      @code -> fc 4 as embed
      @image -> conv 1x1 4 as conv -> gap -> flatten -> add { | identity | @embed }
    }"""
    assert cnndsl.compile_text(text).output == Shape.of(c=4)
    with pytest.raises(CnnError, match="several inputs"):
        cnndsl.compile_text(text.replace("@code -> fc", "fc"))


def test_a_network_as_an_item_takes_references_too() -> None:
    text = """network Inner(s) { input 3x8x8
      add { | @s | identity } }
    network Outer() { input 3x8x8
      relu as z -> tanh -> Inner @z }"""
    assert cnndsl.compile_text(text, "Outer").output == Shape.of(c=3, h=8, w=8)


def test_networks_of_a_file_do_not_disturb_each_other() -> None:
    text = """block b(c) { conv 3x3 c as k -> relu }
    network A() { input 3x8x8
      b 3 as p }
    network B() { input 3x8x8
      b 3 as p -> add { | @p.k | identity } }"""
    compiler = Compiler(Source("two.cnn", text))
    alone = compiler.design("A").source()
    compiler.design("B")
    again = compiler.design("A")
    assert again.source() == alone
    assert again.module()(torch.zeros(1, 3, 8, 8)).shape == (1, 3, 8, 8)


def test_a_network_is_an_item_that_keeps_its_names() -> None:
    text = """network Inner() { input 3x8x8
      conv 1x1 4 as a -> relu }
    network Outer() { input 3x32x32
      backbone: Inner
      @backbone.a -> conv 1x1 2 as b }"""
    design = cnndsl.compile_text(text, "Outer")
    assert keys(design) == ["backbone.a", "b"]
    assert design.network.nodes[0].module.kind is ModuleKind.NETWORK  # type: ignore[union-attr]


# Arguments


def test_arguments_go_to_their_parameters_by_how_they_are_written() -> None:
    unit = "block unit(c, kernel=1, stride=1) { conv c kernel=kernel /stride as conv }"
    for call in ("unit 8 /2 3x3", "unit 3x3 8 /2", "unit /2 kernel=3 c=8", "unit 8 3 2"):
        layer = blocks_of(network(call, unit))[0].nodes[0].layer
        assert (layer.c, layer.kernel, layer.stride) in [(8, (3, 3), 2), (8, 3, 2)]  # type: ignore[union-attr]


def test_blocks_and_layers_are_values_with_arguments_already_given() -> None:
    blocks = """block act(f) { f }
    block unit(c, k) { conv c kernel=k as conv }
    block twice(u) { u 4 as a -> u 4 as b }"""
    design = network("act leaky_relu(negative_slope=0.2) -> twice unit(k=5)", blocks)
    assert design.layers()[0].layer.negative_slope == 0.2  # type: ignore[attr-defined]
    assert keys(design) == ["1.a.conv", "1.b.conv"]


def test_defaults_hold_to_the_end_of_their_braces_and_a_call_wins() -> None:
    design = network(
        "s: { default conv bias=false\nconv 1x1 4 as a -> conv 1x1 4 bias=true as b }\n"
        "conv 1x1 4 as c"
    )
    biased = [name for name, _ in design.network.weights() if name.endswith("bias")]
    assert biased == ["s.b.bias", "c.bias"]


def test_the_name_of_an_axis_is_a_bare_word_unless_it_is_a_value() -> None:
    assert network("concat axis=h { | identity | relu }").output == Shape.of(c=3, h=64, w=32)
    assert network("softmax axis=h").output == Shape.of(c=3, h=32, w=32)
    renamed = 'let h = "w"\nconcat axis=h { | identity | relu }'
    assert network(renamed).output == Shape.of(c=3, h=32, w=64)


def test_it_is_the_shape_that_an_item_takes() -> None:
    design = network("conv 1x1 8 as a -> conv 1x1 (it.c + in.c) as b")
    assert design.output == Shape.of(c=11, h=32, w=32)


def test_a_value_set_anew_may_use_the_one_that_it_shadows() -> None:
    unit = """block unit(c) {
      let c = 2 * c
      if c > 6 {
        let c = c + k
        conv 1x1 c as inner
      }
      let k = k + 1
      conv 1x1 (c * k) as outer
    }"""
    body = "unit 4\n for i in range(2) { let k = 10 * k + i\n conv 1x1 k as loop }"
    design = network(body, f"let k = 3\n{unit}")
    channels = [use.output["c"] for use in design.layers()]
    assert channels == [11, 32, 30, 31]


def test_a_value_set_anew_that_failed_hides_the_one_that_it_shadows() -> None:
    # What uses it would be told of a size that is not meant.
    assert codes("let n = 0\n { let n = 1 // 0\n conv 1x1 n as a }") == ["arithmetic"]


def test_defaults_of_parameters_may_use_the_input_and_earlier_ones() -> None:
    unit = "block unit(c=2 * in.c, d=c + 1) { conv 1x1 d as conv }"
    assert network("unit", unit).output == Shape.of(c=7, h=32, w=32)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("conv 3x3", "missing-argument"),
        ("conv 3x3 4 5", "surplus-argument"),
        ("conv 3x3 4 kernal=3", "unknown-argument"),
        ("conv 3x3 4 kernel=3", "argument-twice"),
        ("conv 3x3 4 pad=wide", "unknown-value"),
        ("relu 3x3", "unknown-argument"),
        ("conv 3x3 4.5", "argument"),
        ("conv 3x3 true", "argument"),
        ("conv 3x3 0", "argument"),
        ("linear 10", "unknown-layer"),
        ("conv 3x3 4 groups=3 as a", "indivisible"),
        ("fc 10", "shape"),
        ("maxpool 33x33", "window"),
        ("add { | conv 1x1 4 | conv 1x1 5 }", "shape-mismatch"),
        ("add", "arms"),
        ("relu { | relu }", "braces"),
        ("residual { conv 1x1 4 }", "residual-mismatch"),
        ('require in.c == 4, "four"', "require"),
        ("if in.c { relu }", "type"),
        ("for i in 3 { relu }", "type"),
        ("repeat -1 { relu }", "type"),
        ("for i, j in range(2) { relu }", "type"),
        ("relu\ninput 3x8x8", "misplaced"),
        ("body { input 3x8x8 }", "misplaced"),
        ("conv 3x3 out_channels=8", "unknown-argument"),
    ],
)
def test_mistakes_have_codes(body: str, code: str) -> None:
    assert codes(body) == [code]


def test_several_mistakes_are_reported_at_once() -> None:
    found = codes(
        "conv 3x3 4 groups=3 as a\nadd { | conv 1x1 4 | conv 1x1 5 }\n"
        "head x { fc 3 }\nhead y { fc }"
    )
    assert sorted(found) == ["indivisible", "missing-argument"]
    found = codes("add { | conv 1x1 4 groups=2 | maxpool 99x99 }\nhead x { fc }")
    assert sorted(found) == ["indivisible", "missing-argument", "window"]


def test_the_sizes_of_several_inputs_are_given_by_their_names() -> None:
    text = "network Two() {\ninput 3x8x8 as a\ninput 1x8x8 as b\nconcat { | @a | @b }\n}"
    text = text.replace("concat", "@a -> relu\nconcat")
    design = cnndsl.compile_text(text, input={"a": "3x16x4", "b": (1, 16, 4)})
    assert design.output.sizes == (4, 16, 4)
    with pytest.raises(CnnError, match="has no input `c`"):
        cnndsl.compile_text(text, input={"c": "3x16x4"})
    with pytest.raises(CnnError, match="by its name"):
        cnndsl.compile_text(text, input="3x16x16")

"""`init` lines: how tensors start, and which line is in force where."""

from __future__ import annotations

import pytest
import torch

import cnndsl
from cnndsl.elaborate.checks import modules
from cnndsl.errors import CnnError
from tests.started import net, starts

torch.set_num_threads(1)


def test_a_line_speaks_for_its_kind_alone() -> None:
    found = starts(net("init conv 1", "conv 1x1 4 as a -> dwconv 3x3 as b -> prelu as c"))
    assert found["a.weight"] == 1
    assert found["a.bias"] is None
    assert found["b.weight"] is None
    assert found["c.weight"] == 0.25


def test_an_item_wins_over_a_kind_and_a_later_line_over_an_earlier() -> None:
    """Tensor by tensor; an item may be named before it stands there."""
    lines = "init @b 5\ninit conv 1 bias=2\ninit conv 3\ninit @b bias=4\ninit @c 6\ninit @c 7"
    found = starts(net(lines, "conv 1x1 4 as a -> conv 1x1 4 as b -> conv 1x1 4 as c"))
    assert found == {
        "a.weight": 3,
        "a.bias": 2,
        "b.weight": 5,
        "b.bias": 4,
        "c.weight": 7,
        "c.bias": 2,
    }


UNIT = "block unit(c) { conv 1x1 c bias=false as conv }\n"


def test_an_inner_block_wins_over_an_outer() -> None:
    """Whatever is an item there, and for what it uses, too."""
    blocks = UNIT + "block own(c) { unit c as a -> conv 1x1 c as b\n init conv 2 }"
    lines = "init conv 1 bias=0\ninit @inner.a.conv 5"
    found = starts(net(lines, "unit 4 as a -> own 4 as inner -> unit 4 as c", blocks))
    assert found == {
        "a.conv.weight": 1,
        "inner.a.conv.weight": 2,
        "inner.b.weight": 2,
        "inner.b.bias": 0,
        "c.conv.weight": 1,
    }


def test_one_instance_of_a_block_is_meant() -> None:
    found = starts(net("init conv 1\ninit @b.conv 2", "unit 64 as a -> unit 64 as b", UNIT))
    assert found == {"a.conv.weight": 1, "b.conv.weight": 2}


def test_a_line_in_a_scope_speaks_for_the_whole_block() -> None:
    items = "conv 1x1 4 as a\n part: { init conv 1 bias=0\n conv 1x1 4 as b\n init @b bias=2 }"
    found = starts(net("init conv 3 bias=3", items))
    assert found == {"a.weight": 1, "a.bias": 0, "part.b.weight": 1, "part.b.bias": 2}


def test_lists_passes_and_conditions() -> None:
    items = """
      for i in range(3) {
        conv 1x1 4 bias=false as c
        if i == 1 { init @c[i] i }
      }
      for i in range(2) { { conv 1x1 4 bias=false as k } as "part{i}" }
      init @"part{1}".k 8
    """
    found = starts(net("init @c 9", items))
    # The line of the loop comes later.
    assert found["c.0.weight"] == 9
    assert found["c.1.weight"] == 1
    assert found["c.2.weight"] == 9
    assert found["part0.k.weight"] is None
    assert found["part1.k.weight"] == 8


def test_values_may_be_parameters_and_functions_strings() -> None:
    model = cnndsl.compile_text(
        """
        network Net(bias=0.5, how="ones") { input 8
          let factor = 3
          init fc how bias=bias
          init @b factor
          fc 4 as a -> fc 4 as b }
    """,
        bias=0.25,
    ).module()
    assert starts(model) == {"a.weight": 1, "a.bias": 0.25, "b.weight": 3, "b.bias": 0.25}


def test_one_word_is_for_all_tensors_whose_names_end_in_it() -> None:
    model = cnndsl.compile_text("""
        network Net() { input 5x8 "l c"
          init attention 1 bias=2 out_proj_bias=3
          attention heads=2 as a }
    """).module()
    assert starts(model) == {
        "a.in_proj_weight": 1,
        "a.in_proj_bias": 2,
        "a.out_proj.weight": 1,
        "a.out_proj.bias": 3,
    }


def test_tensors_that_are_layers() -> None:
    model = cnndsl.compile_text("""
        network Net() { input 5x8 "l c"
          init prepend ones
          init @places constant 2
          prepend as token -> position as places -> scale 1e-6 as gamma }
    """).module()
    assert starts(model) == {"token": 1, "places": 2, "gamma": pytest.approx(1e-6)}


def test_weights_that_run_again_start_once() -> None:
    design = cnndsl.compile_text(
        UNIT
        + """
        network Net() { input 4x8x8
          init @a.conv 2
          unit 4 as a -> reuse a -> relu -> reuse a }
    """
    )
    assert starts(design.module()) == {"a.conv.weight": 2}
    assert design.source().count("class Unit") == 1


def test_blocks_stay_shared() -> None:
    """The same lines in force give the same module, and a class has no more of them."""
    design = cnndsl.compile_text(
        UNIT
        + """
        network Net() { input 4x8x8
          init conv ones
          repeat 50 { unit 4 } }
    """
    )
    assert len(list(modules(design.network))) == 2
    assert design.source().count("start_conv(") == 2


def test_one_function_for_each_different_start() -> None:
    """Layers without a bias take that of those that have one."""
    source = cnndsl.compile_text("""
        network Net() { input 4x8x8
          init conv ones bias=zeros
          init @b zeros
          conv 1x1 4 bias=false as a -> conv 1x1 4 bias=false as b -> conv 1x1 4 as c
          conv 1x1 4 as d }
    """).source()
    assert source.count("def start_") == 2
    assert "a=start_conv(nn.Conv2d(4, 4, 1, bias=False))" in source
    assert "b=start_b(nn.Conv2d(4, 4, 1, bias=False))" in source
    assert "    if conv.bias is not None:\n        nn.init.zeros_(conv.bias)\n" in source


def test_what_is_not_there_is_not_started() -> None:
    """A bias that an option takes away is no mistake; neither is a line for what is in no use."""
    blocks = """block unit(c) {
      residual { conv 1x1 c bias=false as conv } project { init conv 2\n conv 1x1 c as p }
    }"""
    found = starts(net("init conv 1 bias=zeros", "unit 64 as a", blocks))
    assert found == {"a.conv.weight": 1}


def test_a_network_says_how_one_in_it_starts() -> None:
    blocks = "network Inner() { input 64x8x8\n init @a 3\n conv 1x1 4 as a -> conv 1x1 4 as b }"
    found = starts(net("init conv 1 bias=0", "Inner as inner", blocks).inner)
    assert found == {"a.weight": 3, "a.bias": 0, "b.weight": 1, "b.bias": 0}


def test_a_line_that_speaks_for_nothing_is_warned_of() -> None:
    design = cnndsl.compile_text("network Net() { input 4\n init conv ones\n fc 4 as a }")
    assert [warning.code for warning in design.warnings] == ["unused-init"]
    assert "start" not in design.source()


def test_a_name_is_taken_by_no_variable() -> None:
    """The functions' names are the file's own."""
    design = cnndsl.compile_text("""
        block unit(start_conv, c) { conv 1x1 start_conv as start_conv2 -> conv 1x1 c as conv }
        network start_conv() { input 4x8x8
          init conv ones bias=zeros
          init @a.start_conv2 zeros
          unit 4 8 as a -> unit 8 4 as b -> unit 6 4 as c
          conv 1x1 3 as start_conv }
    """)
    found = starts(design.module())
    assert found["a.start_conv2.weight"] == 0
    assert set(found.values()) == {0, 1}


def test_an_unknown_function_is_refused_before_torch_is_there() -> None:
    with pytest.raises(CnnError, match="there is no function `kaming_normal`"):
        cnndsl.compile_text("network Net() { input 4\n init fc kaming_normal\n fc 4 as a }")


def test_functions_of_other_tensors_take_options() -> None:
    torch.manual_seed(0)
    model = cnndsl.compile_text("""
        network Net(std=0.5) { input 64
          init fc normal(std=2 * std) bias=uniform(a=3.0, b=3.5)
          init @b constant(4) bias=constant(val=5)
          init @c bias=normal(mean=7, std=std)
          fc 256 as a -> fc 4 as b -> fc 4096 as c }
    """).module()
    assert model.a.weight.std().item() == pytest.approx(1, rel=0.02)
    assert model.a.bias.min() >= 3
    assert model.a.bias.max() < 3.5
    assert starts(model)["b.weight"] == 4
    assert starts(model)["b.bias"] == 5
    assert model.c.weight.std().item() == pytest.approx(1, rel=0.05)
    assert model.c.bias.mean().item() == pytest.approx(7, rel=0.02)
    assert model.c.bias.std().item() == pytest.approx(0.5, rel=0.05)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("init fc ones bias=nromal(std=1)", "there is no function `nromal` in torch.nn.init"),
        ("init fc ones bias=normal(sdt=1)", "`normal` has no option `sdt`"),
        ("init fc ones bias=zeros(std=1)", "`zeros` has no option `std`"),
        ("init fc ones bias=normal(1)", "`normal` has no place for one more plain value"),
        ("init fc ones bias=normal(std=-1)", "`std` must be a number of at least 0"),
        ("init fc ones bias=normal(std=1, std=2)", "`std` is given twice"),
        ("init fc ones bias=constant()", r"`constant` needs `val`(.|\n)*write `constant\(val=…\)`"),
        ("init fc ones bias=uniform(a=2, b=1)", "`a` is 2, and `b` only 1"),
        ("init fc ones bias=normal(std=other)", "there is no value `other`"),
        ("init fc ones bias=max(1)", "`max`: a list is wanted here"),
    ],
)
def test_options_in_brackets_are_held(line: str, message: str) -> None:
    with pytest.raises(CnnError, match=message):
        cnndsl.compile_text(f"network Net() {{ input 4\n {line}\n fc 4 as a }}")


def test_tensors_in_lists_of_a_layer_are_reached() -> None:
    """Version 2 of Swin's attention has an MLP of its own."""
    model = cnndsl.compile_text("""
        network Net() { input 8x8x4 "h w c"
          init window_attention 1 bias=2
          window_attention 2 window=4 version=2 as a }
    """).module()
    found = starts(model)
    assert found["a.cpb_mlp.0.weight"] == found["a.cpb_mlp.2.weight"] == 1
    assert found["a.cpb_mlp.0.bias"] == 2

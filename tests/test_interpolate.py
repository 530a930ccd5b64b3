"""References as options: `interpolate` takes on another item's size, whatever size comes."""

from __future__ import annotations

import pytest
import torch

import cnndsl
from cnndsl.design import INPUT
from cnndsl.errors import CnnError

torch.set_num_threads(1)

DECODER = """
block up(low, c) {
  interpolate low mode=bilinear -> conv 1x1 c as proj -> add { | @low | identity }
}
network Net() {
  input 3x17x24 as image
  encoder: { conv 3x3 4 /2 as low -> relu -> conv 3x3 4 /2 }
  up @encoder.low 4 as up
  part: { interpolate @image as big -> conv 1x1 2 as last }
}
"""


@pytest.mark.parametrize("size", [(17, 24), (33, 40), (9, 31)])
def test_the_size_is_the_items_whatever_comes(size: tuple[int, int]) -> None:
    model = cnndsl.compile_text(DECODER).module().eval()
    image = torch.randn(2, 3, *size)
    low = model.encoder.low(image)
    x = nn_interpolate(model.encoder(image)[0], low.shape[-2:], "bilinear")
    x = nn_interpolate(low + model.up.proj(x), size, "nearest")
    torch.testing.assert_close(model(image), model.part.last(x))


def nn_interpolate(x: torch.Tensor, size: tuple[int, ...], mode: str) -> torch.Tensor:
    return torch.nn.functional.interpolate(x, size=tuple(size), mode=mode)


def test_a_reference_is_a_further_input_of_its_node() -> None:
    network = cnndsl.compile_text("""
        network Net() { input 3x8x8
          conv 3x3 4 /2 as low -> maxpool 2x2 -> interpolate @low }
    """).network
    low, pool, resize = range(3)
    assert [wire.node for wire in network.nodes[resize].inputs] == [pool, low]


def test_in_is_what_entered_the_block() -> None:
    """Also from within a labelled scope, and as a default."""
    network = cnndsl.compile_text("""
        network Net() { input 3x8x8
          conv 3x3 4 /2 as low
          default interpolate in
          part: { interpolate -> interpolate @low } }
    """).network
    part = network.nodes[1]
    assert [wire.node for wire in part.inputs] == [0, INPUT, 0]
    assert [str(node.outputs[0]) for node in part.module.nodes] == ["4x8x8", "4x4x4"]


def test_blocks_of_equal_shapes_are_one_module() -> None:
    network = cnndsl.compile_text("""
        block up(low) { interpolate low -> conv 3x3 4 as conv }
        network Net() { input 4x8x8 as image
          maxpool 2x2 -> up @image as one -> maxpool 2x2 -> up @one as two }
    """).network
    first, second = (node.module for node in network.nodes if node.module)
    assert first is second


def test_running_again_keeps_the_reference() -> None:
    network = cnndsl.compile_text("""
        network Net() { input 3x8x8 as image
          maxpool 2x2 -> interpolate @image as back -> maxpool 4x4 -> reuse back }
    """).network
    assert network.nodes[-1].inputs[1] == network.nodes[1].inputs[1]
    assert str(network.nodes[-1].outputs[0]) == "3x8x8"


def test_the_other_item_is_no_arm_of_a_merge() -> None:
    source = cnndsl.compile_text("""
        network Net() { input 3x8x8
          identity as @image
          conv 3x3 4 /2 as low
          @image -> conv 3x3 4 as wide -> relu -> interpolate @low }
    """).source()
    assert "x = nn.functional.interpolate(x, size=low.shape[-2:])" in source.replace(
        "return", "x ="
    )
    assert "branch" not in source


def test_diagram_and_summary_have_the_reference() -> None:
    design = cnndsl.compile_text(DECODER)
    assert "bilinear resize to 9×12" in design.summary()
    assert "bilinear resize to 9×12" in str(design.render())


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ("interpolate", "`interpolate` needs `size`"),
        ("interpolate 3x3x3", "`size` has 3 numbers, but the input has 2 spatial axes"),
        ("interpolate 4 align_corners=true", "`align_corners` has no meaning"),
        ("interpolate 4 antialias=true", "`antialias` is for `mode=bilinear` or `mode=bicubic`"),
        ("interpolate 4 mode=trilinear", "`mode=trilinear` is for 3 spatial axes"),
        ("interpolate @flat", "takes the size of `c h w`, but the item has c 192"),
        ("interpolate @nothing", "nothing here is called `nothing`"),
        ("interpolate it", "`size` must be a whole number of at least 1"),
        ("conv @image", "`c` must be a whole number of at least 1"),
        ("flatten -> interpolate 3", "`interpolate` takes `c h w` or `c t h w`"),
    ],
)
def test_mistakes(items: str, message: str) -> None:
    with pytest.raises(CnnError, match=message):
        cnndsl.compile_text(f"""
            network Net() {{ input 3x8x8 as image
              flatten as flat
              @image -> {items} }}
        """)


def test_training_only_results_stay_in_training() -> None:
    with pytest.raises(CnnError, match="made in training mode only"):
        cnndsl.compile_text("""
            network Net() { input 3x8x8 as image
              head aux training { maxpool 2x2 as small }
              head main { conv 1x1 2 as conv -> interpolate @small } }
        """)

"""`reuse`: the same weights once more, and only where that is what the spec says."""

from __future__ import annotations

import pytest
import torch

import cnndsl
from cnndsl import load
from tests.small_networks import codes, keys, network


def test_reuse_runs_the_same_weights_again() -> None:
    design = network("conv 3x3 3 as a -> relu -> reuse a -> relu -> conv 1x1 4 as b")
    assert keys(design) == ["a", "b"]
    model = design.module().eval()
    image = torch.randn(1, 3, 32, 32)
    again = model.b(torch.relu(model.a(torch.relu(model.a(image)))))
    assert torch.allclose(model(image), again)
    assert design.macs == (2 * 3 * 3 * 9 + 3 * 4) * 32 * 32


def test_weights_that_do_not_fit_are_not_used_again() -> None:
    assert codes("conv 3x3 8 as a -> reuse a") == ["reuse"]


TWO = "block two(c) { conv 3x3 c as k -> relu -> conv 3x3 c as m }"
BY_HEIGHT = "block by() { conv 3x3 3 as k -> leaky_relu (in.h / 10) }"
GROWS = "block by() { conv 3x3 3 as k\nif in.h > 16 { maxpool 2x2 -> conv 1x1 3 as j } }"
PROJECTS = "block by() { residual { gap -> conv 1x1 in.c as c } project { gap } }"


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        ("two 3 as u -> maxpool 2x2 -> reuse u", TWO),
        ("two 3 as u -> reuse u as v\nadd { | identity | @u.k | @v.k }", TWO),
        ("s: { conv 3x3 3 as k -> relu }\nreuse s as t\nadd { | identity | @t.k }", ""),
        ("s: { conv 3x3 3 as k -> relu }\nmaxpool 2x2 -> reuse s", ""),
    ],
)
def test_blocks_and_scopes_are_used_again(body: str, blocks: str) -> None:
    load.verify(network(body, blocks))


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        ("by as u -> maxpool 2x2 -> reuse u", BY_HEIGHT),
        ("by as u -> reuse u", GROWS),
        ("by as u -> reuse u", PROJECTS),
        ("two 3 as u -> maxpool 2x2 -> reuse u as v\nadd { | identity | @v.k }", TWO),
    ],
)
def test_what_would_not_be_the_same_is_not_used_again(body: str, blocks: str) -> None:
    assert codes(body, blocks) == ["reuse"]


def test_networks_as_items_have_classes_of_their_own() -> None:
    text = """network M(n) { input 3x8x8
      repeat n { conv 3x3 3 as a -> relu }
      if n == 2 { sigmoid } }
    network Net() { input 3x8x8
      M 1 as one -> M 2 as two }"""
    load.verify(cnndsl.compile_text(text, "Net"))


SIAMESE = """network Siamese() {{
  input 1x8x8 as left
  input 1x8x8 as right
  {} as tower
  @right -> reuse tower as other
  sub {{ | @tower | @other }} -> abs
}}
"""


def test_what_takes_only_a_reference_is_not_used_again() -> None:
    """It would give the same for another stream, which is then lost without a word."""
    inner = SIAMESE.replace("{} as tower", "tower: {{ @left -> conv 3x3 4 -> relu }}").format()
    with pytest.raises(cnndsl.CnnError) as caught:
        cnndsl.compile_text(inner)
    (error,) = caught.value.diagnostics
    assert (error.code, error.span and error.span.text) == ("reuse", "reuse tower")
    assert "`@name -> { … } as tower`" in error.hint
    inner_scope = inner.replace("{ @left -> conv 3x3 4 -> relu }", "{ s: { @left -> conv 3x3 4 } }")
    with pytest.raises(cnndsl.CnnError):
        cnndsl.compile_text(inner_scope)


def test_towers_of_two_inputs_share_their_weights() -> None:
    design = cnndsl.compile_text(SIAMESE.format("@left -> { conv 3x3 4 -> relu }"))
    assert keys(design) == ["tower.0"]
    model = design.module().eval()
    left, right = torch.randn(2, 1, 1, 8, 8)
    assert torch.allclose(model(left, right), (model.tower(left) - model.tower(right)).abs())


def test_an_input_that_nothing_takes_is_warned_of() -> None:
    text = SIAMESE.format("@left -> { conv 3x3 4 -> relu }")
    text = text.replace("@right -> reuse", "@left -> reuse")
    (warning,) = cnndsl.compile_text(text).warnings
    assert (warning.code, warning.message) == ("unused", "nothing uses the input `right`")
    assert warning.span is not None
    assert warning.span.text == "input 1x8x8 as right"

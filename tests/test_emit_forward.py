"""Forward methods in which values are kept, overwritten or projected, against the interpreter."""

from __future__ import annotations

import pytest
import torch

import cnndsl
from cnndsl.emit import emit
from tests.agreement import assert_values_agree, assert_weights_agree

# The tensors are small and the tests run side by side: more threads would only wait for each other.
torch.set_num_threads(1)

PROJECTED = """
block pr(c, stride=1) {{
  relu
  residual {{ conv 3x3 c /stride as a }} project {{ {projection} }}
  tanh
}}
network Net() {{
  input 4x8x8
  pr 4
  pr {second}
}}
"""
PROJECTIONS = {
    "a convolution": ("conv 1x1 c /stride as down", "6 2"),
    "pooling": ("avgpool 2x2", "4 2"),
    "pooling twice": ("avgpool 2x2 -> maxpool 1x1", "4 2"),
    "concat": ("concat { | identity | identity }", "8"),
    "concat of layers": ("concat { | relu | avgpool 3x3 /1 pad=1 }", "8"),
    "concat of pooling": ("avgpool 2x2 -> concat { | identity | tanh }", "8 2"),
    "concat of a convolution": ("concat { | conv 1x1 2 | identity }", "6"),
}

FLOWS = {
    "a head's kept value beside a training head's": """
        tanh
        head one { relu }
        sigmoid
        head two training { relu }""",
    "an inner item called x": """
        two as t
        concat { | @t.x | identity }""",
    "two inner items": """
        two as t
        concat { | @t.y | identity | @t.x }""",
    "a list in a loop, run again": """
        for i in range(3) { s: { conv 3x3 4 as q } }
        reuse s[1]""",
    "a scope of references alone": """
        relu as A -> tanh as b
        s: { @A -> conv 3x3 4 as q -> { @b -> tanh -> add { | identity | @q } } as inner }
        add { | identity | @s.q }""",
    "a scope that nothing enters but a scope in it": """
        relu as a
        s: { @a -> { conv 3x3 4 as q -> { relu -> conv 3x3 4 } as t } as inner }
        t: { { @a -> tanh } as u -> { relu -> sigmoid } as v }""",
    "arms in a loop": """
        add { for i in range(3) { | conv 3x3 4 -> relu } | identity }""",
    "labels like the emitted variables": """
        relu as skip -> tanh as shortcut -> sigmoid as x
        residual { conv 3x3 4 as branch1 -> add { | relu -> tanh | sigmoid | @skip } }
        add { | @shortcut | @x | @branch1 }""",
}
TWO = "block two() { conv 3x3 4 as y -> relu as x -> tanh -> relu }"


def agree(text: str) -> str:
    """What a spec emits, once it was found to agree with the interpreter."""
    design = cnndsl.compile_text(text)
    assert_weights_agree(design)
    for training in (True, False):
        assert_values_agree(design, training)
    return emit(design)


@pytest.mark.parametrize(("projection", "second"), PROJECTIONS.values(), ids=PROJECTIONS)
def test_projections_that_some_uses_have(projection: str, second: str) -> None:
    source = agree(PROJECTED.format(projection=projection, second=second))
    assert source.count("class Pr") == 1
    assert "self.project" in source.partition("def forward")[2]


@pytest.mark.parametrize("body", FLOWS.values(), ids=FLOWS)
def test_values_that_are_kept(body: str) -> None:
    agree(f"{TWO}\nnetwork Net() {{ input 3x8x8\nconv 3x3 4 as z{body}\n}}")


def test_a_scope_takes_what_it_reads() -> None:
    """Of several references, none of them the stream's, and called as around it."""
    body = "relu as First -> tanh as second -> relu as third"
    scope = "add { | @First | @second -> conv 3x3 3 } -> sigmoid"
    source = agree(f"network Net() {{ input 3x8x8\n{body}\ns: {{ {scope} }} }}")
    assert "def forward(self, first: Tensor, second: Tensor) -> Tensor:" in source
    assert "self.s(first, x)" in source


def test_a_projections_constants_are_no_parameters_by_chance() -> None:
    text = PROJECTED.format(projection="concat { | relu | avgpool 3x3 /1 pad=1 }", second="8")
    assert "nn.AvgPool2d(3, stride=1, padding=1)" in agree(text)


def test_results_have_the_names_that_the_author_gave_them() -> None:
    """Those of a part, and through the part around it, though no item is called so."""
    source = agree("""
        network Taps(c) { input 4x8x8
          features: { for i in range(2) { conv 3x3 c -> relu -> maxpool 2x2 as @"pool{i+1}" }
                      conv 3x3 c -> relu }
        }
        network Net() { input 4x8x8
          Taps 4 as taps
          upsample 2
          concat { | @taps.features.pool1 | identity } }
    """)
    assert 'pool1 = self.maxpool(x)\n        x = self["3"](pool1)' in source
    assert "x, pool1 = self.features(x)\n        return TapsOutputs(x, pool1)" in source
    assert "    output: Tensor\n    pool1: Tensor\n" in source

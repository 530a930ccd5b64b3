"""Layers that are one tensor: keys, order and values, as torchvision's networks have them."""

from __future__ import annotations

import copy
import pickle

import pytest
import torch
from torch import nn
from torchvision.models.convnext import CNBlockConfig, ConvNeXt
from torchvision.models.vision_transformer import VisionTransformer

import cnndsl
from cnndsl.errors import CnnError
from cnndsl.load import module
from tests.agreement import assert_values_agree, assert_weights_agree

torch.set_num_threads(1)

VIT = """
block layer(heads, hidden) {
  residual { ln eps=1e-6 as ln_1 -> attention heads=heads as self_attention }
  residual {
    ln eps=1e-6 as ln_2
    { fc hidden -> gelu -> dropout 0 -> fc in.c -> dropout 0 } as mlp
  }
}
network ViT(patch=8, dim=16, depth=2, heads=2, classes=10) {
  input 3x32x32
  conv kernel=patch /patch dim as conv_proj -> rearrange "c h w -> (h w) c"
  prepend as class_token
  encoder: {
    position as pos_embedding
    layers: { for i in range(depth) { layer heads (2 * dim) as "encoder_layer_{i}" } }
    ln eps=1e-6 as ln
  }
  heads: { take 0 -> fc classes as head }
}
"""

CONVNEXT = """
block unit() {
  residual {
    block: {
      dwconv 7x7 -> rearrange "c h w -> h w c" -> ln eps=1e-6
      fc (4 * in.c) -> gelu -> fc in.c -> rearrange "h w c -> c h w"
    }
    scale 1e-6 as layer_scale
  }
}
network Next(classes=10) {
  input 3x32x32
  features: {
    "0": { conv 4x4 8 /4 -> ln2d eps=1e-6 }
    "1": { unit }
    "2": { ln2d eps=1e-6 -> conv 2x2 16 /2 }
    "3": { unit -> unit }
  }
  gap
  classifier: { ln2d eps=1e-6 -> flatten -> fc classes }
}
"""


def vit() -> nn.Module:
    return VisionTransformer(32, 8, 2, 2, 16, 32, num_classes=10)


def convnext() -> nn.Module:
    return ConvNeXt([CNBlockConfig(8, 16, 1), CNBlockConfig(16, None, 2)], num_classes=10)


@pytest.mark.parametrize(("spec", "make"), [(VIT, vit), (CONVNEXT, convnext)])
def test_torchvisions_weights_load(spec: str, make: type[nn.Module]) -> None:
    design = cnndsl.compile_text(spec)
    theirs, ours = make().eval(), module(design).eval()
    shapes = [(path, tuple(tensor.shape)) for path, tensor in theirs.state_dict().items()]
    assert [(path, weight.shape) for path, weight in design.network.weights()] == shapes
    assert_weights_agree(design)
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.normal_(std=0.2)  # those that start at zero would hide mistakes
    ours.load_state_dict(theirs.state_dict(), strict=True)
    image = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(ours(image), theirs(image))


LISTS = """
block unit(n) { scale 0.5 -> prepend n -> position }
network Net() {
  input 5x4 "l c"
  for i in range(3) { fc 4 as map -> scale 1 as gamma }
  scale 2 as one
  unit 1 as a -> unit 2 as b
  add { | scale 0.1 | fc 4 -> scale 0.2 | identity }
  for i in range(2) { if i == 0 { scale 3 as both } else { fc 4 as both } }
  reuse one
  fc 4
  scale 4
}
"""


def test_keys_and_order_in_lists_arms_and_places() -> None:
    """A scope's own tensors come first, and so do those of a list in that list."""
    design = cnndsl.compile_text(LISTS)
    assert [path for path, _ in design.network.weights()] == [
        *("one", "14"),
        *(f"map.{place}.{name}" for place in range(3) for name in ("weight", "bias")),
        *("gamma.0", "gamma.1", "gamma.2"),
        *(f"{unit}.{place}" for unit in "ab" for place in range(3)),
        *("9.0.0", "9.1.1", "9.1.0.weight", "9.1.0.bias"),
        *("both.0", "both.1.weight", "both.1.bias"),
        *("13.weight", "13.bias"),
    ]
    assert_weights_agree(design)
    for training in (True, False):
        assert_values_agree(design, training)
    assert design.source().count("class Unit(") == 1


def test_copies_and_pickles_carry_the_tensors() -> None:
    model = module(cnndsl.compile_text(LISTS)).eval()
    tokens = torch.randn(2, 5, 4)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert torch.equal(twin(tokens), model(tokens))
        assert len(list(twin.parameters())) == len(list(model.parameters()))
        with torch.no_grad():
            twin.one += 1
        assert not torch.equal(twin(tokens), model(tokens))


def test_starts_of_their_own() -> None:
    """As in torchvision: tokens at 0, places normal with a deviation of 0.02, factors as told."""
    model = cnndsl.compile_text("""
        network Net() {
          input 255x512 "l c"
          prepend as token -> position as places -> scale 1e-6 as gamma
        }
    """).module()
    assert not model.token.any()
    assert torch.all(model.gamma == 1e-6)
    assert model.places.std().item() == pytest.approx(0.02, rel=0.02)
    assert model.places.mean().item() == pytest.approx(0, abs=0.001)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("prepend", "`prepend` takes `l c`, but gets c 3, h 8, w 8"),
        ('rearrange "c h w -> (h w) c" -> take 0 -> prepend', "`prepend` takes `l c`"),
        ("scale", "`scale` needs `value`"),
    ],
)
def test_what_does_not_fit_is_refused(item: str, message: str) -> None:
    with pytest.raises(CnnError, match=message):
        cnndsl.compile_text(f"network Net() {{ input 3x8x8\n {item} }}")


def test_scale_needs_channels() -> None:
    with pytest.raises(CnnError, match="`scale` needs an axis `c`, but gets h 8, w 8"):
        cnndsl.compile_text('network Net() { input 8x8 "h w"\n scale 1 }')

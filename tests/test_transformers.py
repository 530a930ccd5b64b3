"""ViT and Swin in sizes of their own: how they start, what they drop, and ViT-H cut short."""

from __future__ import annotations

import pytest
import torch
import torchvision
from torch import nn
from torchvision.models import SwinTransformer, VisionTransformer
from torchvision.models.swin_transformer import (
    PatchMerging,
    PatchMergingV2,
    SwinTransformerBlock,
    SwinTransformerBlockV2,
)

import cnndsl
from cnndsl.errors import CnnError
from tests.started import assert_starts_alike
from tests.test_torchvision import assert_same, start, tensors

torch.set_num_threads(1)

SWIN_BLOCKS = {
    "swin_t": (SwinTransformerBlock, PatchMerging, 7),
    "swin_v2_t": (SwinTransformerBlockV2, PatchMergingV2, 8),
}
DEPTHS = [1, 2, 1]


def small_vit() -> tuple[nn.Module, nn.Module]:
    """Ours and torchvision's, of two layers."""
    ours = cnndsl.compile("vit_b_16", input="3x64x64", layers=2, width=192, heads=6).module()
    return ours, VisionTransformer(64, 16, 2, 6, 192, 768)


def small_swin(name: str) -> tuple[nn.Module, nn.Module]:
    """Ours and torchvision's, of three stages."""
    block, merging, window = SWIN_BLOCKS[name]
    design = cnndsl.compile(name, input="3x64x64", depths=DEPTHS, width=96, heads=3, drop=0.3)
    theirs = SwinTransformer(
        [4, 4],
        96,
        DEPTHS,
        [3, 6, 12],
        [window, window],
        stochastic_depth_prob=0.3,
        block=block,
        downsample_layer=merging,
    )
    return design.module(), theirs


def test_vit_starts_as_that_of_torchvision() -> None:
    torch.manual_seed(0)
    assert_starts_alike(*small_vit())


@pytest.mark.parametrize("name", SWIN_BLOCKS)
def test_swin_starts_as_that_of_torchvision(name: str) -> None:
    torch.manual_seed(0)
    assert_starts_alike(*small_swin(name))


def test_starts_that_differ_are_told() -> None:
    ours, theirs = small_vit()
    nn.init.normal_(ours.get_submodule("encoder.layers.encoder_layer_1.mlp.3").weight, std=0.1)
    with pytest.raises(AssertionError, match=r"encoder_layer_1.mlp.3"):
        assert_starts_alike(ours, theirs)


def dropping(model: nn.Module) -> list[float]:
    """The chances of stochastic depth, block by block."""
    kinds = ("DropPath", "StochasticDepth")
    return [module.p for module in model.modules() if type(module).__name__ in kinds]


@pytest.mark.parametrize("name", [f"swin_{v}{size}" for v in ("", "v2_") for size in "tsb"])
def test_later_blocks_are_dropped_more_often(name: str) -> None:
    with torch.device("meta"):
        ours, theirs = cnndsl.compile(name).module(), torchvision.models.get_model(name)
    assert dropping(ours) == pytest.approx(dropping(theirs))
    assert dropping(ours)[0] == 0
    assert dropping(ours)[-1] == {"t": 0.2, "s": 0.3, "b": 0.5}[name[-1]]


def test_vit_h_14_of_two_layers_is_that_of_torchvision() -> None:
    torch.manual_seed(0)
    ours = cnndsl.compile("vit_h_14", input="3x28x28", layers=2).module().eval()
    theirs = VisionTransformer(28, 14, 2, 16, 1280, 5120).eval()
    assert tensors(ours) == tensors(theirs)
    start(ours)
    theirs.load_state_dict(ours.state_dict(), strict=True)
    x = torch.randn(2, 3, 28, 28)
    with torch.no_grad():
        assert_same("output", ours(x), theirs(x))


def test_dropout_stands_where_torchvision_has_it() -> None:
    """After the attention, in the MLP twice, and after the places."""
    torch.manual_seed(0)
    ours = cnndsl.compile("vit_b_16", input="3x32x32", layers=2, width=48, heads=3, drop=0.5)
    theirs = VisionTransformer(32, 16, 2, 3, 48, 192, dropout=0.5)
    model = ours.module().train()
    start_all = [p for p in model.parameters() if not p.any()]
    for parameter in start_all:
        nn.init.normal_(parameter, std=0.1)
    theirs.load_state_dict(model.state_dict(), strict=True)
    x = torch.randn(2, 3, 32, 32)
    results = []
    for network in (model, theirs.train()):
        torch.manual_seed(1)
        results.append(network(x))
    torch.testing.assert_close(*results)
    assert not torch.allclose(results[0], model.eval()(x))


def test_swin_takes_any_picture_of_a_patch() -> None:
    assert cnndsl.compile("swin_t", input="3x4x4").output.sizes == (1000,)
    with pytest.raises(CnnError, match="4x4"):
        cnndsl.compile("swin_t", input="3x4x3")


def test_pictures_in_parts_of_patches_are_refused() -> None:
    with pytest.raises(CnnError, match="an image is cut into whole patches"):
        cnndsl.compile("vit_h_14", input="3x224x225")

"""FCN on VGG-16 against Caffe's layers and one that is written by hand; how all FCNs start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
import torchvision
from torch import Tensor, nn

import cnndsl
from cnndsl.design import Module
from tests.started import assert_starts_alike
from tests.test_published import PAPERS
from tests.test_torchvision import assert_same, peer

torch.set_num_threads(1)

NETS = ["fcn32s", "fcn16s", "fcn8s"]


def layers(module: Module) -> Iterator[tuple[str, list[int], int, int]]:
    """Caffe's kind, output shape, parameters and MACs of each layer, in order."""
    kinds = {"conv": "Convolution", "upconv": "Deconvolution", "maxpool": "Pooling", "crop": "Crop"}
    for node in module.nodes:
        if node.module:
            yield from layers(node.module)
        elif node.layer and node.layer.word in kinds:
            counts = module.node_params(node), module.node_macs(node)
            yield kinds[node.layer.word], list(node.outputs[0].sizes), *counts


@pytest.mark.parametrize("name", NETS)
def test_has_the_layers_of_caffe(name: str) -> None:
    expected = [tuple(row) for _, *row in PAPERS[name]["layers"]]
    assert list(layers(cnndsl.compile(name).network)) == expected


def by_hand(weights: dict[str, Tensor], x: Tensor, skips: int) -> Tensor:
    """FCN in plain torch, as its prototxt has it."""
    functional = nn.functional

    def conv(x: Tensor, name: str, pad: int = 0) -> Tensor:
        return functional.conv2d(x, weights[f"{name}.weight"], weights[f"{name}.bias"], padding=pad)

    def grown(x: Tensor, name: str, stride: int) -> Tensor:
        return functional.conv_transpose2d(x, weights[f"{name}.weight"], stride=stride)

    def cut(x: Tensor, like: Tensor, offset: int) -> Tensor:
        height, width = like.shape[-2:]
        return x[:, :, offset : offset + height, offset : offset + width]

    image, pools, place = x, [], 0
    for count in (2, 2, 3, 3, 3):
        for _ in range(count):
            x = functional.relu(conv(x, f"vgg.features.{place}", 1 if place else 100))
            place += 2
        x = functional.max_pool2d(x, 2, ceil_mode=True)
        pools.append(x)
        place += 1
    x = functional.relu(conv(x, "fc6"))
    x = functional.relu(conv(x, "fc7"))
    x = conv(x, "score")
    for pool, offset in ((4, 5), (3, 9))[:skips]:
        x = grown(x, f"pool{pool}.upscore", 2)
        x = x + cut(conv(pools[pool - 1], f"pool{pool}.score"), x, offset)
    stride, offset = ((32, 19), (16, 27), (8, 31))[skips]
    return cut(grown(x, "upscore", stride), image, offset)


@pytest.mark.parametrize(
    "skips", [pytest.param(0, marks=pytest.mark.slow), pytest.param(1, marks=pytest.mark.slow), 2]
)
def test_computes_what_the_one_by_hand_does(skips: int) -> None:
    torch.manual_seed(0)
    model = cnndsl.compile(NETS[skips], input="3x17x30", classes=3).module()
    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.kaiming_normal_(module.weight)
    weights = dict(model.state_dict())
    x = torch.randn(2, 3, 17, 30)
    with torch.no_grad():
        ours = model.eval()(x)
        assert ours.shape == (2, 3, 17, 30)
        assert_same("output", ours, by_hand(weights, x, skips))


def test_takes_the_weights_of_torchvisions_vgg16() -> None:
    with torch.device("meta"):
        ours = cnndsl.compile("fcn8s").module()
        theirs = torchvision.models.vgg16()
    ours.get_submodule("vgg.features").load_state_dict(theirs.features.state_dict(), strict=True)


def test_backbone_and_heads_start_as_those_of_torchvision() -> None:
    torch.manual_seed(0)
    ours = cnndsl.compile("fcn_resnet50_aux", input="3x33x33").module()
    assert_starts_alike(ours, peer("fcn_resnet50_aux"))


def test_scores_start_at_zero() -> None:
    """So that the first results are those of the layers below (Long et al., section 4.2)."""
    with torch.device("meta"):
        names = [n for n, _ in cnndsl.compile("fcn8s").module().named_parameters() if "score" in n]
    assert "pool3.score.bias" in names
    model = cnndsl.compile("fcn8s", input="3x1x1").module()
    for name in ("score", "pool4.score", "pool3.score"):
        assert not model.get_submodule(name).weight.any()
        assert not model.get_submodule(name).bias.any()


def test_scores_grow_by_interpolation_at_the_start() -> None:
    model = cnndsl.compile("fcn16s", input="3x1x1").module()
    for name, size in (("upscore", 32), ("pool4.upscore", 4)):
        weight = model.get_submodule(name).weight
        line = torch.tensor([(2 * i + 1) / size for i in range(size // 2)])
        line = torch.cat([line, line.flip(0)])
        for place in range(21):
            torch.testing.assert_close(weight[place, place], torch.outer(line, line))
        assert weight.count_nonzero() == 21 * size * size


def test_dilated_stages_keep_their_size() -> None:
    """Of a ResNet, whose other stages halve it as always."""
    found: dict[str, Any] = {}
    for name in ("resnet50", "fcn_resnet50"):
        network = cnndsl.compile(name, input="3x64x64").network
        backbone = network.nodes[0].module or network
        stages = [n for n in backbone.nodes if n.name.startswith("layer")]
        found[name] = [stage.outputs[0].sizes for stage in stages]
    assert found["resnet50"] == [(256, 16, 16), (512, 8, 8), (1024, 4, 4), (2048, 2, 2)]
    assert found["fcn_resnet50"] == [(256, 16, 16), (512, 8, 8), (1024, 8, 8), (2048, 8, 8)]

"""Layers that give a part, another size or a constant's share of what they take: their values."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional
from torchvision.transforms.functional import center_crop, normalize

import cnndsl
from cnndsl.layers import LAYERS
from cnndsl.layers.options import Port
from cnndsl.shape import Shape
from tests.layer_inputs import IMAGE, TOKENS, VECTOR, VIDEO
from tests.layer_torch import build


def run(word: str, x: Tensor, axes: str, **options: Any) -> Tensor:
    """What the layer gives for a batch with these axes."""
    shape = Shape(tuple(axes.split()), tuple(x.shape[1:]))
    return build(LAYERS[word](**options), (shape,))(x)


def batch(shape: Shape) -> Tensor:
    return torch.randn(2, *shape.sizes, generator=torch.Generator().manual_seed(0))


image, video, tokens, vector = map(batch, (IMAGE, VIDEO, TOKENS, VECTOR))


def test_parts_are_pythons() -> None:
    assert run("slice", image, "c h w", start=0, stop=4).equal(image[:, 0:4])
    assert run("slice", image, "c h w", start=2, stop=5, axis="h").equal(image[:, :, 2:5])
    assert run("slice", image, "c h w", start=1, stop=8, axis="w").equal(image[:, :, :, 1:8])
    assert run("take", tokens, "l c", index=0).equal(tokens[:, 0])
    assert run("take", tokens, "l c", index=-2, axis="c").equal(tokens[:, :, -2])
    assert run("take", video, "c t h w", index=3, axis="t").equal(video[:, :, 3])
    assert run("take", vector, "c", index=5).equal(vector[:, 5])


@pytest.mark.parametrize(("axes", "x", "axis"), [("c h w", image, "h"), ("l c", tokens, "c")])
def test_chunks_make_up_the_whole(axes: str, x: Tensor, axis: str) -> None:
    parts = [run("chunk", x, axes, index=i, chunks=3, axis=axis) for i in range(3)]
    assert torch.cat(parts, dim=axes.split().index(axis) + 1).equal(x)


def test_a_crop_is_central() -> None:
    """Of an odd rest, torchvision rounds as Python does; here the greater half is at the end."""
    assert run("crop", image, "c h w", size=(5, 2)).equal(center_crop(image, [5, 2]))
    assert run("crop", image, "c h w", size=(4, 3)).equal(image[:, :, 2:6, 2:5])
    assert run("crop", video, "c t h w", size=(1, 3, 8)).equal(video[:, :, 2:3, 3:6])


def test_a_crop_from_an_offset() -> None:
    assert run("crop", image, "c h w", size=4, offset=(5, 0)).equal(image[:, :, 5:9, 0:4])


@pytest.mark.parametrize("offset", [None, 1, (0, 2)])
def test_a_crop_to_another_items_size(offset: int | tuple[int, int] | None) -> None:
    other = Shape.of(c=1, h=5, w=4)
    crop = LAYERS["crop"](size=Port(1), offset=offset)
    fixed = LAYERS["crop"](size=(5, 4), offset=offset)
    assert build(crop, (IMAGE, other))(image, batch(other)).equal(build(fixed, (IMAGE,))(image))


def test_crops_hold_for_every_size() -> None:
    """The original U-Net and FCN, whose skips are cropped to what they meet."""
    model = cnndsl.compile_text("""
        network Net() {
          input 3x21x20
          conv 1x1 4 as wide
          conv 3x3 4 pad=0 as inner
          concat { | @wide -> crop @inner | @wide -> crop @inner offset=1 | identity }
        }
    """).module()
    for size in ((21, 20), (9, 32)):
        x = torch.randn(1, 3, *size)
        result = model(x)
        assert result.shape[2:] == (size[0] - 2, size[1] - 2)
        wide = model.wide(x)[..., 1:-1, 1:-1]
        torch.testing.assert_close(result[:, :8], torch.cat([wide, wide], dim=1))


def test_padding_in_the_order_of_the_shape() -> None:
    ends = ((0, 1), (2, 3))
    assert run("pad", image, "c h w", size=ends).equal(functional.pad(image, (2, 3, 0, 1)))
    assert run("pad", image, "c h w", size=(1, 2), mode="reflect").equal(
        functional.pad(image, (2, 2, 1, 1), "reflect")
    )
    padded = run("pad", image, "c h w", size=((2, 1),), axis="c", value=-1)
    assert padded[:, 2:8].equal(image)
    assert (padded[:, :2] == -1).all()
    assert (padded[:, 8:] == -1).all()
    padded = run("pad", tokens, "l c", size=1, axis="l")
    assert padded[:, 1:-1].equal(tokens)


@pytest.mark.parametrize(
    ("divide_by", "divisor"), [("elements", 6 * 9 * 8), ("places", 9 * 8), ("nothing", 1)]
)
def test_gram(divide_by: str, divisor: int) -> None:
    features = image.flatten(2)
    expected = torch.bmm(features, features.transpose(1, 2)) / divisor
    torch.testing.assert_close(run("gram", image, "c h w", divide_by=divide_by), expected)


def test_arithmetic() -> None:
    assert run("abs", image, "c h w").equal(torch.abs(image))
    assert run("mulby", image, "c h w", factor=-0.1).equal(image * -0.1)
    assert run("addto", image, "c h w", value=3).equal(image + 3)
    assert run("addto", image, "c h w", value=-0.5).equal(image - 0.5)


MEAN, STD = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [1.0, 2.0, 3.0, 4.0, 5.0, 0.5]


def test_normalize_is_torchvisions() -> None:
    found = run("normalize", image, "c h w", mean=tuple(MEAN), std=tuple(STD))
    torch.testing.assert_close(found, normalize(image, MEAN, STD))
    found = run("normalize", vector, "c", mean=tuple(MEAN), std=0.5)
    torch.testing.assert_close(found, (vector - torch.tensor(MEAN)) / 0.5)


def test_constants_leave_no_keys_and_follow_the_module() -> None:
    model = cnndsl.compile_text("""
        network Net() {
          input 3x4x4
          normalize mean=[0.485, 0.456, 0.406] std=[0.229, 0.224, 0.225] -> mulby 2 -> addto 1
        }
    """).module()
    assert not model.state_dict()
    x = torch.rand(2, 3, 4, 4)
    fresh = pickle.loads(pickle.dumps(copy.deepcopy(model)))
    assert fresh(x).equal(model(x))
    assert model.double()(x.double()).dtype is torch.float64
    assert model.to("meta")(x.to("meta")).device.type == "meta"


def test_nothing_is_written_over_a_chunk() -> None:
    """Autograd forbids it of one of several views; of a slice it does not."""
    model = cnndsl.compile_text("""
        network Net() {
          input 3x8x8
          conv 3x3 8 as conv
          concat { | chunk 0 2 -> relu | chunk 1 2 -> leaky_relu 0.2 }
          conv 1x1 8 as last -> chunk 1 2 -> relu -> slice 0 3 -> relu
        }
    """).module()
    model(torch.randn(2, 3, 8, 8)).sum().backward()
    assert all(parameter.grad is not None for parameter in model.parameters())

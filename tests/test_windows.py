"""Convolution and pooling with random options: torch takes what we take, and gives our shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cnndsl.layers import LAYERS
from cnndsl.layers.base import ShapeError
from cnndsl.shape import Shape
from tests.layer_torch import build

RUNS = 400


def ours(word: str, options: dict[str, Any], shape: Shape) -> tuple[int, ...] | None:
    """The sizes that our layer gives, or None where it refuses the input."""
    try:
        return LAYERS[word](**options).output(shape).sizes
    except ShapeError:
        return None


def theirs(build: Callable[[], nn.Module], shape: Shape) -> tuple[int, ...] | None:
    """The sizes that torch gives, or None where it refuses the options or the input.

    A transposed convolution gives a tensor without elements where nothing is left.
    """
    try:
        found = tuple(build()(torch.zeros(1, *shape.sizes)).shape[1:])
    except (RuntimeError, ValueError):
        return None
    return found if all(found) else None


def per_axis(random: Random, rank: int, least: int, most: int) -> int | tuple[int, ...]:
    """A number for all axes, or one for each."""
    if random.random() < 0.5:
        return random.randint(least, most)
    return tuple(random.randint(least, most) for _ in range(rank))


def image(random: Random) -> Shape:
    """A small image, or a small video."""
    sizes = {axis: random.randint(1, 9) for axis in random.choice(["hw", "hw", "thw"])}
    return Shape.of(c=random.choice([1, 2, 4, 6]), **sizes)


def spread(value: int | tuple[int, ...], rank: int) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,) * rank


def random_conv(random: Random, shape: Shape) -> dict[str, Any]:
    rank = len(shape) - 1
    options: dict[str, Any] = {
        "c": random.choice([1, 2, 4, 6]),
        "kernel": per_axis(random, rank, 1, 5),
        "stride": per_axis(random, rank, 1, 3),
        "dilation": per_axis(random, rank, 1, 2),
        "groups": random.choice([1, 1, 1, 2, 3]),
        "bias": random.random() < 0.5,
        "pad_mode": random.choice(["zeros", "zeros", "reflect", "replicate", "circular"]),
    }
    if random.random() < 0.6:
        options["pad"] = per_axis(random, rank, 0, 4)
    elif random.random() < 0.3:
        options.update(pad="same", stride=1)
    return options


def torch_conv(options: dict[str, Any], shape: Shape) -> nn.Module:
    """The convolution, with the padding as LANGUAGE.md says it where none is given."""
    rank = len(shape) - 1
    kernel, dilation = (spread(options[name], rank) for name in ("kernel", "dilation"))
    unpadded = tuple(
        d * (k - 1) // 2 if k % 2 == 1 else 0 for k, d in zip(kernel, dilation, strict=True)
    )
    build = nn.Conv2d if rank == 2 else nn.Conv3d
    return build(
        shape["c"],
        options["c"],
        kernel,  # type: ignore[arg-type]
        stride=options["stride"],
        padding=options.get("pad", unpadded),
        dilation=options["dilation"],
        groups=options["groups"],
        bias=options["bias"],
        padding_mode=options["pad_mode"],
    )


def random_dwconv(random: Random, shape: Shape) -> dict[str, Any]:
    options = random_conv(random, shape)
    del options["c"], options["groups"]
    return {**options, "multiplier": random.randint(1, 3)}


def torch_dwconv(options: dict[str, Any], shape: Shape) -> nn.Module:
    channels = shape["c"] * options["multiplier"]
    return torch_conv({**options, "c": channels, "groups": shape["c"]}, shape)


def random_upconv(random: Random, shape: Shape) -> dict[str, Any]:
    rank = len(shape) - 1
    return {
        "c": random.choice([1, 2, 4, 6]),
        "kernel": per_axis(random, rank, 1, 4),
        "stride": per_axis(random, rank, 1, 3),
        "dilation": per_axis(random, rank, 1, 2),
        "pad": per_axis(random, rank, 0, 4),
        "output_pad": random.choice([0, 0, per_axis(random, rank, 0, 2)]),
        "groups": random.choice([1, 1, 1, 2, 3]),
        "bias": random.random() < 0.5,
    }


def torch_upconv(options: dict[str, Any], shape: Shape) -> nn.Module:
    build = nn.ConvTranspose2d if len(shape) == 3 else nn.ConvTranspose3d
    return build(
        shape["c"],
        options["c"],
        options["kernel"],
        stride=options["stride"],
        padding=options["pad"],
        output_padding=options["output_pad"],
        groups=options["groups"],
        bias=options["bias"],
        dilation=options["dilation"],
    )


def random_lppool(random: Random, shape: Shape) -> dict[str, Any]:
    options = random_pool(random, "lppool", shape)
    del options["pad"]
    return {**options, "p": random.choice([1, 2, 3.5])}


def torch_lppool(options: dict[str, Any], shape: Shape) -> nn.Module:
    build = nn.LPPool2d if len(shape) == 3 else nn.LPPool3d
    return build(
        options["p"], options["kernel"], options.get("stride"), ceil_mode=options["ceil_mode"]
    )


def random_pool(random: Random, word: str, shape: Shape) -> dict[str, Any]:
    rank = len(shape) - 1
    options: dict[str, Any] = {
        "kernel": per_axis(random, rank, 1, 5),
        "pad": per_axis(random, rank, 0, 2),
        "ceil_mode": random.random() < 0.5,
    }
    if random.random() < 0.7:
        options["stride"] = per_axis(random, rank, 1, 5)
    if word == "maxpool":
        options["dilation"] = per_axis(random, rank, 1, 3)
    return options


def torch_pool(word: str, options: dict[str, Any], shape: Shape) -> nn.Module:
    name = {"maxpool": "MaxPool", "avgpool": "AvgPool"}[word] + f"{len(shape) - 1}d"
    others = {
        name: options[name] for name in ("stride", "ceil_mode", "dilation") if name in options
    }
    built: nn.Module = getattr(nn, name)(options["kernel"], padding=options["pad"], **others)
    return built


def compare(word: str, make: Any, build: Any) -> None:
    """Runs many random uses; a good part of them has to fit, and a good part not."""
    random = Random(7)
    fitting = 0
    for _ in range(RUNS):
        shape = image(random)
        options = make(random, shape)
        found = ours(word, options, shape)
        expected = theirs(lambda: build(options, shape), shape)  # noqa: B023
        assert found == expected, (word, options, shape)
        fitting += found is not None
    assert RUNS // 8 < fitting < RUNS - RUNS // 8


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@pytest.mark.parametrize(
    ("word", "make", "build"),
    [
        ("conv", random_conv, torch_conv),
        ("dwconv", random_dwconv, torch_dwconv),
        ("upconv", random_upconv, torch_upconv),
        ("lppool", random_lppool, torch_lppool),
    ],
)
def test_windows_agree_with_torch(word: str, make: Any, build: Any) -> None:
    compare(word, make, build)


@pytest.mark.parametrize("word", ["maxpool", "avgpool"])
def test_pooling_agrees_with_torch(word: str) -> None:
    compare(
        word,
        lambda random, shape: random_pool(random, word, shape),
        lambda options, shape: torch_pool(word, options, shape),
    )


# `pad=same`, against TensorFlow's rule written out


def tensorflow_ends(size: int, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    """The padding before and after an axis, from the text of tf.nn.convolution."""
    reach = (kernel - 1) * dilation + 1
    rest = size % stride
    total = max(reach - (stride if rest == 0 else rest), 0)
    return total // 2, total - total // 2


def random_same(random: Random, shape: Shape) -> dict[str, Any]:
    rank = len(shape) - 1
    options: dict[str, Any] = {
        name: spread(per_axis(random, rank, 1, most), rank)
        for name, most in (("kernel", 5), ("stride", 3), ("dilation", 2))
    }
    options["pad_mode"] = random.choice(["zeros", "zeros", "reflect", "replicate", "circular"])
    return {"c": 3, "pad": "same", **options}


def padded_conv(options: dict[str, Any], sample: Tensor, weights: list[Tensor]) -> Tensor | None:
    """The convolution of a sample that was padded beforehand; None where torch can't pad it."""
    numbers = (options[name] for name in ("kernel", "stride", "dilation"))
    axes = zip(sample.shape[2:], *numbers, strict=True)
    ends = [n for axis in reversed(list(axes)) for n in tensorflow_ends(*axis)]
    mode = {"zeros": "constant"}.get(options["pad_mode"], options["pad_mode"])
    weight, bias = weights
    convolve: Callable[..., Tensor] = nn.functional.conv2d
    if sample.dim() == 5:
        convolve = nn.functional.conv3d
    try:
        wide = nn.functional.pad(sample, ends, mode)
    except RuntimeError:
        return None
    return convolve(wide, weight, bias, options["stride"], 0, options["dilation"])


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
def test_same_padding_is_that_of_tensorflow() -> None:
    random = Random(11)
    built_by: Counter[str] = Counter()
    for _ in range(RUNS):
        shape = image(random)
        options = random_same(random, shape)
        weights = [torch.randn(3, shape["c"], *options["kernel"]), torch.randn(3)]
        sample = torch.randn(1, *shape.sizes)
        expected = padded_conv(options, sample, weights)
        found = ours("conv", options, shape)
        if expected is None or found is None:
            assert expected is None and found is None, (options, shape)  # noqa: PT018
            built_by["nothing"] += 1
            continue
        steps = zip(shape.sizes[1:], options["stride"], strict=True)
        assert found == (3, *(-(-size // step) for size, step in steps))
        built = build(LAYERS["conv"](**options), (shape,))
        assert isinstance(built, nn.Module)
        built.load_state_dict(dict(zip(("weight", "bias"), weights, strict=True)))
        torch.testing.assert_close(built(sample), expected)
        torch.testing.assert_close(built(sample[0]), expected[0])
        built_by[type(built).__name__] += 1
    assert set(built_by) == {"nothing", "Conv2d", "Conv3d", "Conv2dSame", "Conv3dSame"}
    assert min(built_by.values()) > RUNS // 50


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
def test_same_padding_goes_by_the_size_that_comes() -> None:
    """Where the two ends differ, the module pads another size as that size needs it."""
    options = {"c": 3, "kernel": (3, 4), "stride": (2, 3), "dilation": (1, 2), "pad": "same"}
    built = build(LAYERS["conv"](**options), (Shape.of(c=2, h=8, w=9),))
    assert isinstance(built, nn.Module)
    assert type(built).__name__ == "Conv2dSame"
    for h, w in ((7, 5), (1, 12), (13, 2)):
        sample = torch.randn(2, 2, h, w)
        expected = padded_conv({**options, "pad_mode": "zeros"}, sample, list(built.parameters()))
        torch.testing.assert_close(built(sample), expected)

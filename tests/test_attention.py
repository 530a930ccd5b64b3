"""Attention and Swin's layers against torch's and torchvision's, with the weights of those."""

from __future__ import annotations

import pickle
import subprocess
import sys
from math import inf, sqrt
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.linalg import vector_norm
from torchvision.models import swin_transformer
from torchvision.models.vision_transformer import EncoderBlock

import cnndsl
from cnndsl.emit.layout import WIDTH
from cnndsl.layers import LAYERS
from cnndsl.layers.base import OptionError, ShapeError
from cnndsl.shape import Shape
from tests.layer_inputs import IMAGE, MAP, TOKENS, VECTOR, Case, on

torch.set_num_threads(1)

TOLERANCE = 1e-5
CHANNELS = 12
HEADS = 3


def network(item: str, *sizes: int, axes: str = "h w c") -> nn.Module:
    """The compiled network of a single item."""
    size = "x".join(map(str, sizes))
    text = f'network Net() {{ input {size} "{axes}"\n {item} as item }}'
    return cnndsl.compile_text(text).module().get_submodule("item")


def start(model: nn.Module) -> None:
    """Gives all weights numbers as after training, which reach every limit."""
    for name, parameter in model.named_parameters():
        if name == "logit_scale":  # the limit is at log 100, 4.6
            nn.init.uniform_(parameter, 0, 6)
        else:
            nn.init.normal_(parameter, std=1 if parameter.ndim == 1 else 0.5)


def assert_near(what: str, ours: Tensor, theirs: Tensor) -> None:
    """Holds two tensors against each other, relative to the largest number."""
    assert ours.shape == theirs.shape, what
    largest = vector_norm(theirs, inf).item()
    difference = vector_norm(ours - theirs, inf).item()
    assert difference <= TOLERANCE * largest, (what, difference, largest)


def assert_same(ours: nn.Module, theirs: nn.Module, *sizes: int) -> None:
    """Names and types of weights in their order, outputs, and all gradients are the same."""
    listed, expected = (
        [(name, t.shape, t.dtype) for name, t in model.state_dict().items()]
        for model in (ours, theirs)
    )
    assert listed == expected
    assert [n for n, _ in ours.named_parameters()] == [n for n, _ in theirs.named_parameters()]
    for (name, one), other in zip(ours.named_buffers(), theirs.buffers(), strict=True):
        torch.testing.assert_close(one, other, msg=name)
    start(ours)
    theirs.load_state_dict(ours.state_dict(), strict=True)
    start(theirs)
    ours.load_state_dict(theirs.state_dict(), strict=True)
    image = torch.randn(2, *sizes)
    with torch.no_grad():
        mine, other = ours.eval()(image), theirs.eval()(image)
    assert not torch.equal(other[0], other[1])
    assert_near("outputs", mine, other)
    mine, other = gradients(ours, image), gradients(theirs, image)
    assert mine.keys() == other.keys()
    for name, gradient in other.items():
        assert_near(name, mine[name], gradient)


def gradients(model: nn.Module, image: Tensor) -> dict[str, Tensor]:
    """The input's and the weights', by their names; in double precision, as they are long sums."""
    leaf = image.double().requires_grad_()
    result = model.double()(leaf)
    (result * torch.linspace(-1, 1, result.numel()).view_as(result)).sum().backward()
    return {"": leaf.grad, **{name: p.grad for name, p in model.named_parameters()}}


# Attention


class Alone(nn.MultiheadAttention):
    """Torch's attention of an input to itself; its result is worked out with the weights."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x, x, x)[0]


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("axes", ["l c", "hw c"])
def test_attention_is_that_of_torch(bias: bool, axes: str) -> None:
    torch.manual_seed(0)
    ours = network(f"attention heads={HEADS} bias={str(bias).lower()}", 7, CHANNELS, axes=axes)
    assert_same(ours, Alone(CHANNELS, HEADS, bias=bias, batch_first=True), 7, CHANNELS)


def test_attention_of_a_vision_transformer() -> None:
    torch.manual_seed(0)
    theirs = EncoderBlock(HEADS, CHANNELS, 4 * CHANNELS, 0.0, 0.0).self_attention
    ours = network(f"attention {HEADS}", 7, CHANNELS, axes="l c")
    ours.load_state_dict(theirs.state_dict(), strict=True)
    theirs.load_state_dict(ours.state_dict(), strict=True)
    x = torch.randn(2, 7, CHANNELS)
    with torch.no_grad():  # torch then takes another way
        result, _ = theirs(x, x, x, need_weights=False)
        torch.testing.assert_close(ours.eval()(x), result)


def test_attention_drops_what_torch_drops() -> None:
    ours = network(f"attention {HEADS} dropout=0.5", 7, CHANNELS, axes="l c").train()
    theirs = nn.MultiheadAttention(CHANNELS, HEADS, dropout=0.5, batch_first=True).train()
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(2, 7, CHANNELS)
    torch.manual_seed(0)
    mine = ours(x)
    torch.manual_seed(0)
    torch.testing.assert_close(mine, theirs(x, x, x, need_weights=False)[0])
    assert not torch.allclose(mine, ours.eval()(x))


# Windows

ATTENTIONS = {
    1: swin_transformer.ShiftedWindowAttention,
    2: swin_transformer.ShiftedWindowAttentionV2,
}
every_version = pytest.mark.parametrize("version", ATTENTIONS)


def windows(
    version: int, sizes: tuple[int, int], window: list[int], shift: list[int], **options: Any
) -> tuple[nn.Module, nn.Module]:
    """Our module and torchvision's."""
    given = " ".join(f"{name}={str(value).lower()}" for name, value in options.items())
    item = f"window_attention {HEADS} window={window} shift={shift} version={version} {given}"
    ours = network(item, *sizes, CHANNELS)
    return ours, ATTENTIONS[version](CHANNELS, window, shift, HEADS, **options)


@every_version
@pytest.mark.parametrize(
    ("sizes", "window", "shift"),
    [
        pytest.param((14, 14), [7, 7], [0, 0], id="plain"),
        pytest.param((14, 14), [7, 7], [3, 3], id="shifted"),
        pytest.param((12, 8), [4, 4], [2, 2], id="oblong"),
        pytest.param((9, 8), [3, 4], [1, 3], id="oblong windows"),
        pytest.param((9, 11), [4, 4], [2, 2], id="padded"),
        pytest.param((5, 13), [3, 5], [0, 2], id="shifted along one axis"),
        pytest.param((5, 6), [7, 7], [3, 3], id="one window"),
        pytest.param((7, 7), [7, 7], [3, 3], id="one window that fits"),
        pytest.param((3, 9), [4, 4], [2, 2], id="one window high"),
        pytest.param((9, 4), [4, 4], [2, 2], id="one window wide"),
    ],
)
def test_windows_are_those_of_torchvision(
    version: int, sizes: tuple[int, int], window: list[int], shift: list[int]
) -> None:
    torch.manual_seed(0)
    assert_same(*windows(version, sizes, window, shift), *sizes, CHANNELS)


@every_version
@pytest.mark.parametrize("bias", ["qkv_bias", "proj_bias"])
def test_windows_without_a_bias(version: int, bias: str) -> None:
    ours, theirs = windows(version, (9, 8), [4, 4], [2, 2], **{bias: False})
    assert_same(ours, theirs, 9, 8, CHANNELS)


@every_version
def test_other_sizes_than_the_one_compiled_for(version: int) -> None:
    """One that a window spans is shifted once it is larger."""
    ours, theirs = windows(version, (4, 4), [4, 4], [2, 2])
    assert_same(ours, theirs, 10, 13, CHANNELS)


@every_version
def test_windows_start_as_those_of_torchvision(version: int) -> None:
    torch.manual_seed(0)
    ours, theirs = windows(version, (28, 28), [14, 14], [7, 7])
    start = theirs.state_dict()
    for name, tensor in ours.state_dict().items():
        mine, other = tensor.double(), start[name].double()
        if name == "qkv.bias":  # torchvision gives version 2 zeros for the keys, which none reads
            mine, other = mine[:CHANNELS], other[:CHANNELS]
        share = 4 / sqrt(mine.numel())
        torch.testing.assert_close(mine.std(), other.std(), rtol=share, atol=1e-6, msg=name)
        assert abs(mine.mean() - other.mean()) <= share * other.std() + 1e-6, name


@every_version
@pytest.mark.parametrize("option", ["dropout", "attention_dropout"])
def test_windows_drop_in_training_alone(version: int, option: str) -> None:
    """All is dropped: nothing but the last bias is left, or nothing at all."""
    ours, theirs = windows(version, (9, 8), [4, 4], [2, 2], **{option: 1.0})
    start(ours)
    theirs.load_state_dict(ours.state_dict(), strict=True)
    x = torch.randn(2, 9, 8, CHANNELS)
    torch.testing.assert_close(ours.train()(x), theirs.train()(x))
    assert_near("evaluation", ours.eval()(x), theirs.eval()(x))


def test_half_of_the_attention_is_dropped_and_the_rest_doubled() -> None:
    ours, _ = windows(1, (4, 4), [4, 4], [0, 0], attention_dropout=0.5, qkv_bias=False)
    x = torch.randn(1, 4, 4, CHANNELS)
    with torch.no_grad():
        expected = ours.eval()(x)
        mean = ours.train()(x.expand(20_000, -1, -1, -1)).mean(0, keepdim=True)
    assert not torch.allclose(ours(x), expected)
    assert (mean - expected).abs().max() < 0.02 * expected.abs().max()


@every_version
def test_windows_in_other_precisions(version: int) -> None:
    ours, _ = windows(version, (9, 8), [4, 4], [2, 2])
    x = torch.randn(2, 9, 8, CHANNELS)
    expected = ours(x)
    with torch.autocast("cpu", torch.bfloat16):
        assert (ours(x).float() - expected).abs().max() < 0.05 * expected.abs().max()
    assert ours.bfloat16()(x.bfloat16()).dtype == torch.bfloat16
    ours, _ = windows(version, (9, 8), [4, 4], [2, 2])
    assert ours.double()(x.double()).dtype == torch.float64


# Merging

MERGINGS = {1: swin_transformer.PatchMerging, 2: swin_transformer.PatchMergingV2}


@pytest.mark.parametrize("version", MERGINGS)
@pytest.mark.parametrize("sizes", [(8, 6), (7, 6), (8, 5), (5, 7), (1, 1)])
def test_merging_is_that_of_torchvision(version: int, sizes: tuple[int, int]) -> None:
    torch.manual_seed(0)
    ours = network(f"patch_merge version={version}", *sizes, CHANNELS)
    assert_same(ours, MERGINGS[version](CHANNELS), *sizes, CHANNELS)


# What is emitted

SWIN = """
block swin(heads, shift=0) { residual { window_attention heads window=4 shift=shift as attn } }

network Both() {
  input 9x8x12 "h w c"
  swin 3 as first -> swin 3 shift=2 as second
  patch_merge as merge
  window_attention 6 window=2x3 shift=1 version=2 as third
  patch_merge version=2 as last
}
"""


def test_a_block_has_the_heads_and_the_shift_for_parameters() -> None:
    source = cnndsl.compile_text(SWIN).source()
    assert "self.attn = WindowAttention(12, 3, 4, shift=shift)" in source
    assert source.count("class WindowAttention(nn.Module):") == 1
    assert source.count("class WindowAttentionV2(nn.Module):") == 1
    assert source.count("class PatchMerging(nn.Module):") == 1
    assert source.count("class PatchMergingV2(nn.Module):") == 1


def test_the_classes_are_formatted_and_linted(tmp_path: Path) -> None:
    file = tmp_path / "both.py"
    file.write_text(cnndsl.compile_text(SWIN).source(), encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    settings = ["--isolated", "--no-cache", "--line-length", str(WIDTH), str(file)]
    check = [*ruff, "check", "--select", "E,F,I,N,UP,B,SIM,RET", *settings]
    for command in (check, [*ruff, "format", "--diff", *settings]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_all_of_it_pickles() -> None:
    model = cnndsl.compile_text(SWIN).module().eval()
    x = torch.randn(2, 9, 8, 12)
    torch.testing.assert_close(pickle.loads(pickle.dumps(model))(x), model(x))


# What people read

CAPTIONS: tuple[tuple[str, Case, str], ...] = (
    ("attention", on(TOKENS, heads=2), "multi-head attention, 2 heads"),
    ("attention", on(TOKENS, heads=1), "multi-head attention, 1 head"),
    ("window_attention", on(MAP, heads=3, window=7), "7×7 W-MSA, 3 heads"),
    ("window_attention", on(MAP, heads=3, window=(4, 8), shift=2), "4×8 SW-MSA, 3 heads"),
    ("window_attention", on(MAP, heads=3, window=9, shift=4), "9×9 W-MSA, 3 heads"),
    ("patch_merge", on(MAP), "patch merging, 12"),
)


@pytest.mark.parametrize(("word", "case", "caption"), CAPTIONS)
def test_captions(word: str, case: Case, caption: str) -> None:
    options, shapes = case
    assert LAYERS[word](**options).caption(*shapes) == caption


# The word, the use, the whole message, the option at fault, the hint.
REFUSED: tuple[tuple[str, Case, str, str, str], ...] = (
    (
        "attention",
        on(TOKENS, heads=4),
        "`heads=4` does not divide 6 channels",
        "heads",
        "`heads=3`, or another that divides 6",
    ),
    (
        "window_attention",
        on(MAP, heads=4, window=3),
        "`heads=4` does not divide 6 channels",
        "heads",
        "`heads=3`, or another that divides 6",
    ),
    (
        "attention",
        on(IMAGE, heads=2),
        "`attention` takes one axis and then `c`, as `l c`, but gets c 6, h 9, w 8",
        "",
        'put `rearrange "c h w -> (h w) c"` before it',
    ),
    (
        "attention",
        on(Shape.of(c=6, l=7), heads=2),
        "`attention` takes one axis and then `c`, as `l c`, but gets c 6, l 7",
        "",
        'put `rearrange "c l -> l c"` before it',
    ),
    (
        "attention",
        on(VECTOR, heads=2),
        "`attention` takes one axis and then `c`, as `l c`, but gets c 6",
        "",
        "",
    ),
    (
        "window_attention",
        on(IMAGE, heads=2, window=3),
        "`window_attention` takes `h w c`, but gets c 6, h 9, w 8",
        "",
        'put `rearrange "c h w -> h w c"` before it',
    ),
    ("patch_merge", on(TOKENS), "`patch_merge` takes `h w c`, but gets l 7, c 6", "", ""),
    (
        "window_attention",
        on(MAP, heads=2, window=7, shift=7),
        "`shift=7` has to be less than `window=7`",
        "shift",
        "`shift=3`, half a window, is what the paper takes",
    ),
    (
        "window_attention",
        on(MAP, heads=2, window=(3, 4), shift=3),
        "`shift=3` has to be less than `window=3x4`",
        "shift",
        "`shift=1x2`, half a window, is what the paper takes",
    ),
    (
        "window_attention",
        on(MAP, heads=2, window=(3, 4, 5)),
        "`window` has 3 numbers, but the input has 2 spatial axes, 9x8",
        "window",
        "`window=3x3`",
    ),
)


@pytest.mark.parametrize(("word", "case", "message", "option", "hint"), REFUSED)
def test_refusals(word: str, case: Case, message: str, option: str, hint: str) -> None:
    options, shapes = case
    with pytest.raises(ShapeError) as caught:
        LAYERS[word](**options).output(*shapes)
    error = caught.value
    assert (error.message, error.option, error.hint) == (message, option, hint)


@pytest.mark.parametrize("word", ["window_attention", "patch_merge"])
@pytest.mark.parametrize("version", [0, 3, True, 1.0, "2"])
def test_there_are_two_versions(word: str, version: Any) -> None:
    options, _ = on(heads=2, window=3) if word == "window_attention" else on()
    with pytest.raises(OptionError, match="`version` must be 1 or 2"):
        LAYERS[word](**options, version=version)

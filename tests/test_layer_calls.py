"""How layers are called in a spec, where it is more than an option and its value."""

from __future__ import annotations

import pytest

import cnndsl
from cnndsl.compiler import Compiler
from cnndsl.layers import LAYERS
from cnndsl.shape import Shape
from cnndsl.source import Source
from cnndsl.unknown import OTHER_ARGUMENTS, OTHER_WORDS


def network(body: str) -> str:
    return f"network Net() {{\n  input 8x6x6\n  {body}\n}}"


@pytest.mark.parametrize(
    ("call", "sizes"),
    [
        ("reduce mean", (1, 6, 6)),
        ("reduce max axis=h", (8, 1, 6)),
        ("reduce min axis=[h, w]", (8, 1, 1)),
        ('reduce sum axis=["c", "w"]', (1, 6, 1)),
        ('let a = "w"\n  reduce mean axis=[c, a]', (1, 6, 1)),
        ("upconv 2x2 4 /2 as up", (4, 12, 12)),
        ("upconv 4 kernel=3 /2 pad=1 output_pad=1 as up", (4, 12, 12)),
        ("dwconv 3x3 /2 multiplier=2 as depthwise", (16, 3, 3)),
        ("lppool 3x3 2 /1", (8, 4, 4)),
        ("lppool 3x3 p=2", (8, 2, 2)),
        ("shift 1x1", (8, 6, 6)),
        ("gn 4 as norm", (8, 6, 6)),
        ("droppath 0.1", (8, 6, 6)),
    ],
)
def test_a_call(call: str, sizes: tuple[int, ...]) -> None:
    assert cnndsl.compile_text(network(call)).output == Shape.from_sizes(sizes)


def test_defaults_of_conv_are_not_for_other_convolutions() -> None:
    spec = "default conv bias=false groups=2\n" + network(
        "conv 1x1 8 as c -> dwconv 3x3 as d -> upconv 1x1 8 as u"
    )
    names = [name for name, _ in cnndsl.compile_text(spec).network.weights()]
    assert names == ["c.weight", "d.weight", "d.bias", "u.weight", "u.bias"]


@pytest.mark.parametrize("conv", ["conv 3x3 8", "dwconv 3x3", "upconv 3x3 8"])
@pytest.mark.parametrize(
    ("norm", "warned"), [("bn", True), ("instancenorm", True), ("gn 4", False)]
)
def test_a_bias_is_idle_before_a_norm_of_each_channel(conv: str, norm: str, warned: bool) -> None:
    """A group's mean is not the mean of each of its channels, so it leaves a bias of each."""

    def codes(options: str) -> list[str]:
        text = network(f"{conv} {options} as conv -> {norm} as norm")
        return [diagnostic.code for diagnostic in Compiler(Source("net.cnn", text)).check()]

    assert codes("") == ["idle-bias"] * warned
    assert codes("bias=false") == codes("bias=true") == []


def test_words_of_frameworks_lead_to_layers() -> None:
    assert set(OTHER_WORDS.values()) <= set(LAYERS)
    assert not set(OTHER_WORDS) & set(LAYERS)
    options = {name for layer in LAYERS.values() for name in layer.parameter_names}
    assert set(OTHER_ARGUMENTS.values()) <= options

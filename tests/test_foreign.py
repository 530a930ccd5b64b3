"""Layers that are classes of torch.nn: each does what the class itself does."""

from __future__ import annotations

import sys
from copy import deepcopy

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import cnndsl
from cnndsl.errors import CnnError, Diagnostic
from cnndsl.foreign import torch_layer
from cnndsl.layers import LAYERS
from cnndsl.layers.base import REQUIRED, Kind, ShapeError
from cnndsl.load import verify
from cnndsl.shape import Shape

IMAGE = "6x9x8"


def network(body: str, sizes: str = IMAGE, axes: str = "") -> str:
    return f"network Net() {{\n  input {sizes} {axes}\n  {body}\n}}\n"


def refusal(text: str) -> Diagnostic:
    """The one error of a spec."""
    with pytest.raises(CnnError) as caught:
        cnndsl.compile_text(text)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


# A call, the input's sizes, the same of torch, and the axes that come out.
USES = [
    ("nn.Softplus beta=2", IMAGE, nn.Softplus(beta=2), "c h w"),
    ("nn.Conv2d 6 4 3", IMAGE, nn.Conv2d(6, 4, 3), "c h w"),
    ("nn.Conv2d it.c 4 kernel_size=[3, 2] stride=2", IMAGE, nn.Conv2d(6, 4, (3, 2), 2), "c h w"),
    ('nn.Conv2d 6 6 3 groups=3 padding="same" bias=false', IMAGE, None, "c h w"),
    ("nn.ConvTranspose2d 6 4 2 stride=2", IMAGE, nn.ConvTranspose2d(6, 4, 2, 2), "c h w"),
    ("nn.Conv1d 6 4 3", "6x9", nn.Conv1d(6, 4, 3), "c l"),
    ("nn.BatchNorm2d 6 momentum=none", IMAGE, nn.BatchNorm2d(6, momentum=0.1), "c h w"),
    ("nn.GroupNorm 3 6", IMAGE, nn.GroupNorm(3, 6), "c h w"),
    ("nn.PReLU", IMAGE, nn.PReLU(), "c h w"),
    ("nn.Linear 8 10", IMAGE, nn.Linear(8, 10), "c h w"),
    ("nn.Linear 8 10 bias=false", "7x8", nn.Linear(8, 10, bias=False), "c l"),
    ("nn.Flatten", IMAGE, nn.Flatten(), "c"),
    ("nn.Unflatten 1 [2, 3]", IMAGE, nn.Unflatten(1, (2, 3)), "c t h w"),
    ("nn.PixelShuffle 2", "8x3x3", nn.PixelShuffle(2), "c h w"),
    ("nn.AdaptiveMaxPool2d [3, 2]", IMAGE, nn.AdaptiveMaxPool2d((3, 2)), "c h w"),
    ("nn.Upsample scale_factor=2", IMAGE, nn.Upsample(scale_factor=2), "c h w"),
    ("nn.GLU 1", IMAGE, nn.GLU(1), "c h w"),
    ("nn.TransformerEncoderLayer 8 2 batch_first=true", "7x8", None, "c l"),
]


@pytest.mark.parametrize(("call", "sizes", "same", "axes"), USES, ids=[use[0] for use in USES])
def test_a_class_gives_what_torch_gives(
    call: str, sizes: str, same: nn.Module | None, axes: str
) -> None:
    named = '"c l"' if sizes.count("x") == 1 else ""
    design = cnndsl.compile_text(network(f"{call} as it_is", sizes, named))
    built = design.module()
    (ours,) = built.children()
    same = same or ours
    assert type(ours) is type(same)
    images = torch.randn(2, *design.network.inputs[0].sizes)
    result = same.eval()(images)
    # On the CPU, attention is not counted.
    with FlopCounterMode(display=False) as counter:
        deepcopy(same).to("meta")(images.to("meta"))
    shape = design.output
    assert isinstance(shape, Shape)
    assert (shape.names, shape.sizes) == (axes, tuple(result.shape[1:]))
    assert design.macs * 2 * len(images) == counter.get_total_flops()
    trained = dict(same.named_parameters())
    assert design.params == sum(tensor.numel() for tensor in trained.values())
    assert [(p, w.shape, w.trainable) for p, w in design.network.weights()] == [
        (f"it_is.{p}", tuple(t.shape), p in trained) for p, t in same.state_dict().items()
    ]
    ours.load_state_dict(same.state_dict())
    torch.testing.assert_close(built.eval()(images), result)
    verify(design)


@pytest.mark.parametrize("name", [n for n in dir(nn) if isinstance(getattr(nn, n), type)])
def test_every_class_of_torch_is_a_layer_or_refused_in_words(name: str) -> None:
    refused = None
    try:
        kind = torch_layer(f"nn.{name}")
        needed = {p.name: 1 for p in kind.parameters if p.default is REQUIRED}
        layer = kind(**needed)
        assert layer == kind(**needed)
        assert layer.output(Shape.of(c=3, h=8, w=8)).sizes
    except ShapeError as error:
        refused = error
    assert refused is None or refused.code in ("class-fails", "not-a-layer")
    assert refused is None or f"`nn.{name}`" in refused.message
    assert f"nn.{name}" not in LAYERS


def test_emission_reads_as_a_person_writes_it() -> None:
    body = "nn.Conv2d 6 4 3 stride=2 as conv -> nn.Softplus beta=2 -> nn.Softplus -> nn.Tanh as end"
    source = cnndsl.compile_text(network(body)).source()
    for line in (
        "self.conv = nn.Conv2d(6, 4, 3, stride=2)",
        "nn.Softplus(beta=2)",
        "nn.Softplus()",
    ):
        assert line in source
    text = "block act(b) { nn.Softplus beta=b as one -> conv 1x1 4 as two }\n" + network(
        "act 1 as a -> conv 1x1 6 as b -> act 3 as c"
    )
    source = cnndsl.compile_text(text).source()
    assert "one=nn.Softplus(beta=" in source


def test_defaults_and_values_are_as_of_any_layer() -> None:
    text = "default nn.Softplus beta=3\nblock act(f=nn.SiLU) { f }\n" + network(
        "act as a -> act f=nn.Softplus as b -> nn.Softplus beta=4 as c"
    )
    design = cnndsl.compile_text(text)
    layers = [use.layer for use in design.layers()]
    assert [layer.caption() for layer in layers] == ["SiLU", "Softplus beta=3", "Softplus beta=4"]
    assert [layer.kind for layer in layers] == [Kind.ACTIVATION] * 3


def test_attention_counts_as_multiplications() -> None:
    body = "nn.TransformerEncoderLayer 8 2 dim_feedforward=32 batch_first=true as layer"
    projections, products, wide = 7 * 8 * (3 * 8 + 8), 2 * 7 * 7 * 8, 2 * 7 * 8 * 32
    assert cnndsl.compile_text(network(body, "7x8", '"l c"')).macs == projections + products + wide


def test_options_differ_by_type_too() -> None:
    softplus = torch_layer("nn.Softplus")
    assert softplus(beta=1) != softplus(beta=1.5)
    assert softplus(beta=2) != softplus(beta=2.0)
    assert len({softplus(beta=2), softplus(beta=2)}) == 1


def test_what_is_random_or_differs_by_mode_works() -> None:
    design = cnndsl.compile_text(network("nn.Dropout 0.3 -> nn.RReLU -> nn.BatchNorm2d 6 as norm"))
    verify(design)


def test_nothing_is_written_over_what_a_class_gives() -> None:
    source = cnndsl.compile_text(network("nn.Sigmoid -> relu -> nn.Identity -> relu")).source()
    assert "inplace" not in source
    assert "nn.ReLU(inplace=True)" in cnndsl.compile_text(network("bn as b -> relu")).source()


def test_weights_are_used_again() -> None:
    design = cnndsl.compile_text(network("nn.Conv2d 6 6 1 as conv -> relu -> reuse conv"))
    assert design.params == 6 * 6 + 6
    assert design.macs == 2 * 6 * 6 * 9 * 8
    verify(design)


REFUSED = {
    "nn.Bilinear 6 6 2": "`nn.Bilinear` takes 2 inputs, `input1`, `input2`, and a layer takes one",
    "nn.MultiheadAttention 6 2": "takes 3 inputs, `query`, `key`, `value`",
    "nn.LSTM": "`nn.LSTM` gives a tuple, and a layer gives one tensor",
    "nn.MaxPool2d 2 return_indices=true": "gives a tuple, and a layer gives one tensor",
    "nn.LazyLinear 3": "learns its sizes when it first runs",
    "nn.Parameter": "`nn.Parameter` is a class, but no `nn.Module`",
    "nn.functional": "`nn.functional` is no class",
    "nn.Unfold 3": "`nn.Unfold` gives 54x42 for 6x9x8, and nothing tells what its axes are called",
    "nn.Flatten start_dim=0": "`nn.Flatten` gives 864 for a batch of 2 of 6x9x8",
}


@pytest.mark.parametrize("call", REFUSED)
def test_what_can_be_no_layer_is_refused(call: str) -> None:
    found = refusal(network(call))
    assert found.code == "not-a-layer"
    assert REFUSED[call] in found.message
    assert found.span is not None
    assert found.span.text in (call, call.split()[0])


def test_what_torch_raises_is_told_in_its_words() -> None:
    found = refusal(network("conv 3x3 4 as first -> nn.Conv2d 3 4 3 as second"))
    assert (found.code, found.message) == ("class-fails", "`nn.Conv2d` can't take 4x9x8")
    assert found.notes[0].startswith("RuntimeError: ")
    assert "expected input[2, 4, 9, 8] to have 3 channels" in found.notes[0]
    assert found.related[0].text == "this gives c 4, h 9, w 8"
    found = refusal(network("nn.Conv2d 6 4 3 groups=4 as conv"))
    assert found.message == "`nn.Conv2d` can't be made with these options"
    assert "divisible" in found.notes[0]
    assert found.span is not None
    assert found.span.text == "nn.Conv2d 6 4 3 groups=4"


def test_misspelt_names_are_suggested() -> None:
    found = refusal(network("nn.Sofplus beta=2"))
    assert (found.code, found.hint) == ("unknown-layer", "did you mean `nn.Softplus`?")
    assert refusal(network("nn.Conv2d 6 4 3 stide=2 as c")).hint == "did you mean `stride`?"
    found = refusal(network("nn.Conv2d 6 4 as conv"))
    assert found.message == "`nn.Conv2d` needs `kernel_size`"
    found = refusal(network("nn.Softplus beta=relu"))
    assert found.code == "argument"
    assert found.label == "this is a layer, relu"


def test_options_that_are_no_matter_of_a_spec_are_unknown() -> None:
    for call in ("nn.ReLU inplace=true", 'nn.PReLU device="cpu"', 'nn.PReLU dtype="float16"'):
        assert refusal(network(call)).code == "unknown-argument"


def test_without_torch_such_a_layer_alone_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    torch_layer.cache_clear()
    monkeypatch.setitem(sys.modules, "torch", None)
    found = refusal(network("relu -> nn.Softplus"))
    assert found.code == "torch-missing"
    assert "pip install 'cnndsl[torch]'" in found.hint
    assert cnndsl.compile_text(network("relu -> softplus")).macs == 0

"""Every layer against torch itself: shapes, weights, costs and options; and its captions."""

from __future__ import annotations

import inspect

import pytest
import torch
from torch import nn
from torch.nn.modules import activation
from torch.utils.flop_counter import FlopCounterMode

from cnndsl.layers import LAYERS
from cnndsl.layers.base import REQUIRED, Call, Kind, Layer, OptionError
from cnndsl.shape import Shape
from tests.layer_inputs import CASES, IMAGE, TOKENS, VECTOR, VIDEO, Case, on
from tests.layer_torch import BATCH, OwnTensor, batches, build, every_use, known_names, source

every_word = pytest.mark.parametrize("word", LAYERS)


def test_every_layer_has_cases() -> None:
    assert set(CASES) == set(LAYERS)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@every_use
def test_output_shape(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    with torch.device("meta"):
        result = build(layer, shapes)(*batches(shapes))
    assert result.shape == (BATCH, *layer.output(*shapes).sizes)


@every_use
def test_weights(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    made = build(layer, shapes)
    state = made.state_dict() if isinstance(made, nn.Module) else {}
    parameters = dict(made.named_parameters()) if isinstance(made, nn.Module) else {}
    expected = [(name, tuple(tensor.shape), name in parameters) for name, tensor in state.items()]
    weights = layer.weights(*shapes)
    own = "tensor" if isinstance(made, OwnTensor) else ""
    assert [(weight.name or own, weight.shape, weight.trainable) for weight in weights] == expected


@every_use
def test_macs(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    with torch.device("meta"):
        run = build(layer, shapes)
        if isinstance(run, nn.Module):
            run.eval()  # a norm can't train on one sample
        with FlopCounterMode(display=False) as counter:
            run(*batches(shapes, size=1))
    assert 2 * layer.macs(*shapes) == counter.get_total_flops()


# Options

WINDOWED = ("conv", "dwconv", "upconv", "shift", "maxpool", "avgpool", "lppool")
# What torch calls an option that has a shorter name here.
TORCH_NAMES = {
    "c": {"conv": "out_channels", "upconv": "out_channels", "fc": "out_features"},
    "kernel": dict.fromkeys(WINDOWED, "kernel_size"),
    "pad": dict.fromkeys(WINDOWED, "padding"),
    "pad_mode": {"conv": "padding_mode", "dwconv": "padding_mode"},
    "output_pad": {"upconv": "output_padding"},
    "p": {"lppool": "norm_type"},
    "groups": {"gn": "num_groups"},
    "affine": dict.fromkeys(("ln", "ln2d", "rmsnorm"), "elementwise_affine"),
    "size": {
        "adaptive_avgpool": "output_size",
        "adaptive_maxpool": "output_size",
        "pad": "padding",
    },
    "axis": {"softmax": "dim", "log_softmax": "dim", "softmin": "dim"},
    "heads": {"attention": "num_heads"},
    "slope": {"prelu": "init"},
    "scale": {"upsample": "scale_factor"},
    "factor": {"pixel_shuffle": "upscale_factor", "pixel_unshuffle": "downscale_factor"},
}
# Defaults that are not torch's, as the page of the language says.
OWN_DEFAULTS = {
    ("conv", "pad"): "an odd kernel keeps the size",
    ("dwconv", "pad"): "an odd kernel keeps the size",
    ("softmax", "axis"): "axes are `c` by default",
    ("log_softmax", "axis"): "axes are `c` by default",
    ("softmin", "axis"): "axes are `c` by default",
}
# Options that are no arguments of the class: they choose it, or what its arguments are.
NOT_ARGUMENTS = {
    ("dwconv", "multiplier"),
    ("window_attention", "version"),
    ("patch_merge", "version"),
    ("pad", "mode"),
    ("pad", "value"),
    ("pad", "axis"),
    ("crop", "offset"),
}
# Arguments of torch's constructors that are no options, with the reason.
NOT_OPTIONS = {
    "in_channels": "known from the input",
    "in_features": "known from the input",
    "num_features": "known from the input",
    "num_channels": "known from the input",
    "normalized_shape": "known from the input",
    "channel_dim": "known from the input",
    "embed_dim": "known from the input",
    "inplace": "decided where the code is written",
    "device": "the model's, once it is built",
    "dtype": "the model's, once it is built",
    "return_indices": "a layer gives one tensor",
    "start_dim": "`flatten` takes all axes",
    "end_dim": "`flatten` takes all axes",
    "args": "`identity` ignores them",
    "kwargs": "`identity` ignores them",
    "min_value": "torch's old name of `min_val`",
    "max_value": "torch's old name of `max_val`",
    "recompute_scale_factor": "the size follows from the factor itself",
}
# The same for one layer.
FIXED = {
    "gap": {"output_size"},
    "gmp": {"output_size"},
    "dwconv": {"out_channels", "groups"},  # known from the input
    "upconv": {"padding_mode"},  # zeros alone
}


def constructor(layer: Layer, call: Call) -> dict[str, inspect.Parameter]:
    """What the class that a layer calls takes."""
    built = eval(call.function, known_names(type(layer)))
    return dict(inspect.signature(built).parameters)


def is_module(word: str) -> bool:
    """Whether torch has a class for the layer."""
    options, shapes = CASES[word][0]
    return isinstance(LAYERS[word](**options).torch(*shapes), Call)


MODULE_WORDS = [word for word in CASES if is_module(word)]


@pytest.mark.parametrize("word", MODULE_WORDS)
def test_options_and_defaults_are_those_of_torch(word: str) -> None:
    options, shapes = CASES[word][0]
    layer = LAYERS[word](**options)
    call = layer.torch(*shapes)
    assert isinstance(call, Call)
    taken = constructor(layer, call)
    for parameter in LAYERS[word].parameters:
        if (word, parameter.name) in NOT_ARGUMENTS:
            continue
        theirs = taken.pop(TORCH_NAMES.get(parameter.name, {}).get(word, parameter.name))
        if (word, parameter.name) not in OWN_DEFAULTS:
            default = inspect.Parameter.empty if parameter.required else parameter.default
            assert (default, type(default)) == (theirs.default, type(theirs.default))
    assert not set(taken) - set(NOT_OPTIONS) - FIXED.get(word, set())


@every_use
def test_calls_are_as_a_person_writes_them(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    call = layer.torch(*shapes)
    if not isinstance(call, Call):
        return
    taken = constructor(layer, call)
    order = list(taken)
    positional = order[: len(call.args)]
    assert list(call.words) == positional
    names = [name for name, _ in call.defaults]
    assert names == sorted(names, key=order.index)
    for name, value in call.options:
        assert value != taken[name].default, f"{name} is torch's default"
    for name, default in call.defaults:
        assert default == taken[name].default
    assert all(len(set(v)) > 1 for v in call.args if isinstance(v, tuple)), "one number is enough"


@pytest.mark.parametrize(
    ("word", "case", "text"),
    [
        (
            "conv",
            on(IMAGE, c=128, kernel=3, stride=2, bias=False),
            "nn.Conv2d(6, 128, 3, stride=2, padding=1, bias=False)",
        ),
        (
            "conv",
            on(IMAGE, c=12, kernel=(1, 7), groups=6),
            "nn.Conv2d(6, 12, (1, 7), padding=(0, 3), groups=6)",
        ),
        ("conv", on(VIDEO, c=4, kernel=4, pad="same"), "nn.Conv3d(6, 4, 4, padding='same')"),
        (
            "dwconv",
            on(IMAGE, kernel=3, multiplier=2),
            "nn.Conv2d(6, 12, 3, padding=1, groups=6)",
        ),
        ("upconv", on(IMAGE, c=4, kernel=2, stride=2), "nn.ConvTranspose2d(6, 4, 2, stride=2)"),
        ("shift", on(IMAGE.replace(c=9), kernel=(3, 3)), "Shift(3)"),
        ("bn", on(IMAGE, eps=0.001), "nn.BatchNorm2d(6, eps=0.001)"),
        ("gn", on(IMAGE, groups=3), "nn.GroupNorm(3, 6)"),
        ("ln", on(TOKENS, affine=False), "nn.LayerNorm(6, elementwise_affine=False)"),
        ("ln2d", on(IMAGE, eps=1e-6), "LayerNorm2d(6, eps=1e-06)"),
        ("instancenorm", on(VIDEO), "nn.InstanceNorm3d(6)"),
        ("grn", on(IMAGE), "GlobalResponseNorm(6)"),
        ("grn", on(TOKENS), "GlobalResponseNorm(6, channel_dim=-1)"),
        ("lppool", on(IMAGE, kernel=3, p=2, stride=2), "nn.LPPool2d(2, 3, stride=2)"),
        ("droppath", on(IMAGE, p=0.1), "DropPath(0.1)"),
        ("maxpool", on(IMAGE, kernel=3, stride=2, pad=1), "nn.MaxPool2d(3, stride=2, padding=1)"),
        ("maxpool", on(IMAGE, kernel=2, stride=(2, 2)), "nn.MaxPool2d(2)"),
        ("gap", on(IMAGE), "nn.AdaptiveAvgPool2d(1)"),
        ("fc", on(VECTOR, c=10), "nn.Linear(6, 10)"),
        ("dropout", on(VECTOR), "nn.Dropout(0.5)"),
        ("relu", on(VECTOR), "nn.ReLU()"),
        ("leaky_relu", on(VECTOR, negative_slope=0.1), "nn.LeakyReLU(0.1)"),
        ("threshold", on(VECTOR, threshold=0.1, value=2), "nn.Threshold(0.1, 2)"),
        ("rrelu", on(VECTOR, upper=0.5), "nn.RReLU(upper=0.5)"),
        ("softmax", on(IMAGE, axis="h"), "nn.Softmax(dim=2)"),
        ("upsample", on(IMAGE, scale=2), "nn.Upsample(scale_factor=2)"),
        ("upsample", on(IMAGE, size=(9, 9)), "nn.Upsample(size=9)"),
        ("pad", on(IMAGE, size=1), "nn.ZeroPad2d(1)"),
        ("pad", on(IMAGE, size=((0, 1), 2), value=0.5), "nn.ConstantPad2d((2, 2, 0, 1), 0.5)"),
        ("crop", on(IMAGE, size=4), "CenterCrop(4)"),
        ("normalize", on(IMAGE, mean=0, std=(2,) * 6), "Normalize(0.0, 2.0)"),
    ],
)
def test_a_call_as_text(word: str, case: Case, text: str) -> None:
    options, shapes = case
    call = LAYERS[word](**options).torch(*shapes)
    assert isinstance(call, Call)
    assert source(call) == text


@every_word
def test_layers_and_options_are_documented(word: str) -> None:
    layer = LAYERS[word]
    assert vars(layer)["__doc__"]
    assert all(parameter.doc for parameter in layer.parameters)
    assert len([parameter for parameter in layer.parameters if parameter.positional]) <= 2


@every_word
def test_required_options_are_asked_for(word: str) -> None:
    options, _ = CASES[word][0]
    for parameter in LAYERS[word].parameters:
        assert parameter.required == (parameter.default is REQUIRED)
        if parameter.required:
            others = {name: value for name, value in options.items() if name != parameter.name}
            with pytest.raises(OptionError, match=f"`{word}` needs `{parameter.name}`"):
                LAYERS[word](**others)


# How a diagram calls a layer, in the notation of papers.
CAPTIONS: tuple[tuple[str, Case, str], ...] = (
    ("conv", on(IMAGE, c=64, kernel=3, stride=2), "3×3 conv, 64, /2"),
    ("conv", on(IMAGE, c=64, kernel=(1, 7), stride=(1, 2)), "1×7 conv, 64, /1×2"),
    ("conv", on(IMAGE, c=6, kernel=3, groups=3), "3×3 conv, 6, 3 groups"),
    ("conv", on(IMAGE, c=6, kernel=3, groups=6), "3×3 dwconv, 6"),
    ("conv", on(VIDEO, c=6, kernel=3, dilation=2), "3×3×3 conv, 6, dilation 2"),
    ("dwconv", on(IMAGE, kernel=3, stride=2), "3×3 dwconv, /2"),
    ("dwconv", on(IMAGE, kernel=3, multiplier=2, dilation=2), "3×3 dwconv, ×2, dilation 2"),
    ("upconv", on(IMAGE, c=64, kernel=2, stride=2), "2×2 up-conv, 64, /2"),
    ("shift", on(IMAGE, kernel=3, dilation=2), "3×3 shift, dilation 2"),
    ("bn", on(IMAGE), "BN"),
    ("gn", on(IMAGE, groups=3), "GN 3"),
    ("ln", on(TOKENS), "LN"),
    ("ln2d", on(IMAGE), "LN"),
    ("instancenorm", on(IMAGE), "IN"),
    ("rmsnorm", on(TOKENS), "RMSNorm"),
    ("grn", on(IMAGE), "GRN"),
    ("lrn", on(IMAGE, size=5), "LRN 5"),
    ("maxpool", on(IMAGE, kernel=3, stride=2), "3×3 max pool, /2"),
    ("maxpool", on(IMAGE, kernel=2), "2×2 max pool, /2"),
    ("avgpool", on(IMAGE, kernel=3, stride=1), "3×3 avg pool"),
    ("lppool", on(IMAGE, kernel=3, p=2, stride=2), "3×3 L2 pool, /2"),
    ("lppool", on(IMAGE, kernel=2, p=1.5), "2×2 L1.5 pool, /2"),
    ("reduce", on(IMAGE, reduction="mean"), "mean over c"),
    ("reduce", on(IMAGE, reduction="max", axis=("h", "w")), "max over h, w"),
    ("gap", on(IMAGE), "global avg pool"),
    ("gmp", on(IMAGE), "global max pool"),
    ("adaptive_avgpool", on(IMAGE, size=6), "adaptive avg pool, 6×6"),
    ("fc", on(VECTOR, c=1000), "fc 1000"),
    ("dropout", on(VECTOR), "dropout 0.5"),
    ("droppath", on(VECTOR, p=0.1), "drop path 0.1"),
    ("relu", on(IMAGE), "ReLU"),
    ("leaky_relu", on(IMAGE, negative_slope=0.1), "LeakyReLU 0.1"),
    ("softmax", on(IMAGE), "Softmax"),
    ("softmax", on(IMAGE, axis="h"), "Softmax h"),
    ("concat", on(IMAGE, IMAGE, axis="h"), "concat h"),
    ("add", on(IMAGE, IMAGE), "+"),
    ("rearrange", on(IMAGE, pattern=" c h w->(h w)  c"), "c h w → (h w) c"),
    ("upsample", on(IMAGE, scale=2), "upsample, 2×"),
    ("upsample", on(IMAGE, scale=(2, 1.5), mode="bilinear"), "bilinear upsample, 2×1.5×"),
    ("upsample", on(IMAGE, size=30), "upsample to 30×30"),
    ("pixel_shuffle", on(IMAGE.replace(c=8), factor=2), "pixel shuffle, 2×"),
    ("pixel_unshuffle", on(IMAGE.replace(h=8), factor=2), "pixel unshuffle, /2"),
    ("channel_shuffle", on(IMAGE, groups=2), "channel shuffle, 2 groups"),
    ("pad", on(IMAGE, size=1), "pad 1"),
    ("pad", on(IMAGE, size=((0, 1), 2), mode="reflect"), "reflect pad 0+1×2"),
    ("pad", on(IMAGE, size=((0, 3),), axis="c"), "pad c 0+3"),
    ("crop", on(IMAGE, size=4), "crop 4×4"),
    ("crop", on(IMAGE, size=4, offset=(1, 2)), "crop 4×4 at 1×2"),
    ("slice", on(IMAGE, start=0, stop=4), "slice 0:4"),
    ("slice", on(IMAGE, start=2, stop=4, axis="h"), "slice h 2:4"),
    ("chunk", on(IMAGE, index=0, chunks=2), "chunk 0 of 2"),
    ("take", on(TOKENS, index=0), "take 0"),
    ("take", on(TOKENS, index=-1, axis="c"), "take c -1"),
    ("gram", on(IMAGE), "Gram"),
    ("abs", on(IMAGE), "|x|"),
    ("mulby", on(IMAGE, factor=0.1), "× 0.1"),
    ("addto", on(IMAGE, value=-3), "− 3"),
    ("normalize", on(IMAGE, mean=0, std=1), "normalize"),
)


@pytest.mark.parametrize(("word", "case", "caption"), CAPTIONS)
def test_captions(word: str, case: Case, caption: str) -> None:
    options, shapes = case
    assert LAYERS[word](**options).caption(*shapes) == caption


@every_use
def test_every_layer_has_a_caption(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    assert layer.caption(*shapes).strip()


# Activations of torch.nn that work on more than one number at a time.
NOT_ELEMENTWISE = {
    "GLU": "halves an axis",
    "MultiheadAttention": "mixes all places",
    "Softmax2d": "is `softmax axis=c`",
}


def test_every_elementwise_activation_of_torch_is_there() -> None:
    ours = {layer.__name__ for layer in LAYERS.values() if layer.kind is Kind.ACTIVATION}
    assert ours == set(activation.__all__) - set(NOT_ELEMENTWISE)


def test_activations_have_the_lower_case_name_of_torch() -> None:
    for word, layer in LAYERS.items():
        if layer.kind is Kind.ACTIVATION:
            assert word.replace("_", "") == layer.__name__.lower()
            assert hasattr(nn.functional, word)

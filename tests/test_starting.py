"""The functions by which weights start: torch's own, and what they make of an `init` line."""

from __future__ import annotations

import inspect
from math import sqrt

import pytest
import torch
from torch import nn

import cnndsl
from cnndsl.layers.base import REQUIRED
from cnndsl.layers.starting import NONLINEARITIES, STARTS
from tests.started import net

torch.set_num_threads(1)


def functions() -> list[str]:
    """What torch.nn.init has, without the underscore at the end."""
    return [
        name.removesuffix("_")
        for name, function in vars(nn.init).items()
        if name.endswith("_") and not name.startswith("_") and inspect.isfunction(function)
    ]


def test_every_function_of_torch_is_there() -> None:
    assert set(STARTS) == {*functions(), "bilinear"}


@pytest.mark.parametrize("name", functions())
def test_options_and_defaults_are_torchs(name: str) -> None:
    taken = dict(inspect.signature(getattr(nn.init, f"{name}_")).parameters)
    del taken["tensor"]
    taken.pop("generator", None)
    theirs = {
        word: REQUIRED if p.default is inspect.Parameter.empty else p.default
        for word, p in taken.items()
    }
    assert {p.name: p.default for p in STARTS[name].parameters} == theirs


@pytest.mark.parametrize("name", NONLINEARITIES)
def test_nonlinearities_are_those_that_torch_knows(name: str) -> None:
    nn.init.calculate_gain(name)  # type: ignore[arg-type]


EXAMPLE = {"constant": {"val": 2}, "sparse": {"sparsity": 0.5}}


@pytest.mark.parametrize("name", functions())
@pytest.mark.parametrize("shape", [(), (4,), (4, 3), (4, 3, 3), (4, 3, 3, 3), (2,) * 5, (2,) * 6])
def test_what_torch_refuses_is_refused(name: str, shape: tuple[int, ...]) -> None:
    try:
        getattr(nn.init, f"{name}_")(torch.empty(shape), **EXAMPLE.get(name, {}))
        refused = False
    except (ValueError, IndexError):
        refused = True
    assert bool(STARTS[name].refuses(shape, {})) == refused


# What the numbers are, by the formulas of torch's documentation. The fan of a 3x3 convolution of 64
# channels is 576 on the way in, and 9 * 128 on the way out.
SPREADS = {
    "kaiming_normal": sqrt(2 / 576),
    "kaiming_normal mode=fan_out nonlinearity=relu": sqrt(2 / (9 * 128)),
    "kaiming_normal nonlinearity=linear": sqrt(1 / 576),
    "kaiming_uniform a=2": sqrt(2 / (1 + 4)) / sqrt(576),
    "xavier_normal": sqrt(2 / (576 + 9 * 128)),
    "xavier_uniform gain=3": 3 * sqrt(2 / (576 + 9 * 128)),
    "normal std=0.3": 0.3,
    "uniform a=-0.5 b=0.5": 1 / sqrt(12),
    # Of a normal distribution without all beyond two deviations.
    "trunc_normal std=0.1 a=-0.2 b=0.2": 0.1 * 0.8796,
    "0.25": 0.0,
}


@pytest.mark.parametrize("words", SPREADS)
def test_spread(words: str) -> None:
    torch.manual_seed(0)
    weight = net(f"init conv {words}", "conv 3x3 128 as conv").conv.weight
    assert weight.std().item() == pytest.approx(SPREADS[words], rel=0.01)
    mean = 0.25 if words == "0.25" else 0
    assert weight.mean().item() == pytest.approx(mean, abs=5 * SPREADS[words] / sqrt(73728))


def test_orthogonal_dirac_eye_and_sparse() -> None:
    model = net(
        "init @a orthogonal gain=2\ninit @b dirac\ninit @c eye\ninit @d sparse 0.75",
        "conv 1x1 16 as a -> conv 3x3 16 as b -> gap -> flatten -> fc 16 as c -> fc 16 as d",
    )
    rows = model.a.weight.flatten(1)
    torch.testing.assert_close(rows @ rows.T, 4 * torch.eye(16))
    image = torch.randn(2, 16, 5, 5)
    torch.testing.assert_close(model.b(image), image + model.b.bias.view(-1, 1, 1))
    assert torch.equal(model.c.weight, torch.eye(16))
    assert (model.d.weight == 0).sum(dim=0).tolist() == [12] * 16


def test_the_draws_are_those_of_the_same_code_by_hand() -> None:
    """With torch's own start where nothing is said, as that of the biases."""
    torch.manual_seed(3)
    model = net(
        "init conv kaiming_normal mode=fan_out\ninit fc normal std=0.01 bias=zeros",
        "conv 3x3 8 as a -> relu -> conv 3x3 8 as b -> gap -> flatten -> fc 4 as c",
    )
    torch.manual_seed(3)
    first = nn.Conv2d(64, 8, 3)
    nn.init.kaiming_normal_(first.weight, mode="fan_out")
    second = nn.Conv2d(8, 8, 3)
    nn.init.kaiming_normal_(second.weight, mode="fan_out")
    last = nn.Linear(8, 4)
    nn.init.normal_(last.weight, std=0.01)
    nn.init.zeros_(last.bias)
    expected = [*first.parameters(), *second.parameters(), *last.parameters()]
    for found, tensor in zip(model.parameters(), expected, strict=True):
        assert torch.equal(found, tensor)


@pytest.mark.parametrize("factor", [2, 3, 8])
def test_bilinear_makes_a_transposed_convolution_interpolate(factor: int) -> None:
    """Away from the ends, where torch's interpolation takes the outermost places twice."""
    size, pad = 2 * factor - factor % 2, (factor - factor % 2) // 2
    options = f"kernel={size} /{factor} pad={pad} bias=false"
    model = net("init upconv bilinear", f"upconv 64 {options} as up")
    image = torch.randn(2, 64, 8, 8)
    with torch.no_grad():
        found = model(image)
    expected = nn.functional.interpolate(image, scale_factor=factor, mode="bilinear")
    inner = slice(factor, -factor)
    torch.testing.assert_close(found[..., inner, inner], expected[..., inner, inner])


def test_bilinear_of_channels_apart() -> None:
    model = net("init upconv bilinear", "upconv 4x4 64 /2 groups=64 bias=false as up")
    assert model.up.weight.shape == (64, 1, 4, 4)
    row = torch.tensor([0.25, 0.75, 0.75, 0.25])
    torch.testing.assert_close(model.up.weight, torch.outer(row, row).expand(64, 1, 4, 4))


def test_bilinear_of_one_tensor() -> None:
    model = cnndsl.compile_text(
        "network Net() { input 1x4x4\n init position bilinear\n position as places }"
    ).module()
    assert model.places.sum().item() == pytest.approx(4)


@pytest.mark.parametrize("items", ["upconv 4x4 8 /2 as up", "conv 3x3 4 as up", "bn as up"])
def test_bilinear_is_from_each_channel_to_itself(items: str) -> None:
    with pytest.raises(cnndsl.CnnError, match="`bilinear` needs a tensor"):
        net("init @up bilinear", items)

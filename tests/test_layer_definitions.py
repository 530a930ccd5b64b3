"""The classes that torch does not have: each against another implementation of the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torchvision.models.convnext import LayerNorm2d
from torchvision.ops import StochasticDepth

from cnndsl.layers import LAYERS
from cnndsl.shape import Shape
from tests.layer_inputs import GATE, IMAGE, TOKENS, VECTOR
from tests.layer_torch import batches, build


def module(word: str, shape: Shape, **options: Any) -> nn.Module:
    """What our layer is in torch, with weights that tell one channel from another."""
    built = build(LAYERS[word](**options), (shape,))
    assert isinstance(built, nn.Module)
    for parameter in built.parameters():
        nn.init.normal_(parameter)
    return built


def agree(ours: Callable[[Tensor], Tensor], theirs: Callable[[Tensor], Tensor], x: Tensor) -> None:
    """The same results and the same gradients."""
    left, right = x.clone().requires_grad_(), x.clone().requires_grad_()
    found, expected = ours(left), theirs(right)
    torch.testing.assert_close(found, expected)
    (found**2).sum().backward()
    (expected**2).sum().backward()
    torch.testing.assert_close(left.grad, right.grad)


@pytest.mark.parametrize("eps", [1e-6, 0.1])
def test_ln2d_is_that_of_torchvision(eps: float) -> None:
    ours, theirs = module("ln2d", IMAGE, eps=eps), LayerNorm2d(6, eps=eps)
    theirs.load_state_dict(ours.state_dict())
    (x,) = batches((IMAGE,))
    agree(ours, theirs, x)


@pytest.mark.parametrize("shape", [IMAGE, TOKENS, VECTOR])
@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("training", [True, False])
def test_droppath_is_that_of_torchvision(shape: Shape, p: float, training: bool) -> None:
    ours, theirs = module("droppath", shape, p=p), StochasticDepth(p, "row")
    (x,) = batches((shape,), size=20)

    def seeded(run: nn.Module) -> Callable[[Tensor], Tensor]:
        def call(sample: Tensor) -> Tensor:
            torch.manual_seed(3)
            return run.train(training)(sample)  # type: ignore[no-any-return]

        return call

    agree(seeded(ours), seeded(theirs), x)
    if not training:
        assert ours(x) is x


def one_hot(kernel: int, channels: int) -> Tensor:
    """The kernels of a depthwise convolution that shifts (section 3.1 of the paper)."""
    weight = torch.zeros(channels, 1, kernel, kernel)
    shifted = channels // kernel**2 * kernel**2
    for channel in range(channels):
        place = channel % kernel**2 if channel < shifted else kernel**2 // 2
        row, column = divmod(place, kernel)
        weight[channel, 0, row, column] = 1
    return weight


@pytest.mark.parametrize(("kernel", "channels"), [(1, 2), (3, 9), (3, 20), (5, 51)])
@pytest.mark.parametrize("dilation", [1, 2, 9])
def test_shift_is_a_depthwise_convolution(kernel: int, channels: int, dilation: int) -> None:
    shape = IMAGE.replace(c=channels)
    weight = one_hot(kernel, channels)

    def convolve(x: Tensor) -> Tensor:
        pad = kernel // 2 * dilation
        return nn.functional.conv2d(x, weight, None, 1, pad, dilation, channels)

    (x,) = batches((shape,))
    agree(module("shift", shape, kernel=kernel, dilation=dilation), convolve, x)


def test_grn_is_the_formula_of_the_paper() -> None:
    """Algorithm 1 of ConvNeXt V2, with channels last; the same weights serve `c h w` and `l c`."""
    ours = module("grn", IMAGE, eps=0.1)
    gamma, beta = ours.parameters()

    def formula(x: Tensor) -> Tensor:
        response = torch.sqrt((x**2).sum(dim=(1, 2), keepdim=True))
        normed = response / (response.mean(dim=3, keepdim=True) + 0.1)
        return gamma * (x * normed) + beta + x

    (image,) = batches((IMAGE,))
    agree(ours, lambda x: formula(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2), image)
    (tokens,) = batches((TOKENS,))
    last = module("grn", TOKENS, eps=0.1)
    last.load_state_dict(ours.state_dict())
    agree(last, lambda x: formula(x[:, None])[:, 0], tokens)


@pytest.mark.parametrize("shape", [IMAGE, TOKENS, GATE])
def test_grn_starts_by_giving_what_it_takes(shape: Shape) -> None:
    built = build(LAYERS["grn"](), (shape,))
    (x,) = batches((shape,))
    assert torch.equal(built(x), x)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"reduction": "mean"}, lambda x: x.mean(1, keepdim=True)),
        ({"reduction": "max"}, lambda x: x.max(1, keepdim=True).values),
        ({"reduction": "min", "axis": "h"}, lambda x: x.min(2, keepdim=True).values),
        ({"reduction": "sum", "axis": ("w", "h")}, lambda x: x.sum(3, True).sum(2, True)),
        ({"reduction": "max", "axis": ("c", "w")}, lambda x: x.max(1, True)[0].max(3, True)[0]),
    ],
)
def test_reduce(options: dict[str, Any], expected: Callable[[Tensor], Tensor]) -> None:
    (x,) = batches((IMAGE,))
    agree(build(LAYERS["reduce"](**options), (IMAGE,)), expected, x)

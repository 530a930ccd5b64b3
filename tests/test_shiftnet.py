"""ShiftNet and ShiftResNet compute what a plain account of their papers' blocks computes."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional

import cnndsl
from tests.trained import trained

torch.set_num_threads(1)

Weights = dict[str, Tensor]


def shift(x: Tensor, kernel: int) -> Tensor:
    """Section 3.1, place by place: channel c takes offset c of the window, and again from its end.

    `out[c, y, x] = in[c, y + c // k % k - k // 2, x + c % k - k // 2]`, zero outside, as in
    shiftnet_cuda_kernels.cu of alvinwan/shiftresnet-cifar.
    """
    result = torch.zeros_like(x)
    channels, height, width = x.shape[1:]
    shifted = channels // kernel**2 * kernel**2
    for c in range(channels):
        down, right = (c // kernel % kernel, c % kernel) if c < shifted else (kernel // 2,) * 2
        for row in range(height):
            for column in range(width):
                i, j = row + down - kernel // 2, column + right - kernel // 2
                if 0 <= i < height and 0 <= j < width:
                    result[:, c, row, column] = x[:, c, i, j]
    return result


def norm(x: Tensor, weights: Weights, path: str) -> Tensor:
    statistics = (weights[f"{path}.running_mean"], weights[f"{path}.running_var"])
    return functional.batch_norm(x, *statistics, weights[f"{path}.weight"], weights[f"{path}.bias"])


def conv(x: Tensor, weights: Weights, path: str, stride: int = 1, padding: int = 0) -> Tensor:
    return functional.conv2d(x, weights[f"{path}.weight"], stride=stride, padding=padding)


def csc(x: Tensor, weights: Weights, path: str, kernel: int, stride: int = 1) -> Tensor:
    """Figure 3 (left): norm, rectifier, convolution, shift, and norm, rectifier, convolution."""
    x = shift(conv(norm(x, weights, f"{path}.bn1").relu(), weights, f"{path}.conv1"), kernel)
    return conv(norm(x, weights, f"{path}.bn2").relu(), weights, f"{path}.conv2", stride)


def shift_net(x: Tensor, weights: Weights, kernels: list[int], blocks: int) -> Tensor:
    x = conv(x, weights, "conv1", stride=2, padding=3)
    for i, kernel in enumerate(kernels):
        scope = f"group{i + 1}"
        new = csc(x, weights, f"{scope}.widening", kernel, stride=2)
        x = torch.cat([new, functional.avg_pool2d(x, 3, stride=2, padding=1)], dim=1)
        for k in range(1, blocks):
            x = x + csc(x, weights, f"{scope}.{k}", kernel)
    x = norm(x, weights, "bn").relu().mean(dim=(2, 3))
    return functional.linear(x, weights["fc.weight"], weights["fc.bias"])


def shift_basic(x: Tensor, weights: Weights, path: str, stride: int) -> Tensor:
    result = norm(conv(x, weights, f"{path}.conv1"), weights, f"{path}.bn1").relu()
    result = conv(shift(result, 3), weights, f"{path}.conv2", stride)
    result = norm(result, weights, f"{path}.bn2")
    if f"{path}.shortcut.0.weight" in weights:
        x = conv(x, weights, f"{path}.shortcut.0", stride)
        x = norm(x, weights, f"{path}.shortcut.1")
    return (result + x).relu()


def shift_resnet(x: Tensor, weights: Weights) -> Tensor:
    x = norm(conv(x, weights, "conv1", padding=1), weights, "bn1").relu()
    for i in range(3):
        x = shift_basic(x, weights, f"layer{i + 1}.0", stride=2 if i > 0 else 1)
    return functional.linear(x.mean(dim=(2, 3)), weights["fc.weight"], weights["fc.bias"])


@pytest.mark.parametrize(("kernel", "channels"), [(3, 9), (3, 29), (5, 25), (5, 60)])
def test_the_shift(kernel: int, channels: int) -> None:
    text = f"network Net() {{ input {channels}x6x7\n shift kernel={kernel} }}"
    x = torch.randn(2, channels, 6, 7)
    model = cnndsl.compile_text(text).module()
    assert torch.equal(model(x), shift(x, kernel))
    assert not list(model.parameters())


def test_shiftnet_is_its_plain_account() -> None:
    torch.manual_seed(0)
    text = """from shiftnet use ShiftNet
let groups = table {
  c   blocks  kernel  first  rest
  48  2       5       4      2
  80  2       3       4      2
}
variant small = ShiftNet(groups, classes=7)
"""
    model = trained(cnndsl.compile_text(text, "small", input="3x32x40").module())
    x = torch.randn(2, 3, 32, 40)
    with torch.no_grad():
        expected = shift_net(x, model.state_dict(), [5, 3], blocks=2)
        torch.testing.assert_close(model(x), expected, rtol=1e-5, atol=1e-5)


def test_shiftresnet_is_its_plain_account() -> None:
    torch.manual_seed(0)
    design = cnndsl.compile("shiftresnet20_e3", depth=8, input="3x12x12")
    model = trained(design.module())
    x = torch.randn(2, 3, 12, 12)
    with torch.no_grad():
        expected = shift_resnet(x, model.state_dict())
        torch.testing.assert_close(model(x), expected, rtol=1e-5, atol=1e-5)

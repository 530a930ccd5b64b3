"""Batch norm by its formulas, after convolutions and after `fc`, in training and in evaluation."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

import cnndsl
from tests.by_hand import assert_computes_what, assert_has_the_weights_of
from tests.test_published import PAPERS

torch.set_num_threads(1)


class Norm(nn.Module):
    """Algorithms 1 and 2 of the paper, for `c` alone or `c h w`; written out for the tests."""

    def __init__(self, c: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(c))
        self.bias = nn.Parameter(torch.zeros(c))
        self.register_buffer("running_mean", torch.zeros(c))
        self.register_buffer("running_var", torch.ones(c))
        self.register_buffer("num_batches_tracked", torch.tensor(0))
        self.eps = eps
        self.momentum = momentum

    def forward(self, x: Tensor) -> Tensor:
        rows = x.movedim(1, -1)
        mean, variance = self.running_mean, self.running_var
        if self.training:
            flat = rows.flatten(0, -2)
            mean = flat.sum(dim=0) / len(flat)
            variance = ((flat - mean) ** 2).sum(dim=0) / len(flat)
            self.gather(mean.detach(), variance.detach(), len(flat))
        normalised = (rows - mean) / (variance + self.eps) ** 0.5
        return (self.weight * normalised + self.bias).movedim(-1, 1)

    def gather(self, mean: Tensor, variance: Tensor, count: int) -> None:
        """Moves the statistics towards those of a batch; its variance unbiased, of `count`."""
        unbiased = variance * count / (count - 1)
        self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
        self.running_var = (1 - self.momentum) * self.running_var + self.momentum * unbiased
        self.num_batches_tracked = self.num_batches_tracked + 1


class Digits(nn.Module):
    """The paper's network for digits: three hidden layers of 100."""

    def __init__(self, norm: bool) -> None:
        super().__init__()
        widths = [784, 100, 100, 100]
        self.hidden = nn.ModuleList(
            nn.Linear(widths[i], widths[i + 1], bias=not norm) for i in range(3)
        )
        self.norm = nn.ModuleList(Norm(100) for _ in range(3)) if norm else [nn.Identity()] * 3
        self.fc = nn.Linear(100, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = x.flatten(1)
        for hidden, norm in zip(self.hidden, self.norm, strict=True):
            x = torch.sigmoid(norm(hidden(x)))
        return self.fc(x)


class ConvolutionalDigits(nn.Module):
    """MatConvNet's LeNet."""

    def __init__(self, norm: bool) -> None:
        super().__init__()
        kind = Norm if norm else nn.Identity
        self.conv1 = nn.Conv2d(1, 20, 5, bias=not norm)
        self.norm1 = kind(20)
        self.conv2 = nn.Conv2d(20, 50, 5, bias=not norm)
        self.norm2 = kind(50)
        self.fc1 = nn.Linear(800, 500, bias=not norm)
        self.norm3 = kind(500)
        self.fc2 = nn.Linear(500, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = nn.functional.max_pool2d(self.norm1(self.conv1(x)), 2)
        x = nn.functional.max_pool2d(self.norm2(self.conv2(x)), 2)
        return self.fc2(torch.relu(self.norm3(self.fc1(x.flatten(1)))))


NETS = {
    "digits": (Digits, False),
    "digits_bn": (Digits, True),
    "digits_conv": (ConvolutionalDigits, False),
    "digits_conv_bn": (ConvolutionalDigits, True),
}


def by_hand(name: str) -> nn.Module:
    kind, norm = NETS[name]
    return kind(norm)


@pytest.mark.parametrize("name", NETS)
def test_has_the_weights_of_the_one_by_hand(name: str) -> None:
    with torch.device("meta"):
        assert_has_the_weights_of(cnndsl.compile(name).module(), by_hand(name))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", NETS)
def test_computes_what_the_one_by_hand_does(name: str, training: bool) -> None:
    torch.manual_seed(0)
    ours = cnndsl.compile(name).module()
    assert_computes_what(ours, by_hand(name), (1, 28, 28), training=training)


@pytest.mark.parametrize("options", ["", "eps=0.01", "momentum=0.3", "eps=0.1 momentum=0.01"])
@pytest.mark.parametrize(
    ("before", "size"),
    [("conv 3x3 6 bias=false as before", (3, 5, 4)), ("fc 6 bias=false as before", (7,))],
)
def test_statistics_over_several_batches(before: str, size: tuple[int, ...], options: str) -> None:
    """As they are gathered in training, batches of any size, and then used in evaluation."""
    torch.manual_seed(0)
    lines = f"input {'x'.join(map(str, size))}\n{before} -> bn {options} as norm"
    text = f"network Normed() {{\n{lines}\n}}"
    ours = cnndsl.compile_text(text, "Normed").module().double()
    theirs = Norm(6, **{k: float(v) for k, v in (word.split("=") for word in options.split())})
    theirs.double()
    for count in (2, 5, 3, 8):
        x = 3 * torch.randn(count, *size, dtype=torch.float64) + 1
        entered = ours.before(x).detach()
        torch.testing.assert_close(ours(x), theirs(entered), rtol=1e-12, atol=1e-12)
        assert int(ours.norm.num_batches_tracked) == int(theirs.num_batches_tracked)
        for name in ("running_mean", "running_var"):
            found, expected = getattr(ours.norm, name), getattr(theirs, name)
            torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)
    ours.eval()
    theirs.eval()
    before_evaluation = ours.norm.running_mean.clone()
    x = torch.randn(3, *size, dtype=torch.float64)
    torch.testing.assert_close(ours(x), theirs(ours.before(x)), rtol=1e-12, atol=1e-12)
    # Neither the other pictures of the batch nor evaluation itself change anything.
    torch.testing.assert_close(ours(x)[:1], ours(x[:1]), rtol=1e-12, atol=1e-12)
    assert torch.equal(ours.norm.running_mean, before_evaluation)


@pytest.mark.parametrize("name", NETS)
def test_macs_are_those_of_the_multiplications(name: str) -> None:
    """A norm, which has none that are counted, changes nothing."""
    design = cnndsl.compile(name)
    assert design.params == PAPERS[name]["parameters"]
    fully_connected = 784 * 100 + 2 * 100 * 100 + 100 * 10
    convolutional = 24 * 24 * 25 * 20 + 8 * 8 * 25 * 20 * 50 + 800 * 500 + 500 * 10
    assert design.macs == (convolutional if "conv" in name else fully_connected)


@pytest.mark.parametrize(
    ("name", "std"), [("digits", 0.1), ("digits_conv", 0.01), ("digits_conv_bn", 0.01)]
)
def test_starts_small_and_gaussian(name: str, std: float) -> None:
    torch.manual_seed(0)
    for path, tensor in cnndsl.compile(name).module().named_parameters():
        if path.endswith("bias"):
            assert not tensor.any(), path
        elif "norm" in path:
            assert (tensor == 1).all(), path
        else:
            share = 4 / tensor.numel() ** 0.5
            assert tensor.std().item() == pytest.approx(std, rel=share), path
            assert abs(tensor.mean().item()) < share * std, path


def test_a_shift_that_a_later_norm_cancels_has_no_gradient() -> None:
    torch.manual_seed(0)
    model = cnndsl.compile("digits_conv_bn").module().double()
    model(torch.randn(4, 1, 28, 28, dtype=torch.float64)).square().sum().backward()
    assert model.norm1.bias.grad.abs().max() < 1e-10 < model.norm3.bias.grad.abs().max()

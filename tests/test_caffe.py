"""AlexNet in two groups and GoogLeNet with LRN, as Caffe has them, against networks by hand."""

from __future__ import annotations

from math import sqrt

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, max_pool2d, relu

import cnndsl
from tests.by_hand import assert_computes_what, assert_has_the_weights_of

torch.set_num_threads(1)

# Table 1 of GoogLeNet's paper: 1x1, 3x3 and 5x5 with what reduces for them, and of the pool.
INCEPTIONS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


def lrn(x: Tensor) -> Tensor:
    """The norm over five neighbouring channels: Krizhevsky et al., section 3.3, with k = 1."""
    squares = nn.functional.pad(x**2, [0, 0, 0, 0, 2, 2])
    sums = sum(squares[:, i : i + x.shape[1]] for i in range(5))
    return x / (1 + 1e-4 / 5 * sums) ** 0.75


class Halves(nn.Module):
    """A convolution whose halves, once on a GPU each, do not see each other's channels."""

    def __init__(self, before: int, c: int, kernel: int) -> None:
        super().__init__()
        whole = nn.Conv2d(before, c, kernel, groups=2)
        self.weight, self.bias, self.padding = whole.weight, whole.bias, kernel // 2

    def forward(self, x: Tensor) -> Tensor:
        parts = zip(x.chunk(2, 1), self.weight.chunk(2), self.bias.chunk(2), strict=True)
        convolved = [
            nn.functional.conv2d(half, weight, bias, padding=self.padding)
            for half, weight, bias in parts
        ]
        return torch.cat(convolved, dim=1)


class AlexNet(nn.Module):
    def __init__(self, places: int = 36, classes: int = 1000) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 96, 11, 4)
        self.conv2 = Halves(96, 256, 5)
        self.conv3 = nn.Conv2d(256, 384, 3, padding=1)
        self.conv4 = Halves(384, 384, 3)
        self.conv5 = Halves(384, 256, 3)
        self.fc6 = nn.Linear(256 * places, 4096)
        self.fc7 = nn.Linear(4096, 4096)
        self.fc8 = nn.Linear(4096, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = max_pool2d(lrn(relu(self.conv1(x))), 3, 2)
        x = max_pool2d(lrn(relu(self.conv2(x))), 3, 2)
        x = relu(self.conv4(relu(self.conv3(x))))
        x = max_pool2d(relu(self.conv5(x)), 3, 2)
        return self.fc8(relu(self.fc7(relu(self.fc6(x.flatten(1))))))


class ConvReLU(nn.Module):
    def __init__(self, before: int, c: int, kernel: int = 1, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(before, c, kernel, stride, kernel // 2)

    def forward(self, x: Tensor) -> Tensor:
        return relu(self.conv(x))


class Inception(nn.Module):
    def __init__(self, before: int, *c: int) -> None:
        super().__init__()
        self.branch1 = ConvReLU(before, c[0])
        self.branch2 = nn.Sequential(ConvReLU(before, c[1]), ConvReLU(c[1], c[2], 3))
        self.branch3 = nn.Sequential(ConvReLU(before, c[3]), ConvReLU(c[3], c[4], 5))
        self.branch4 = nn.ModuleDict({"1": ConvReLU(before, c[5])})

    def forward(self, x: Tensor) -> Tensor:
        pooled = self.branch4["1"](max_pool2d(x, 3, 1, padding=1))
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), pooled], dim=1)


class Auxiliary(nn.Module):
    def __init__(self, before: int, places: int, classes: int) -> None:
        super().__init__()
        self.conv = ConvReLU(before, 128)
        self.fc1 = nn.Linear(128 * places, 1024)
        self.fc2 = nn.Linear(1024, classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(relu(self.fc1(self.conv(avg_pool2d(x, 5, 3)).flatten(1))))


class GoogLeNet(nn.Module):
    def __init__(self, places: int = 16, classes: int = 1000) -> None:
        super().__init__()
        self.conv1 = ConvReLU(3, 64, 7, 2)
        self.conv2, self.conv3 = ConvReLU(64, 64), ConvReLU(64, 192, 3)
        before = 192
        for name, c in INCEPTIONS.items():
            self.add_module(f"inception{name}", Inception(before, *c))
            before = c[0] + c[2] + c[4] + c[5]
        self.aux1, self.aux2 = Auxiliary(512, places, classes), Auxiliary(528, places, classes)
        self.fc = nn.Linear(1024, classes)

    def _inceptions(self, x: Tensor, names: list[str]) -> Tensor:
        for name in names:
            x = self.get_submodule(f"inception{name}")(x)
        return x

    def forward(self, x: Tensor) -> Tensor | dict[str, Tensor]:
        x = lrn(max_pool2d(self.conv1(x), 3, 2, ceil_mode=True))
        x = max_pool2d(lrn(self.conv3(self.conv2(x))), 3, 2, ceil_mode=True)
        x = max_pool2d(self._inceptions(x, ["3a", "3b"]), 3, 2, ceil_mode=True)
        first = self._inceptions(x, ["4a"])
        second = self._inceptions(first, ["4b", "4c", "4d"])
        x = max_pool2d(self._inceptions(second, ["4e"]), 3, 2, ceil_mode=True)
        result = self.fc(self._inceptions(x, ["5a", "5b"]).mean(dim=(2, 3)))
        if not self.training:
            return result
        return {"aux1": self.aux1(first), "aux2": self.aux2(second), "output": result}


NETS = {"alexnet_caffe": AlexNet, "googlenet_caffe": GoogLeNet}
# Of these pictures, one place is left at the end, and for the auxiliary classifiers of GoogLeNet.
SIZES = {"alexnet_caffe": (3, 67, 75), "googlenet_caffe": (3, 80, 101)}


@pytest.mark.parametrize("name", NETS)
def test_has_the_weights_of_the_one_by_hand(name: str) -> None:
    with torch.device("meta"):
        assert_has_the_weights_of(cnndsl.compile(name).module(), NETS[name]())


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", NETS)
def test_computes_what_the_one_by_hand_does(name: str, training: bool) -> None:
    torch.manual_seed(0)
    ours = cnndsl.compile(name, input=SIZES[name], classes=7).module()
    theirs = NETS[name](places=1, classes=7)
    assert_computes_what(ours, theirs, SIZES[name], training=training)


def test_googlenet_starts_as_in_caffe() -> None:
    """Uniform, of variance 1 / fan; biases at 0.2, and at zero of what tells the classes."""
    torch.manual_seed(0)
    model = cnndsl.compile("googlenet_caffe").module()
    for path, tensor in model.named_parameters():
        if path.endswith("bias"):
            expected = 0.0 if path in ("fc.bias", "aux1.fc2.bias", "aux2.fc2.bias") else 0.2
            assert (tensor == expected).all(), path
        else:
            bound = sqrt(3 / tensor[0].numel())
            assert 0.9 * bound < tensor.abs().max().item() <= bound, path
            assert tensor.std().item() == pytest.approx(bound / sqrt(3), rel=0.1), path

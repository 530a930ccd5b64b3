"""The ResNets that torchvision does not have: with other strides, and with pre-activation."""

from __future__ import annotations

import pytest
import torch
import torchvision
from torch import Tensor, nn
from torch.nn import functional

import cnndsl
from tests.trained import trained

torch.set_num_threads(1)

TOLERANCE = 1e-5


def test_the_papers_stride_is_torchvisions_moved_to_the_first_convolution() -> None:
    torch.manual_seed(0)
    ours = trained(cnndsl.compile("resnet50_caffe", input="3x64x64").module())
    theirs = torchvision.models.resnet50()
    for name in ("layer2", "layer3", "layer4"):
        unit = theirs.get_submodule(name)[0]
        unit.conv1.stride, unit.conv2.stride = (2, 2), (1, 1)
    theirs.load_state_dict(ours.state_dict(), strict=True)
    x = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(ours(x), theirs.eval()(x), rtol=TOLERANCE, atol=TOLERANCE)


class Unit(nn.Module):
    """Figure 4 (e) of the paper: norm and rectifier before each weight layer."""

    def __init__(self, entering: int, widths: list[tuple[int, int, int]]) -> None:
        super().__init__()
        self.leaving, self.strides = widths[-1][0], [stride for *_, stride in widths]
        for n, (width, kernel, stride) in enumerate(widths, 1):
            self.add_module(f"bn{n}", nn.BatchNorm2d(entering))
            conv = nn.Conv2d(entering, width, kernel, stride, kernel // 2, bias=False)
            self.add_module(f"conv{n}", conv)
            entering = width

    def project(self, entering: int) -> Unit:
        """The unit, with a projection where the sum needs one."""
        stride = max(self.strides)
        if stride > 1 or entering != self.leaving:
            self.shortcut = nn.Conv2d(entering, self.leaving, 1, stride, bias=False)
        return self

    def forward(self, x: Tensor) -> Tensor:
        active = functional.relu(self.bn1(x))
        if hasattr(self, "shortcut"):
            x = self.shortcut(active)
        result = self.conv1(active)
        for n in range(2, len(self.strides) + 1):
            norm, conv = self.get_submodule(f"bn{n}"), self.get_submodule(f"conv{n}")
            result = conv(functional.relu(norm(result)))
        return x + result


def basic(entering: int, c: int, stride: int) -> Unit:
    return Unit(entering, [(c, 3, stride), (c, 3, 1)]).project(entering)


def bottleneck(entering: int, c: int, stride: int) -> Unit:
    return Unit(entering, [(c, 1, 1), (c, 3, stride), (4 * c, 1, 1)]).project(entering)


class PreActResNet(nn.Module):
    def __init__(self, unit: type, units: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        entering = 16
        for i in range(3):
            layer = nn.Sequential()
            for k in range(units):
                layer.append(unit(entering, 16 * 2**i, 2 if i > 0 and k == 0 else 1))
                entering = layer[-1].leaving
            self.add_module(f"layer{i + 1}", layer)
        self.bn = nn.BatchNorm2d(entering)
        self.fc = nn.Linear(entering, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.layer3(self.layer2(self.layer1(self.conv1(x))))
        return self.fc(functional.relu(self.bn(x)).mean(dim=(2, 3)))


@pytest.mark.parametrize(
    ("name", "depth", "unit", "units"),
    [("preact_resnet110", 20, basic, 3), ("preact_resnet164", 29, bottleneck, 3)],
)
def test_pre_activation_is_its_plain_account(name: str, depth: int, unit: type, units: int) -> None:
    torch.manual_seed(0)
    ours = trained(cnndsl.compile(name, depth=depth).module())
    theirs = PreActResNet(unit, units)
    theirs.load_state_dict(ours.state_dict(), strict=True)
    x = torch.randn(2, 3, 32, 32)
    with torch.no_grad():
        torch.testing.assert_close(ours(x), theirs.eval()(x), rtol=TOLERANCE, atol=TOLERANCE)

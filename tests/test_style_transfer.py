"""Style transfer: VGG-19's taps against torchvision's, the transform nets against those by hand."""

from __future__ import annotations

import pytest
import torch
import torchvision
from torch import Tensor, nn
from torch.nn.functional import interpolate, pad, relu

import cnndsl
from tests.by_hand import assert_computes_what, assert_has_the_weights_of
from tests.test_published import PAPERS
from tests.test_torchvision import assert_same

torch.set_num_threads(1)

STYLES = ["conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1"]


def gram(maps: Tensor) -> Tensor:
    """Equation 3 of Gatys et al.: the inner products of every two vectorised maps."""
    rows = maps.flatten(2)
    return torch.stack([image @ image.T for image in rows])


def test_features_are_those_of_torchvision() -> None:
    with torch.device("meta"):
        ours, theirs = cnndsl.compile("style_transfer").module(), torchvision.models.vgg19()
    assert_has_the_weights_of(ours.vgg.features, theirs.features)


@pytest.mark.parametrize("name", ["style_transfer", "style_transfer_avg"])
def test_taps_are_those_of_torchvision(name: str) -> None:
    torch.manual_seed(0)
    ours = cnndsl.compile(name, input="3x40x33").module().eval()
    features = torchvision.models.vgg19().features.eval()
    for place, layer in enumerate(features):
        if name.endswith("avg") and isinstance(layer, nn.MaxPool2d):
            features[place] = nn.AvgPool2d(2)
    ours.vgg.features.load_state_dict(features.state_dict(), strict=True)
    x = torch.randn(2, 3, 40, 33)
    with torch.no_grad():
        result = ours(x)
        # A tap is a convolution with its ReLU.
        taps = {
            layer: features[: place + 2](x)
            for layer, place in PAPERS["style_transfer"]["layers"].items()
        }
        assert_same("content", result.content, taps["conv4_2"])
        for number, layer in enumerate(STYLES, 1):
            found = getattr(result, f"style{number}")
            assert_same(layer, found, gram(taps[layer]))
    assert len(result) == 6


def test_an_image_moves_towards_a_style() -> None:
    """What the network is for: its loss has a gradient that leads to the image of the style."""
    torch.manual_seed(0)
    model = cnndsl.compile("style_transfer", input="3x32x32").module().eval().requires_grad_(False)
    target = model(torch.rand(1, 3, 32, 32))
    image = torch.rand(1, 3, 32, 32, requires_grad=True)
    optimizer = torch.optim.Adam([image], lr=0.02)
    losses = []
    for _ in range(8):
        loss = sum(
            ((found - wanted) ** 2).sum() / (wanted**2).sum()
            for found, wanted in zip(model(image)[1:], target[1:], strict=True)
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.7 * losses[0]


class CutResidual(nn.Module):
    """Two convolutions that are not padded, and the input without a border of two places."""

    def __init__(self, c: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(c, c, 3), nn.BatchNorm2d(c)
        self.conv2, self.bn2 = nn.Conv2d(c, c, 3), nn.BatchNorm2d(c)

    def forward(self, x: Tensor) -> Tensor:
        inside = self.bn2(self.conv2(relu(self.bn1(self.conv1(x)))))
        return inside + x[:, :, 2:-2, 2:-2]


class ImageTransformNet(nn.Module):
    """`c9s1-32,d64,d128,R128 five times,u64,u32,c9s1-3`, of which the border is reflected first."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 32, 9, 1, 4), nn.BatchNorm2d(32)
        self.conv2, self.bn2 = nn.Conv2d(32, 64, 3, 2, 1), nn.BatchNorm2d(64)
        self.conv3, self.bn3 = nn.Conv2d(64, 128, 3, 2, 1), nn.BatchNorm2d(128)
        for i in range(1, 6):
            self.add_module(f"res{i}", CutResidual(128))
        self.deconv1, self.bn4 = nn.ConvTranspose2d(128, 64, 3, 2, 1, 1), nn.BatchNorm2d(64)
        self.deconv2, self.bn5 = nn.ConvTranspose2d(64, 32, 3, 2, 1, 1), nn.BatchNorm2d(32)
        self.deconv3 = nn.Conv2d(32, 3, 9, 1, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = pad(x, [40] * 4, mode="reflect")
        x = relu(self.bn1(self.conv1(x)))
        x = relu(self.bn2(self.conv2(x)))
        x = relu(self.bn3(self.conv3(x)))
        for i in range(1, 6):
            x = self.get_submodule(f"res{i}")(x)
        x = relu(self.bn4(self.deconv1(x)))
        x = relu(self.bn5(self.deconv2(x)))
        return 150 * torch.tanh(self.deconv3(x))


class Reflected(nn.Module):
    """A convolution whose border is reflected, of an image that may be enlarged before."""

    def __init__(self, before: int, c: int, kernel: int, stride: int = 1, scale: int = 1) -> None:
        super().__init__()
        self.conv2d = nn.Conv2d(before, c, kernel, stride)
        self.scale, self.border = scale, kernel // 2

    def forward(self, x: Tensor) -> Tensor:
        x = interpolate(x, scale_factor=self.scale, mode="nearest")
        return self.conv2d(pad(x, [self.border] * 4, mode="reflect"))


class Residual(nn.Module):
    def __init__(self, c: int) -> None:
        super().__init__()
        self.conv1, self.in1 = Reflected(c, c, 3), nn.InstanceNorm2d(c, affine=True)
        self.conv2, self.in2 = Reflected(c, c, 3), nn.InstanceNorm2d(c, affine=True)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.in2(self.conv2(relu(self.in1(self.conv1(x)))))


class TransformerNet(nn.Module):
    """The network of PyTorch's examples."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.in1 = Reflected(3, 32, 9), nn.InstanceNorm2d(32, affine=True)
        self.conv2, self.in2 = Reflected(32, 64, 3, 2), nn.InstanceNorm2d(64, affine=True)
        self.conv3, self.in3 = Reflected(64, 128, 3, 2), nn.InstanceNorm2d(128, affine=True)
        for i in range(1, 6):
            self.add_module(f"res{i}", Residual(128))
        self.deconv1 = Reflected(128, 64, 3, scale=2)
        self.in4 = nn.InstanceNorm2d(64, affine=True)
        self.deconv2 = Reflected(64, 32, 3, scale=2)
        self.in5 = nn.InstanceNorm2d(32, affine=True)
        self.deconv3 = Reflected(32, 3, 9)

    def forward(self, x: Tensor) -> Tensor:
        x = relu(self.in1(self.conv1(x)))
        x = relu(self.in2(self.conv2(x)))
        x = relu(self.in3(self.conv3(x)))
        for i in range(1, 6):
            x = self.get_submodule(f"res{i}")(x)
        x = relu(self.in4(self.deconv1(x)))
        x = relu(self.in5(self.deconv2(x)))
        return self.deconv3(x)


NETS = {
    "fast_style_transfer": ImageTransformNet,
    "fast_style_transfer_pytorch": TransformerNet,
}


@pytest.mark.parametrize("name", NETS)
def test_has_the_weights_of_the_one_by_hand(name: str) -> None:
    with torch.device("meta"):
        assert_has_the_weights_of(cnndsl.compile(name).module(), NETS[name]())


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", NETS)
def test_computes_what_the_one_by_hand_does(name: str, training: bool) -> None:
    torch.manual_seed(0)
    # The image is larger than the border that is reflected, 40, and comes out in its own size.
    size = (3, 44, 48) if name == "fast_style_transfer" else (3, 16, 20)
    design = cnndsl.compile(name, input=size)
    assert design.output.sizes == size
    assert_computes_what(design.module(), NETS[name](), size, training=training)


@pytest.mark.parametrize("name", NETS)
def test_starts_as_torchs_own(name: str) -> None:
    """Uniform, within the inverse root of each fan; norms as if they were not there."""
    torch.manual_seed(0)
    ours = dict(cnndsl.compile(name).module().named_parameters())
    torch.manual_seed(0)
    for path, tensor in NETS[name]().named_parameters():
        assert torch.equal(ours[path], tensor), path

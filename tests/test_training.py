"""Compiled networks learn: digits, as well as the same torch code by hand does, and to segment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, cross_entropy, interpolate, relu

import cnndsl
from tests.by_hand import convolution, shapes

torch.set_num_threads(1)

RESNET = """
block unit(c, stride, norm) {
  default conv bias=false
  residual {
    conv 3x3 c /stride as conv1 -> norm as bn1 -> relu
    conv 3x3 c as conv2 -> norm as bn2
  } project {
    downsample: { conv 1x1 c /stride -> norm }
  }
  relu
}

network Narrow(norm=bn, width=8, classes=10) {
  input 1x8x8
  stem { conv 3x3 width bias=false as conv1 -> norm as bn1 -> relu }
  body {
    for i in range(3) { unit (width * 2**i) (1 if i == 0 else 2) norm as "layer{i+1}" }
  }
  head { gap -> flatten -> fc classes as fc }
}

variant with_norm    = Narrow()
variant without_norm = Narrow(norm=identity)
"""

VIT = """
block encoder(heads, hidden) {
  residual { ln as ln_1 -> attention heads as attention }
  residual { ln as ln_2 -> fc hidden as fc1 -> gelu -> fc in.c as fc2 }
}

network ViT(patch=2, width=32, layers=2, heads=4, classes=10) {
  input 1x8x8
  stem {
    conv width kernel=patch /patch as patches -> rearrange "c h w -> (h w) c"
    prepend as class_token -> position as places
  }
  body { for i in range(layers) { encoder heads (2 * width) as "layer{i+1}" } }
  head { ln as ln -> take 0 -> fc classes as fc }
}
"""

FCN = """
block convs(c) {
  conv 3x3 c bias=false as conv1 -> bn as bn1 -> relu
  conv 3x3 c bias=false as conv2 -> bn as bn2 -> relu
}

network Segmenter(width=8, classes=3) {
  input 1x24x24
  body {
    convs width as fine -> maxpool 2x2
    convs (2 * width) as coarse
    upconv 2x2 width /2 as up
    concat { | @fine | identity } -> convs width as joined
  }
  head { conv 1x1 classes as classifier }
}
"""


class LeNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(64, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = avg_pool2d(torch.sigmoid(self.conv1(x)), 2)
        x = avg_pool2d(torch.sigmoid(self.conv2(x)), 2)
        x = torch.sigmoid(self.fc1(x.flatten(1)))
        return self.fc3(torch.sigmoid(self.fc2(x)))


class Unit(nn.Module):
    def __init__(self, before: int, c: int, stride: int, norm: Callable[[int], nn.Module]) -> None:
        super().__init__()
        self.conv1, self.bn1 = convolution(before, c, 3, stride), norm(c)
        self.conv2, self.bn2 = convolution(c, c, 3), norm(c)
        if stride > 1:
            self.downsample = nn.Sequential(convolution(before, c, 1, stride), norm(c))

    def forward(self, x: Tensor) -> Tensor:
        inside = self.bn2(self.conv2(relu(self.bn1(self.conv1(x)))))
        return relu(inside + (self.downsample(x) if hasattr(self, "downsample") else x))


class Narrow(nn.Module):
    def __init__(self, norm: Callable[[int], nn.Module]) -> None:
        super().__init__()
        self.conv1, self.bn1 = convolution(1, 8, 3), norm(8)
        self.layer1 = Unit(8, 8, 1, norm)
        self.layer2 = Unit(8, 16, 2, norm)
        self.layer3 = Unit(16, 32, 2, norm)
        self.fc = nn.Linear(32, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(x.mean(dim=(2, 3)))


class Encoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(32)
        self.attention = nn.MultiheadAttention(32, 4, batch_first=True)
        self.ln_2 = nn.LayerNorm(32)
        self.fc1 = nn.Linear(32, 64)
        self.fc2 = nn.Linear(64, 32)

    def forward(self, x: Tensor) -> Tensor:
        tokens = self.ln_1(x)
        x = x + self.attention(tokens, tokens, tokens, need_weights=False)[0]
        return x + self.fc2(nn.functional.gelu(self.fc1(self.ln_2(x))))


class ViT(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.class_token = nn.Parameter(torch.zeros(1, 1, 32))
        self.places = nn.Parameter(0.02 * torch.randn(1, 17, 32))
        self.patches = nn.Conv2d(1, 32, 2, stride=2)
        self.layer1, self.layer2 = Encoder(), Encoder()
        self.ln = nn.LayerNorm(32)
        self.fc = nn.Linear(32, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.class_token.expand(len(x), -1, -1), x], dim=1) + self.places
        return self.fc(self.ln(self.layer2(self.layer1(x)))[:, 0])


@dataclass(frozen=True)
class Lesson:
    """A network of ours, the same by hand, and how both learn.

    Attributes:
        scale: how many times larger than 8x8 the digits are shown.
        least: the share of unseen digits that a network which has learned tells right.
    """

    ours: Callable[[], nn.Module]
    theirs: Callable[[], nn.Module]
    epochs: int
    rate: float
    least: float
    scale: int = 1


def text(spec: str, name: str | None = None) -> Callable[[], nn.Module]:
    return lambda: cnndsl.compile_text(spec, name).module()


LESSONS = {
    "lenet": Lesson(
        lambda: cnndsl.compile("lenet", input="1x16x16").module(), LeNet, 50, 0.01, 0.95, scale=2
    ),
    "resnet_bn": Lesson(text(RESNET, "with_norm"), lambda: Narrow(nn.BatchNorm2d), 5, 0.01, 0.97),
    "resnet": Lesson(
        text(RESNET, "without_norm"), lambda: Narrow(lambda c: nn.Identity()), 12, 0.005, 0.96
    ),
    "vit": Lesson(text(VIT), ViT, 20, 0.006, 0.94),
}
# The others take ten seconds each.
QUICK = ["resnet_bn"]


def digits(scale: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Pictures and digits to learn from, and others to tell: 1437 and 360, of mean 0."""
    data = load_digits()
    pictures = torch.tensor(data.images, dtype=torch.float32).unsqueeze(1) / 8 - 0.6
    pictures = interpolate(pictures, scale_factor=scale, mode="nearest")
    labels = torch.tensor(data.target)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))
    seen, unseen = order[:1437], order[1437:]
    return pictures[seen], labels[seen], pictures[unseen], labels[unseen]


def train(
    model: nn.Module, pictures: Tensor, labels: Tensor, epochs: int, rate: float, size: int = 64
) -> None:
    """Trains in batches of a size, in the same order for every model; the rate falls to zero."""
    generator = torch.Generator().manual_seed(0)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    steps = epochs * (len(labels) // size)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(epochs):
        order = torch.randperm(len(labels), generator=generator)
        for batch in order.split(size)[: len(labels) // size]:
            optimizer.zero_grad()
            cross_entropy(model(pictures[batch]), labels[batch]).backward()
            optimizer.step()
            schedule.step()
    model.eval()


def accuracy(model: nn.Module, pictures: Tensor, labels: Tensor) -> float:
    """The share of pictures, or of their pixels, that are told right."""
    with torch.no_grad():
        return (model(pictures).argmax(dim=1) == labels).float().mean().item()


@pytest.mark.parametrize(
    "name", [n if n in QUICK else pytest.param(n, marks=pytest.mark.slow) for n in LESSONS]
)
def test_learns_digits_as_the_same_code_by_hand(name: str) -> None:
    lesson = LESSONS[name]
    pictures, labels, unseen, answers = digits(lesson.scale)
    torch.manual_seed(0)
    ours, theirs = lesson.ours(), lesson.theirs()
    theirs.load_state_dict(ours.state_dict(), strict=True)
    found = []
    for model in (ours, theirs):
        assert accuracy(model, unseen, answers) < 0.3
        train(model, pictures, labels, lesson.epochs, lesson.rate)
        found.append(accuracy(model, unseen, answers))
    assert min(found) >= lesson.least
    # The last digits of sums decide on a few of the 360.
    assert abs(found[0] - found[1]) < 0.01


@pytest.mark.parametrize("name", LESSONS)
def test_the_one_by_hand_has_the_same_weights(name: str) -> None:
    lesson = LESSONS[name]
    assert shapes(lesson.ours()) == shapes(lesson.theirs())


def drawings(count: int) -> tuple[Tensor, Tensor]:
    """Noisy pictures of a disc and a square, and which pixels are of which: 1, 2 or neither."""
    generator = torch.Generator().manual_seed(0)
    rows, columns = torch.meshgrid(torch.arange(24), torch.arange(24), indexing="ij")
    pictures, masks = [], []
    for _ in range(count):
        mask = torch.zeros(24, 24, dtype=torch.long)
        y, x = torch.randint(5, 19, (2,), generator=generator)
        mask[(rows - y) ** 2 + (columns - x) ** 2 <= 16] = 1
        top, left = torch.randint(1, 16, (2,), generator=generator)
        mask[top : top + 7, left : left + 7] = 2
        noise = 0.1 * torch.randn(24, 24, generator=generator)
        # Both shapes are equally bright, so that their form alone tells them apart.
        pictures.append((mask > 0) + noise)
        masks.append(mask)
    return torch.stack(pictures).unsqueeze(1), torch.stack(masks)


def overlaps(model: nn.Module, pictures: Tensor, masks: Tensor) -> list[float]:
    """The intersection over union of each class."""
    with torch.no_grad():
        told = model(pictures).argmax(dim=1)
    both = [
        ((told == k) & (masks == k)).sum() / ((told == k) | (masks == k)).sum() for k in range(3)
    ]
    return [share.item() for share in both]


def test_a_fully_convolutional_network_overfits_a_segmentation_set() -> None:
    torch.manual_seed(0)
    pictures, masks = drawings(12)
    model = cnndsl.compile_text(FCN).module()
    assert min(overlaps(model, pictures, masks)) < 0.3
    train(model, pictures, masks, epochs=150, rate=0.01, size=6)
    assert accuracy(model, pictures, masks) > 0.99
    assert min(overlaps(model, pictures, masks)) > 0.95
    # It takes pictures of other sizes: four, as one.
    mosaic = torch.cat(
        [torch.cat([*pictures[:2]], dim=1), torch.cat([*pictures[2:4]], dim=1)], dim=2
    )
    whole = torch.cat([torch.cat([*masks[:2]]), torch.cat([*masks[2:4]])], dim=1)
    assert accuracy(model, mosaic.unsqueeze(0), whole.unsqueeze(0)) > 0.95

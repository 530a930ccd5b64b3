"""What holds networks against those by hand tells them apart where they are not the same."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from tests.by_hand import assert_computes_what, assert_has_the_weights_of, convolution


class Small(nn.Module):
    """A network that may differ in one thing from the one that it is held against."""

    def __init__(self, differs: str = "") -> None:
        super().__init__()
        self.conv = convolution(2, 4, 3)
        self.norm = nn.BatchNorm2d(4, momentum=0.2 if differs == "statistics" else 0.1)
        self.fc = nn.Linear(4, 3)
        self.differs = differs

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.conv(x))
        if self.differs == "outputs":
            x = x.abs()
        if self.differs == "gradients":
            # The same number, through which half as much comes back.
            x = x / 2 + x.detach() / 2
        if self.differs == "unused":
            return nn.functional.linear(x.mean(dim=(2, 3)), self.fc.weight, self.fc.bias.detach())
        return self.fc(x.mean(dim=(2, 3)))


def test_the_same_are_the_same() -> None:
    assert_has_the_weights_of(Small(), Small())
    for training in (True, False):
        assert_computes_what(Small(), Small(), (2, 5, 5), training=training)


def test_the_same_may_have_other_names_where_the_order_is_told() -> None:
    parts = (convolution(2, 4, 3), nn.BatchNorm2d(4), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    theirs = nn.Sequential(*parts, nn.Linear(4, 3))
    assert_computes_what(Small(), theirs, (2, 5, 5), training=False, in_order=True)
    with pytest.raises(RuntimeError, match="Missing key"):
        assert_computes_what(Small(), theirs, (2, 5, 5), training=False)


@pytest.mark.parametrize("differs", ["outputs", "gradients", "statistics", "unused"])
def test_what_differs_is_told(differs: str) -> None:
    torch.manual_seed(0)
    with pytest.raises(AssertionError):
        assert_computes_what(Small(), Small(differs), (2, 5, 5), training=True)


def test_other_weights_are_told() -> None:
    with pytest.raises(AssertionError):
        assert_has_the_weights_of(Small(), nn.Sequential(*Small().children()))

"""Networks with `init` lines, and how their weights start."""

from __future__ import annotations

from math import sqrt

import torch
from torch import nn

import cnndsl


def net(lines: str, items: str, blocks: str = "") -> nn.Module:
    """The model of a network on pictures with these `init` lines and items."""
    body = f"input 64x8x8\n{lines}\n{items}"
    return cnndsl.compile_text(f"{blocks}\nnetwork Net() {{ {body} }}", "Net").module()


def starts(model: nn.Module) -> dict[str, float | None]:
    """The number at which each tensor starts; None where its elements differ."""
    values = {path: tensor.unique() for path, tensor in model.named_parameters()}
    return {path: found.item() if len(found) == 1 else None for path, found in values.items()}


def assert_starts_alike(ours: nn.Module, theirs: nn.Module) -> None:
    """Mean and spread of every tensor, and what is constant at the start."""
    expected = theirs.state_dict()
    for name, tensor in ours.state_dict().items():
        mine, other = tensor.double(), expected[name].double()
        if other.unique().numel() == 1:
            assert torch.equal(mine, other), name
            continue
        share = 5 / sqrt(mine.numel())
        torch.testing.assert_close(mine.std(), other.std(), rtol=share, atol=1e-7, msg=name)
        assert abs(mine.mean() - other.mean()) <= share * other.std() + 1e-7, name

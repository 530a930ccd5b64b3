"""Networks with `init` lines, and how their weights start."""

from __future__ import annotations

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

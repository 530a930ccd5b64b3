"""Networks with weights as after training, so that no part of them is without effect."""

from __future__ import annotations

from torch import nn


def start(model: nn.Module) -> None:
    """Gives norms weights and statistics as after training, and ends what is left to chance.

    No tensor stays at zero, or so near to it, that it would hide what it meets.
    """
    for module in model.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d | nn.LayerNorm):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.1)
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
            module.num_batches_tracked.fill_(7)
        elif type(module).__name__ in ("Dropout", "DropPath", "StochasticDepth"):
            module.p = 0.0
    for name, parameter in model.named_parameters():
        if not parameter.any():
            nn.init.normal_(parameter, std=0.05)
        elif name.endswith("layer_scale"):
            nn.init.uniform_(parameter, 0.1, 0.5)


def trained(model: nn.Module) -> nn.Module:
    """The model as after training, for evaluation."""
    start(model)
    return model.eval()

"""Running compiled networks, beside torchvision's with the same weights: time and peak memory."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torchvision
from torch import nn

import cnndsl
from benchmarks.measure import Result, interleaved, peak_bytes, timed

NAMES = ("resnet18", "googlenet")
BATCH = 4
TARGET = 1.03
# Memory is counted and not sampled, so the same is the same.
MEMORY_TARGET = 1.0


def measure(rounds: int = 25) -> list[Result]:
    """For each network: evaluation, then a step of training."""
    torch.manual_seed(0)
    x = torch.randn(BATCH, 3, 224, 224)
    results = []
    for name in NAMES:
        ours, theirs = cnndsl.compile(name).module(), peer(name)
        theirs.load_state_dict(ours.state_dict())
        for mode, work in (("evaluate", evaluation), ("train", training)):
            mine, other = work(ours, x), work(theirs, x)
            times = interleaved(timed(mine), timed(other), rounds)
            peaks = (peak_bytes(mine),), (peak_bytes(other),)
            what = f"{mode} {name}, batch {BATCH}"
            results.append(Result(f"{what}, time", "torchvision", *times, TARGET))
            results.append(Result(f"{what}, peak", "torchvision", *peaks, MEMORY_TARGET, "bytes"))
    return results


def peer(name: str) -> nn.Module:
    """torchvision's network of that name."""
    if name == "googlenet":
        return torchvision.models.googlenet(aux_logits=False, init_weights=False)
    return torchvision.models.get_model(name)


def evaluation(model: nn.Module, x: torch.Tensor) -> Callable[[], object]:
    """A forward pass in evaluation, without gradients."""

    def work() -> torch.Tensor:
        model.eval()
        with torch.no_grad():
            return model(x)

    return work


def training(model: nn.Module, x: torch.Tensor) -> Callable[[], object]:
    """A step of training by plain gradient descent, which leaves no gradients behind."""
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)

    def work() -> None:
        model.train()
        model(x).square().mean().backward()
        optimizer.step()
        optimizer.zero_grad()

    return work

"""Holding a compiled network against one that is written by hand, with the same weights' names."""

from __future__ import annotations

from math import inf

import torch
from torch import nn
from torch.linalg import vector_norm

from tests.test_torchvision import assert_same, outputs
from tests.trained import start

# What is left of a gradient of zero, such as that of a shift which a later norm takes away again.
ROUNDING = 1e-12


def shapes(model: nn.Module) -> list[tuple[str, tuple[int, ...]]]:
    """Names and shapes of all weights, in the order of the state_dict."""
    return [(name, tuple(tensor.shape)) for name, tensor in model.state_dict().items()]


def assert_has_the_weights_of(ours: nn.Module, theirs: nn.Module) -> None:
    """Holds names, shapes and order against each other, and loads both ways."""
    assert shapes(ours) == shapes(theirs)
    ours.load_state_dict(theirs.state_dict(), strict=True)
    theirs.load_state_dict(ours.state_dict(), strict=True)


def load_in_order(model: nn.Module, other: nn.Module) -> None:
    """Gives `model` the weights of `other`, as they come; the shapes have to meet."""
    names, values = model.state_dict().keys(), other.state_dict().values()
    model.load_state_dict(dict(zip(names, values, strict=True)), strict=True)


def assert_computes_what(
    ours: nn.Module,
    theirs: nn.Module,
    size: tuple[int, ...],
    *,
    training: bool,
    in_order: bool = False,
) -> None:
    """Holds outputs, gradients and statistics of one batch against each other, in double precision.

    Args:
        size: the input's sizes without the batch.
        in_order: whether the weights have other names, and the same order.
    """
    for model in (ours, theirs):
        model.double().train(training)
    start(ours)
    if in_order:
        load_in_order(theirs, ours)
    else:
        theirs.load_state_dict(ours.state_dict(), strict=True)
    x = torch.randn(2, *size, dtype=torch.float64)
    results = [outputs(model(x)) for model in (ours, theirs)]
    assert results[0].keys() == results[1].keys()
    directions = {name: torch.randn_like(tensor) for name, tensor in results[0].items()}
    for name, tensor in results[1].items():
        assert not torch.equal(tensor[0], tensor[1]), "the outputs tell nothing of the inputs"
        assert_same(name, results[0][name], tensor)
    for result in results:
        sum((tensor * directions[name]).sum() for name, tensor in result.items()).backward()
    assert_same_gradients(ours, theirs, training)
    for (path, one), other in zip(ours.named_buffers(), theirs.buffers(), strict=True):
        torch.testing.assert_close(one, other, msg=path)


def assert_same_gradients(ours: nn.Module, theirs: nn.Module, training: bool) -> None:
    """Holds gradients against each other; in evaluation, heads that only train have none."""
    for (path, parameter), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        mine, expected = parameter.grad, other.grad
        if mine is None or expected is None:
            assert mine is expected, path
            assert not training, path
        elif max(vector_norm(mine, inf), vector_norm(expected, inf)) > ROUNDING:
            assert_same(path, mine, expected, most=inf)


def convolution(before: int, after: int, kernel: int = 1, stride: int = 1) -> nn.Conv2d:
    """One that keeps the size at stride 1, and has no bias."""
    return nn.Conv2d(before, after, kernel, stride, padding=kernel // 2, bias=False)

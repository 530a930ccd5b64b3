"""Compares an emitted network with the interpreter of its design."""

from __future__ import annotations

import torch
from torch import Tensor

from cnndsl.design import Design
from cnndsl.load import module
from tests.interpreter import interpret


def batch(design: Design) -> list[Tensor]:
    """Two images for each input, always the same ones."""
    generator = torch.Generator().manual_seed(1)
    return [torch.randn(2, *shape.sizes, generator=generator) for shape in design.network.inputs]


def assert_weights_agree(design: Design) -> None:
    """The state_dict has the design's names and shapes, in their order."""
    built = module(design)
    weights = list(design.network.weights())
    expected = [(path, weight.shape) for path, weight in weights]
    assert [(path, tuple(t.shape)) for path, t in built.state_dict().items()] == expected
    trainable = [path for path, weight in weights if weight.trainable]
    assert [path for path, _ in built.named_parameters()] == trainable


def assert_values_agree(design: Design, training: bool) -> None:
    """Outputs, gradients and buffers are those of an interpreter that overwrites nothing.

    In double precision, where the order of a sum makes no difference that counts.
    """
    built = module(design).double().train(training)
    state = {path: tensor.detach().clone() for path, tensor in built.state_dict().items()}
    for path, _ in built.named_parameters():
        state[path].requires_grad_()
    inputs, twins = ([t.double().requires_grad_() for t in batch(design)] for _ in range(2))
    torch.manual_seed(0)
    found = _tensors(built(*inputs))
    torch.manual_seed(0)
    expected = interpret(design, state, *twins, training=training)
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)
    _weighted(found).backward()
    _weighted(expected).backward()
    for one, other in zip(inputs, twins, strict=True):
        torch.testing.assert_close(one.grad, other.grad)
    for path, parameter in built.named_parameters():
        torch.testing.assert_close(parameter.grad, state[path].grad, msg=path)
    for path, buffer in built.named_buffers():
        torch.testing.assert_close(buffer, state[path], msg=path)


def _tensors(result: object) -> list[Tensor]:
    return [result] if isinstance(result, Tensor) else list(result)  # type: ignore[call-overload]


def _weighted(outputs: list[Tensor]) -> Tensor:
    """One number that depends on each element in its own way."""
    parts = [(out * torch.linspace(-1, 1, out.numel()).view_as(out)).sum() for out in outputs]
    return torch.stack(parts).sum()

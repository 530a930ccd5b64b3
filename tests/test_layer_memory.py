"""What autograd and memory ask of emitted code: which tensors may be written over."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from cnndsl.layers import Layer
from cnndsl.shape import Shape
from tests.layer_torch import batches, build, every_use


def gradients(
    run: Callable[..., Tensor], shapes: tuple[Shape, ...], training: bool, overwrite: bool = False
) -> list[Tensor]:
    """The inputs' gradients; with `overwrite` something is written over the result first."""
    if isinstance(run, nn.Module):
        run.train(training)
    torch.manual_seed(0)
    leaves = batches(shapes, requires_grad=True)
    # A product with a number keeps nothing for its own backward pass.
    inputs = [2 * leaf for leaf in leaves]
    result = run(*inputs)
    if overwrite:
        result.add_(1)
    weights = torch.randn(result.shape, generator=torch.Generator().manual_seed(1))
    torch.autograd.backward(result, weights)
    return [leaf.grad for leaf in leaves if leaf.grad is not None]


def keeps_result(run: Callable[..., Tensor], shapes: tuple[Shape, ...], training: bool) -> bool:
    """Whether the backward pass fails when something was written over the result."""
    try:
        gradients(run, shapes, training, overwrite=True)
    except RuntimeError as error:
        if "modified by an inplace operation" not in str(error):
            raise
        return True
    return False


@pytest.mark.parametrize("training", [True, False])
@every_use
def test_what_the_backward_pass_reads(
    layer: Layer, shapes: tuple[Shape, ...], training: bool
) -> None:
    run = build(layer, shapes)
    assert layer.keeps_output or not keeps_result(run, shapes, training)


@pytest.mark.parametrize("training", [True, False])
@every_use
def test_overwriting_its_input(layer: Layer, shapes: tuple[Shape, ...], training: bool) -> None:
    run = build(layer, shapes)
    offered = "inplace" in inspect.signature(type(run)).parameters
    assert layer.overwrites == offered
    if not layer.overwrites:
        return
    twin = build(layer, shapes)
    twin.inplace = True  # type: ignore[attr-defined]
    expected = gradients(run, shapes, training)
    torch.testing.assert_close(gradients(twin, shapes, training), expected)
    assert layer.keeps_output or not keeps_result(twin, shapes, training)


@pytest.mark.parametrize("training", [True, False])
@every_use
def test_which_results_are_the_input(
    layer: Layer, shapes: tuple[Shape, ...], training: bool
) -> None:
    run = build(layer, shapes)
    if isinstance(run, nn.Module):
        run.train(training)
    inputs = batches(shapes)
    storage = run(*inputs).untyped_storage().data_ptr()
    shared = storage in [tensor.untyped_storage().data_ptr() for tensor in inputs]
    alone = layer.merges and len(shapes) == 1
    assert layer.returns_input or alone or not shared

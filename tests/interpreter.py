"""Runs a design node by node, by its definition: what emitted code is compared with.

It knows nothing of classes, attributes or names of variables, and overwrites nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from cnndsl.design import INPUT, Design, Module, Node
from tests.layer_torch import OwnTensor, build


def interpret(
    design: Design, state: Mapping[str, Tensor], *inputs: Tensor, training: bool
) -> list[Tensor]:
    """The network's outputs with these weights; in evaluation without the training-only ones."""
    found = _run(design.network, "", state, list(inputs), training)
    outputs = zip(design.network.outputs, found, strict=True)
    return [value for output, value in outputs if training or not output.training]


def _run(
    module: Module, path: str, state: Mapping[str, Tensor], inputs: list[Tensor], training: bool
) -> list[Tensor]:
    values = {(INPUT, port): value for port, value in enumerate(inputs)}
    for place, node in enumerate(module.nodes):
        operands = [values[wire.node, wire.port] for wire in node.inputs]
        where = f"{path}{node.reuses or node.name}."
        if isinstance(node.operation, Module):
            results = _run(node.operation, where, state, operands, training)
        else:
            results = [_layer(module, node, where, state, operands, training)]
        values.update(((place, port), value) for port, value in enumerate(results))
    return [values[output.wire.node, output.wire.port] for output in module.outputs]


def _layer(
    module: Module,
    node: Node,
    path: str,
    state: Mapping[str, Tensor],
    operands: list[Tensor],
    training: bool,
) -> Tensor:
    assert node.layer
    shapes = module.input_shapes(node)
    # Its own weights are not needed, and would draw random numbers.
    with torch.device("meta" if node.layer.weights(*shapes) else "cpu"):
        built = build(node.layer, shapes)
    if not isinstance(built, nn.Module):
        return built(*operands)
    built.train(training)
    if isinstance(built, OwnTensor):
        weights = {"tensor": state[path.rstrip(".")]}
    else:
        weights = {weight.name: state[path + weight.name] for weight in node.layer.weights(*shapes)}
    called: Tensor = torch.func.functional_call(built, weights, tuple(operands))
    return called

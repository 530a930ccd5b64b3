"""The blocks of a network, each once with how often its weights are in it."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.design import Module, ModuleKind, Node


def items(module: Module) -> Iterator[tuple[Module, Node]]:
    """What a definition consists of: its items and those of labelled scopes in it, in their order.

    Each comes with the module that holds it. What is in a reused scope is not told again.
    """
    for node in module.nodes:
        if node.module and node.module.kind is ModuleKind.SCOPE and not node.reuses:
            yield from items(node.module)
        else:
            yield module, node


def definitions(network: Module) -> dict[Module, int]:
    """The network and each block of it for each of its shapes and arguments, as they first run.

    The number tells how many of its uses have weights of their own.
    """
    first_run: dict[Module, int] = {}
    left: list[Module] = []
    _visit(network, first_run, left)
    first_run[network] = 1
    # Those that use a block come before it.
    for module in reversed(left):
        for _, node in items(module):
            if node.module and not node.reuses:
                first_run[node.module] += first_run[module]
    return first_run


def _visit(module: Module, first_run: dict[Module, int], left: list[Module]) -> None:
    first_run[module] = 0
    for _, node in items(module):
        if node.module and node.module not in first_run:
            _visit(node.module, first_run, left)
    left.append(module)

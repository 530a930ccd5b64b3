"""Where a value may be overwritten by what is made of it, which saves its memory.

Autograd refuses, or counts wrongly, where a value is overwritten that a backward pass still needs.
So only what a layer made in the same forward pass is overwritten, what that layer's own backward
pass does not read, and what nobody else takes.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from cnndsl.design import INPUT, Module, Node, Wire


class Uses:
    """How many nodes and outputs of a module take each of its values, and which run each part."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._counts = Counter(wire for node in module.nodes for wire in node.inputs)
        self._counts.update(output.wire for output in module.outputs)
        self._repeats: dict[str, list[Node]] = defaultdict(list)
        for node in module.nodes:
            self._repeats[node.reuses].append(node)

    def runs(self, node: Node) -> list[Node]:
        """The node and those that run it again."""
        return [node, *self._repeats[node.name]] if node.name else [node]

    def may_overwrite(self, wire: Wire) -> bool:
        """Whether the one node or output that takes the value may write over it."""
        if wire.node == INPUT or self._counts[wire] != 1:
            return False
        node = self._module.nodes[wire.node]
        if isinstance(node.operation, Module):
            inner = node.operation.outputs
            return len(inner) == 1 and Uses(node.operation).may_overwrite(inner[0].wire)
        is_single_arm = node.operation.merges and len(node.inputs) == 1
        if node.operation.keeps_output and not is_single_arm:
            return False
        returns_input = node.operation.returns_input or is_single_arm
        return not returns_input or self.may_overwrite(node.inputs[0])

    def overwrites(self, node: Node) -> bool:
        """Whether the node, a layer that can, is to write over its input."""
        return bool(node.inputs) and self.may_overwrite(node.inputs[0])

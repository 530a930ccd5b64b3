"""Branches of one kind beside each other, as the heads of a detector on maps of several sizes."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from cnndsl.design import INPUT, Module, Node, Wire
from cnndsl.draw.pictures.repeats import Repeats, look, standing


def branches(module: Module, marks: Callable[[Node], Hashable]) -> Repeats | None:
    """The branches that a part consists of: each on an input of its own, and equal but for sizes.

    None where it is not all of such branches, which have nothing to do with each other. `marks`
    tell what is to be opened of a node.
    """
    groups = _apart(module)
    sources = [_sources(module, nodes) for nodes in groups]
    if len(groups) < 2 or any(len(found) != 1 for found in sources):
        return None
    wires = [found.pop() for found in sources]

    def key(module: Module, node: Node) -> Hashable:
        return _key(node), marks(node)

    looks = {look(module, wire, nodes, key) for wire, nodes in zip(wires, groups, strict=True)}
    if len(looks) > 1 or len(set(wires)) < len(wires):
        return None
    return Repeats("branch", tuple(wires), tuple(map(module.shape, wires)), tuple(groups))


def _apart(module: Module) -> list[range]:
    """The nodes in groups between which there are no wires, in order."""
    groups: list[range] = []
    for index, node in enumerate(module.nodes):
        inside = [wire.node for wire in node.inputs if wire.node != INPUT]
        start = min([index, *inside])
        # All that lies between a node and what it takes from is of one group.
        while groups and groups[-1].stop > start:
            start = min(start, groups.pop().start)
        groups.append(range(start, index + 1))
    return groups


def _sources(module: Module, nodes: range) -> set[Wire]:
    """What a group takes from outside."""
    wires = {wire for index in nodes for wire in module.nodes[index].inputs}
    return {wire for wire in wires if wire.node == INPUT}


def _key(node: Node) -> Hashable:
    """What nodes of equal branches have in common: all that their boxes would say.

    The sizes of their maps may differ, and the channels of what goes into them.
    """
    channels = tuple(shape["c"] for shape in node.outputs if "c" in shape)
    return _inside(node.module) if node.module else node.layer, channels, standing(node)


def _inside(module: Module) -> Hashable:
    """What equal parts of branches have in common."""
    nodes = tuple((_key(node), node.inputs) for node in module.nodes)
    outputs = tuple(output.wire for output in module.outputs)
    return module.name, module.kind, module.arguments, nodes, outputs

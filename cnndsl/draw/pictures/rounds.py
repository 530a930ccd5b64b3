"""Residuals of one kind in a row: what each of them adds to the stream is drawn once.

`repeat 4 { residual { unit 64 } }` makes no module of a residual, so its repeats are told from the
wires: each round takes one result, that of the round before it, and gives one.
"""

from __future__ import annotations

from cnndsl.design import Module, Role, Wire
from cnndsl.draw.pictures.repeats import Key, Repeats, look


def rounds(module: Module, key: Key) -> list[Repeats]:
    """All rounds of a module that are there more than once in a row."""
    found: list[list[tuple[Wire, range]]] = []
    finder = _Finder(module)
    singles = [one for one in map(finder.round_of, range(len(module.nodes))) if one]
    for source, nodes in singles:
        run = found[-1] if found else []
        goes_on = run and source == Wire(run[-1][1][-1]) and finder.is_only_for(source, nodes)
        if goes_on and look(module, *run[0], key) == look(module, source, nodes, key):
            run.append((source, nodes))
        else:
            found.append([(source, nodes)])
    return [
        Repeats(
            "residual", (run[0][0],), (module.shape(run[0][0]),), tuple(nodes for _, nodes in run)
        )
        for run in found
        if len(run) > 1
    ]


class _Finder:
    """Finds the rounds of a module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._users: dict[int, set[int]] = {}
        for index, node in enumerate(module.nodes):
            for wire in node.inputs:
                self._users.setdefault(wire.node, set()).add(index)
        for output in module.outputs:
            self._users.setdefault(output.wire.node, set()).add(len(module.nodes))

    def is_only_for(self, source: Wire, nodes: range) -> bool:
        """Whether nothing but these nodes takes what a node gives."""
        return self._users.get(source.node, set()) <= set(nodes)

    def round_of(self, index: int) -> tuple[Wire, range] | None:
        """The round that ends in the sum at `index`, with what it takes, if it is one."""
        node = self._module.nodes[index]
        if node.role is not Role.RESIDUAL or len(node.inputs) != 2:
            return None
        source = node.inputs[1]
        nodes = range(source.node + 1, index + 1)
        inside = set(nodes)
        for each in nodes:
            wires = self._module.nodes[each].inputs
            if any(wire != source and wire.node not in inside for wire in wires):
                return None
            if each != index and not self._users.get(each, set()) <= inside:
                return None
        return source, nodes

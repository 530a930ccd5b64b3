"""The parts of a module: which are equal, which follow each other, and what several are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable

from cnndsl.design import Module, Node

# So many names that are not in a row are told one by one.
_MOST_NAMES = 3


class Structures:
    """Tells modules and nodes apart by their structure: what is equal has the same number."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._modules: dict[Module, int] = {}

    def module(self, module: Module) -> int:
        """The number of the module's structure: its nodes, their names and wires."""
        if module not in self._modules:
            nodes = tuple((n.name, self.node(module, n), n.inputs) for n in module.nodes)
            outputs = tuple((output.wire, output.training) for output in module.outputs)
            key = (module.name, module.kind, module.inputs, nodes, outputs)
            self._modules[module] = self._number(key)
        return self._modules[module]

    def node(self, module: Module, node: Node) -> int:
        """The number of what a node of `module` does; where it stands does not count."""
        operation = self.module(node.module) if node.module else node.layer
        place = (node.role, node.section, node.head, node.training, node.reuses)
        return self._number((operation, module.input_shapes(node), node.outputs, place))

    def _number(self, key: Hashable) -> int:
        return self._numbers.setdefault(key, len(self._numbers))


def following(module: Module) -> dict[int, int]:
    """For each node whose only result goes to one node alone, as its only input: that node."""
    uses = Counter(output.wire.node for output in module.outputs)
    chain = {}
    for index, node in enumerate(module.nodes):
        uses.update(wire.node for wire in node.inputs)
        if len(node.inputs) == 1 and node.inputs[0].port == 0:
            chain[node.inputs[0].node] = index
    return {source: target for source, target in chain.items() if uses[source] == 1}


def span_of_names(names: list[str]) -> str:
    """`1–3` of `1`, `2`, `3`; `encoder.0–2` of `encoder.0` to `encoder.2`; `0, 2` of `0`, `2`."""
    first, last = names[0], names[-1]
    if first == last:
        return first
    number = re.search(r"[0-9]+$", first)
    stem = first[: number.start()] if number else first
    if not number or not all(re.fullmatch(re.escape(stem) + "[0-9]+", name) for name in names):
        return f"{first} – {last}"
    numbers = [int(name[len(stem) :]) for name in names]
    if numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{first}–{numbers[-1]}"
    if len(numbers) > _MOST_NAMES:
        return f"{first}, {numbers[1]}, …, {numbers[-1]}"
    return ", ".join([first, *map(str, numbers[1:])])


def section_words(node: Node) -> str:
    """The section of the network that holds a node: `stem`, `head`, `head aux`; empty for none."""
    # The head without a name gives the output called so.
    return node.section if node.head in ("", "output") else f"head {node.head}"

"""Which blocks share one drawing: those whose drawings differ in numbers alone, and their symbols.

A bottleneck of 64 channels and one of 512 are drawn once, as `1×1 conv, c` → `3×3 conv, c` →
`1×1 conv, 4c`; what `c` is stands at each of them in the network.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence

from cnndsl.design import Module, ModuleKind, Node, Wire
from cnndsl.draw.pictures.units import Folding, Unit, units
from cnndsl.layers.base import LAYERS, Kind
from cnndsl.parts import Structures
from cnndsl.values import is_whole

_TWICE = re.compile(r"\b(\w+) \1\b")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
# Larger factors are not how one thinks of a size.
_LARGEST_FACTOR = 16
_INPUT_CHANNELS = "C"


class Families:
    """The blocks of a network, by what their drawings have in common."""

    def __init__(self, network: Module) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._skeletons: dict[Module, int] = {}
        self._around: list[Module] = []
        self._one_boxes: dict[Module, bool] = {}
        self.structures = Structures()
        self._members: dict[int, list[Module]] = {}
        self._arguments: dict[str, dict[str, set[object]]] = {}
        for module in _distinct(network):
            if module.kind is ModuleKind.BLOCK:
                self._members.setdefault(self.skeleton(module), []).append(module)
                known = self._arguments.setdefault(module.name, {})
                for name, value in module.arguments:
                    known.setdefault(name, set()).add(value)

    def skeleton(self, module: Module) -> int:
        """A number that modules share whose drawings differ in numbers alone."""
        if module not in self._skeletons:
            # Activations are told by the parameters of the block that they stand in.
            is_block = module.kind is not ModuleKind.SCOPE
            self._around.append(module if is_block or not self._around else self._around[-1])
            # However many equal nodes there are in a row, their number alone is different.
            row = self.is_row(module)
            drawn = module.nodes[:1] if row else module.nodes
            nodes = tuple(self._node(module, node) for node in drawn)
            self._around.pop()
            outputs = () if row else tuple(output.wire for output in module.outputs)
            name = module.name if module.kind is ModuleKind.BLOCK else ""
            key = (name, module.kind, len(module.inputs), nodes, outputs)
            self._skeletons[module] = self._numbers.setdefault(key, len(self._numbers))
        return self._skeletons[module]

    def _node(self, module: Module, node: Node) -> Hashable:
        place = (node.inputs, node.role, node.training, bool(node.reuses))
        if node.module:
            return self.skeleton(node.module), place
        assert node.layer is not None
        words = node.layer.caption(*module.input_shapes(node))
        if node.layer.kind is Kind.ACTIVATION:
            given = {caption: name for name, caption in _activations(self._around[-1])}
            if words in given:
                return given[words], place
        return node.layer.word, _NUMBER.sub("#", words), place, node.layer.is_idle

    def members(self, block: Module) -> list[Module]:
        """All different blocks of the network that are drawn as this one is, in order."""
        return self._members.get(self.skeleton(block), [block])

    def telling(self, block: Module) -> list[tuple[str, object]]:
        """The arguments of a block in which blocks of its name differ."""
        known = self._arguments.get(block.name, {})
        return [(name, value) for name, value in block.arguments if len(known.get(name, ())) > 1]

    def step(self, one: Module, two: Module) -> int:
        """How many channels `two` takes more than `one`, where nothing else is different."""
        same = one.name == two.name and one.arguments == two.arguments
        if not same or self.skeleton(one) != self.skeleton(two):
            return 0
        before, after = one.inputs[0], two.inputs[0]
        if "c" not in before or before.axes != after.axes:
            return 0
        step = after["c"] - before["c"]
        return step if after == before.replace(c=after["c"]) else 0

    def alike(self, one: Module, two: Module) -> bool:
        """Whether blocks differ in numbers alone that are no sizes: in rates."""
        if one.inputs != two.inputs or self.skeleton(one) != self.skeleton(two):
            return False
        if one.params != two.params or one.macs != two.macs:
            return False
        pairs = zip(one.arguments, two.arguments, strict=True)
        return one.name == two.name and all(
            name == other and (value == there or _are_rates(value, there))
            for (name, value), (other, there) in pairs
        )

    def units(self, module: Module) -> list[Unit]:
        """The units of a module, wherever it stands."""
        return list(
            units(
                module,
                Folding(self.structures.node, lambda *_: 0, lambda *_: False, lambda _: False),
            )
        )

    def is_row(self, module: Module) -> bool:
        """Whether a part that an author named holds equal blocks or layers in a row, or one."""
        if module.kind is not ModuleKind.SCOPE:
            return False
        kinds = {self.structures.node(module, node) for node in module.nodes}
        wires = [node.inputs for node in module.nodes] + [tuple(o.wire for o in module.outputs)]
        chained = all(wire == (Wire(index - 1),) for index, wire in enumerate(wires))
        return len(kinds) == 1 and chained

    def is_one_box(self, module: Module) -> bool:
        """Whether all that a module holds is one box of layers, which needs no frame."""
        if module not in self._one_boxes:
            inside = self.units(module)
            node = module.nodes[inside[0].first[0]] if len(inside) == 1 else None
            is_layer = node is not None and node.layer is not None and not node.layer.merges
            is_part = node is not None and node.module and self.is_one_box(node.module)
            self._one_boxes[module] = bool(is_layer or is_part)
        return self._one_boxes[module]

    def is_container(self, module: Module) -> bool:
        """Whether a block is there to hold others in a row, and has few layers of its own."""
        blocks: list[str] = []
        layers = 0
        for node in self._own_nodes(module):
            if node.layer and node.layer.merges:
                return False
            if node.module:
                blocks.append(node.module.name)
            elif node.layer:
                layers += node.layer.kind not in (Kind.NORMALISATION, Kind.ACTIVATION)
        # One layer before many of a kind changes their size; among different blocks it is one more.
        return len(blocks) > max(1, layers * len(set(blocks)))

    def _own_nodes(self, module: Module) -> Iterator[Node]:
        """The layers and the blocks in a module, those in parts of it that are no blocks too."""
        for node in module.nodes:
            inner = node.module
            if inner is None or (inner.kind is ModuleKind.BLOCK and not self.is_one_box(inner)):
                yield node
            else:
                yield from self._own_nodes(inner)


def _are_rates(one: object, other: object) -> bool:
    return isinstance(one, float) and isinstance(other, float | int) and not is_whole(one)


def _distinct(module: Module, seen: set[int] | None = None) -> Iterator[Module]:
    """The different modules inside a module, in order."""
    seen = set() if seen is None else seen
    for node in module.nodes:
        if node.module and id(node.module) not in seen:
            seen.add(id(node.module))
            yield node.module
            yield from _distinct(node.module, seen)


class Symbols:
    """What numbers are called that differ between blocks which share a drawing."""

    def __init__(self, members: Sequence[Module]) -> None:
        vectors: dict[str, list[int]] = {}
        for module in members:
            for name, value in _sizes(module):
                if isinstance(value, int) and is_whole(value):
                    vectors.setdefault(name, []).append(value)
        self._named = _named(members)
        self._known = {
            name: values for name, values in vectors.items() if len(values) == len(members)
        }

    def words(self, texts: Sequence[str]) -> str:
        """One text for several that differ in numbers alone; empty where they differ in more."""
        if len(set(texts)) == 1:
            return texts[0]
        if len({_NUMBER.sub("#", text) for text in texts}) > 1:
            texts = [_replaced(text, names) for text, names in zip(texts, self._named, strict=True)]
        if len({_NUMBER.sub("#", text) for text in texts}) > 1:
            return ""
        columns = zip(*(_NUMBER.findall(text) for text in texts), strict=True)
        symbols = map(self._symbol, columns)
        words = _NUMBER.sub(lambda _: next(symbols), texts[0])
        # `3 heads` of a parameter `heads` is `heads`.
        return _TWICE.sub(r"\1", words)

    def count(self, numbers: Sequence[int]) -> str:
        """How often something is there, in words: the parameter that says it, or from what to what.

        No multiples of sizes: they are equal by chance.
        """
        named = (n for n, known in self._known.items() if known == numbers and n != _INPUT_CHANNELS)
        return next(named, f"{min(numbers)}–{max(numbers)}")

    def _symbol(self, column: tuple[str, ...]) -> str:
        if len(set(column)) == 1:
            return column[0]
        if not all(text.isdigit() for text in column):
            return "…"
        values = list(map(int, column))
        if exact := next((name for name, known in self._known.items() if known == values), ""):
            return exact
        # The input's channels are the last of what is known: parameters say more.
        for name, known in self._known.items():
            for factor in range(1, _LARGEST_FACTOR + 1):
                if values == [factor * value for value in known]:
                    return _times(factor, name)
                if known == [factor * value for value in values]:
                    return f"{name}/{factor}"
        return f"{min(values)}–{max(values)}"


def _named(members: Sequence[Module]) -> list[dict[str, str]]:
    """For each of some blocks: what its activations are called, and the parameters for them."""
    return [
        {words: name for name, words in _activations(module)} if len(members) > 1 else {}
        for module in members
    ]


def _activations(module: Module) -> Iterator[tuple[str, str]]:
    """The parameters of a block that are activations, with their captions."""
    for name, value in module.arguments:
        layer = LAYERS.get(value) if isinstance(value, str) else None
        if (
            layer
            and layer.kind is Kind.ACTIVATION
            and not any(p.required for p in layer.parameters)
        ):
            yield name, layer().caption(*module.inputs[:1])


def _replaced(text: str, names: dict[str, str]) -> str:
    """A text of captions, with parameters in the place of those that they give."""
    return " · ".join(names.get(part, part) for part in text.split(" · "))


def _times(factor: int, name: str) -> str:
    if factor == 1:
        return name
    return f"{factor}{name}" if len(name) == 1 else f"{factor}·{name}"


def _sizes(module: Module) -> Iterator[tuple[str, object]]:
    """The sizes that numbers in a block may come from, by name."""
    for name, value in module.arguments:
        if isinstance(value, tuple):
            if len(set(value)) == 1:
                yield name, value[0]  # the side of a square
            yield from ((f"{name}[{place}]", part) for place, part in enumerate(value))
        else:
            yield name, value
    if module.inputs and "c" in module.inputs[0]:
        yield _INPUT_CHANNELS, module.inputs[0]["c"]

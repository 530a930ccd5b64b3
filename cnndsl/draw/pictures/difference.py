"""Two networks → one drawing: what both have, what was added, removed and changed.

What is the same stays closed; a block that is changed in itself is opened, and equal changes that
follow each other are drawn once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from cnndsl.analyse.comparison_text import told_names
from cnndsl.analyse.differences import Change, Comparison, Part, compare
from cnndsl.design import INPUT, Design, Module, ModuleKind, Node, Wire
from cnndsl.draw.names import input_names, quantity
from cnndsl.draw.pictures import boxes, changed_boxes
from cnndsl.draw.pictures.changed_boxes import Where, both, shapes_words
from cnndsl.draw.pictures.changed_units import Unit, units
from cnndsl.draw.pictures.edges import finished
from cnndsl.draw.pictures.families import Families
from cnndsl.draw.pictures.ladder import as_ladder
from cnndsl.draw.pictures.picture import Box, Cluster, Drawing, Edge, Picture, Style
from cnndsl.draw.view import Level, Shapes
from cnndsl.shape import Shape

_Part = Box | Cluster
# The boxes of the inputs, by the wires that each side has for them.
_Made = tuple[dict[Wire, int], dict[Wire, int]]


# What has more boxes is drawn with its blocks closed, if nothing else is asked for.
_MOST_BOXES = 66


def difference(old: Design, new: Design, level: Level | None = None) -> Picture:
    """Both networks as one picture, the new one's parts in their order.

    At the level of layers, blocks that are changed are opened; at any other they are boxes.
    """
    comparison = compare(old, new)
    main = _Walk(comparison, level in (None, Level.LAYER)).main()
    if level is None and len(list(main.boxes())) > _MOST_BOXES:
        main = _Walk(comparison, False).main()
    sizes = both(quantity(old.params), quantity(new.params))
    macs = both(quantity(old.macs), quantity(new.macs))
    names = " → ".join(told_names(old, new))
    return Picture(names, f"{sizes} parameters · {macs} MACs", as_ladder(main))


@dataclass
class _Walk:
    comparison: Comparison
    opens: bool
    edges: list[Edge] = field(default_factory=list)
    # The old shape of what an edge gives, where it is another.
    was: dict[tuple[int, int], Shape] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        self.families = Families(self.comparison.new)

    def main(self) -> Drawing:
        """The networks with their inputs and outputs."""
        old, new = self.comparison.old, self.comparison.new
        made: _Made = ({}, {})
        inputs: list[Box] = []
        for port in range(max(len(old.inputs), len(new.inputs))):
            inputs.append(self._input(port))
            for side, module in zip(made, (old, new), strict=True):
                if port < len(module.inputs):
                    side[Wire(INPUT, port)] = inputs[-1].number
        children = self._contents(self.comparison, Where(), made)
        outputs = list(self._outputs(made))
        drawn = (*inputs, *children, *outputs)
        edges = tuple(map(self._worded, finished(drawn, self.edges, Shapes.CHANGES)))
        return Drawing(drawn, edges)

    def _worded(self, edge: Edge) -> Edge:
        if edge.change is Change.REMOVED:
            return replace(edge, words="")
        was = self.was.get((edge.source, edge.target))
        return replace(edge, words=shapes_words(was, edge.shape)) if was and edge.words else edge

    def _number(self) -> int:
        self.count += 1
        return self.count - 1

    def _input(self, port: int) -> Box:
        modules = self.comparison.old, self.comparison.new
        old, new = (module.inputs[port : port + 1] for module in modules)
        name = input_names(modules[1] if new else modules[0])[port]
        box = boxes.end(self._number(), Style.INPUT, name, (new or old)[0])
        return changed_boxes.ended(box, old, new)

    def _outputs(self, made: _Made) -> Iterator[Box]:
        """The outputs of both, by their names."""
        modules = self.comparison.old, self.comparison.new
        names = dict.fromkeys(out.name for m in reversed(modules) for out in m.outputs)
        for name in names:
            found = [[out for out in m.outputs if out.name == name] for m in modules]
            shapes = [
                tuple(m.shape(o.wire) for o in f) for m, f in zip(modules, found, strict=True)
            ]
            training = (found[1] or found[0])[0].training
            shape = (shapes[1] or shapes[0])[0]
            box = boxes.end(self._number(), Style.OUTPUT, name, shape, training)
            box = changed_boxes.ended(box, *shapes)
            wires = [tuple(out.wire for out in side) for side in found]
            self._connect(box, wires, self.comparison, made)
            yield box

    def _connect(
        self, box: Box, wires: list[tuple[Wire, ...]], comparison: Comparison, made: _Made
    ) -> None:
        """The edges into a box: those that one side alone has are added or removed."""
        modules = comparison.old, comparison.new
        ends = [
            [(made[side][wire], modules[side].shape(wire)) for wire in wires[side]]
            for side in (0, 1)
        ]
        left = [list(side) for side in ends]
        for source, shape in ends[1]:
            old = next((pair for pair in left[0] if pair[0] == source), None)
            if old:
                left[0].remove(old)
                if old[1] != shape:
                    self.was[source, box.number] = old[1]
            alone = Change.ADDED if not old and ends[0] else None
            self._edge(source, box, shape, box.change if box.change is Change.ADDED else alone)
        for source, shape in left[0]:
            if self._reached(source, box.number):
                continue  # what was put between is told by itself
            self._edge(source, box, shape, Change.REMOVED)

    def _reached(self, source: int, target: int) -> bool:
        """Whether there is a way through what was added."""
        waiting, seen = [target], set()
        while waiting:
            here = waiting.pop()
            for edge in self.edges:
                if edge.target == here and edge.change is Change.ADDED and edge.source not in seen:
                    if edge.source == source:
                        return True
                    seen.add(edge.source)
                    waiting.append(edge.source)
        return False

    def _edge(self, source: int, box: Box, shape: Shape, change: Change | None) -> None:
        self.edges.append(Edge(source, box.number, shape, training=box.training, change=change))

    def _contents(self, comparison: Comparison, where: Where, made: _Made) -> list[_Part]:
        """The inside of two modules; notes the boxes of their wires."""
        drawn: list[_Part] = []
        for unit in units(comparison):
            parts, results = self._unit(comparison, unit, where, made)
            drawn += parts
            for side in (0, 1):
                last = unit.repeats[-1][-1]
                index = (last.old, last.new)[side]
                if index is not None:
                    for port, number in enumerate(results[side]):
                        made[side][Wire(index, port)] = number
        return drawn

    def _unit(
        self, comparison: Comparison, unit: Unit, where: Where, made: _Made
    ) -> tuple[list[_Part], tuple[list[int], list[int]]]:
        part = unit.first[0]
        wires = [_inputs(module, index) for module, index in _sides(comparison, part)]
        inside = part.inside
        if inside is None or not self._is_open(part):
            box = self._box(comparison, unit, where)
            self._connect(box, wires, comparison, made)
            return [box], tuple([box.number] * _outputs(*s) for s in _sides(comparison, part))  # type: ignore[return-value]
        here = where.within(comparison, unit.repeats)
        bare = self._is_bare(inside, here)
        if bare:
            inner: _Made = tuple(  # type: ignore[assignment]
                {Wire(INPUT, port): made[side][wire] for port, wire in enumerate(wires[side])}
                for side in (0, 1)
            )
            parts = self._contents(inside, here, inner)
        else:
            header = changed_boxes.header(self._number(), comparison, unit.repeats, here)
            region = inside.new.kind is ModuleKind.SCOPE and len(here.paths) == 1
            if not region:
                self._connect(header, [wires[0][:1], wires[1][:1]], comparison, made)
            inner = tuple(  # type: ignore[assignment]
                {
                    Wire(INPUT, port): made[side][wire] if port or region else header.number
                    for port, wire in enumerate(wires[side])
                }
                for side in (0, 1)
            )
            children = self._contents(inside, replace(here, paths=here.paths[:1]), inner)
            # What only hands on has nothing to be framed.
            framed = bool(children) or not region
            parts = [Cluster(header, here.paths, tuple(children), region)] if framed else []
        modules = inside.old, inside.new
        results = tuple(
            [inner[side][output.wire] for output in modules[side].outputs] for side in (0, 1)
        )
        return parts, results  # type: ignore[return-value]

    def _is_open(self, part: Part) -> bool:
        """Whether it is shown what has changed in a part."""
        inside = part.inside
        if inside is None or not inside.differs or part.follows:
            return False
        return self.opens or inside.new.kind is not ModuleKind.BLOCK

    def _is_bare(self, inside: Comparison, here: Where) -> bool:
        """Whether a changed module needs no frame: a part of a block, or one box of layers."""
        part_of_block = inside.new.kind is ModuleKind.SCOPE and here.in_block
        return len(here.paths) == 1 and (part_of_block or self.families.is_one_box(inside.new))

    def _box(self, comparison: Comparison, unit: Unit, where: Where) -> Box:
        _, node = comparison.node(unit.first[0])
        here = where.within(comparison, unit.repeats)
        number = self._number()
        if node.module:
            return changed_boxes.block(number, comparison, unit.repeats, here, self.families)
        return changed_boxes.layers(number, comparison, unit.repeats, here, unit.change)


def _sides(comparison: Comparison, part: Part) -> tuple[tuple[Module, int | None], ...]:
    return (comparison.old, part.old), (comparison.new, part.new)


def _inputs(module: Module, index: int | None) -> tuple[Wire, ...]:
    return () if index is None else module.nodes[index].inputs


def _outputs(module: Module, index: int | None) -> int:
    return 0 if index is None else _ports(module.nodes[index])


def _ports(node: Node) -> int:
    return len(node.module.outputs) if node.module else max(1, len(node.outputs))

"""Modules → drawings: each different block once, with its repeats, inside what it belongs to."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from cnndsl.design import Module, ModuleKind, Node
from cnndsl.draw.names import input_names, join, letter, where
from cnndsl.draw.pictures import boxes, captions
from cnndsl.draw.pictures.boxes import Boxes
from cnndsl.draw.pictures.branches import branches
from cnndsl.draw.pictures.edges import finished
from cnndsl.draw.pictures.families import Families, Symbols
from cnndsl.draw.pictures.framing import merged
from cnndsl.draw.pictures.inside import Inside, Part
from cnndsl.draw.pictures.picture import Box, Cluster, Drawing, Edge, Panel, Style
from cnndsl.draw.pictures.place import Place
from cnndsl.draw.pictures.repeats import Repeats, standing
from cnndsl.draw.pictures.rounds import rounds
from cnndsl.draw.pictures.units import Folding, Unit, units
from cnndsl.draw.view import Level, Opening, Shapes, View
from cnndsl.parts import section_words
from cnndsl.shape import Shape


class Walk:
    """Walks the modules from the network down, and numbers the boxes that it makes."""

    def __init__(self, network: Module, view: View) -> None:
        self._view = view
        self._opening = Opening(view)
        self._families = Families(network)
        self._boxes = Boxes(self._families)
        self._edges: list[Edge] = []
        self._waiting: list[Part] = []
        self._count = 0
        # The blocks of the legend, by what they share, in the order in which they are met.
        self._legend: dict[int, Module] = {}

    def main(self, module: Module, path: str) -> Drawing:
        """The network, or the part of it that is at a path."""
        inputs = [
            self._end(Style.INPUT, name, shape)
            for name, shape in zip(input_names(module), module.inputs, strict=True)
        ]
        place = Place((path,), in_block=module.kind is ModuleKind.BLOCK, ends=True)
        children, results = self._contents(module, place, [box.number for box in inputs])
        outputs = []
        for output, source in zip(module.outputs, results, strict=True):
            shape = module.shape(output.wire)
            box = self._end(Style.OUTPUT, output.name, shape, output.training)
            self._connect([source], box, [shape])
            outputs.append(box)
        return self._drawing((*inputs, *children, *outputs), self._view.shapes)

    def panels(self) -> tuple[Panel, ...]:
        """The blocks of the legend; those that are met inside one come after it."""
        made: list[Panel] = []
        while len(made) < len(self._legend):
            block = list(self._legend.values())[len(made)]
            made.append(self._panel(letter(len(made)), block))
        return tuple(made)

    def _panel(self, key: str, block: Module) -> Panel:
        alike = tuple(self._families.members(block))
        path = f"~{key}"
        header = Box(
            self._number(),
            Style.HEADER,
            block.name,
            key=key,
            paths=(path,),
            tooltip=f"{block.name}, {block.doc}" if block.doc else block.name,
            line=where(block),
        )
        place = Place(
            (path,),
            depth=1,
            in_block=True,
            alike=alike,
            symbols=Symbols(alike) if len(alike) > 1 else None,
        )
        # What it is given beside its stream comes in by itself: it is no copy of that.
        beside = [self._given(path, name) for name in input_names(block)[1:]]
        sources = [header.number, *(box.number for box in beside)]
        children, results = self._contents(block, place, sources)
        end = Box(self._number(), Style.OUTPUT, "", paths=(f"{path}.~out",), tooltip="output")
        shapes = [block.shape(output.wire) for output in block.outputs]
        self._connect(results[:1], end, shapes[:1])
        taken = {edge.source for edge in self._edges}
        given = [box for box in beside if box.number in taken]  # others give a size alone
        cluster = Cluster(header, (path,), (*given, *children))
        # Where it stands in the network, its shapes are told.
        every = self._view.shapes is Shapes.ALL and len(alike) == 1
        shown = Shapes.ALL if every else Shapes.NONE
        return Panel(key, block.name, self._drawing((cluster, end), shown))

    def _given(self, path: str, name: str) -> Box:
        """What a block in the legend is given by reference."""
        paths = (f"{path}.~in:{name}",)
        return Box(self._number(), Style.INPUT, name, paths=paths, tooltip=name)

    def _drawing(self, children: tuple[Part, ...], shapes: Shapes) -> Drawing:
        edges, self._edges = self._edges, []
        children = merged(children)
        return Drawing(children, finished(children, edges, shapes))

    def _number(self) -> int:
        self._count += 1
        return self._count - 1

    def _connect(self, sources: list[int], target: Box, shapes: list[Shape]) -> None:
        for source, shape in zip(sources, shapes, strict=True):
            self._edges.append(Edge(source, target.number, shape, training=target.training))

    def _end(self, style: Style, title: str, shape: Shape, training: bool = False) -> Box:
        return boxes.end(self._number(), style, title, shape, training)

    def _contents(
        self, module: Module, place: Place, inputs: list[int]
    ) -> tuple[list[Part], list[int]]:
        """The inside of a module: what is drawn, and the boxes that give its outputs."""
        folding = self._folding(place)
        inside = Inside(module, inputs, self._repeats(module, folding, place))
        taken = {wire.node for node in module.nodes for wire in node.inputs}
        for unit in units(module, folding):
            if inside.is_drawn(unit):
                continue
            node = module.nodes[unit.first[0]]
            run = inside.run(unit)
            if run and unit.first[0] == run.first[0]:
                sources = inside.sources(run.sources)
                inside.begin(run, self._repeats_header(run, place, sources))
            # A network inside another is one part of that, whose name is enough.
            section = "" if place.is_inner(module) else section_words(node)
            if section and section not in inside.regions:
                inside.regions[section] = self._region(section, node, place)
            here = replace(place, ends=place.ends and unit.last not in taken)
            here = here if run is None else here.in_group_of(run)
            parts, results = self._unit(module, unit, here, inside.sources(node.inputs))
            if run:
                parts = [self._in_repeats(part, module, unit, place, run) for part in parts]
            inside.add(unit, section, self._in_turn(unit, parts, place), results)
        return inside.finished()

    def _in_repeats(
        self, part: Part, module: Module, unit: Unit, place: Place, run: Repeats
    ) -> Part:
        """A part of the first of equal groups, which is drawn for those of the others, too."""
        if isinstance(part, Cluster):
            return part
        more = run.paths(module, unit.nodes, place.paths, part.paths)
        return replace(part, paths=(*part.paths, *more))

    def _region(self, section: str, node: Node, place: Place) -> Box:
        """The name of the section that a node is in."""
        training = place.training or node.training
        return boxes.section(self._number(), section, place.paths[0], training)

    def _repeats(self, module: Module, folding: Folding, place: Place) -> list[Repeats]:
        """The groups of nodes of a module that are there several times.

        Branches stand for each other where nothing joins them again: else that would look as if
        both came of the same one.
        """
        if self._view.level is Level.BLOCK and place.ends:
            side_by_side = branches(module, lambda node: self._marks(node, place))
            if side_by_side:
                return [side_by_side]
        return rounds(module, folding.key)

    def _marks(self, node: Node, place: Place) -> Hashable:
        """What is to be opened, or closed, of a node."""
        path = join(place.paths[0], node.name)
        return node.module and self._opening.marks(path, node.module)

    def _repeats_header(self, run: Repeats, place: Place, sources: list[int]) -> Box:
        """The header of equal groups, which takes what goes into them."""
        paths = tuple(
            join(path, f"~{run.title}{nodes.start}") for path in place.paths for nodes in run.groups
        )
        header = boxes.repeats_header(self._number(), run, paths)
        self._connect(sources, header, list(run.shapes))
        return header

    def _in_turn(self, unit: Unit, parts: list[Part], place: Place) -> list[Part]:
        """The parts of a unit; those of two that take turns are in a frame together."""
        if unit.turn is None:
            return parts
        if not self._waiting:
            self._waiting = parts
            return []
        both, self._waiting = (*self._waiting, *parts), []
        path = join(place.paths[0], f"~turns{unit.turn}")
        title = f"{len(unit.repeats)} times in turn"
        header = Box(self._number(), Style.HEADER, title, paths=(path,), tooltip=title)
        return [Cluster(header, header.paths, both, region=True)]

    def _folding(self, place: Place) -> Folding:
        """Which nodes at a place are drawn as one."""

        def key(module: Module, node: Node) -> Hashable:
            return self._families.structures.node(module, node), self._marks(node, place)

        def grows(one: Node, two: Node) -> int:
            closed = all(node.module and self._closed(node, place) for node in (one, two))
            if not closed or standing(one) != standing(two):
                return 0
            assert one.module is not None
            assert two.module is not None
            return self._families.step(one.module, two.module)

        def alike(one: Node, two: Node) -> bool:
            if not one.module or not two.module or one.module.kind is not ModuleKind.BLOCK:
                return False
            closed = self._closed(one, place) and self._closed(two, place)
            same = standing(one) == standing(two)
            return closed and same and self._families.alike(one.module, two.module)

        return Folding(key, grows, alike, lambda node: self._closed(node, place))

    def _unit(
        self, module: Module, unit: Unit, place: Place, sources: list[int]
    ) -> tuple[list[Part], list[int]]:
        """What a unit is drawn as, and the boxes that give its outputs."""
        nodes = [module.nodes[index] for index in unit.nodes]
        inner = nodes[0].module
        if inner is None:
            box = self._boxes.layers(self._number(), module, unit, place)
            shapes = list(module.input_shapes(nodes[0]))
            if nodes[0].layer and not nodes[0].layer.merges:
                # What it refers to beside gives a size alone, which its words tell.
                sources, shapes = sources[:1], shapes[:1]
            self._connect(sources, box, shapes)
            return [box], [box.number]
        paths = tuple(join(path, node.name) for path in place.paths for node in nodes)
        inside = place.within(module, unit.first[0], paths)
        if self._closed(nodes[0], place):
            key = self._key(inner, paths[0])
            box = self._boxes.block(self._number(), module, unit, replace(place, paths=paths), key)
            self._connect(sources, box, list(module.input_shapes(nodes[0])))
            return [box], [box.number] * len(inner.outputs)
        if self._families.is_one_box(inner):
            label = captions.label_words(place.drawn_as(module, unit)) or place.label
            return self._contents(inner, replace(inside, label=label), sources)
        inside = replace(inside, paths=paths[:1], label="")
        if inner.kind is ModuleKind.SCOPE and len(paths) == 1 and place.in_block:
            return self._contents(inner, inside, sources)
        return self._cluster(module, unit, place, inside, paths, sources)

    def _cluster(
        self,
        module: Module,
        unit: Unit,
        place: Place,
        inside: Place,
        paths: tuple[str, ...],
        sources: list[int],
    ) -> tuple[list[Part], list[int]]:
        """A frame with its header; a part that an author named, and that is no block, has none."""
        inner = module.nodes[unit.first[0]].module
        assert inner is not None
        here = replace(inside, paths=paths, shifts=place.shifts)
        header = self._boxes.header(self._number(), module, unit, here)
        inside = replace(inside, depth=inside.depth + 1)
        region = len(paths) == 1 and self._is_plain(inner)
        if not region:
            self._connect(sources[:1], header, list(inner.inputs[:1]))
            sources = [header.number, *sources[1:]]
        parts, results = self._contents(inner, inside, sources)
        if region and not parts:
            return [], results  # what only hands on has nothing to be framed
        return [Cluster(header, paths, tuple(parts), region)], results

    def _is_plain(self, module: Module) -> bool:
        """Whether a part is opened without more ado, so that its name is enough."""
        holds = self._families.is_container(module) and self._view.level is Level.BLOCK
        return module.kind is not ModuleKind.BLOCK or holds

    def _closed(self, node: Node, place: Place) -> bool:
        """Whether a node is a part that is drawn as one box, and could be opened."""
        module = node.module
        if module is None or self._families.is_one_box(module):
            return False
        is_leaf = module.kind is ModuleKind.BLOCK and not self._families.is_container(module)
        path = join(place.paths[0], node.name)
        return not self._opening.is_open(path, module, place.depth, is_leaf)

    def _key(self, module: Module, path: str) -> str:
        """The letter of a block in the legend; empty where it is not to be seen there."""
        if module.kind is not ModuleKind.BLOCK or not self._opening.in_legend(path, module):
            return ""
        skeleton = self._families.skeleton(module)
        self._legend.setdefault(skeleton, module)
        return letter(list(self._legend).index(skeleton))

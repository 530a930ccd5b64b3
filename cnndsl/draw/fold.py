"""Design → Picture: each different block once, with its repeats, inside what it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from cnndsl.design import INPUT, Design, Module, Node, Role, Wire
from cnndsl.draw import captions
from cnndsl.draw.edges import finished
from cnndsl.draw.names import join, node_name, quantity
from cnndsl.draw.picture import Box, Cluster, Edge, Picture, Style
from cnndsl.draw.units import Unit, units
from cnndsl.parts import Structures, section_words
from cnndsl.shape import Shape


def picture(design: Design) -> Picture:
    """The network at the level of blocks."""
    network = design.network
    children, edges = _Painter(network).paint()
    summary = f"{quantity(network.params)} parameters · {quantity(network.macs)} MACs"
    return Picture(design.name, summary, children, finished(children, edges))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where nodes stand: the paths of the equal parts that hold them, and what these are.

    `label` is the name of parts that are drawn as one box, without a header to say it.
    """

    paths: tuple[str, ...] = ("",)
    label: str = ""
    training: bool = False
    projection: bool = False
    reuses: bool = False

    def within(self, node: Node, paths: tuple[str, ...], label: str) -> _Place:
        """The place inside a node that is a module."""
        return _Place(
            paths,
            label,
            self.training or node.training,
            self.projection or node.role is Role.PROJECTION,
            self.reuses or bool(node.reuses),
        )


@dataclass(frozen=True, slots=True)
class _Region:
    """A section of the network; `entry` is the box from which its stream comes."""

    header: Box
    path: str
    entry: int | None

    def through_header(self, sources: list[int]) -> list[int]:
        return [self.header.number if number == self.entry else number for number in sources]


class _Painter:
    """Walks the modules from the network down, and numbers the boxes that it makes."""

    def __init__(self, network: Module) -> None:
        self._network = network
        self._structures = Structures()
        self._edges: list[Edge] = []
        self._count = 0

    def paint(self) -> tuple[tuple[Box | Cluster, ...], list[Edge]]:
        """What there is in the picture, and its edges."""
        network = self._network
        inputs = [
            self._end(Style.INPUT, name or "input", shape)
            for name, shape in zip(network.input_names, network.inputs, strict=True)
        ]
        numbers = [box.number for box in inputs]
        children, results = self._contents(network, _Place(), numbers)
        outputs = []
        for output, source in zip(network.outputs, results, strict=True):
            shape = network.shape(output.wire)
            box = self._end(Style.OUTPUT, output.name or "output", shape, output.training)
            self._connect([source], box, [shape])
            outputs.append(box)
        return (*inputs, *children, *outputs), self._edges

    def _number(self) -> int:
        self._count += 1
        return self._count - 1

    def _connect(self, sources: list[int], target: Box, shapes: list[Shape]) -> None:
        for source, shape in zip(sources, shapes, strict=True):
            self._edges.append(Edge(source, target.number, shape, training=target.training))

    def _end(self, style: Style, title: str, shape: Shape, training: bool = False) -> Box:
        """The box of an input or an output of the network."""
        number = self._number()
        return Box(
            number,
            style,
            title,
            note=captions.shape_words(shape),
            paths=(f"~{title}{number}",),
            tooltip=f"{title} · {shape.describe()}",
            training=training,
        )

    def _contents(
        self, module: Module, place: _Place, inputs: list[int]
    ) -> tuple[list[Box | Cluster], list[int]]:
        """The inside of a module: what is drawn, and the boxes that give its outputs."""
        made = {Wire(INPUT, port): number for port, number in enumerate(inputs)}
        drawn: list[tuple[_Region | None, Box | Cluster]] = []
        regions: dict[str, _Region] = {}
        for unit in units(module, self._structures):
            node = module.nodes[unit.first[0]]
            sources = [made[wire] for wire in node.inputs]
            section = section_words(node)
            if section and section not in regions:
                regions[section] = self._region(module, node, place, sources)
            region = regions.get(section)
            if region:
                sources = region.through_header(sources)
            part, results = self._unit(module, unit, place, sources)
            drawn.append((region, part))
            made.update((Wire(unit.last, port), number) for port, number in enumerate(results))
        return _framed(drawn), [made[output.wire] for output in module.outputs]

    def _region(self, module: Module, node: Node, place: _Place, sources: list[int]) -> _Region:
        """A region that begins with `node`, with its header on the stream."""
        title = section_words(node)
        path = join(place.paths[0], f"~{title}")
        training = place.training or node.training
        header = Box(
            self._number(),
            Style.HEADER,
            title,
            "training only" if training else "",
            paths=(path,),
            tooltip=title,
            training=training,
        )
        self._connect(sources[:1], header, list(module.input_shapes(node)[:1]))
        return _Region(header, path, next(iter(sources), None))

    def _unit(
        self, module: Module, unit: Unit, place: _Place, sources: list[int]
    ) -> tuple[Box | Cluster, list[int]]:
        """A box or a cluster, and the boxes that give its outputs."""
        nodes = [module.nodes[group[0]] for group in unit.repeats]
        inner = nodes[0].module
        if inner is None:
            box = self._box(module, unit, place)
            self._connect(sources, box, list(module.input_shapes(nodes[0])))
            return box, [box.number]
        paths = tuple(join(path, node.name) for path in place.paths for node in nodes)
        if self._is_one_box(inner):
            inside = place.within(nodes[0], paths, captions.label_words(nodes) or place.label)
            parts, results = self._contents(inner, inside, sources)
            return parts[0], results
        inside = place.within(nodes[0], paths[:1], "")
        header = self._header(module, nodes, inside)
        self._connect(sources[:1], header, list(inner.inputs[:1]))
        parts, results = self._contents(inner, inside, [header.number, *sources[1:]])
        return Cluster(header, paths, tuple(parts)), results

    def _is_one_box(self, module: Module) -> bool:
        """Whether all that a module holds is one box of layers, which needs no frame."""
        inside = list(units(module, self._structures))
        if len(inside) != 1:
            return False
        node = module.nodes[inside[0].first[0]]
        if node.layer is not None:
            return not node.layer.merges
        return node.module is not None and self._is_one_box(node.module)

    def _header(self, module: Module, nodes: list[Node], inside: _Place) -> Box:
        """The name of a cluster, with the shapes that go in and come out."""
        title, detail = captions.part_words(nodes)
        inner = nodes[0].module
        assert inner is not None
        shapes = [*inner.inputs[:1], inner.shape(inner.outputs[0].wire)]
        params = module.node_params(nodes[0])
        return Box(
            self._number(),
            Style.HEADER,
            title,
            detail,
            note=" → ".join(map(captions.shape_words, shapes)),
            paths=inside.paths,
            tooltip=captions.tooltip(inside.paths[0], nodes[0], params),
            training=inside.training,
            projection=inside.projection,
        )

    def _box(self, module: Module, unit: Unit, place: _Place) -> Box:
        """The box of a group of layers, and of the equal ones that follow it."""
        nodes = [module.nodes[index] for index in unit.first]
        layer = nodes[0].layer
        assert layer is not None
        inputs = module.input_shapes(nodes[0])
        if layer.merges:
            style, title, detail = captions.merge_words(layer, inputs)
        else:
            style = Style.LAYERS
            title, detail = captions.layer_words(module, unit.first)
        indices = [index for group in unit.repeats for index in group]
        names = [node_name(module.nodes[index], index) for index in indices]
        paths = tuple(join(path, name) for path in place.paths for name in names)
        params = 0 if place.reuses else sum(map(module.node_params, nodes))
        return Box(
            self._number(),
            style,
            title,
            detail,
            note=captions.reuse_words(nodes[0]) or place.label,
            kind=layer.kind,
            count=len(place.paths) * len(unit.repeats),
            params=params,
            paths=paths,
            tooltip=captions.tooltip(paths[0], nodes[0], params),
            reshapes=nodes[-1].outputs[0] != inputs[0],
            projection=place.projection or nodes[0].role is Role.PROJECTION,
            training=place.training or nodes[0].training,
        )


def _framed(drawn: list[tuple[_Region | None, Box | Cluster]]) -> list[Box | Cluster]:
    """The parts, those of a section in its region, which stands where its first part does."""
    inside: dict[_Region, list[Box | Cluster]] = {}
    for region, part in drawn:
        if region:
            inside.setdefault(region, []).append(part)
    framed: list[Box | Cluster] = []
    for region, part in drawn:
        if region is None:
            framed.append(part)
        elif part is inside[region][0]:
            parts = tuple(inside[region])
            framed.append(Cluster(region.header, (region.path,), parts, region=True))
    return framed

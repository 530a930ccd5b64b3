"""A network as drawings inside each other: every part is a box, and its inside a drawing apart."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

from cnndsl.design import INPUT, Module, ModuleKind, Node, Output, Wire
from cnndsl.draw.names import join, node_name
from cnndsl.draw.pictures.captions import shape_words
from cnndsl.draw.pictures.ladder import as_ladder
from cnndsl.draw.pictures.picture import Box, Cluster, Drawing, Style
from cnndsl.draw.pictures.place import Place
from cnndsl.draw.pictures.repeats import Repeats
from cnndsl.draw.pictures.units import Folding, Unit
from cnndsl.draw.pictures.walk import Walk
from cnndsl.draw.view import Opening, View


@dataclass(frozen=True, slots=True)
class Layers:
    """What a box of layers stands for: the nodes of `module`, with their names from the box on."""

    module: Module
    nodes: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """The inside of a box: the number of its drawing, and the paths that its boxes begin with.

    Of equal parts in a row, there is one path for each. A `leaf` is a box at the level of blocks.
    """

    drawing: int
    paths: tuple[str, ...]
    leaf: bool


@dataclass(frozen=True, slots=True)
class Level:
    """One drawing; by the numbers of its boxes what can be opened, and what the layers are.

    Boxes `header` and `exit` are where edges come in and go out; the network has neither.
    """

    drawing: Drawing
    opened: dict[int, Opened]
    layers: dict[int, Layers]
    header: int | None = None
    exit: int | None = None


@dataclass(frozen=True, slots=True)
class _Use:
    """A part that is drawn: its module, how it stands in its frame, and what is around it."""

    module: Module
    header: Box
    place: Place
    in_row: bool


class Insides(Walk):
    """Draws a network and, one after the other, the inside of each part that can be opened.

    Uses of a part that look the same share a drawing, so there are as many as different blocks.
    """

    def __init__(self, network: Module, view: View) -> None:
        super().__init__(network, replace(view, expand=(), collapse=()))
        self._uses: list[_Use] = []
        self._known: dict[Hashable, int] = {}
        self._opened: dict[int, Opened] = {}
        self._layers: dict[int, Layers] = {}
        self._in_row = False
        self._spread = False

    def levels(self, module: Module, path: str) -> list[Level]:
        """The network, or the part of it at a path, as drawing 0; then the insides."""
        self._spread = True
        ladder = as_ladder(self.main(module, path))
        self._spread = False
        if ladder.is_ladder:
            found = [Level(ladder, self._opened, self._layers)]
        else:
            self._uses.clear()
            self._known.clear()
            self._forget()
            found = [Level(self.main(module, path), self._opened, self._layers)]
        while len(found) <= len(self._uses):
            found.append(self._inside(self._uses[len(found) - 1]))
        return found

    def opened(self, levels: list[Level], view: View) -> list[str]:
        """The keys of the boxes that a view shows opened: the numbers of boxes in each other."""
        opening = Opening(view)
        found: list[str] = []

        def walk(number: int, key: str, prefixes: tuple[str, ...], depth: int) -> None:
            level = levels[number]
            for box, _ in level.drawing.boxes():
                opened = level.opened.get(box.number)
                if opened is None:
                    continue
                module = level.layers[box.number].nodes[0][1].module
                assert module is not None
                paths = [join(prefix, path) for prefix in prefixes for path in box.paths]
                if any(opening.is_open(path, module, depth, opened.leaf) for path in paths):
                    own = f"{key}/{box.number}"
                    found.append(own)
                    inside = tuple(join(a, b) for a in prefixes for b in opened.paths)
                    walk(opened.drawing, own, inside, depth + 1)

        walk(0, "", ("",), 0)
        return found

    def _forget(self) -> None:
        self._opened, self._layers = {}, {}

    def _inside(self, use: _Use) -> Level:
        self._forget()
        self._in_row = use.in_row
        header = replace(use.header, number=self._number())
        sources = [header.number] * len(use.module.inputs)
        children, results = self._contents(use.module, use.place, sources)
        end = Box(self._number(), Style.TURN, "", paths=("~out",), tooltip="output")
        given = dict(zip(results, use.module.outputs, strict=True))
        shapes = [use.module.shape(output.wire) for output in given.values()]
        self._connect(list(given), end, shapes)
        cluster = Cluster(header, header.paths, tuple(children))
        drawing = self._drawing((cluster, end), self._view.shapes)
        # What comes out is told by the line that it goes on in.
        silent = (replace(e, words="") if e.target == end.number else e for e in drawing.edges)
        drawing = replace(drawing, edges=tuple(silent))
        return Level(drawing, self._opened, self._layers, header.number, end.number)

    # What a Walk asks

    def _closed(self, node: Node, place: Place) -> bool:
        module = node.module
        if module is None or self._families.is_one_box(module):
            return False
        return module.kind is ModuleKind.BLOCK or not (place.in_block or self._spread)

    def _key(self, module: Module, path: str) -> str:
        return ""

    def _folding(self, place: Place) -> Folding:
        folding = super()._folding(place)
        if self._in_row:
            return Folding(folding.key, lambda one, two: 0, lambda one, two: False, _never)
        # What takes turns stays in its order, so that each can be opened where it stands.
        return replace(folding, closed=_never)

    def _unit(
        self, module: Module, unit: Unit, place: Place, sources: list[int]
    ) -> tuple[list[Box | Cluster], list[int]]:
        parts, results = super()._unit(module, unit, place, sources)
        box = parts[0] if len(parts) == 1 else None
        if not isinstance(box, Box) or box.number in self._layers:
            return parts, results  # a box of a part inside is known by that
        if box.style is Style.BLOCK:
            self._opened[box.number] = self._opening_of(box, module, unit, place)
            nodes = tuple((node_name(module.nodes[i], i), module.nodes[i]) for i in unit.nodes)
            self._layers[box.number] = Layers(module, nodes[:1])
        else:
            names = tuple((node_name(module.nodes[i], i), module.nodes[i]) for i in unit.first)
            self._layers[box.number] = Layers(module, names)
        return parts, results

    def _in_repeats(
        self, part: Box | Cluster, module: Module, unit: Unit, place: Place, run: Repeats
    ) -> Box | Cluster:
        if isinstance(part, Box) and (opened := self._opened.get(part.number)):
            more = run.paths(module, unit.nodes, place.paths, opened.paths)
            self._opened[part.number] = replace(opened, paths=(*opened.paths, *more))
        return super()._in_repeats(part, module, unit, place, run)

    def _opening_of(self, box: Box, module: Module, unit: Unit, place: Place) -> Opened:
        """Where the inside of a box is drawn: of parts that differ, all of them in a row."""
        node = module.nodes[unit.first[0]]
        inner = node.module
        assert inner is not None
        header = self._boxes.header(0, module, unit, replace(place, paths=box.paths))
        inside = place.within(module, unit.first[0], ("",))
        is_leaf = inner.kind is ModuleKind.BLOCK and not self._families.is_container(inner)
        structures = self._families.structures
        if len({structures.node(module, module.nodes[i]) for i in unit.nodes}) > 1:
            row = _row(module, unit)
            output = row.shape(row.outputs[0].wire)
            shapes = " → ".join(map(shape_words, (row.inputs[0], output)))
            header = replace(header, count=1, note=shapes, output=output)
            use = _Use(row, header, replace(place, paths=("",), depth=0), True)
            number = self._number_of((id(inner), box.paths, place.training), use)
            return Opened(number, place.paths, is_leaf)
        use = _Use(inner, header, replace(inside, label="", depth=0), False)
        looks = (header.title, header.detail, header.note, header.count, header.line)
        around = (inside.training, inside.projection, inside.reuses, inside.in_block)
        return Opened(self._number_of((id(inner), looks, around), use), box.paths, is_leaf)

    def _number_of(self, key: Hashable, use: _Use) -> int:
        """The number of the drawing of a use, which a like one may have brought."""
        if key not in self._known:
            self._uses.append(use)
            self._known[key] = len(self._uses)
        return self._known[key]


def _never(node: Node) -> bool:
    return False


def _row(module: Module, unit: Unit) -> Module:
    """The nodes of a unit as a module of their own; what they take from outside are its inputs."""
    local = {index: number for number, index in enumerate(unit.nodes)}
    ports: dict[Wire, int] = {}

    def inside(wire: Wire) -> Wire:
        if wire.node in local:
            return Wire(local[wire.node], wire.port)
        return Wire(INPUT, ports.setdefault(wire, len(ports)))

    nodes = tuple(
        replace(module.nodes[i], inputs=tuple(map(inside, module.nodes[i].inputs)))
        for i in unit.nodes
    )
    last = len(nodes) - 1
    return Module(
        nodes[0].operation.name if isinstance(nodes[0].operation, Module) else "",
        ModuleKind.SCOPE,
        nodes[0].span,
        (),
        tuple(map(module.shape, ports)),
        nodes,
        tuple(Output("", Wire(last, port)) for port in range(len(nodes[-1].outputs))),
    )

"""The summary of a design: its tree of parts with shapes, parameters and MACs, as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from cnndsl.analyse.columns import aligned, grouped
from cnndsl.design import Design, Module, ModuleKind, Node, Role
from cnndsl.parts import Structures, following, section_words, span_of_names
from cnndsl.shape import Shape

_INDENT = "  "
_HEADER = ("name", "kind", "output", "parameters", "MACs")
_NUMBERS = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the tree: a section, or `count` equal nodes that follow each other.

    `params` and `macs` count all nodes that the line stands for: those that the lines around it
    repeat, too. So the lines without lines in them sum to the whole network. A `training` one is
    in a part that runs in training mode only.
    """

    depth: int
    name: str
    kind: str
    output: str
    params: int
    macs: int
    count: int = 1
    training: bool = False


def summary(design: Design) -> str:
    """The tree of the network, one line for equal parts that follow each other, and the totals."""
    network = design.network
    found = list(rows(network))
    lines = aligned([_HEADER, *map(_cells, found), _totals(network)], _NUMBERS)
    rule = "-" * max(map(len, lines))
    parts = [title(design), "", lines[0], rule, *lines[1:-1], rule, lines[-1]]
    return "\n".join([*parts, *_notes(found)])


def title(design: Design) -> str:
    """What a design takes and gives, `resnet50: 3x224x224 → 1000`."""
    return f"{design.name}: {_shapes(design.network.inputs)} → {_output_words(design)}"


def rows(network: Module) -> Iterator[Row]:
    """The lines of the tree, from the input to the outputs."""
    return _rows(network, Structures(), 0, 1, False)


def _rows(
    module: Module, structures: Structures, depth: int, repeats: int, training: bool
) -> Iterator[Row]:
    for section, found in groupby(module.nodes, section_words):
        nodes = list(found)
        if section:
            yield _section(module, section, nodes, depth, repeats, training)
        inner = depth + bool(section)
        for equal in _runs(module, nodes, structures):
            yield from _equals(module, equal, structures, inner, repeats, training)


def _runs(module: Module, nodes: list[Node], structures: Structures) -> list[list[Node]]:
    """The nodes, with equal ones that follow each other in a straight chain taken together."""
    chain = following(module)
    places = {node: place for place, node in enumerate(module.nodes)}
    runs = [nodes[:1]]
    for before, node in pairwise(nodes):
        goes_on = chain.get(places[before]) == places[node]
        if goes_on and structures.node(module, before) == structures.node(module, node):
            runs[-1].append(node)
        else:
            runs.append([node])
    return runs


def _section(
    module: Module, name: str, nodes: list[Node], depth: int, repeats: int, training: bool
) -> Row:
    params = repeats * sum(map(module.node_params, nodes))
    macs = repeats * sum(map(module.node_macs, nodes))
    trains = training or all(node.training for node in nodes)
    return Row(depth, name, "section", "", params, macs, training=trains)


def _equals(
    module: Module,
    nodes: list[Node],
    structures: Structures,
    depth: int,
    repeats: int,
    training: bool,
) -> Iterator[Row]:
    """The line of equal nodes in a row, and those of what is in them."""
    first = nodes[0]
    total = repeats * len(nodes)
    trains = training or first.training
    yield Row(
        depth,
        _name(nodes),
        _kind(module, first),
        " ".join(map(str, first.outputs[:1])),
        total * module.node_params(first),
        total * module.node_macs(first),
        len(nodes),
        trains,
    )
    if first.module and not first.reuses:
        yield from _rows(first.module, structures, depth + 1, total, trains)


def _name(nodes: list[Node]) -> str:
    # The sum of a residual owns no place, so it has no name of its own.
    if nodes[0].role is Role.RESIDUAL and not nodes[0].name:
        return "residual"
    return span_of_names([node.name for node in nodes])


def _kind(module: Module, node: Node) -> str:
    if node.reuses:
        return f"weights of {node.reuses}"
    if node.layer:
        return node.layer.caption(*module.input_shapes(node))
    assert node.module is not None, "a node runs a module or a layer"
    return "scope" if node.module.kind is ModuleKind.SCOPE else node.module.name


def _cells(row: Row) -> tuple[str, ...]:
    name = f"{_INDENT * row.depth}{row.name}"
    if row.count > 1:
        name += f" ×{row.count}"
    kind = f"{row.kind}, training only" if row.training and row.kind == "section" else row.kind
    numbers = (grouped(number) if number else "" for number in (row.params, row.macs))
    return (name, kind, row.output, *numbers)


def _totals(network: Module) -> tuple[str, ...]:
    return ("total", "", "", grouped(network.params), grouped(network.macs))


def _notes(found: list[Row]) -> Iterator[str]:
    """What has to be known to read the numbers."""
    if any(row.count > 1 for row in found):
        yield "A line with ×n, and what is in it, counts all n."
    if any(row.training for row in found):
        yield "Parts for training only are not in the total."


def _shapes(shapes: tuple[Shape, ...]) -> str:
    return ", ".join(map(str, shapes))


def _output_words(design: Design) -> str:
    output = design.output
    if isinstance(output, Shape):
        return str(output)
    return ", ".join(f"{name} {shape}" for name, shape in output.items())

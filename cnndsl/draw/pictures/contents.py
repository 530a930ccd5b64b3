"""What there is in a stage, in a few rows of the papers' notation: `3×3, 64` ×3."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from cnndsl.design import Module, Node, Role
from cnndsl.draw.pictures.atoms import Atom
from cnndsl.layers.base import Kind
from cnndsl.layers.merging import Concat

Rows = tuple[tuple[str, int], ...]

_TOLD = {Kind.CONVOLUTION, Kind.LINEAR, Kind.ATTENTION}
_UNTOLD = {Kind.NORMALISATION, Kind.ACTIVATION}
# What needs no row: it is told by the shape, or is of no weight.
_UNTOLD_WORDS = {"flatten", "dropout", "dropout2d", "identity", "droppath"}
_MOST_LAYERS = 3
# A box has no more rows.
MOST_ROWS = 6
# So many rows of one kind of block in turn are told in one.
_MANY = 3
_CONV = " conv"


def contents(atoms: tuple[Atom, ...]) -> tuple[Rows, int]:
    """The rows of a stage, and how often all of them are there in turn."""
    groups = _in_turn([(_inside(atom), atom) for atom in atoms if _told(atom)])
    if len(groups) == 1:
        inside, _, count = groups[0]
        return tuple((row, 1) for row in inside), count
    rows: list[tuple[str, int]] = []
    for inside, atom, count in groups:
        if len(inside) == 1 or (count == 1 and len(groups) <= 2):
            rows += [(row, count) for row in inside]
        else:
            rows.append((_name(atom), count))
    return _short(rows), 1


def _told(atom: Atom) -> bool:
    layer = atom.node.layer
    if layer is None:
        return True
    is_small = layer.kind in _UNTOLD or layer.word in _UNTOLD_WORDS
    return not is_small and not layer.merges


def _in_turn(found: list[tuple[tuple[str, ...], Atom]]) -> list[tuple[tuple[str, ...], Atom, int]]:
    """Those with the same rows in turn, but for strides, with how many there are."""
    groups: list[tuple[tuple[str, ...], Atom, int]] = []
    for rows, atom in found:
        count = len(atom.unit.repeats)
        if groups and _unstrided(groups[-1][0]) == _unstrided(rows) and atom.node.module:
            rows, count = _unstrided(rows), groups.pop()[2] + count
        groups.append((rows, atom, count))
    return groups


def _unstrided(rows: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(", ".join(w for w in row.split(", ") if w[0] != "/") for row in rows)


def _inside(atom: Atom) -> tuple[str, ...]:
    """The rows of an atom: its caption, or of a small block those of its layers."""
    module = atom.node.module
    if module is None:
        return (_caption(atom.module, atom.node),)
    layers = list(_trunk(module))
    branches = any(isinstance(node.layer, Concat) for _, node in layers)
    told = [_caption(*place).replace(_CONV, "") for place in layers if _weighty(place[1])]
    if branches or not 0 < len(told) <= _MOST_LAYERS:
        return (_name(atom),)
    return tuple(told)


def _weighty(node: Node) -> bool:
    return node.layer is not None and node.layer.kind in _TOLD


def _trunk(module: Module) -> Iterator[tuple[Module, Node]]:
    """The layers of a block, those of projections left out."""
    for node in module.nodes:
        if node.role is Role.PROJECTION:
            continue
        if node.module:
            yield from _trunk(node.module)
        else:
            yield module, node


def _caption(module: Module, node: Node) -> str:
    assert node.layer is not None
    return node.layer.caption(*module.input_shapes(node))


def _name(atom: Atom) -> str:
    """A block's name with the channels that it gives."""
    module, output = atom.node.module, atom.output
    name = module.name if module else _caption(atom.module, atom.node)
    return f"{name}, {output['c']}" if module and "c" in output else name


def _short(rows: list[tuple[str, int]]) -> Rows:
    """The rows; many of one kind of block in turn are one, and of many the middle is left out."""
    merged: list[tuple[str, int]] = []
    for name, run in groupby(rows, key=lambda row: row[0].partition(", ")[0]):
        found = list(run)
        if len(found) >= _MANY or len(rows) > MOST_ROWS:
            found = [(name, sum(count for _, count in found))] if len(found) > 1 else found
        merged += found
    if len(merged) > MOST_ROWS:
        merged = [*merged[: MOST_ROWS - 2], ("…", 1), merged[-1]]
    return tuple(merged)

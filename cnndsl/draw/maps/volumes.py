"""A network as the maps that flow through it: one a change of shape, with what makes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cnndsl.design import Module, Role
from cnndsl.draw.names import identifier, input_names, where
from cnndsl.draw.pictures.atoms import Atom, Row, resolution
from cnndsl.draw.pictures.captions import layer_words
from cnndsl.draw.pictures.contents import contents
from cnndsl.draw.pictures.families import Families
from cnndsl.layers.base import Kind
from cnndsl.shape import Shape

# What says all of a block in a drawing: the first of these kinds that is in it.
_TELLING = (Kind.ATTENTION, Kind.CONVOLUTION, Kind.LINEAR, Kind.POOLING)
# A side of a map that becomes so many times another is another level of a U.
_LEVEL = 1.5
_RESHAPING = ("flatten", "reshape", "rearrange", "dropout", "dropout2d", "identity")
# What is told only where nothing else is.
_UNTOLD = ("dropout", "dropout2d", "identity")
_LEAST_RETURNS = 2


@dataclass(frozen=True, slots=True)
class Volume:
    """One map, or an input, which is made by no atoms.

    `sources` are the numbers of the volumes that it is made from, the one before it first, and
    `inputs` the shapes that it takes of them, which may be those of what is inside them. `rows` are
    the words of what makes it, `times` how often all of them are there in turn, and `grows` how
    many channels each time adds. `names` are those of the network's inputs or outputs that it is,
    where there are several of them.
    """

    number: int
    path: str
    shape: Shape
    kind: Kind
    atoms: tuple[Atom, ...] = ()
    sources: tuple[int, ...] = ()
    inputs: tuple[Shape, ...] = ()
    rows: tuple[tuple[str, int], ...] = ()
    times: int = 1
    grows: int = 0
    names: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its name in every form of the diagram."""
        return identifier(self.path)

    @property
    def params(self) -> int:
        """The numbers to train in what makes it."""
        return sum(atom.params for atom in self.atoms)

    @property
    def macs(self) -> int:
        """The multiplications in what makes it, for one sample."""
        return sum(atom.macs for atom in self.atoms)

    @property
    def is_map(self) -> bool:
        """Whether it has places, and is no mere vector."""
        return len(self.shape) > 1

    @property
    def training(self) -> bool:
        """Whether it is made in training mode only."""
        return any(atom.training for atom in self.atoms)

    @property
    def line(self) -> str:
        """Where the spec has what makes it."""
        return where(self.atoms[0].node) if self.atoms else ""

    @property
    def is_reshaped(self) -> bool:
        """Whether it has the numbers of another map, in another order at most."""
        return bool(self.atoms) and all(_word(atom) in _RESHAPING for atom in self.atoms)

    @property
    def has_shortcut(self) -> bool:
        """Whether blocks with a residual make it."""
        return any(atom.node.module and _is_residual(atom.node.module) for atom in self.atoms)


def _is_residual(module: Module) -> bool:
    return any(
        node.role is Role.RESIDUAL or (node.module is not None and _is_residual(node.module))
        for node in module.nodes
    )


def volumes(network: Module, path: str, deep: bool = False) -> list[Volume]:
    """The maps of a network in the order in which they are made; `deep` opens its blocks."""
    families = Families(network)
    row = Row(families, deep=deep)
    ends = row.walk(network, path)
    uses = Counter(source for atom in row.atoms for source in atom.sources)
    uses.update(ends)
    made: list[Volume] = [
        Volume(number, f"~in:{name}", shape, Kind.OTHER, names=_if_several(network.inputs, name))
        for number, (name, shape) in enumerate(
            zip(input_names(network), network.inputs, strict=True)
        )
    ]
    homes = {-1 - volume.number: volume.number for volume in made}
    groups = list(_grown(_groups(row.atoms, uses), families))
    # What is there for training only is taken from the rest, and stands behind it.
    for group, grows in sorted(groups, key=lambda pair: pair[0][0].training):
        number = len(made)
        first = group[0]
        # A layer may refer to more, whose sizes alone it takes.
        shapes = first.module.input_shapes(first.node)[: len(first.sources)]
        takes = {homes[s]: shape for s, shape in zip(first.sources, shapes, strict=True)}
        homes.update((place, number) for place, atom in enumerate(row.atoms) if atom in group)
        made.append(_volume(number, group, dict(sorted(takes.items(), reverse=True)), grows))
    for end, output in zip(ends, network.outputs, strict=True):
        names = made[homes[end]].names + _if_several(network.outputs, output.name)
        made[homes[end]] = replace(made[homes[end]], names=names)
    return made


def _if_several(ends: Sequence[object], name: str) -> tuple[str, ...]:
    """The name of an input or output, which one that is alone need not tell."""
    return (name,) if len(ends) > 1 and name else ()


def _groups(atoms: list[Atom], uses: Counter[int]) -> Iterator[tuple[Atom, ...]]:
    """The atoms that give one shape in a row, each taking only from the one before it."""
    group: list[Atom] = []
    for place, atom in enumerate(atoms):
        goes_on = bool(group) and atom.sources == (place - 1,) and uses[place - 1] == 1
        same = goes_on and atom.output == group[-1].output and atom.training == group[-1].training
        # A layer that makes a vector has a bar of its own.
        same = same and not (atom.is_linear and any(other.is_linear for other in group))
        # What is pooled is a map of its own, too.
        same = same and (atom.is_pool or not all(other.is_pool for other in group))
        if group and not same:
            yield tuple(group)
            group = []
        group.append(atom)
    if group:
        yield tuple(group)


def _grown(
    groups: Iterable[tuple[Atom, ...]], families: Families
) -> Iterator[tuple[tuple[Atom, ...], int]]:
    """The groups, blocks in a row each of which adds so many channels as one, with that number."""
    found: list[tuple[tuple[Atom, ...], int]] = []
    for group in groups:
        if found and (step := _step(found[-1], group, families)):
            found.append((found.pop()[0] + group, step))
        else:
            found.append((group, 0))
    yield from found


def _step(before: tuple[tuple[Atom, ...], int], group: tuple[Atom, ...], families: Families) -> int:
    """How many channels a group's only block takes more than the one before it; 0 for others."""
    one, two = before[0][-1].node.module, group[0].node.module
    # What follows the last block is told of nowhere else either, such as a norm.
    blocks = sum(atom.node.module is not None for atom in group)
    alone = blocks == 1 and (before[1] or len(before[0]) == 1)
    if one is None or two is None or not alone or len(group[0].sources) > 1:
        return 0
    step = families.step(one, two)
    follows = group[0].input == before[0][-1].output and before[1] in (0, step)
    return max(0, step) if follows else 0


def _volume(number: int, group: tuple[Atom, ...], takes: dict[int, Shape], grows: int) -> Volume:
    joined = _joined_rows(group)
    rows, times = (joined, 1) if joined else contents(group)
    rows = _merged(rows)
    if len(rows) == 1 and times == 1:
        rows, times = ((rows[0][0], 1),), rows[0][1]
    if not rows:
        told = [atom for atom in group if _word(atom) not in _UNTOLD] or group[:1]
        rows = tuple((word, 1) for atom in told if (word := _words(atom)))
    if grows:
        rows, times = ((_words(group[0]), 1),), sum(bool(atom.node.module) for atom in group)
    kinds = [_kind(atom) for atom in group]
    kind = next((kind for kind in _TELLING if kind in kinds), kinds[0])
    last = group[-1]
    ends = tuple(takes), tuple(takes.values())
    return Volume(number, last.path, last.output, kind, group, *ends, rows, times, grows)


def _joined_rows(group: tuple[Atom, ...]) -> tuple[tuple[str, int], ...]:
    """The rows of a block that takes a skip: its layers, with what joins the two."""
    module = group[0].node.module
    if module is None or len(module.inputs) < 2 or len(group) > 1:
        return ()
    return tuple((words, 1) for words in _inner_words(module))


def _inner_words(module: Module) -> Iterator[str]:
    for index, node in enumerate(module.nodes):
        if node.module:
            yield from _inner_words(node.module)
        elif node.layer and node.layer.merges:
            yield node.layer.word
        elif node.layer and node.layer.kind in _TELLING:
            yield layer_words(module, (index,))[0]


def _word(atom: Atom) -> str:
    return atom.node.layer.word if atom.node.layer else ""


def _merged(rows: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    """The rows, equal ones in turn as one."""
    found: list[tuple[str, int]] = []
    for words, count in rows:
        if found and found[-1][0] == words:
            count += found.pop()[1]
        found.append((words, count))
    return tuple(found)


def _words(atom: Atom) -> str:
    """What an atom is called that stages say nothing of."""
    if atom.node.layer is None:
        return atom.node.module.name if atom.node.module else ""
    title, *_ = layer_words(atom.module, atom.unit.first)
    return title


def _kind(atom: Atom) -> Kind:
    if atom.node.layer:
        return atom.node.layer.kind
    assert atom.node.module is not None, "a node runs a layer or a module"
    found = set(_kinds(atom.node.module))
    return next((kind for kind in _TELLING if kind in found), Kind.OTHER)


def _kinds(module: Module) -> Iterator[Kind]:
    for node in module.nodes:
        if node.layer:
            yield node.layer.kind
        elif node.module:
            yield from _kinds(node.module)


def levels(found: list[Volume]) -> list[int]:
    """How often the resolution of each has gone down more than up, on the way to it.

    All are 0 in a network that does not come back to resolutions that it had, with skips across.
    """
    deep: list[int] = []
    for volume in found:
        if not volume.sources:
            deep.append(0)
            continue
        before = found[volume.sources[0]]
        one, two = resolution(before.shape) ** 0.5, resolution(volume.shape) ** 0.5
        step = 0
        if one and two:
            step = (one >= _LEVEL * two) - (two >= _LEVEL * one)
        deep.append(max(0, deep[before.number] + step))
    across = [
        volume
        for volume in found
        for source in volume.sources[1:]
        if deep[source] == deep[volume.number] and max(deep[source : volume.number]) > deep[source]
    ]
    return deep if len(across) >= _LEAST_RETURNS else [0] * len(found)

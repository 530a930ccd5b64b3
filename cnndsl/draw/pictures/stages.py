"""Design → a few boxes: sections, or stages between changes of resolution."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from cnndsl.design import Module, Node
from cnndsl.draw.names import input_names, quantity, where
from cnndsl.draw.pictures import boxes
from cnndsl.draw.pictures.atoms import Atom, Row, resolution
from cnndsl.draw.pictures.contents import MOST_ROWS, contents
from cnndsl.draw.pictures.edges import finished
from cnndsl.draw.pictures.families import Families
from cnndsl.draw.pictures.picture import Box, Drawing, Edge, Style
from cnndsl.draw.view import Level, Shapes
from cnndsl.layers.base import Kind
from cnndsl.parts import span_of_names

# Sections that are one stage, whatever there is in them.
_WHOLE = ("stem", "head")


def stages(network: Module, path: str, level: Level) -> Drawing:
    """A network, or a part of one, as boxes from left to right."""
    row = Row(Families(network))
    results = row.walk(network, path)
    groups = list(_stages(row.atoms))
    if level is Level.NETWORK:
        sections = list(_sections(groups))
        groups = sections if len(sections) > 1 else groups
    return _Writer(network, row, groups, level).drawing(results)


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Atoms that are one box, and what they are called."""

    title: str
    atoms: tuple[Atom, ...]
    # The names of the stages that it is made of, where it is a section.
    stages: tuple[str, ...] = ()


def _stages(atoms: list[Atom]) -> Iterator[Group]:
    """The atoms in stages."""
    runs: list[list[Atom]] = []
    for number, atom in enumerate(atoms):
        # What takes nothing from the last stage is another branch.
        first = number - len(runs[-1]) if runs else 0
        goes_on = any(source >= first for source in atom.sources) or not atom.sources
        if runs and not _begins(runs[-1], atom, goes_on):
            runs[-1].append(atom)
        else:
            runs.append([atom])
    runs = _whole_parts(runs)
    sections = [run[0].section for run in runs]
    scopes = [_common_scope(run) for run in runs]
    unnamed = 0
    for run, scope in zip(runs, scopes, strict=True):
        section = run[0].section
        if section and sections.count(section) == 1:
            title = section
        elif scope and scopes.count(scope) == 1:
            title = scope[-1]
        elif not (title := _span(run)):
            unnamed += 1
            title = f"stage {unnamed}"
        yield Group(title, tuple(run))


def _whole_parts(runs: list[list[Atom]]) -> list[list[Atom]]:
    """The runs, those in a row of one part as one where other parts have the same in them."""
    scopes = [_common_scope(run) for run in runs]
    last = Counter(scope[-1:] for scope in scopes)
    joined: list[list[Atom]] = []
    before: tuple[str, ...] = ()
    for run, scope in zip(runs, scopes, strict=True):
        inside = scope[:1] == before[:1] and scope != before
        repeats = last[scope[-1:]] > 1 < last[before[-1:]]
        if inside and repeats and joined[-1][0].section == run[0].section:
            joined[-1] = joined[-1] + run
        else:
            joined.append(run)
        before = scope
    return joined


def _begins(run: list[Atom], atom: Atom, goes_on: bool) -> bool:
    """Whether an atom begins a stage, after those of a run, which it `goes_on` from or not."""
    last = run[-1]
    if (last.section, last.training) != (atom.section, atom.training):
        return True
    if atom.section.split(" ")[0] in _WHOLE:
        return False
    if not goes_on or _names(last)[:2] != _names(atom)[:2]:
        return True
    before, after = resolution(atom.input), resolution(atom.output)
    if last.is_pool and resolution(last.output) < resolution(last.input) and not last.is_one:
        return True
    if atom.is_one or (after and after != before and not atom.is_pool):
        return True
    return bool(before and not after and not last.is_one)


def _common_scope(run: list[Atom]) -> tuple[str, ...]:
    """The names of the parts that hold all atoms of a run."""
    common: list[str] = []
    for names in zip(*map(_names, run), strict=False):
        if len(set(names)) > 1:
            break
        common.append(names[0])
    return tuple(common)


def _names(atom: Atom) -> tuple[str, ...]:
    """The names of the parts around an atom, but for numbers, which only meet keys of weights."""
    return tuple(name for name in atom.scopes if not name.isdigit())


def _span(run: list[Atom]) -> str:
    """The names of the first and the last block of a run, where its author gave them."""
    named = [atom for atom in run if atom.node.labelled]
    blocks = [atom for atom in named if atom.node.module]
    if not blocks and len(named) == 1 and len(run) > 2:
        return ""  # one of its layers does not stand for all
    blocks = blocks or named
    if not blocks:
        return ""
    last = blocks[-1]
    return span_of_names([blocks[0].node.name, last.module.nodes[last.unit.repeats[-1][0]].name])


def _sections(groups: list[Group]) -> Iterator[Group]:
    """Stages of one section, or of one part that the author named, in a row as one."""

    def key(group: Group) -> tuple[str, str]:
        first = group.atoms[0]
        return first.section, "" if first.section else (first.scopes or ("",))[0]

    for (section, scope), run in groupby(groups, key):
        found = list(run)
        title = section or scope
        if not title:
            yield from found
            continue
        atoms = tuple(atom for group in found for atom in group.atoms)
        names = tuple(group.title for group in found) if len(found) > 1 else ()
        yield Group(title, atoms, names)


class _Writer:
    """Makes boxes and edges of groups."""

    def __init__(self, network: Module, row: Row, groups: list[Group], level: Level) -> None:
        self._network = network
        self._row = row
        self._groups = groups
        self._level = level
        numbers = {id(atom): number for number, atom in enumerate(row.atoms)}
        self._inputs = len(network.inputs)
        # The box of every atom, by its number; an input has the number of its box below zero.
        self._homes = {-1 - port: port for port in range(self._inputs)}
        for place, group in enumerate(groups):
            for atom in group.atoms:
                self._homes[numbers[id(atom)]] = self._inputs + place

    def drawing(self, results: list[int]) -> Drawing:
        network = self._network
        inputs = zip(input_names(network), network.inputs, strict=True)
        ends = [
            boxes.end(number, Style.INPUT, name, shape)
            for number, (name, shape) in enumerate(inputs)
        ]
        made = [self._box(self._inputs + n, group) for n, group in enumerate(self._groups)]
        edges = self._edges()
        outputs: list[Box] = []
        for output, source in zip(network.outputs, results, strict=True):
            number = self._inputs + len(made) + len(outputs)
            shape = network.shape(output.wire)
            outputs.append(boxes.end(number, Style.OUTPUT, output.name, shape, output.training))
            edges.append(Edge(self._homes[source], number, shape, training=output.training))
        children = (*ends, *made, *outputs)
        return Drawing(children, finished(children, edges, Shapes.NONE))

    def _edges(self) -> list[Edge]:
        """The edges between groups, each once."""
        found: dict[tuple[int, int], Edge] = {}
        for number, atom in enumerate(self._row.atoms):
            shapes = atom.module.input_shapes(atom.node)
            for source, shape in zip(atom.sources, shapes, strict=False):
                ends = self._homes[source], self._homes[number]
                if ends[0] != ends[1]:
                    found.setdefault(ends, Edge(*ends, shape, training=atom.training))
        return list(found.values())

    def _box(self, number: int, group: Group) -> Box:
        first, last = group.atoms[0], group.atoms[-1]
        params = sum(atom.params for atom in group.atoms)
        rows, count = contents(group.atoms)
        if group.stages:
            rows, count = _named(group.stages), 1
        is_section = self._level is Level.NETWORK
        has_namesake = sum(other.title == group.title for other in self._groups) > 1
        path = f"~{group.title}" + (f" {first.path}" if has_namesake else "")
        place = where(first.node)
        words = f"{quantity(params)} parameters" if params else ""
        return Box(
            number,
            Style.STAGE,
            group.title,
            detail=f"×{count}" if count > 1 else "",
            note=words if is_section else "",
            rows=rows,
            kind=_main_kind(group.atoms),
            params=params,
            macs=sum(atom.macs for atom in group.atoms),
            paths=(path, *(atom.path for atom in group.atoms)),
            line=place,
            tooltip=" · ".join(filter(None, (group.title, place, words))),
            inputs=(first.input,),
            output=last.output,
            reshapes=first.input != last.output,
            training=first.training,
        )


def _named(names: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """The names of stages as rows; of many, those in the middle are left out."""
    if len(names) > MOST_ROWS:
        names = (*names[:2], "…", names[-1])
    return tuple((name, 1) for name in names)


def _main_kind(atoms: tuple[Atom, ...]) -> Kind:
    """The kind of layer that has most of the parameters; of none, the first one's."""
    totals: dict[Kind, int] = {}
    for atom in atoms:
        for node in atom.nodes:
            _count(atom.module, node, totals)
    best = max(totals, key=lambda kind: totals[kind], default=Kind.OTHER)
    return best if totals.get(best) else next(iter(totals), Kind.OTHER)


def _count(module: Module, node: Node, totals: dict[Kind, int]) -> None:
    if node.module:
        for inner in node.module.nodes:
            _count(node.module, inner, totals)
    elif node.layer:
        totals[node.layer.kind] = totals.get(node.layer.kind, 0) + module.node_params(node)

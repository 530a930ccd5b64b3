"""Where the parts stand that a diagram is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from cnndsl.design import Module, ModuleKind, Node, Role
from cnndsl.draw.pictures.families import Symbols
from cnndsl.draw.pictures.repeats import Repeats
from cnndsl.draw.pictures.units import Unit

# What is said of a module in one text, which is made for each of those that share a drawing.
Wording = Callable[[Module], str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where nodes stand: the paths of the equal parts that hold them, and what these are.

    `label` is the name of parts that are drawn as one box, without a header to say it; `depth` how
    many frames are around. In the legend, `alike` are the modules that share the drawing with the
    one that is walked, and `symbols` what their different numbers are called. `shifts` tell how far
    on from a node those stand that it is drawn for: in equal groups after its own. Where these are
    `varied`, in the sizes of their maps, `beside` are the modules in the place of the one that is
    walked. What comes of it `ends` in outputs of the network, and goes nowhere else.
    """

    paths: tuple[str, ...] = ("",)
    label: str = ""
    depth: int = 0
    in_block: bool = False
    training: bool = False
    projection: bool = False
    reuses: str = ""
    alike: tuple[Module, ...] = ()
    symbols: Symbols | None = None
    shifts: tuple[int, ...] = (0,)
    varied: bool = False
    beside: tuple[Module, ...] = ()
    ends: bool = False

    def within(self, holder: Module, index: int, paths: tuple[str, ...]) -> Place:
        """The place inside a node that is a module; `index` is its number in its `holder`."""
        node = holder.nodes[index]
        module = node.module
        assert module is not None
        inner = [other.nodes[index].module for other in self.alike]
        beside = [other.nodes[place].module for other, place in self._all(holder, [index])]
        return replace(
            self,
            paths=paths,
            in_block=self.in_block or module.kind is ModuleKind.BLOCK,
            training=self.training or node.training,
            projection=self.projection or node.role is Role.PROJECTION,
            reuses=node.reuses or self.reuses,
            alike=tuple(other for other in inner if other is not None),
            shifts=(0,),
            beside=tuple(other for other in beside if other is not None) if len(beside) > 1 else (),
        )

    def is_inner(self, module: Module) -> bool:
        """Whether a module here is a network that another one uses."""
        return module.kind is ModuleKind.NETWORK and bool(self.paths[0])

    def in_group_of(self, repeats: Repeats) -> Place:
        """The place in the first of equal groups."""
        return replace(self, shifts=repeats.shifts, varied=repeats.varied)

    def drawn_as(self, module: Module, unit: Unit) -> list[Node]:
        """The nodes of a module that a unit stands for."""
        return [module.nodes[index + shift] for shift in self.shifts for index in unit.nodes]

    def total(
        self, module: Module, indices: Iterable[int], of: Callable[[Module, Node], int]
    ) -> int:
        """The sum of something of a module's nodes; where groups are varied, of all of them."""
        return sum(of(holder, holder.nodes[place]) for holder, place in self._all(module, indices))

    def _all(self, module: Module, indices: Iterable[int]) -> Iterator[tuple[Module, int]]:
        """Some nodes of a module, and where groups are varied, those in their places in the others.

        Each is told by the module that holds it, and its index there.
        """
        shifts = self.shifts if self.varied else (0,)
        for index in indices:
            for holder in self.beside or (module,):
                yield from ((holder, index + shift) for shift in shifts)

    def words(self, module: Module, say: Wording) -> str:
        """What `say` says of a module, with symbols for the numbers in which others differ."""
        if self.symbols is None:
            return say(module)
        return self.symbols.words([say(other) for other in self.alike])

"""Where the parts stand that a diagram is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from cnndsl.design import Module, ModuleKind, Node, Role
from cnndsl.draw.families import Symbols

# What is said of a module in one text, which is made for each of those that share a drawing.
Wording = Callable[[Module], str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where nodes stand: the paths of the equal parts that hold them, and what these are.

    `label` is the name of parts that are drawn as one box, without a header to say it; `depth` how
    many frames are around. In the legend, `alike` are the modules that share the drawing with the
    one that is walked, and `symbols` what their different numbers are called.
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

    def within(self, node: Node, index: int, paths: tuple[str, ...]) -> Place:
        """The place inside a node that is a module; `index` is its number in its own."""
        module = node.module
        assert module is not None
        inner = [other.nodes[index].module for other in self.alike]
        return replace(
            self,
            paths=paths,
            in_block=self.in_block or module.kind is ModuleKind.BLOCK,
            training=self.training or node.training,
            projection=self.projection or node.role is Role.PROJECTION,
            reuses=node.reuses or self.reuses,
            alike=tuple(other for other in inner if other is not None),
        )

    def words(self, module: Module, say: Wording) -> str:
        """What `say` says of a module, with symbols for the numbers in which others differ."""
        if self.symbols is None:
            return say(module)
        return self.symbols.words([say(other) for other in self.alike])

"""What a diagram is asked to show: how much of the network, and which parts of it opened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase

from cnndsl.design import Design, Module, ModuleKind
from cnndsl.draw.names import join
from cnndsl.errors import CnnError, request_error, suggestion
from cnndsl.parts import section_words

# How a spec refers to one of several items of a name, `@up[1]`.
_INDEX = re.compile(r"\[(\d+)\]")


class Level(Enum):
    """How much of a network a diagram shows."""

    # A box a section.
    NETWORK = "network"
    # A box a stage: what lies between two changes of resolution, or what the author named.
    STAGE = "stage"
    # Every block as a box, and each different one once more, opened, beside them.
    BLOCK = "block"
    # Everything; equal blocks in a row once.
    LAYER = "layer"

    @property
    def is_overview(self) -> bool:
        """Whether it is a few boxes, which go from left to right."""
        return self in (Level.NETWORK, Level.STAGE)


class Shapes(Enum):
    """Which edges say their shape."""

    ALL = "all"
    CHANGES = "changes"
    NONE = "none"


class Direction(Enum):
    """Where a diagram goes."""

    DOWN = "down"
    RIGHT = "right"


class DiagramStyle(Enum):
    """What a diagram is made of."""

    # Layers and blocks as boxes, with the way between them.
    FLOW = "flow"
    # Maps as boxes in perspective, with what makes them.
    BLOCKS = "blocks"


@dataclass(frozen=True, slots=True)
class View:
    """What is to be seen.

    `depth` is how many parts inside each other are opened, whatever the level; `expand` and
    `collapse` are paths (`layer1.0`), patterns of them (`layer?.0`), or names of blocks; `only` is
    the path of the part that is drawn, empty for the whole network.
    """

    level: Level = Level.BLOCK
    depth: int | None = None
    expand: tuple[str, ...] = ()
    collapse: tuple[str, ...] = ()
    only: str = ""
    shapes: Shapes = Shapes.CHANGES
    style: DiagramStyle = DiagramStyle.FLOW

    @property
    def is_whole_level(self) -> bool:
        """Whether the level alone tells what is opened."""
        return self.depth is None and not (self.expand or self.collapse)

    @property
    def is_overview(self) -> bool:
        """Whether there is a box for each section or stage."""
        return self.level.is_overview and self.is_whole_level


def part_at(design: Design, path: str) -> Module:
    """The block or the labelled part at a path.

    Raises:
        CnnError: the network has none there.
    """
    for found, module in parts(design.network):
        if found == path:
            return module
    raise no_part(design, path)


def check_patterns(design: Design, view: View) -> None:
    """Holds that each path and pattern of a view means a part.

    Raises:
        CnnError: one means none.
    """
    for pattern in (*view.expand, *view.collapse):
        if not any(_means(pattern, path, module) for path, module in parts(design.network)):
            raise no_part(design, pattern)


def no_part(design: Design, asked: str) -> CnnError:
    """The error that a network has no part of a name."""
    hint = _other_name(design, asked) or _likely_name(design, asked)
    return request_error("no-part", f"`{design.name}` has no part `{asked}`", hint)


def _other_name(design: Design, asked: str) -> str:
    """The hint at what has the name that is asked for in another way; empty where nothing has."""
    paths = dict(parts(design.network))
    as_path = _INDEX.sub(r".\1", asked)
    if as_path != asked and as_path in paths:
        return f"write the index as a part of the path: `{as_path}`"
    for path, module in paths.items():
        if _is_block(module) and module.name == asked:
            return f"`{asked}` is a block, and `{path}` the first part that is one"
    modules = (design.network, *paths.values())
    if any(section_words(node) == asked for module in modules for node in module.nodes):
        return f"`{asked}` is a section, which is no part: name those in it"
    around = [path for path in paths if asked.startswith(f"{path}.")]
    if around:
        return f"`{max(around, key=len)}` is the part that a layer of that name would be in"
    return ""


def _likely_name(design: Design, asked: str) -> str:
    """The hint at the part or the block whose name is nearest, else at some of them."""
    found = list(parts(design.network))
    known = [path for path, _ in found]
    known += sorted({module.name for _, module in found if _is_block(module)})
    some = f"its parts are {', '.join(known[:6])}{' …' if len(known) > 6 else ''}"
    return suggestion(asked, known, some if known else "it has no parts, only layers")


def parts(module: Module, path: str = "") -> Iterator[tuple[str, Module]]:
    """Every block and labelled part inside a module, with its path."""
    for node in module.nodes:
        if node.module:
            here = join(path, node.name)
            yield here, node.module
            yield from parts(node.module, here)


def _is_block(module: Module) -> bool:
    return module.kind is ModuleKind.BLOCK


def _means(pattern: str, path: str, module: Module) -> bool:
    """Whether a path or a pattern means the part at `path`."""
    return fnmatchcase(path, pattern) or (_is_block(module) and fnmatchcase(module.name, pattern))


class Opening:
    """Decides which parts are opened."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._patterns = bool(view.expand or view.collapse)

    def is_open(self, path: str, module: Module, depth: int, is_leaf: bool) -> bool:
        """Whether the part at `path`, inside `depth` others that are opened, is opened itself.

        `is_leaf` tells what becomes of it at the level of blocks.
        """
        view = self._view
        if any(_means(pattern, path, module) for pattern in view.collapse):
            return False
        if view.expand and self._holds(view.expand, path, module):
            return True
        if view.depth is not None:
            return depth < view.depth
        return view.level is Level.LAYER or not is_leaf

    def in_legend(self, path: str, block: Module) -> bool:
        """Whether a block that is not opened at `path` is shown in the legend."""
        collapsed = any(_means(pattern, path, block) for pattern in self._view.collapse)
        return self._view.level is Level.BLOCK and not collapsed

    def _holds(self, patterns: tuple[str, ...], path: str, module: Module) -> bool:
        """Whether a pattern means the part, or one in it."""
        inside = ((path, module), *parts(module, path))
        return any(_means(p, *part) for part in inside for p in patterns)

    def marks(self, path: str, module: Module) -> frozenset[tuple[str, str]]:
        """What the patterns mean in a part, by paths in it: parts that differ are not folded."""
        if not self._patterns:
            return frozenset()
        inside = ((path, module), *parts(module, path))
        patterns = (*self._view.expand, *self._view.collapse)
        return frozenset(
            (pattern, found.removeprefix(path))
            for found, part in inside
            for pattern in patterns
            if _means(pattern, found, part)
        )

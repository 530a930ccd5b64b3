"""Pairs of nodes → boxes that tell both: `3×3 conv, 64 → 128`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from cnndsl.analyse.differences import Argument, Change, Comparison, Part
from cnndsl.analyse.places import counts
from cnndsl.design import Module, ModuleKind, Role
from cnndsl.draw.names import join, node_name, where
from cnndsl.draw.pictures import captions
from cnndsl.draw.pictures.families import Families
from cnndsl.draw.pictures.picture import Box, Style
from cnndsl.shape import Shape
from cnndsl.values import Value, interpolated

_ARROW = " → "
_LONGEST_VALUE = 20
# What is before the name of a part that the new network does not have, in the path of that.
_REMOVED = "~removed:"
_Repeats = tuple[tuple[Part, ...], ...]


@dataclass(frozen=True, slots=True)
class Where:
    """Where parts stand: their paths, and whether in a block."""

    paths: tuple[str, ...] = ("",)
    in_block: bool = False
    projection: bool = False

    def within(self, comparison: Comparison, repeats: _Repeats) -> Where:
        """The place of parts, and of what is in them."""
        _, first = comparison.node(repeats[0][0])
        names = [_name(comparison, part) for group in repeats for part in group]
        is_block = first.module is not None and first.module.kind is ModuleKind.BLOCK
        return Where(
            tuple(join(path, name) for path in self.paths for name in names),
            self.in_block or is_block,
            self.projection or first.role is Role.PROJECTION,
        )


def _name(comparison: Comparison, part: Part) -> str:
    """The part's name in the new network; of what is removed, that in the old one, marked."""
    _, node = comparison.node(part)
    if part.new is not None:
        return node_name(node, part.new)
    assert part.old is not None, "a part has a side"
    return f"{_REMOVED}{node_name(node, part.old)}"


def both(old: str, new: str) -> str:
    """Two texts as one: what is between their commas is told once where it is the same."""
    if old == new:
        return new
    one, two = old.split(", "), new.split(", ")
    told: list[str] = []
    for what, i, j, k, m in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if what == "equal":
            told += two[k:m]
            continue
        pairs = min(j - i, m - k)
        told += [f"{a}{_ARROW}{b}" for a, b in zip(one[i:j], two[k:m], strict=False)]
        told += [f"−{word}" for word in one[i + pairs : j]]
        told += [f"+{word}" for word in two[k + pairs : m]]
    return ", ".join(told)


def shapes_words(old: Shape, new: Shape) -> str:
    """`64→128×56×56`: two shapes with the same axes as one."""
    if old.axes != new.axes:
        return f"{captions.shape_words(old)}{_ARROW}{captions.shape_words(new)}"
    sizes = list(zip(old.sizes, new.sizes, strict=True))
    if sum(a != b for a, b in sizes) > 1:
        return f"{captions.shape_words(old)}{_ARROW}{captions.shape_words(new)}"
    return "×".join(str(b) if a == b else f"{a}→{b}" for a, b in sizes)


def argument_words(arguments: tuple[Argument, ...]) -> str:
    """`groups 1 → 32, base 64 → 4`."""
    return ", ".join(f"{a.name} {_value(a.old)}{_ARROW}{_value(a.new)}" for a in arguments)


def _value(value: Value) -> str:
    text = "none" if value is None else interpolated(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def ended(box: Box, old: tuple[Shape, ...], new: tuple[Shape, ...]) -> Box:
    """The box of an input or output, told what became of it."""
    if old == new:
        return replace(box, change=Change.SAME)
    if not new:
        return replace(box, paths=(f"{_REMOVED}{box.paths[0]}",), change=Change.REMOVED)
    if not old:
        return replace(box, change=Change.ADDED)
    return replace(box, note=shapes_words(old[0], new[0]), change=Change.CHANGED)


def layers(
    number: int, comparison: Comparison, repeats: _Repeats, here: Where, change: Change
) -> Box:
    """The box of a group of layers."""
    group = repeats[0]
    module, node = comparison.node(group[0])
    layer = node.layer
    assert layer is not None, "a group begins with a layer"
    sides = [_words(comparison, group, side) for side in (0, 1)]
    if all(_only_passes(comparison, part) for part in group):
        change = Change.SAME
    if change is not Change.CHANGED:
        sides = [max(sides, key=len)] * 2
    title, *details = [both(one, two) for one, two in zip(*_padded(*sides), strict=True)]
    inputs = module.input_shapes(node)
    style = captions.merge_style(layer, inputs) if layer.merges else Style.LAYERS
    detail = " · ".join(details)
    if layer.merges:
        title, detail = captions.merge_words(layer, inputs)
    box = Box(number, style, title, detail, kind=layer.kind, count=len(here.paths) // len(group))
    box = replace(box, reshapes=_last(comparison, group) != inputs[0])
    if change is Change.CHANGED and sides[0] == sides[1]:
        own = argument_words(group[0].arguments)
        box = replace(box, note=own or _takes(comparison, group[0]))
    return _with_facts(box, comparison, repeats, here, change)


def _only_passes(comparison: Comparison, part: Part) -> bool:
    """Whether other shapes pass through a layer that owns nothing: edges tell of them."""
    module, node = comparison.node(part)
    assert node.layer is not None, "it is a layer"
    return part.follows and not node.layer.weights(*module.input_shapes(node))


def _takes(comparison: Comparison, part: Part) -> str:
    """What flows into a layer that has nothing else changed: `takes 64→128×56×56`."""
    assert part.old is not None, "what is changed has both sides"
    assert part.new is not None, "what is changed has both sides"
    old, new = comparison.old, comparison.new
    shapes = old.input_shapes(old.nodes[part.old]), new.input_shapes(new.nodes[part.new])
    other = (pair for pair in zip(*shapes, strict=False) if pair[0] != pair[1])
    return ", ".join(f"takes {shapes_words(one, two)}" for one, two in list(other)[:1])


def _last(comparison: Comparison, group: tuple[Part, ...]) -> Shape:
    return comparison.node(group[-1])[1].outputs[0]


def _words(comparison: Comparison, group: tuple[Part, ...], side: int) -> list[str]:
    """The captions of a group on a side."""
    module = (comparison.old, comparison.new)[side]
    numbers = [(part.old, part.new)[side] for part in group]
    return captions.layer_words(module, tuple(n for n in numbers if n is not None))


def _padded(one: list[str], two: list[str]) -> tuple[list[str], list[str]]:
    longest = max(len(one), len(two))
    return one + [""] * (longest - len(one)), two + [""] * (longest - len(two))


def block(
    number: int, comparison: Comparison, repeats: _Repeats, here: Where, families: Families
) -> Box:
    """The box of a part that is not opened."""
    nodes = [comparison.node(group[0])[1] for group in repeats]
    inner = nodes[0].module
    assert inner is not None, "it is a part"
    title, detail = captions.part_words(nodes)
    arguments = captions.argument_words(families.telling(inner))
    if families.is_one_box(inner) and (layer := _first_layer(inner)):
        arguments = layer
    if inside := repeats[0][0].inside:
        arguments = inside_words(inside) or arguments
    box = Box(
        number,
        Style.BLOCK,
        title,
        arguments,
        note=detail,
        count=len(here.paths),
        reshapes=_last(comparison, repeats[0]) != inner.inputs[0],
    )
    return _with_facts(box, comparison, repeats, here, repeats[0][0].change)


def inside_words(inside: Comparison) -> str:
    """What is changed in a block that stays closed: `norm identity → bn · +2 ~2 layers`."""
    found = counts(inside)
    told = (Change.ADDED, Change.REMOVED, Change.CHANGED)
    numbers = [f"{change.value}{found[change]}" for change in told if found[change]]
    inner = f"{' '.join(numbers)} layers" if numbers else ""
    name = (
        "" if inside.old.name == inside.new.name else f"{inside.old.name}{_ARROW}{inside.new.name}"
    )
    return " · ".join(filter(None, (name or argument_words(inside.arguments), inner)))


def _first_layer(module: Module) -> str:
    """The caption of the layer that a module begins with."""
    node = module.nodes[0]
    if node.module:
        return _first_layer(node.module)
    return captions.layer_words(module, (0,))[0]


def header(number: int, comparison: Comparison, repeats: _Repeats, here: Where) -> Box:
    """The name of a frame, with what it is called with and what it gives."""
    nodes = [comparison.node(group[0])[1] for group in repeats]
    part = repeats[0][0]
    inside = part.inside
    assert inside is not None, "a frame has two modules in it"
    title, detail = captions.part_words(nodes)
    own = inside.new.kind is ModuleKind.BLOCK
    words = argument_words(inside.arguments) if own else ""
    if inside.old.name != inside.new.name and own:
        words = f"{inside.old.name}{_ARROW}{inside.new.name}"
    shapes = [module.shape(module.outputs[0].wire) for module in (inside.old, inside.new)]
    box = Box(
        number,
        Style.HEADER,
        title,
        "  ".join(filter(None, (detail, words))),
        note=shapes_words(shapes[0], shapes[1]),
        count=len(here.paths),
    )
    return _with_facts(box, comparison, repeats, here, Change.CHANGED)


def _with_facts(
    box: Box, comparison: Comparison, repeats: _Repeats, here: Where, change: Change
) -> Box:
    part = repeats[0][0]
    module, node = comparison.node(part)
    inner = node.module
    return replace(
        box,
        paths=here.paths,
        line=where(node),
        tooltip=f"{here.paths[0]} · {_state(change)} · {_lines(comparison, part)}",
        inputs=module.input_shapes(node),
        output=inner.shape(inner.outputs[0].wire) if inner else node.outputs[0],
        projection=here.projection,
        training=node.training,
        change=change,
    )


def _state(change: Change) -> str:
    return "the same" if change is Change.SAME else change.name.lower()


def _lines(comparison: Comparison, part: Part) -> str:
    """The lines of both sides, once where they are one."""
    sides = ((comparison.old, part.old), (comparison.new, part.new))
    lines = [where(module.nodes[index]) for module, index in sides if index is not None]
    return _ARROW.join(dict.fromkeys(lines))

"""The words on boxes: what layers are called, and where the parts that they belong to stand."""

from __future__ import annotations

from itertools import groupby

from cnndsl.design import Module, ModuleKind, Node
from cnndsl.draw.names import quantity, where
from cnndsl.draw.pictures.picture import Style
from cnndsl.layers.base import Layer
from cnndsl.layers.merging import Concat
from cnndsl.parts import span_of_names
from cnndsl.shape import Shape

# A concatenation of so many inputs is drawn as a bar, on which its sum has room.
_WIDE = 3
_LONGEST_VALUE = 24
# The option of blocks that papers write as `/2`.
_STRIDE = "stride"
_KERNEL = "kernel"
# A parameter whose name says no more than the number itself.
_CHANNELS = "c"


def shape_words(shape: Shape) -> str:
    """`64×56×56`."""
    return "×".join(map(str, shape.sizes)) or "scalar"


def merge_style(layer: Layer, inputs: tuple[Shape, ...]) -> Style:
    """How a merge is drawn."""
    wide = isinstance(layer, Concat) and len(inputs) >= _WIDE
    return Style.BAR if wide else Style.MARK


def merge_words(layer: Layer, inputs: tuple[Shape, ...]) -> tuple[str, str]:
    """The sign of a merge, and the sum that a wide one shows."""
    if not isinstance(layer, Concat):
        return layer.caption(*inputs), ""
    axis = layer.axis.upper()
    if merge_style(layer, inputs) is Style.MARK:
        return axis, ""
    total = " + ".join(_terms([shape[layer.axis] for shape in inputs]))
    return "concat", f"{axis} = {total}"


def _terms(sizes: list[int]) -> list[str]:
    """The terms of a sum; three or more equal ones in a row as a product, `3·32`."""
    terms: list[str] = []
    for size, run in groupby(sizes):
        count = len(list(run))
        terms += [f"{count}·{size}"] if count >= _WIDE else [str(size)] * count
    return terms


def layer_words(module: Module, group: tuple[int, ...]) -> list[str]:
    """What the first layer of a group is called, and those that join it and do something."""
    captions: list[str] = []
    for index in group:
        node = module.nodes[index]
        assert node.layer is not None
        if captions and node.layer.is_idle:
            continue
        captions.append(node.layer.caption(*module.input_shapes(node)))
    return captions


def part_words(nodes: list[Node]) -> tuple[str, str]:
    """The name of equal blocks or scopes in a row, and what else there is to say of it."""
    first = nodes[0]
    assert first.module is not None
    names = span_of_names([node.name for node in nodes])
    if not first.labelled:
        title, details = first.module.name, [names]
    else:
        is_scope = first.module.kind is ModuleKind.SCOPE
        title, details = names, [] if is_scope else [first.module.name]
    return title, " ".join(filter(None, [*details, reuse_words(first)]))


def label_words(nodes: list[Node]) -> str:
    """What is said of equal parts in a row that are drawn as one box: their names."""
    names = span_of_names([node.name for node in nodes]) if nodes[0].labelled else ""
    return " ".join(filter(None, [names, reuse_words(nodes[0])]))


def reuse_words(node: Node) -> str:
    """Whose weights a node runs, where they are not its own."""
    return f"weights of {node.reuses}" if node.reuses else ""


def lent_words(module: Module, nodes: list[Node]) -> str:
    """The names of those of some nodes whose weights others of the module run, too."""
    lent = {node.reuses for node in module.nodes if node.reuses}
    return ", ".join(node.name for node in nodes if node.name in lent)


def argument_words(arguments: list[tuple[str, object]]) -> str:
    """What a block is called with, in the papers' notation: `64, /2`."""
    return ", ".join(filter(None, (_argument(*argument) for argument in arguments)))


def ranges(each: list[list[tuple[str, object]]]) -> list[tuple[str, object]]:
    """The arguments of several blocks as those of one: where they differ, from first to last."""
    first, last = each[0], each[-1]
    return [
        (name, value if value == other else f"{_value(value)}–{_value(other)}")
        for (name, value), (_, other) in zip(first, last, strict=True)
    ]


def _argument(name: str, value: object) -> str:
    if name == _STRIDE:
        return "" if value == 1 else f"/{value}"
    if value is None:
        return ""
    if isinstance(value, bool):
        return name if value else f"no {name}"
    if name == _KERNEL and not isinstance(value, str):
        sides = value if isinstance(value, tuple) else (value, value)
        return "×".join(map(_value, sides))
    if isinstance(value, tuple):
        value = "[" + ", ".join(map(_value, value)) + "]"
    return _value(value) if name == _CHANNELS or _is_word(value) else f"{name} {_value(value)}"


def _is_word(value: object) -> bool:
    """Whether a value is a name, such as that of a layer, which says itself what it is."""
    return isinstance(value, str) and value.isidentifier()


def growth_words(shape: Shape, count: int, step: int) -> str:
    """The rule by which parts in a row grow: `C 64 → 256, +32 each`."""
    first = shape["c"]
    return f"C {first} → {first + count * step}, +{step} each"


def tooltip(path: str, node: Node, params: int) -> str:
    """What a reader sees who points at a box: its path, its place, and its size."""
    words = [path]
    if module := node.module:
        arguments = ", ".join(f"{name}={_value(value)}" for name, value in module.arguments)
        words.append(f"{module.name}({arguments})" if arguments else module.name)
    words.append(where(node))
    if params:
        words.append(f"{quantity(params)} parameters")
    return " · ".join(words)


def _value(value: object) -> str:
    """An argument's value nearly as a spec writes it, cut where it is long."""
    if isinstance(value, float):
        return f"{value:.3g}"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"

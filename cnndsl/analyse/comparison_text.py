"""What two networks have in common, as text: their sizes, and a line for each difference."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import groupby

from cnndsl.analyse.calls import spec_call
from cnndsl.analyse.columns import aligned, grouped
from cnndsl.analyse.differences import Argument, Change, Comparison, Part, compare
from cnndsl.analyse.places import counts, places
from cnndsl.design import Design, Node
from cnndsl.parts import span_of_names
from cnndsl.resources import folder
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.values import Value, interpolated

_ARROW = " → "
_MOST_RENAMED = 3
_LONGEST_CALL = 48


def differ(old: Design, new: Design, comparison: Comparison) -> bool:
    """Whether two networks are not one: in what they do, or in the names of their weights."""
    return comparison.differs or any(_renamed(comparison)) or _ends(old) != _ends(new)


def comparison_text(old: Design, new: Design) -> str:
    """Both networks' sizes, then a line for each part that was added, removed or changed."""
    comparison = compare(old, new)
    if not differ(old, new, comparison):
        return f"{' and '.join(told_names(old, new))}: the same network"
    lines = aligned(list(_sizes(old, new)), 0)
    found = [*_network(comparison), *_rows(comparison, "")]
    if found:
        lines += ["", *aligned(found, 0)]
    return "\n".join([*lines, "", *_counts(comparison), *_names(comparison)])


def told_names(old: Design, new: Design) -> tuple[str, str]:
    """What the networks are called: of one name in two files, `one.cnn:Net` and `two.cnn:Net`."""
    files = _file(old.network.span), _file(new.network.span)
    if old.name != new.name or files[0] == files[1]:
        return old.name, new.name
    short = os.path.basename(files[0]), os.path.basename(files[1])
    one, two = files if short[0] == short[1] else short
    return f"{one}:{old.name}", f"{two}:{new.name}"


def _ends(design: Design) -> tuple[str, str]:
    outputs = design.output
    if not isinstance(outputs, Shape):
        return _shapes(design.network.inputs), ", ".join(f"{n} {s}" for n, s in outputs.items())
    return _shapes(design.network.inputs), str(outputs)


def _shapes(shapes: tuple[Shape, ...]) -> str:
    return ", ".join(map(str, shapes))


def _sizes(old: Design, new: Design) -> Iterator[tuple[str, str, str, str]]:
    names = told_names(old, new)
    yield "", f"− {names[0]}", f"+ {names[1]}", ""
    for name, one, two in zip(("input", "output"), _ends(old), _ends(new), strict=True):
        yield name, one, two, ""
    counts = ("layers", len(old.layers()), len(new.layers()))
    for name, a, b in (
        counts,
        ("parameters", old.params, new.params),
        ("MACs", old.macs, new.macs),
    ):
        yield name, grouped(a), grouped(b), _growth(a, b)


def _growth(old: int, new: int) -> str:
    """`+1,024 (+0.3 %)`."""
    if old == new:
        return "the same"
    share = f" ({(new - old) / old:+.1%})".replace("%", " %") if old else ""
    return f"{new - old:+,}{share}".replace("-", "−")


def _network(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    """The line of the networks themselves."""
    words = list(_argument_words(comparison.arguments))
    if comparison.old.inputs != comparison.new.inputs:
        words.insert(
            0, f"input {_shapes(comparison.old.inputs)}{_ARROW}{_shapes(comparison.new.inputs)}"
        )
    if words:
        place = _places(comparison.old.span, comparison.new.span)
        yield _row(Change.CHANGED, "", "network", ", ".join(words), place)


def _row(change: Change, path: str, what: str, words: str, place: str) -> tuple[str, ...]:
    return f"{change.value} {path or '.'}", what, words, place


def _rows(comparison: Comparison, prefix: str) -> Iterator[tuple[str, ...]]:
    for _, run in groupby(comparison.parts, comparison.likeness):
        parts = list(run)
        first = parts[0]
        names = [_name(comparison, part) for part in parts]
        path = prefix + span_of_names(names)
        if first.change is not Change.SAME and (row := _part_row(comparison, first, path)):
            yield row
        if first.inside and first.inside.differs:
            yield from _rows(first.inside, f"{path}.")


def _name(comparison: Comparison, part: Part) -> str:
    _, node = comparison.node(part)
    return node.name or (node.layer.word if node.layer else "")


def _part_row(comparison: Comparison, part: Part, path: str) -> tuple[str, ...] | None:
    """The line of a part; None for what is changed by that around it or in it alone."""
    module, node = comparison.node(part)
    if part.change is not Change.CHANGED:
        call = spec_call(module, node)
        words = f"gives {node.outputs[0]}"
        if count := module.node_params(node):
            words += f", {grouped(count)} parameters"
        call = call if len(call) <= _LONGEST_CALL else f"{call[: _LONGEST_CALL - 1]}…"
        return _row(part.change, path, call, words, _place(node.span))
    assert part.old is not None, "what is changed has both sides"
    old = comparison.old.nodes[part.old]
    own = part.arguments or (part.inside.arguments if part.inside else ())
    params = comparison.old.node_params(old), module.node_params(node)
    if not own and not part.rewired and (part.inside or params[0] == params[1]):
        return None
    told = [
        *_argument_words(own, is_layer=node.layer is not None),
        *_effects(part, (old, node), params),
    ]
    what = node.layer.word if node.layer else node.module.name if node.module else ""
    spans = [_span(one, own) for one in (old, node)]
    return _row(part.change, path, what, ", ".join(told), _places(*spans))


def _effects(part: Part, nodes: tuple[Node, Node], params: tuple[int, int]) -> Iterator[str]:
    if part.rewired:
        yield "takes from elsewhere"
    shapes = [node.outputs[0] for node in nodes]
    if shapes[0] != shapes[1]:
        yield f"gives {shapes[0]}{_ARROW}{shapes[1]}"
    if params[0] != params[1]:
        yield f"{grouped(params[0])}{_ARROW}{grouped(params[1])} parameters"


def _argument_words(arguments: tuple[Argument, ...], is_layer: bool = False) -> Iterator[str]:
    for argument in arguments:
        old, new = (_value(value, is_layer) for value in (argument.old, argument.new))
        yield f"{argument.name} {old}{_ARROW}{new}"


def _value(value: Value, is_layer: bool) -> str:
    """A value as a spec writes it: of a layer's option, several numbers are a size."""
    if is_layer and isinstance(value, tuple) and all(type(part) is int for part in value):
        return "x".join(map(str, value))
    return "none" if value is None else interpolated(value)


def _span(node: Node, arguments: tuple[Argument, ...]) -> Span:
    """Where the first of the arguments is given that stands in a spec, or the node itself."""
    for argument in arguments:
        origin = node.given.get(argument.name)
        if origin and origin.span:
            return origin.span
    return node.span


def _places(old: Span, new: Span) -> str:
    one, two = _place(old), _place(new)
    return one if one == two else f"{one}{_ARROW}{two}"


def _place(span: Span) -> str:
    """`net.cnn:12`."""
    return f"{_file(span)}:{span.line}"


def _file(span: Span) -> str:
    """The file of a place; of a bundled spec, where it is installed does not matter."""
    return span.source.name.removeprefix(f"{folder('specs')}{os.sep}")


def _counts(comparison: Comparison) -> Iterator[str]:
    found = counts(comparison)
    words = [
        f"{found[change]} {change.name.lower()}"
        for change in (Change.ADDED, Change.REMOVED, Change.CHANGED)
    ]
    yield f"Layers: {', '.join(words)}, {found[Change.SAME]} the same."


def _renamed(comparison: Comparison) -> Iterator[tuple[str, str]]:
    """The paths of layers with weights that are called otherwise."""
    for place in places(comparison):
        module, node = place.comparison.node(place.part)
        is_layer = node.layer and not node.reuses
        is_pair = place.old and place.new and place.old != place.new
        if is_pair and is_layer and module.node_params(node):
            yield place.old, place.new


def _names(comparison: Comparison) -> Iterator[str]:
    if found := list(_renamed(comparison)):
        some = ", ".join(f"{old}{_ARROW}{new}" for old, new in found[:_MOST_RENAMED])
        more = ", …" if len(found) > _MOST_RENAMED else ""
        yield f"Weights that are called otherwise: {len(found)}: {some}{more}."

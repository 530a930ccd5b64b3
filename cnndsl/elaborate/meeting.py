"""Shapes that meet and do not fit: what would bring one to the other."""

from __future__ import annotations

from cnndsl.layers.base import Layer
from cnndsl.layers.merging import Add, Concat, Mul
from cnndsl.layers.windows import SPATIAL, joined
from cnndsl.shape import Shape

# The greatest stride that a remedy proposes.
_GREATEST_STRIDE = 32


def residual_hint(body: Shape, shortcut: Shape, entering: Shape, projected: bool) -> str:
    """What mends a residual.

    Args:
        body: what its body gives.
        shortcut: what its shortcut gives.
        entering: what both take.
        projected: whether the shortcut goes through a `project`.
    """
    projection = bridge(entering, body)
    if projected:
        wanted = f"make the projection give {body.describe()}"
        return f"{wanted}: `project {{ {projection} }}`" if projection else wanted
    if not projection:
        smaller = body.axes == shortcut.axes and body.elements < shortcut.elements
        why = ", as an odd `kernel` without `pad` keeps the size" if smaller else ""
        return f"make the body give {shortcut.describe()}{why}"
    project = f"`project {{ {projection} }}`"
    if _but_channels(body) == _but_channels(shortcut):
        back = bridge(body, shortcut)
        return f"end the body with `{back}`, or bring the shortcut to its shape: {project}"
    return f"bring the shortcut to the body's shape: {project}"


def merge_hint(layer: Layer, shapes: tuple[Shape, Shape], names: tuple[str, str]) -> str:
    """What mends a merge of two arms with these shapes; empty where nothing plain does."""
    free = layer.axis if isinstance(layer, Concat) else ""
    first, second = _stretched(layer, shapes)
    if first.axes != second.axes:
        return _alike(layer, shapes, names) or _alike(layer, shapes[::-1], names[::-1])
    if _sizes(first, free) == _sizes(second, free):
        ways = [(names[0], _channels(first, second)), (names[1], _channels(second, first))]
        told = [f"{name} with `{items}`" for name, items in ways if items]
        return f"end {', or '.join(told)}" if told else ""
    if first.axes not in SPATIAL:
        return ""
    (small, name), (large, other) = sorted(
        zip((first, second), names, strict=True), key=lambda pair: pair[0].sizes[1:]
    )
    channels = _channels(small, large) if free != "c" else ""
    end = " -> ".join(filter(None, [channels, _resized(small, large)]))
    ends = f"end {name} with `{end}`"
    if not channels and _is_cut(small, large):
        ends += f", or {other} with `crop {joined(small.sizes[1:])}`"
    return f"give both arms one size by `stride` and `pad`, or {ends}"


def _stretched(layer: Layer, shapes: tuple[Shape, Shape]) -> tuple[Shape, Shape]:
    """Both shapes, with what the merge stretches brought to the other's size."""
    first, second = shapes
    if first.axes != second.axes or not isinstance(layer, Add | Mul):
        return shapes
    pairs = list(zip(first.sizes, second.sizes, strict=True))
    sizes = [(max(pair), max(pair)) if 1 in pair else pair for pair in pairs]
    one, other = zip(*sizes, strict=True)
    return Shape(first.axes, one), Shape(first.axes, other)


def _is_cut(small: Shape, large: Shape) -> bool:
    """Whether one size of `h w` may come from the other by windows that were not padded."""
    pairs = zip(small.sizes[1:], large.sizes[1:], strict=True)
    return all(old <= new < 1.5 * old for old, new in pairs)


def _resized(before: Shape, after: Shape) -> str:
    """The item that brings one size of `h w` to another, which is greater."""
    size = joined(after.sizes[1:])
    ratios = {new / old for old, new in zip(before.sizes[1:], after.sizes[1:], strict=True)}
    if set(before.sizes[1:]) == {1}:
        return f"upsample {size}"
    if len(ratios) == 1 and (ratio := ratios.pop()).is_integer():
        return f"upsample {ratio:.0f}"
    return f"interpolate {size}"


def _sizes(shape: Shape, free: str) -> tuple[int, ...]:
    """The sizes of a shape but for `c`, and for an axis along which they are free."""
    pairs = zip(shape.axes, shape.sizes, strict=True)
    return tuple(size for axis, size in pairs if axis not in ("c", free))


def _but_channels(shape: Shape) -> tuple[tuple[str, ...], tuple[int, ...]]:
    return shape.axes, _sizes(shape, "c")


def _channels(before: Shape, after: Shape) -> str:
    """The item that brings one number of channels to another; empty where none has to or can."""
    if "c" not in before or before["c"] == after["c"]:
        return ""
    if before.axes in SPATIAL:
        return f"conv {joined((1,) * len(before.sizes[1:]))} {after['c']}"
    return f"fc {after['c']}" if before.axes[-1] == "c" else ""


def bridge(before: Shape, after: Shape) -> str:
    """The item that brings one shape to another as a shortcut does; empty where none does."""
    if before.axes != after.axes:
        return ""
    if before.axes not in SPATIAL:
        return _channels(before, after) if _but_channels(before) == _but_channels(after) else ""
    pairs = list(zip(before.sizes[1:], after.sizes[1:], strict=True))
    # A convolution with a kernel of 1 gives ceil(size / stride).
    strides = range(1, _GREATEST_STRIDE + 1)
    stride = next((n for n in strides if all(-(-old // n) == new for old, new in pairs)), 0)
    if not stride:
        return ""
    ones = joined((1,) * len(pairs))
    return f"conv {ones} {after['c']}" + (f" /{stride}" if stride > 1 else "")


def _alike(layer: Layer, shapes: tuple[Shape, Shape], names: tuple[str, str]) -> str:
    """What gives the first of two arms the axes of the second; empty where nothing plain does."""
    before, after = shapes
    end = f"end {names[0]} with "
    if before.axes == ("c",) and after.axes in SPATIAL and isinstance(layer, Add | Mul):
        ones = " ".join(f"{axis}=1" for axis in after.axes[1:])
        return f'{end}`rearrange "c -> c {ones}"`, so that it is stretched'
    if before.axes in SPATIAL and after.axes == ("c",) and not isinstance(layer, Add | Mul):
        return f"{end}`flatten`" if set(before.sizes[1:]) == {1} else f"{end}`gap -> flatten`"
    if sorted(before.axes) == sorted(after.axes):
        return f'{end}`rearrange "{before.names} -> {after.names}"`'
    if before.axes == ("c", "h", "w") and after.axes == ("hw", "c"):
        return f'{end}`rearrange "c h w -> (h w) c"`'
    if len(before) == len(after):
        pairs = zip(before.axes, after.axes, strict=True)
        renamed = " ".join(new if old == new else f"({new})" for old, new in pairs)
        return f'call the axes alike: {end}`rearrange "{renamed} -> {after.names}"`'
    return ""

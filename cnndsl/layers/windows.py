"""Windows that slide over the spatial axes: how many fit, and how wide the padding is.

Everything that holds for each axis is a tuple in the axes' order.
"""

from __future__ import annotations

from math import isqrt

from cnndsl.layers.base import ShapeError
from cnndsl.layers.options import PerAxis
from cnndsl.shape import Shape

SPATIAL = (("c", "h", "w"), ("c", "t", "h", "w"))

Sizes = tuple[int, ...]


def spatial_sizes(word: str, shape: Shape, hint: str = "") -> Sizes:
    """The sizes of `h w` of `c h w`, or of `t h w` of `c t h w`.

    Args:
        word: the layer.
        shape: what it takes.
        hint: what mends other axes, if the layer knows better than that they be made a map.

    Raises:
        ShapeError: the shape has other axes.
    """
    if shape.axes in SPATIAL:
        return shape.sizes[1:]
    message = f"`{word}` takes `c h w` or `c t h w`, but gets {shape.describe()}"
    raise ShapeError(message, hint or to_map(word, shape))


def to_map(word: str, shape: Shape) -> str:
    """What gives a layer the map that it needs; empty where nothing plain does."""
    if shape.axes == ("c",):
        return f"put `{word}` before what takes `h w` away, such as `flatten`"
    if shape.axes[1:] == ("c",):
        return f'make it a map first: `rearrange "(h={_side(shape.sizes[0])} w) c -> c h w"`'
    if shape.axes == ("h", "w", "c"):
        return 'put `rearrange "h w c -> c h w"` before it'
    return ""


def _side(places: int) -> int:
    """The height of the map that is nearest to a square, of this number of places."""
    return max(n for n in range(1, isqrt(places) + 1) if places % n == 0)


def spread(value: PerAxis, sizes: Sizes, option: str) -> Sizes:
    """The value of `option` for each spatial axis.

    Raises:
        ShapeError: it gives a number for each axis, but not as many as there are axes.
    """
    if isinstance(value, int):
        return (value,) * len(sizes)
    if len(value) != len(sizes):
        numbers = "1 number" if len(value) == 1 else f"{len(value)} numbers"
        raise ShapeError(
            f"`{option}` has {numbers}, but the input has {len(sizes)} spatial axes, "
            f"{joined(sizes)}",
            hint=f"`{option}={joined(value[:1] * len(sizes))}`",
            option=option,
        )
    return value


def compact(values: Sizes) -> PerAxis:
    """One number where all are equal, as a person writes it."""
    return values[0] if len(set(values)) == 1 else values


def joined(values: Sizes, sign: str = "x") -> str:
    """`3x3`, or with another sign `3×3`."""
    return sign.join(map(str, values))


def short(values: Sizes, sign: str = "x") -> str:
    """`2` where all are equal, else `2x1`."""
    return joined(values[:1] if len(set(values)) == 1 else values, sign)


def reach(kernel: int, dilation: int) -> int:
    """How many places a dilated kernel spans."""
    return dilation * (kernel - 1) + 1


def same_padding(size: int, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    """The padding before and after an axis by which `ceil(size / stride)` windows fit.

    TensorFlow's "SAME", which puts the greater half of an odd number after the axis.
    """
    count = -(-size // stride)
    total = max((count - 1) * stride + reach(kernel, dilation) - size, 0)
    return total // 2, total - total // 2


def check_padding_mode(
    mode: str, sizes: Sizes, padding: tuple[tuple[int, int], ...], option: str, plain: str
) -> None:
    """Refuses to take more places from the input than it has: a mirror leaves out the edge.

    Args:
        mode: what the padding holds.
        sizes: the axes' sizes.
        padding: the places before and after each.
        option: the name of the option that gave the mode.
        plain: the option's word for padding that takes nothing from the input.

    Raises:
        ShapeError: an axis is too short for its padding.
    """
    unused = {"reflect": 1, "circular": 0}.get(mode)
    if unused is None:
        return
    for size, ends in zip(sizes, padding, strict=True):
        if max(ends) > size - unused:
            raise ShapeError(
                f"`{option}={mode}` can add at most {size - unused} at an end of "
                f"an axis of {size}, but `pad` is {max(ends)}",
                hint=f"`{option}={plain}` or `{option}=replicate`",
                option=option,
            )


def window_count(
    size: int,
    kernel: int,
    stride: int,
    padding: tuple[int, int],
    dilation: int,
    ceil_mode: bool = False,
) -> int:
    """How many windows fit an axis with padding before and after; below one where none does.

    The formula in the documentation of torch.nn.Conv2d and torch.nn.MaxPool2d. With `ceil_mode` the
    last window may hang over the end, but has to start in the input or the padding before it.
    """
    before, after = padding
    room = before + size + after - reach(kernel, dilation)
    if not ceil_mode:
        return room // stride + 1
    count = -(-room // stride) + 1
    return count - 1 if (count - 1) * stride >= before + size else count


def window_counts(
    sizes: Sizes,
    kernel: Sizes,
    stride: Sizes,
    padding: tuple[tuple[int, int], ...],
    dilation: Sizes,
    ceil_mode: bool = False,
) -> Sizes:
    """How many windows fit each axis.

    Raises:
        ShapeError: none fits one of them.
    """
    axes = zip(sizes, kernel, stride, padding, dilation, strict=True)
    counts = tuple(window_count(*axis, ceil_mode) for axis in axes)
    if min(counts) >= 1:
        return counts
    spans = tuple(map(reach, kernel, dilation))
    dilated = f", dilated to {joined(spans)}," if spans != kernel else ""
    padded = tuple(size + sum(ends) for size, ends in zip(sizes, padding, strict=True))
    grown = f", padded to {joined(padded)}" if padded != sizes else ""
    greatest = joined(tuple(map(min, kernel, padded)))
    smaller = "a smaller `dilation`, " if dilated else f"`kernel={greatest}` at most, "
    if set(padded) == {1}:
        smaller = ""
    raise ShapeError(
        f"a {joined(kernel)} window{dilated} does not fit {joined(sizes)}{grown}",
        hint=f"{smaller}smaller strides before it, or a larger input",
        option="kernel",
        code="window",
    )

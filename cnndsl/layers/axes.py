"""The axes that layers work on: which they are, and how Python indexes one."""

from __future__ import annotations

from cnndsl.layers.base import ShapeError
from cnndsl.shape import Shape


def check_axis(word: str, shape: Shape, axis: str) -> None:
    """Refuses an axis that the input has not.

    Raises:
        ShapeError: the shape has no such axis.
    """
    if axis not in shape:
        raise ShapeError(
            f"`{word}` goes along `{axis}`, but gets {shape.describe()}",
            hint=f"one of {', '.join(f'`axis={name}`' for name in shape.axes)}",
            option="axis",
        )


def check_axes(word: str, shape: Shape, *known: tuple[str, ...], hint: str = "") -> None:
    """Refuses an input whose axes are none of those `known`.

    Raises:
        ShapeError: it has other axes.
    """
    if shape.axes not in known:
        *others, last = (f"`{' '.join(axes)}`" for axes in known)
        takes = f"{', '.join(others)} or {last}" if others else last
        raise ShapeError(f"`{word}` takes {takes}, but gets {shape.describe()}", hint)


def channels_last(shape: Shape) -> str:
    """The remedy of tokens whose last axis is not `c`; empty for other shapes."""
    if len(shape) != 2:
        return ""
    before, last = shape.axes
    other = "d" if before == "c" else before
    first = f"({other})" if before == "c" else before
    hint = f'to map `{last}`, call it `c`: `rearrange "{first} (c) -> {other} c"`'
    if before == "c":
        hint = f'bring `c` to the end: `rearrange "c {last} -> {last} c"`; {hint}'
    return hint


def indexed(shape: Shape, axis: str, index: str) -> str:
    """An input of this shape with `index` along an axis, as a template: `{}[:, 1:3]`."""
    dim = shape.dim(axis)
    is_last = dim == len(shape) and dim > 1
    return f"{{}}[..., {index}]" if is_last else f"{{}}[{':, ' * dim}{index}]"

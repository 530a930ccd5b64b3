"""Axes joined, split and put in another order, by their names."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import prod

from cnndsl.layers.axis_patterns import Axis, Pattern, parse, split_sizes
from cnndsl.layers.base import Expression, Layer, ShapeError, option
from cnndsl.layers.options import text
from cnndsl.shape import Shape


class Rearrange(Layer):
    """Joins, splits and reorders axes: `"c h w -> (h w) c"` gives `hw c`.

    Parentheses on the right join axes, on the left they split the one at their place. All parts of
    a split but one have a size, as a number or with a name: `"c (h p=2) (w 3) -> …"`.
    """

    word = "rearrange"
    example = 'rearrange "c h w -> (h w) c"'
    returns_input = True

    pattern: str = option(
        text(), doc="the axes before and after, with `->` between them", positional=True
    )

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        pattern = parse(self.pattern)
        _check_names(pattern, shape)
        sizes = dict(_sizes(pattern, shape))
        names = tuple(axis.name for axis in pattern.after)
        for name in names:
            if names.count(name) > 1:
                raise ShapeError(
                    f"`rearrange` gives two axes that are called `{name}`",
                    hint="call a part something else",
                    option="pattern",
                )
        return Shape(names, tuple(_product(axis, sizes) for axis in pattern.after))

    def torch(self, *inputs: Shape) -> Expression:
        return Expression("{}" + "".join(methods(parse(self.pattern))))

    def caption(self, *inputs: Shape) -> str:
        return " ".join(self.pattern.replace("->", " → ").split())


def _check_names(pattern: Pattern, shape: Shape) -> None:
    """Refuses a left side that does not name the axes of the input in their order.

    Parentheses stand for any axis, as that may not be called by the names of its parts; but a part
    has no other axis's name, which would be a mistake in the order, unless both are called
    something else, `(c) (d)` of `l c`.
    """
    renamed = [
        name
        for axis, name in zip(pattern.before, shape.axes, strict=False)
        if axis.grouped and len(axis.parts) == 1
    ]
    free = [name for name in shape.axes if name not in renamed]
    fits = len(pattern.before) == len(shape)
    for axis, name in zip(pattern.before, shape.axes, strict=False):
        part = axis.parts[0]
        if part.name and not axis.grouped:
            fits &= part.name == name
        others = free if name in renamed else shape.axes
        fits &= all(part.name == name or part.name not in others for part in axis.parts)
    if not fits:
        raise ShapeError(
            f"the pattern begins with `{pattern.left}`, but `rearrange` gets {shape.describe()}",
            hint=f'begin it with the axes in their order: `"{shape.names} -> …"`',
            option="pattern",
        )


def _sizes(pattern: Pattern, shape: Shape) -> Iterator[tuple[str, int]]:
    """The size of each part of the left side by its key."""
    for axis, name in zip(pattern.before, shape.axes, strict=True):
        sizes = split_sizes(axis, name, shape)
        yield from ((part.key, size) for part, size in zip(axis.parts, sizes, strict=True))


def _product(axis: Axis, sizes: dict[str, int]) -> int:
    """The size of an axis of the right side; a new part has the size 1."""
    return prod(sizes.get(part.key, 1) for part in axis.parts)


def methods(pattern: Pattern) -> Iterator[str]:
    """The methods of a tensor by which a pattern is carried out, for every batch and size.

    Splitting comes first, and what is joined is joined as early as it stands together, so that as
    few dimensions as can be are moved: `"c h w -> (h w) c"` is `.flatten(2)`, `.transpose(1, 2)`.
    """
    yield from _split(pattern)
    yield from _squeezed(pattern)
    groups = _groups(pattern)
    joined = [group for group in groups if group]
    pieces = [piece for group in joined for piece in _pieces(group)]
    straight = sorted(pieces)
    yield from _flattened([len(piece) for piece in straight])
    yield from _permuted([straight.index(piece) + 1 for piece in pieces])
    yield from _flattened([len(_pieces(group)) for group in joined])
    for dim, group in enumerate(groups, start=1):
        if not group:
            yield f".unsqueeze({dim})"


def _split(pattern: Pattern) -> Iterator[str]:
    """From the last axis to the first, so that the dimensions before keep their numbers."""
    for dim, axis in reversed(list(enumerate(pattern.before, start=1))):
        if len(axis.parts) > 1:
            yield f".unflatten({dim}, {tuple(part.size or -1 for part in axis.parts)})"


def _squeezed(pattern: Pattern) -> Iterator[str]:
    """Takes away what the right side has not, all of it of size 1."""
    kept = pattern.kept
    parts = [part for axis in pattern.before for part in axis.parts]
    dropped = tuple(dim for dim, part in enumerate(parts, start=1) if part not in kept)
    if dropped:
        yield f".squeeze({dropped if len(dropped) > 1 else dropped[0]})"


def _groups(pattern: Pattern) -> list[tuple[int, ...]]:
    """Of which dimensions each axis of the right side is made; of none, where it is new."""
    kept = pattern.kept
    return [
        tuple(kept.index(part) + 1 for part in axis.parts if part in kept) for axis in pattern.after
    ]


def _pieces(group: tuple[int, ...]) -> list[tuple[int, ...]]:
    """What is moved for a group of dimensions: all of them as one, if they stand together."""
    together = all(after == before + 1 for before, after in pairwise(group))
    return [group] if together else [(dim,) for dim in group]


def _flattened(counts: list[int]) -> Iterator[str]:
    """Joins neighbouring dimensions: `counts` tells of how many each of the results is made."""
    last = end = sum(counts)
    for count in reversed(counts):
        start = end - count + 1
        if count > 1:
            yield f".flatten({start})" if end == last else f".flatten({start}, {end})"
        end -= count


def _permuted(order: list[int]) -> Iterator[str]:
    """Puts dimensions in another order, the batch not counted; two are simply exchanged."""
    moved = [dim for dim, old in enumerate(order, start=1) if dim != old]
    if len(moved) == 2:
        yield f".transpose({moved[0]}, {moved[1]})"
    elif moved:
        yield f".permute(0, {', '.join(map(str, order))})"

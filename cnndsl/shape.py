"""Shapes: lists of named axes, without the batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

# The names that a bare list of sizes is given, by its length: a picture is `c h w`.
AXES_BY_RANK = {1: ("c",), 3: ("c", "h", "w"), 4: ("c", "t", "h", "w")}

# What a caller gives for the sizes of a network's input; of several inputs by their names.
InputSizes = tuple[int, ...] | Mapping[str, tuple[int, ...]] | None


@dataclass(frozen=True, slots=True)
class Shape:
    """Named axes and their sizes, `c 64, h 56, w 56`, without the batch."""

    axes: tuple[str, ...]
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, **sizes: int) -> Shape:
        """`Shape.of(c=64, h=56, w=56)`."""
        return cls(tuple(sizes), tuple(sizes.values()))

    @classmethod
    def from_sizes(cls, sizes: tuple[int, ...]) -> Shape:
        """Sizes with the usual names: `c`, `c h w`, or `c t h w`.

        Raises:
            ValueError: no names are usual for so many sizes.
        """
        if len(sizes) not in AXES_BY_RANK:
            raise ValueError(f"{len(sizes)} sizes have no usual names of axes")
        return cls(AXES_BY_RANK[len(sizes)], tuple(sizes))

    def __contains__(self, axis: str) -> bool:
        return axis in self.axes

    def __getitem__(self, axis: str) -> int:
        """The size of `axis`; a KeyError where there is none."""
        if axis not in self.axes:
            raise KeyError(axis)
        return self.sizes[self.axes.index(axis)]

    def __len__(self) -> int:
        return len(self.axes)

    def index(self, axis: str) -> int:
        """The place of `axis`, from 0, batch not counted."""
        return self.axes.index(axis)

    def dim(self, axis: str) -> int:
        """The dimension of `axis` in torch, where the batch is dimension 0."""
        return self.axes.index(axis) + 1

    def replace(self, **sizes: int) -> Shape:
        """The same axes, some with other sizes."""
        merged = {**dict(zip(self.axes, self.sizes, strict=True)), **sizes}
        return Shape(self.axes, tuple(merged[axis] for axis in self.axes))

    @property
    def elements(self) -> int:
        """How many numbers a tensor of this shape holds, for one sample."""
        return prod(self.sizes)

    @property
    def names(self) -> str:
        """The axes' names, `c h w`."""
        return " ".join(self.axes)

    def __str__(self) -> str:
        return "x".join(map(str, self.sizes)) if self.sizes else "scalar"

    def describe(self) -> str:
        """With the axes' names, `c 64, h 56, w 56`."""
        named = zip(self.axes, self.sizes, strict=True)
        return ", ".join(f"{axis} {size}" for axis, size in named) or "no axes"

"""Maps as boxes in perspective: how large they are, and what their faces look like.

Heights go with the square root of the resolution, depths with that of the channels, both on one
scale for a whole network; vectors are bars whose height goes with the logarithm of their length.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import log10

from cnndsl.draw.layouts.geometry import Point
from cnndsl.draw.maps.volumes import Volume
from cnndsl.draw.pictures.captions import shape_words
from cnndsl.draw.scenes.scene import Polygon, Shape, Stroke
from cnndsl.draw.theme import Theme
from cnndsl.shape import Shape as Sizes

# The largest of a network has these sizes, and none is smaller than the least, in points.
_HIGH, _DEEP = 104.0, 42.0
_LEAST_HIGH, _LEAST_DEEP = 9.0, 3.0
# Networks of small maps and few channels are not drawn as if they were large.
_FEW_PLACES, _FEW_CHANNELS = 32, 64
# How far the third axis goes to the right and up, as a part of its length.
_SLANT = 0.36
_BAR_WIDE, _BAR_LEAST, _BAR_STEP, _BAR_SLANT = 7.0, 12.0, 16.0, 3.0
# How much lighter the upper face is, and how much darker the side.
_LIGHTER, _DARKER = 0.45, 0.16
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Solid:
    """A box in its place: `x` is its left side, `y` the middle of all of it."""

    volume: Volume
    deep: float
    high: float
    slant: float
    x: float = 0.0
    y: float = 0.0

    @property
    def words(self) -> str:
        """Its shape, with the names of what it is to those who use the network."""
        return " ".join([*self.volume.names, shape_words(self.volume.shape)])

    @property
    def wide(self) -> float:
        """How much room it takes from left to right."""
        return self.deep + self.slant

    @property
    def tall(self) -> float:
        """How much room it takes from top to bottom."""
        return self.high + self.slant

    @property
    def right(self) -> float:
        return self.x + self.wide

    @property
    def top(self) -> float:
        return self.y - self.tall / 2

    @property
    def bottom(self) -> float:
        return self.y + self.tall / 2

    @property
    def middle(self) -> float:
        """The middle from left to right."""
        return self.x + self.wide / 2

    @property
    def exit(self) -> Point:
        """Where an arrow leaves it: the middle of its side."""
        return self.x + self.deep + self.slant / 2, self.y

    @property
    def entry(self) -> Point:
        """Where an arrow reaches it: its left edge, at the height of the middle."""
        return self.x, self.y

    def at(self, x: float, y: float) -> Solid:
        """The box in another place."""
        return replace(self, x=x, y=y)


def solids(found: list[Volume]) -> list[Solid]:
    """The boxes of a network's maps, in no places yet."""
    maps = [volume.shape for volume in found if volume.is_map]
    most = max([_FEW_PLACES, *(max(_sides(shape)) for shape in maps)])
    channels = max([_FEW_CHANNELS, *(_channels(shape) for shape in maps)])
    return [_solid(volume, most, channels) for volume in found]


def _solid(volume: Volume, most: int, channels: int) -> Solid:
    shape = volume.shape
    if not volume.is_map:
        length = max(1, *shape.sizes) if shape.sizes else 1
        return Solid(volume, _BAR_WIDE, _BAR_LEAST + _BAR_STEP * log10(length), _BAR_SLANT)
    high, wide = (max(_LEAST_HIGH, _HIGH * (side / most) ** 0.5) for side in _sides(shape))
    deep = max(_LEAST_DEEP, _DEEP * (_channels(shape) / channels) ** 0.5)
    return Solid(volume, deep, high, wide * _SLANT)


def _sides(shape: Sizes) -> tuple[int, int]:
    """Height and width; of what has other axes, the number of its places and one."""
    if "h" in shape and "w" in shape:
        return shape["h"], shape["w"]
    others = [size for axis, size in zip(shape.axes, shape.sizes, strict=True) if axis != "c"]
    return max(others, default=1), 1


def _channels(shape: Sizes) -> int:
    return shape["c"] if "c" in shape else min(shape.sizes)


def faces(solid: Solid, theme: Theme) -> Iterator[Shape]:
    """The three faces that are seen of a box."""
    volume = solid.volume
    plain = volume.is_reshaped or not volume.atoms
    fill = theme.end if plain else theme.fill(volume.kind)
    stroke = Stroke(theme.border, 0.8, volume.training)
    left, right = solid.x, solid.x + solid.deep
    top, bottom = solid.top + solid.slant, solid.bottom
    away = solid.slant
    yield Polygon(((left, top), (right, top), (right, bottom), (left, bottom)), fill, stroke)
    upper = ((left, top), (left + away, top - away), (right + away, top - away), (right, top))
    yield Polygon(upper, _mixed(fill, _WHITE, _LIGHTER), stroke)
    side = (
        (right, top),
        (right + away, top - away),
        (right + away, bottom - away),
        (right, bottom),
    )
    yield Polygon(side, _mixed(fill, _BLACK, _DARKER), stroke)


def _mixed(colour: str, other: tuple[int, int, int], share: float) -> str:
    """A colour with a share of another in it."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    mixed = (round(own + (more - own) * share) for own, more in zip(parts, other, strict=True))
    return "#" + "".join(f"{part:02X}" for part in mixed)

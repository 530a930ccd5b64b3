"""Resizing by a factor, or to a size."""

from __future__ import annotations

from cnndsl.layers.base import Call, Layer, ShapeError, option
from cnndsl.layers.options import PerAxis, Port, flag, number, one_of, one_or_list, per_axis
from cnndsl.layers.windows import compact, joined, spatial_sizes, spread
from cnndsl.shape import Shape

# On how many spatial axes a mode works that does not work on all.
RANK_OF_MODE = {"bilinear": 2, "bicubic": 2, "trilinear": 3}
MODES = ("nearest", *RANK_OF_MODE)


def check_mode(mode: str, align_corners: bool | None, sizes: tuple[int, ...]) -> None:
    """Refuses a mode that is not for so many axes, and corners where the mode has none.

    Raises:
        ShapeError: the two options or the input don't fit each other.
    """
    rank = RANK_OF_MODE.get(mode, len(sizes))
    if rank != len(sizes):
        meant = "bilinear" if len(sizes) == 2 else "trilinear"
        raise ShapeError(
            f"`mode={mode}` is for {rank} spatial axes, "
            f"but the input has {len(sizes)}, {joined(sizes)}",
            hint=f"`mode={meant}` or `mode=nearest`",
            option="mode",
        )
    if align_corners is not None and mode == "nearest":
        raise ShapeError(
            "`align_corners` has no meaning for `mode=nearest`",
            hint=f"one of {', '.join(f'`mode={word}`' for word in RANK_OF_MODE)}",
            option="align_corners",
        )


def wanted_sizes(word: str, size: PerAxis | Port, inputs: tuple[Shape, ...]) -> tuple[int, ...]:
    """For each spatial axis the size that an option asks for, or that another item has.

    Raises:
        ShapeError: there are not as many sizes, or the item has other axes.
    """
    shape = inputs[0]
    if not isinstance(size, Port):
        return spread(size, spatial_sizes(word, shape), "size")
    other = inputs[size.number]
    if other.axes != shape.axes:
        raise ShapeError(
            f"`{word}` takes the size of `{shape.names}`, but the item has {other.describe()}",
            option="size",
        )
    return other.sizes[1:]


class Upsample(Layer):
    """Makes `h w`, or `t h w`, `scale` times as large, or as large as `size`."""

    word = "upsample"
    example = "upsample 2"

    scale: float | tuple[float, ...] | None = option(
        one_or_list(number(1, 1_000_000)),
        None,
        doc="factor of the size, or one for each axis, `scale=[2, 1]`",
        positional=True,
    )
    size: PerAxis | None = option(per_axis(), None, doc="size that it gives, in place of `scale`")
    mode: str = option(one_of(*MODES), "nearest", doc="how new values come from those around them")
    align_corners: bool | None = option(
        flag(), None, doc="whether the centres of the corners stay in place; by default not"
    )

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        sizes = spatial_sizes(self.word, shape)
        check_mode(self.mode, self.align_corners, sizes)
        return Shape(shape.axes, (shape["c"], *self._target(sizes)))

    def torch(self, *inputs: Shape) -> Call:
        sizes = inputs[0].sizes[1:]
        size = None if self.size is None else compact(spread(self.size, sizes, "size"))
        scale = self.scale
        if isinstance(scale, tuple) and len(set(scale)) == 1:
            scale = scale[0]
        return Call.of(
            "nn.Upsample",
            {},
            {
                "size": (size, None),
                "scale_factor": (scale, None),
                "mode": (self.mode, "nearest"),
                "align_corners": (self.align_corners, None),
            },
        )

    def caption(self, *inputs: Shape) -> str:
        mode = "" if self.mode == "nearest" else f"{self.mode} "
        if self.size is not None:
            target = joined(self._target(inputs[0].sizes[1:]), "×")
            return f"{mode}upsample to {target}"
        factors = self.scale if isinstance(self.scale, tuple) else (self.scale,)
        return f"{mode}upsample, {'×'.join(map(str, factors))}×"

    def _target(self, sizes: tuple[int, ...]) -> tuple[int, ...]:
        """The size that it gives for each spatial axis."""
        if (self.scale is None) == (self.size is None):
            given = "neither" if self.scale is None else "both"
            raise ShapeError(
                f"`upsample` takes a factor or a size, and gets {given}",
                hint="`upsample 2` or `upsample size=56x56`",
                option="" if self.size is None else "size",
            )
        if self.size is None:
            return self._scaled(sizes)
        target = spread(self.size, sizes, "size")
        if any(new < old for new, old in zip(target, sizes, strict=True)):
            raise ShapeError(
                f"`upsample` to the size {joined(target)} would make {joined(sizes)} smaller",
                hint=f"a factor is one number, `upsample {max(target)}`, "
                f"or `scale=[{', '.join(map(str, target))}]`",
                option="size",
            )
        return target

    def _scaled(self, sizes: tuple[int, ...]) -> tuple[int, ...]:
        factors = self.scale if isinstance(self.scale, tuple) else (self.scale,) * len(sizes)
        if len(factors) != len(sizes):
            raise ShapeError(
                f"`scale` has {len(factors)} factors, but the input has {len(sizes)} "
                f"spatial axes, {joined(sizes)}",
                hint="one number is for all axes",
                option="scale",
            )
        # As torch does it, in floating point and rounded down.
        return tuple(
            int(size * float(factor or 1)) for size, factor in zip(sizes, factors, strict=True)
        )

"""Padding as a layer of its own."""

from __future__ import annotations

from itertools import chain

from cnndsl.layers.axes import check_axis
from cnndsl.layers.base import Call, Expression, Layer, ShapeError, option
from cnndsl.layers.options import Accepts, axis_name, number, one_of, one_or_list, per_axis
from cnndsl.layers.windows import check_padding_mode, compact, joined, spatial_sizes
from cnndsl.shape import Shape

# What is added at the ends of an axis, or before and after it; for all axes, or for each.
Ends = int | tuple[int | tuple[int, int], ...]

_CLASSES = {"reflect": "ReflectionPad", "replicate": "ReplicationPad", "circular": "CircularPad"}


def _ends() -> Accepts[Ends]:
    end = per_axis(0)

    def test(value: object) -> bool:
        pairs = not isinstance(value, tuple) or all(
            not isinstance(item, tuple) or len(item) == 2 for item in value
        )
        return pairs and one_or_list(end).test(value)

    return Accepts(
        test,
        "a whole number of at least 0, or one for each axis such as 1x2, "
        "or two for the ends of each such as [[0, 1], [0, 1]]",
        most=end.most,
    )


class Pad(Layer):
    """Adds places at the ends of `h w` or `t h w`, or of another axis alone, `axis=c`."""

    word = "pad"
    example = "pad 1"

    size: Ends = option(
        _ends(),
        doc="places added at each end; one number for each axis, `1x2`, in the order of the shape; "
        "or two, for what is added before and after it, `[[0, 1], [0, 1]]`",
        positional=True,
    )
    mode: str = option(
        one_of("constant", *_CLASSES),
        "constant",
        doc="what the padding holds: `value`, or places of the input",
    )
    value: float = option(number(), 0.0, doc="where the mode is `constant`: what it holds")
    axis: str | None = option(axis_name(), None, doc="the one axis that is padded, with `value`")

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        axes = self._axes(shape)
        ends = self._pairs(shape)
        if self.mode != "constant":
            self._check_mode(shape, ends)
        grown = {axis: shape[axis] + sum(pair) for axis, pair in zip(axes, ends, strict=True)}
        return shape.replace(**grown)

    def torch(self, *inputs: Shape) -> Call | Expression:
        (shape,) = inputs
        # Torch counts from the last axis on.
        ends = tuple(chain.from_iterable(reversed(self._pairs(shape))))
        if self.axis is not None:
            after = (0, 0) * (len(shape) - shape.dim(self.axis))
            value = f", value={self.value}" if self.value else ""
            return Expression(f"nn.functional.pad({{}}, {(*after, *ends)}{value})")
        rank = len(shape) - 1
        padding = {"padding": compact(ends)}
        if self.mode != "constant":
            return Call.of(f"nn.{_CLASSES[self.mode]}{rank}d", padding, {})
        if not self.value:
            return Call.of(f"nn.ZeroPad{rank}d", padding, {})
        return Call.of(f"nn.ConstantPad{rank}d", {**padding, "value": self.value}, {})

    def caption(self, *inputs: Shape) -> str:
        pairs = self._pairs(inputs[0])
        mode = "" if self.mode == "constant" else f"{self.mode} "
        along = f"{self.axis} " if self.axis else ""
        words = [str(b) if b == a else f"{b}+{a}" for b, a in pairs]
        sizes = words[0] if len(set(words)) == 1 else "×".join(words)
        return f"{mode}pad {along}{sizes}"

    def _axes(self, shape: Shape) -> tuple[str, ...]:
        """The axes that are padded."""
        if self.axis is None:
            spatial_sizes(self.word, shape)
            return shape.axes[1:]
        check_axis(self.word, shape, self.axis)
        return (self.axis,)

    def _pairs(self, shape: Shape) -> tuple[tuple[int, int], ...]:
        """What is added before and after each axis."""
        axes = self._axes(shape)
        given = self.size if isinstance(self.size, tuple) else (self.size,) * len(axes)
        if len(given) != len(axes):
            example = joined((1,) * len(axes)) if len(axes) > 1 else "1"
            pairs = ", ".join(["[0, 1]"] * len(axes))
            raise ShapeError(
                f"`pad` has {len(given)} numbers or pairs, "
                f"but pads `{' '.join(axes)}` of {shape.describe()}",
                hint=f"one for each, `pad {example}`, or its two ends, `pad [{pairs}]`",
                option="size",
            )
        return tuple(end if isinstance(end, tuple) else (end, end) for end in given)

    def _check_mode(self, shape: Shape, ends: tuple[tuple[int, int], ...]) -> None:
        """Refuses what a mode other than `constant` can't do."""
        for name, is_given in (("axis", self.axis is not None), ("value", self.value != 0)):
            if is_given:
                raise ShapeError(
                    f"`{name}` of `pad` has no meaning for `mode={self.mode}`",
                    hint=f"`mode=constant`, or no `{name}`",
                    option=name,
                )
        check_padding_mode(self.mode, shape.sizes[1:], ends, "mode", "constant")

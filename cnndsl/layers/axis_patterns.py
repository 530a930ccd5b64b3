"""Patterns of axes, `c (h p=2) w -> (p c) h w`: how they are written, and what they may say.

The notation is that of einops (Rogozhnikov, 2022), without the batch. What is added to it: the size
of a part is written in the pattern, and all axes of the result have names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from cnndsl.layers.base import ShapeError
from cnndsl.layers.divisors import nearest_divisor
from cnndsl.shape import Shape

# A longer number is no size.
_NUMBER = r"\d{1,18}(?!\w)"
_TOKEN = re.compile(rf"\s*([()]|[^\W\d]\w*(?:={_NUMBER})?|{_NUMBER})")
_EXAMPLE = '`"c h w -> (h w) c"`'


@dataclass(frozen=True, slots=True)
class Part:
    """A name or a number of a pattern. A number is its own size, and has no name."""

    name: str
    size: int | None = None

    @property
    def key(self) -> str:
        """What is equal on both sides."""
        return self.name or str(self.size)

    @property
    def is_bare_one(self) -> bool:
        """Whether it is the number 1, which stands for nothing."""
        return not self.name and self.size == 1

    def __str__(self) -> str:
        return f"{self.name}={self.size}" if self.name and self.size else self.key


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of a side: a part, or several in parentheses that are joined in it."""

    parts: tuple[Part, ...]
    grouped: bool = False

    @property
    def name(self) -> str:
        """The joined names of its parts; a part with a size adds to it only if all have one."""
        free = [part.name for part in self.parts if part.size is None]
        return "".join(free or [part.name for part in self.parts])

    def __str__(self) -> str:
        text = " ".join(map(str, self.parts))
        return f"({text})" if self.grouped else text


@dataclass(frozen=True, slots=True)
class Pattern:
    """The axes before and after. A part that is on the right only is a new axis of size 1."""

    before: tuple[Axis, ...]
    after: tuple[Axis, ...]

    @property
    def kept(self) -> list[Part]:
        """The parts of the left side that the right side has too, in order."""
        after = [part.key for part in _parts(self.after)]
        return [part for part in _parts(self.before) if part.key in after]

    @property
    def left(self) -> str:
        """The left side as it is written."""
        return " ".join(map(str, self.before))


def _failure(message: str, hint: str) -> ShapeError:
    """The error that a pattern is wrong, whatever it is for."""
    return ShapeError(message, hint, option="pattern", code="argument")


def parse(text: str) -> Pattern:
    """A pattern from its text.

    Raises:
        ShapeError: it is not written as one, or an axis is lost, doubled or unknown.
    """
    sides = text.split("->")
    if len(sides) != 2:
        raise _failure(
            f"a pattern has one `->` between the axes before and after, and this has "
            f"{len(sides) - 1 or 'none'}",
            f"as in {_EXAMPLE}",
        )
    before, after = (tuple(_axes(side)) for side in sides)
    known = _by_key(before, "left")
    _by_key(after, "right")
    _check_both_sides(known, after)
    return Pattern(before, tuple(_with_sizes(axis, known) for axis in after))


def _axes(side: str) -> Iterator[Axis]:
    """The axes of one side, in order."""
    group: list[Part] | None = None
    for token in _tokens(side):
        if token == "(":
            if group is not None:
                raise _failure("parentheses in parentheses mean nothing more", "take them away")
            group = []
        elif token == ")":
            if not group:
                nothing = "holds no axis" if group == [] else "closes nothing"
                raise _failure(f"a `)` of the pattern {nothing}", f"as in {_EXAMPLE}")
            yield Axis(tuple(group), grouped=True)
            group = None
        elif group is None:
            yield Axis((_part(token),))
        else:
            group.append(_part(token))
    if group is not None:
        raise _failure("a `(` of the pattern is not closed", f"as in {_EXAMPLE}")


def _tokens(side: str) -> Iterator[str]:
    end = 0
    side = side.rstrip()
    while end < len(side):
        match = _TOKEN.match(side, end)
        if not match:
            word = re.split(r"[\s()]", side[end:].lstrip())[0]
            raise _failure(
                f"`{word}` means nothing in a pattern",
                "an axis is a name, a number, or a name with its size, `p=2`",
            )
        yield match[1]
        end = match.end()


def _part(token: str) -> Part:
    name, _, digits = ("", "", token) if token.isdecimal() else token.partition("=")
    size = int(digits) if digits else None
    if size == 0:
        raise _failure(f"`{token}` is an axis of size 0", "sizes are at least 1")
    return Part(name, size)


def _parts(axes: tuple[Axis, ...]) -> Iterator[Part]:
    for axis in axes:
        yield from (part for part in axis.parts if not part.is_bare_one)


def _by_key(axes: tuple[Axis, ...], side: str) -> dict[str, Part]:
    """The parts of a side, each of which stands there once."""
    found: dict[str, Part] = {}
    for part in _parts(axes):
        if part.key in found:
            hint = "take one away"
            if not part.name:
                hint = f"give each a name: `p={part.size}` and `q={part.size}`"
            raise _failure(f"`{part.key}` stands twice on the {side} of the pattern", hint)
        found[part.key] = part
    return found


def _check_both_sides(known: dict[str, Part], after: tuple[Axis, ...]) -> None:
    """Refuses an axis that is lost, and a new one that is not of size 1."""
    kept = {part.key for part in _parts(after)}
    for key, part in known.items():
        if key not in kept and part.size != 1:
            raise _failure(
                f"`{key}` is on the left of the pattern only",
                "put it on the right, too; an axis goes only if its size is 1, "
                f"`{part.name or 'n'}=1`",
            )
    for part in _parts(after):
        if part.key not in known and part.size != 1:
            raise _failure(
                f"`{part.key}` is on the right of the pattern only",
                f"a new axis has the size 1, `{part.name or 'n'}=1`",
            )
        if part.name and part.size and part.key in known:
            raise _failure(
                f"the size of `{part.name}` stands on the right of the pattern",
                "a size is written on the left, where the axis is split",
            )


def _with_sizes(axis: Axis, known: dict[str, Part]) -> Axis:
    """An axis of the right side, its parts with the sizes that the left gives them."""
    parts = tuple(known.get(part.key, part) for part in axis.parts)
    found = Axis(parts, axis.grouped)
    if not found.name:
        raise _failure(
            f"`{axis}` on the right of the pattern has no name",
            f"write `n={axis.parts[0].size}` in place of the number, here or where it is split off",
        )
    return found


def split_sizes(axis: Axis, name: str, shape: Shape) -> tuple[int, ...]:
    """The sizes of the parts of which the axis `name` of a shape consists.

    Raises:
        ShapeError: they are not known, or do not make up the axis.
    """
    size = shape[name]
    unknown = [part for part in axis.parts if part.size is None]
    if len(unknown) > 1:
        parts = [f"{part.name}=…" if part in unknown[:-1] else str(part) for part in axis.parts]
        raise ShapeError(
            f"`{axis}` splits `{name}` of {shape.describe()} into parts of unknown sizes",
            f"give all but one of them a size, `({' '.join(parts)})`",
            option="pattern",
        )
    product = prod(part.size or 1 for part in axis.parts)
    if size % product or (not unknown and size != product):
        makes = f"is a multiple of {product}" if unknown else f"is {product}"
        hint = "a name without a size is what is left"
        if unknown:
            low, high = size // product * product, -(-size // product) * product
            hint = f"{nearest_divisor(product, size)} divides {size}; {product} divides "
            hint += f"{low} and {high}" if low else str(high)
        raise ShapeError(
            f"`{axis}` {makes}, but `{name}` of {shape.describe()} is not", hint, option="pattern"
        )
    return tuple(part.size or size // product for part in axis.parts)

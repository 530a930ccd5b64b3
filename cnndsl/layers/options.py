"""What the options of layers accept: each kind checks a value and names itself in a message."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)

# A size of one number for all spatial axes, or one for each, in the order of the shape.
PerAxis = int | tuple[int, ...]


class Accepts(Generic[T_co]):
    """A set of values: a test, and the words that complete "it must be …"."""

    def __init__(self, test: Callable[[Any], bool], words: str, choices: tuple[str, ...] = ()):
        self.test = test
        self.words = words
        # Words of the option's own, such as `same` for `pad`, which a spec writes bare.
        self.choices = choices
        # Whether any bare word is one, as the name of an axis is.
        self.any_word = False

    def __or__(self, other: Accepts[Any]) -> Accepts[Any]:
        return Accepts(
            lambda value: self.test(value) or other.test(value),
            f"{self.words} or {other.words}",
            self.choices + other.choices,
        )


def _is_whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def count(least: int = 1) -> Accepts[int]:
    """A whole number."""
    return Accepts(lambda value: _is_whole(value, least), f"a whole number of at least {least}")


def per_axis(least: int = 1) -> Accepts[PerAxis]:
    """A whole number, or one for each spatial axis (`3x3`, `[3, 3]`)."""

    def test(value: object) -> bool:
        if isinstance(value, tuple):
            return bool(value) and all(_is_whole(size, least) for size in value)
        return _is_whole(value, least)

    return Accepts(test, f"a whole number of at least {least}, or one for each axis such as 3x3")


def number(least: float | None = None, most: float | None = None) -> Accepts[float]:
    """A number, whole or not, within bounds that are part of the range."""

    def test(value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        # Neither an infinity nor "not a number" can be written in Python as a number.
        if not -inf < value < inf:
            return False
        return (least is None or value >= least) and (most is None or value <= most)

    bounds = {
        (False, False): "a number",
        (True, False): f"a number of at least {least}",
        (False, True): f"a number of at most {most}",
        (True, True): f"a number from {least} to {most}",
    }
    return Accepts(test, bounds[least is not None, most is not None])


def positive() -> Accepts[float]:
    """A number above 0."""
    some = number(0)
    return Accepts(lambda value: some.test(value) and value > 0, "a number above 0")


def flag() -> Accepts[bool]:
    """`true` or `false`."""
    return Accepts(lambda value: isinstance(value, bool), "true or false")


def one_of(*choices: str) -> Accepts[str]:
    """One of a few words."""
    return Accepts(
        lambda value: value in choices, " or ".join(f"`{choice}`" for choice in choices), choices
    )


def axis_name() -> Accepts[str]:
    """The name of an axis, `c`; whether the shape has it, the layer says."""
    accepts: Accepts[str] = Accepts(lambda value: isinstance(value, str), "the name of an axis")
    accepts.any_word = True
    return accepts


def absent() -> Accepts[None]:
    """`none`: as if the option were not given."""
    return Accepts(lambda value: value is None, "none", ("none",))

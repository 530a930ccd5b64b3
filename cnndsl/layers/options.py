"""What the options of layers accept: each kind checks a value and names itself in a message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from typing import Any, ClassVar, Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)

# A size of one number for all spatial axes, or one for each, in the order of the shape.
PerAxis = int | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Port:
    """Stands for a reference in an argument: the number of the input by which it comes in."""

    number: int

    kind: ClassVar[str] = "a reference"


# The greatest number that every class of torch takes as a whole one, such as the stride of a pool,
MOST_WHOLE = 2**31 - 1
# and nearly the least and the greatest one above 0 that are a normal float of 32 bits.
LEAST_FLOAT, MOST_FLOAT = 1.2e-38, 3.4e38


class Accepts(Generic[T_co]):
    """A set of values: a test, and the words that complete "it must be …".

    What is torch's and not the option's own is apart: how great a number can be at all.
    """

    def __init__(
        self,
        test: Callable[[Any], bool],
        words: str,
        choices: tuple[str, ...] = (),
        most: float = inf,
    ) -> None:
        self.test = test
        self.words = words
        # The greatest number, up and down, that torch takes here.
        self.most = most
        # Words of the option's own, such as `same` for `pad`, which a spec writes bare.
        self.choices = choices
        # Whether any bare word is one, as the name of an axis is.
        self.any_word = False
        # Whether a reference is one, which then is a further input of the layer.
        self.reference = False

    def __or__(self, other: Accepts[Any]) -> Accepts[Any]:
        either: Accepts[Any] = Accepts(
            lambda value: self.test(value) or other.test(value),
            f"{self.words} or {other.words}",
            self.choices + other.choices,
            min(self.most, other.most),
        )
        either.reference = self.reference or other.reference
        return either

    def refusal(self, value: object) -> str:
        """What is wrong with a value, to go on with after the option's name; empty if nothing."""
        if not self.test(value):
            return f"must be {self.words}"
        if any(abs(number) > self.most for number in _numbers(value)):
            return f"is beyond {self.most:,}, the greatest number that torch takes here"
        return ""


def _numbers(value: object) -> Iterator[int | float]:
    """The numbers in a value."""
    if isinstance(value, tuple):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, int | float):
        yield value


def _is_whole(value: object, least: float) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def count(least: int = 1) -> Accepts[int]:
    """A whole number."""
    words = f"a whole number of at least {least}"
    return Accepts(lambda value: _is_whole(value, least), words, most=MOST_WHOLE)


def whole() -> Accepts[int]:
    """A whole number, which may be negative."""
    return Accepts(lambda value: _is_whole(value, -inf), "a whole number", most=MOST_WHOLE)


def per_axis(least: int = 1) -> Accepts[PerAxis]:
    """A whole number, or one for each spatial axis (`3x3`, `[3, 3]`)."""

    def test(value: object) -> bool:
        if isinstance(value, tuple):
            return bool(value) and all(_is_whole(size, least) for size in value)
        return _is_whole(value, least)

    words = f"a whole number of at least {least}, or one for each axis such as 3x3"
    return Accepts(test, words, most=MOST_WHOLE)


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
    return Accepts(test, bounds[least is not None, most is not None], most=MOST_FLOAT)


def positive() -> Accepts[float]:
    """A number above 0; what is nearer to it than any float of 32 bits is 0 for torch."""
    some = number(LEAST_FLOAT)
    return Accepts(some.test, "a number above 0", most=some.most)


def one_or_list(item: Accepts[Any]) -> Accepts[Any]:
    """What `item` accepts, or a list of such."""

    def test(value: object) -> bool:
        if isinstance(value, tuple):
            return bool(value) and all(map(item.test, value))
        return item.test(value)

    accepts: Accepts[Any] = Accepts(test, f"{item.words}, or a list of such", most=item.most)
    accepts.any_word = item.any_word
    return accepts


def text() -> Accepts[str]:
    """A string."""
    return Accepts(lambda value: isinstance(value, str), "a string")


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


def reference() -> Accepts[Port]:
    """What another item gives, `@name`: the layer takes it as an input after its first."""
    accepts: Accepts[Port] = Accepts(
        lambda value: isinstance(value, Port), "a reference such as @name"
    )
    accepts.reference = True
    return accepts


def absent() -> Accepts[None]:
    """`none`: as if the option were not given."""
    return Accepts(lambda value: value is None, "none", ("none",))

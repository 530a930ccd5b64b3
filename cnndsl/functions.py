"""The functions of the value language: total, and without any effect."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from cnndsl.limits import raise_limit
from cnndsl.values import Value, comparable, is_number, is_whole, kind

# No number has more digits, before the point or after it.
_MOST_DIGITS = 1_000


class Refused(Exception):
    """An operation has no result for these values; evaluation adds the place."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True)
class Function:
    """A function, how many values it takes (`most` None: any number), and how it is written.

    One that `compares` looks into all that its values hold.
    """

    apply: Callable[..., Value]
    least: int
    most: int | None
    usage: str
    compares: bool = False


def _number(value: Value) -> Value:
    if not is_number(value):
        raise Refused(f"a number is wanted here, and this is {kind(value)}")
    return value


def _whole(value: Value) -> int:
    if not is_whole(value):
        what, hint = kind(value), ""
        if isinstance(value, tuple):
            hint = "`len(…)` tells how many a list has"
        elif isinstance(value, float):
            what, hint = f"{what}, {value}", "`a // b` divides whole numbers, `round(…)` rounds"
        raise Refused(f"a whole number is wanted here, and this is {what}", hint)
    return int(value)


def _list(value: Value) -> tuple[Value, ...]:
    if not isinstance(value, tuple):
        raise Refused(f"a list is wanted here, and this is {kind(value)}")
    return value


def _several(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """The values of `max(a, b)` or of `max(list)`, at least one, all numbers."""
    items = _list(values[0]) if len(values) == 1 else values
    if not items:
        raise Refused("the list is empty")
    return tuple(map(_number, items))


def _real(function: Callable[[float], float]) -> Callable[[Value], float]:
    """A function of one number, whose domain and range may be left."""

    def apply(value: Value) -> float:
        try:
            return function(_number(value))
        except (ValueError, OverflowError) as error:
            raise Refused(f"it has no result for {value}") from error

    return apply


def _range(limit: int) -> Callable[..., tuple[int, ...]]:
    def apply(*bounds: Value) -> tuple[int, ...]:
        numbers = tuple(map(_whole, bounds))
        if len(numbers) == 3 and numbers[2] == 0:
            raise Refused("the step of a range can't be 0")
        steps = range(*numbers)
        # `len` refuses what is longer than an index can be.
        if -((steps.start - steps.stop) // steps.step) > limit:
            raise Refused(
                f"it would have more than {limit:,} elements, the limit", raise_limit("list")
            )
        return tuple(steps)

    return apply


def _sorted(items: Value) -> tuple[Value, ...]:
    return tuple(sorted(map(_number, _list(items))))


def _unique(items: Value) -> tuple[Value, ...]:
    found: dict[Value, Value] = {}
    for item in _list(items):
        found.setdefault(comparable(item), item)
    return tuple(found.values())


def _count(items: Value, value: Value) -> int:
    wanted = comparable(value)
    return sum(comparable(item) == wanted for item in _list(items))


def _round(value: Value, digits: Value = None) -> Value:
    try:
        if digits is None:
            return round(_number(value))
        # With more digits nothing changes, or all becomes 0.
        return round(_number(value), max(-_MOST_DIGITS, min(_whole(digits), _MOST_DIGITS)))
    except (ValueError, OverflowError) as error:
        raise Refused(f"it has no result for {value}") from error


def divisible(value: Value, divisor: Value = 8) -> int:
    """The nearest multiple of `divisor`, at least that, and at most a tenth below `value`.

    The rounding of channels in MobileNet (Sandler et al., 2018, arXiv:1801.04381).
    """
    if _whole(divisor) < 1:
        raise Refused(f"the divisor must be at least 1, and it is {divisor}")
    rounded: int = max(divisor, int(_number(value) + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded


def functions(list_limit: int) -> dict[str, Function]:
    """All functions by name, for lists of at most `list_limit` elements."""
    return {
        "min": Function(lambda *v: min(_several(v)), 1, None, "min(a, b)` or `min(list)"),
        "max": Function(lambda *v: max(_several(v)), 1, None, "max(a, b)` or `max(list)"),
        "abs": Function(lambda v: abs(_number(v)), 1, 1, "abs(x)"),
        "round": Function(_round, 1, 2, "round(x)"),
        "floor": Function(_real(math.floor), 1, 1, "floor(x)"),
        "ceil": Function(_real(math.ceil), 1, 1, "ceil(x)"),
        "sqrt": Function(_real(math.sqrt), 1, 1, "sqrt(x)"),
        "log": Function(_real(math.log), 1, 1, "log(x)"),
        "log2": Function(_real(math.log2), 1, 1, "log2(x)"),
        "exp": Function(_real(math.exp), 1, 1, "exp(x)"),
        "len": Function(lambda v: len(_list(v)), 1, 1, "len(list)"),
        "sum": Function(lambda v: sum(map(_number, _list(v))), 1, 1, "sum(list)"),
        "range": Function(_range(list_limit), 1, 3, "range(n)"),
        "zip": Function(lambda *v: tuple(zip(*map(_list, v))), 1, None, "zip(a, b)"),  # noqa: B905
        "enumerate": Function(lambda v: tuple(enumerate(_list(v))), 1, 1, "enumerate(list)"),
        "reversed": Function(lambda v: _list(v)[::-1], 1, 1, "reversed(list)"),
        "sorted": Function(_sorted, 1, 1, "sorted(list)"),
        "unique": Function(_unique, 1, 1, "unique(list)", compares=True),
        "count": Function(_count, 2, 2, "count(list, x)", compares=True),
        "divisible": Function(divisible, 1, 2, "divisible(x, 8)"),
    }


FUNCTION_NAMES = frozenset(functions(0))

"""The binary operators of the value language, `and` and `or` aside."""

from __future__ import annotations

import operator
from collections.abc import Callable

from cnndsl.functions import Refused
from cnndsl.limits import Limits, raise_limit
from cnndsl.shape import Shape
from cnndsl.values import Value, comparable, is_number, is_whole, kind

_ARITHMETIC: dict[str, Callable[[Value, Value], Value]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}

# Those that look into all that two values hold.
COMPARING = frozenset({"==", "!=", "in", "not in"})

_ORDER: dict[str, Callable[[Value, Value], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def apply(symbol: str, left: Value, right: Value, limits: Limits) -> Value:
    """The value of `left symbol right`.

    Raises:
        Refused: it has none, or one beyond the limits.
    """
    if symbol in ("==", "!="):
        return (comparable(left) == comparable(right)) == (symbol == "==")
    if symbol in ("in", "not in"):
        return _member(left, right) == (symbol == "in")
    if symbol in _ORDER:
        if is_number(left) and is_number(right):
            return _ORDER[symbol](left, right)
        raise Refused(
            f"`{symbol}` compares numbers, not {kind(left)} and {kind(right)}",
            "give both as numbers, which have no quotes; `==` and `!=` compare any two values",
        )
    if is_number(left) and is_number(right):
        return _arithmetic(symbol, left, right, limits)
    return _joined(symbol, left, right, limits)


def _arithmetic(symbol: str, left: Value, right: Value, limits: Limits) -> Value:
    if symbol in ("/", "//", "%") and right == 0:
        raise Refused(
            f"division by zero: {left} {symbol} {right}",
            f"give another divisor; `{symbol} max(1, …)` keeps it from 0",
        )
    if symbol == "**":
        _check_power(left, right, limits)
    try:
        value = _ARITHMETIC[symbol](left, right)
    except (OverflowError, ZeroDivisionError) as error:
        raise Refused(f"{left} {symbol} {right} has no finite value") from error
    if isinstance(value, complex):
        raise Refused(f"{left} {symbol} {right} is no real number")
    return value


def _check_power(base: Value, exponent: Value, limits: Limits) -> None:
    """Refuses a power of whole numbers over the limit before it is worked out."""
    if is_whole(base) and is_whole(exponent) and abs(base) > 1:
        bits = exponent * (abs(base).bit_length() - 1)
        if bits > limits.integer.bit_length():
            raise Refused(
                f"{base} ** {exponent} is more than {limits.integer:,}, the limit",
                raise_limit("integer"),
            )


def _joined(symbol: str, left: Value, right: Value, limits: Limits) -> Value:
    """`+` of two lists or strings, `*` of a list and a whole number."""
    if symbol == "+" and isinstance(left, tuple) and isinstance(right, tuple):
        return left + right
    if symbol == "+" and isinstance(left, str) and isinstance(right, str):
        return left + right
    if symbol == "*" and isinstance(left, tuple) and is_whole(right):
        if len(left) * right > limits.list:
            raise Refused(
                f"the list would have more than {limits.list:,} elements, the limit",
                raise_limit("list"),
            )
        return left * right
    raise Refused(f"`{symbol}` does not take {kind(left)} and {kind(right)}")


def _member(left: Value, right: Value) -> bool:
    if isinstance(right, tuple):
        return comparable(left) in map(comparable, right)
    if isinstance(right, Shape) and isinstance(left, str):
        return left in right
    raise Refused(f"`in` looks into a list, and this is {kind(right)}")

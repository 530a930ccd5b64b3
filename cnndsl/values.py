"""The values of the language, and how they are called and shown in messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cnndsl.shape import Shape

# int, float, bool, str, None (`none`), tuple (a list or a size), Row, Shape, and the opaque values
# of elaboration: blocks, layers and references.
Value = Any


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: values by the names of its columns."""

    columns: tuple[str, ...]
    cells: tuple[Value, ...]

    def __getitem__(self, column: str) -> Value:
        return self.cells[self.columns.index(column)]

    @property
    def held(self) -> tuple[Value, ...]:
        """The values that it holds."""
        return self.cells


def extent(value: Value, most: int) -> int:
    """How many values a value holds, and those in turn; past `most` they are not counted.

    A value can be in a list many times, so a list may hold far more than was ever written.
    """
    total, waiting = 0, [value]
    while waiting and total <= most:
        value = waiting.pop()
        held = value if isinstance(value, tuple) else getattr(value, "held", ())
        total += len(held)
        waiting.extend(item for item in held if not isinstance(item, int | float | str))
    return total


def is_number(value: Value) -> bool:
    """Whether it is a whole or another number; `true` is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_whole(value: Value) -> bool:
    """Whether it is a whole number; `true` is none."""
    return isinstance(value, int) and not isinstance(value, bool)


def comparable(value: Value) -> Value:
    """A hashable key that equal values share: they are as in Python, but `true` is not 1."""
    if isinstance(value, bool):
        return (bool, value)
    if isinstance(value, tuple):
        return tuple(map(comparable, value))
    if isinstance(value, Row):
        return (Row, value.columns, *map(comparable, value.cells))
    return value


def identity(value: Value) -> Value:
    """A hashable key that tells values apart which Python takes for equal: 1, 1.0 and true."""
    if isinstance(value, tuple):
        return (tuple, *map(identity, value))
    if isinstance(value, Row):
        return (Row, value.columns, *map(identity, value.cells))
    return (type(value), value)


def kind(value: Value) -> str:
    """What sort of value it is, with an article, for messages."""
    if value is None:
        return "none"
    for types, words in (
        (bool, "true or false"),
        (int, "a whole number"),
        (float, "a number"),
        (str, "a string"),
        (tuple, "a list"),
        (Row, "a row of a table"),
        (Shape, "a shape"),
    ):
        if isinstance(value, types):
            return words
    return str(getattr(value, "kind", "a value"))


def show(value: Value) -> str:
    """The value as a spec would write it, shortened where it is long."""
    text = _written(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _written(value: Value) -> str:
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return f"[{', '.join(map(_written, value[:20]))}{', ...' if len(value) > 20 else ''}]"
    if isinstance(value, Row):
        return " ".join(map(_written, value.cells))
    return str(value)


def interpolated(value: Value) -> str:
    """The value within a string: a string without its quotes, the rest as a spec writes it."""
    return value if isinstance(value, str) else _written(value)

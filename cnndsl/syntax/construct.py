"""What constructs have in common: they are immutable, and know their parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from cnndsl.compat import dataclass_transform


@dataclass_transform(frozen_default=True, eq_default=False)
class Construct:
    """An immutable node of the syntax tree; its fields are its class's annotations, in order.

    A dataclass in all but its making, which runs no generated code: there are many constructs, and
    dataclasses would be an eighth of the time that a check of a spec takes.
    """

    fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.fields = tuple(cls.__annotations__)

    def __init__(self, *values: Any, **named: Any) -> None:
        self.__dict__.update(zip(self.fields, values, strict=False), **named)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __repr__(self) -> str:
        parts = ", ".join(repr(part) for name, part in self.__dict__.items() if name != "span")
        return f"{type(self).__name__}({parts})"


def parts(node: Any) -> Iterator[Any]:
    """What a construct, or a list of them, is made of."""
    if isinstance(node, Construct):
        yield from node.__dict__.values()
    elif isinstance(node, tuple):
        yield from node

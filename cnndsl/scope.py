"""What an expression asks of the place where it stands, and how its evaluation ends early."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from cnndsl import syntax
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.values import Value


class Abandoned(Exception):
    """What was being worked out has no result, and the reason has been reported."""


class Exhausted(Exception):
    """The network is larger than a limit, which has been reported; nothing goes on."""


class Scope(Protocol):
    """What names mean at the place of an expression."""

    def value(self, name: syntax.Name) -> Value:
        """The value of a bare word."""

    def with_values(self, values: Mapping[str, Value]) -> Scope:
        """This scope with some names set."""

    def stream_shape(self, span: Span) -> Shape:
        """The shape called `in`."""

    def reference(self, reference: syntax.Reference) -> Value:
        """What `@name` stands for."""

    def partial(self, call: syntax.Call) -> Value:
        """A block or a layer with arguments already given."""

"""How deep the work stands in blocks, labelled scopes and braces: nothing may recurse for ever."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cnndsl.bounds import Bounds
from cnndsl.limits import NESTING, raise_limit
from cnndsl.source import Span


class Nesting:
    """Counts what is open, and refuses one more than the limits let be."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._modules = 0
        self._braces = 0

    @contextmanager
    def module(self, span: Span, cycle: str = "") -> Iterator[None]:
        """Within it, one block or labelled scope more is open; `cycle` tells what leads to it.

        Raises:
            Abandoned: that is one too many.
        """
        most = self._bounds.limits.calls
        if self._modules >= most:
            message = f"blocks and labelled scopes nest more than {most} deep"
            message += f": {cycle}" if cycle else ""
            hint = f"end a recursion with an `if`; else {raise_limit('calls')}"
            self._bounds.fail("limit", message, span, hint=hint)
        self._modules += 1
        try:
            yield
        finally:
            self._modules -= 1

    @contextmanager
    def braces(self, span: Span) -> Iterator[None]:
        """Within it, one pair of braces more is open, those of blocks that are called included.

        Raises:
            Abandoned: that is one too many.
        """
        if self._braces >= NESTING:
            message = f"the braces of the blocks called nest more than {NESTING:,} deep in all"
            self._bounds.fail("limit", message, span, hint="end the recursion with an `if`")
        self._braces += 1
        try:
            yield
        finally:
            self._braces -= 1

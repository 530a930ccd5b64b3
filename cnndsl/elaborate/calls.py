"""The calls of blocks that are under way: how each is told, and that none leads to itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from cnndsl.bounds import Bounds
from cnndsl.elaborate.nesting import Nesting
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.values import Value, show

# A longer list of arguments is not shown whole.
_LONGEST = 80


class Calls:
    """The stack of calls, the outermost first: what each calls, and a key of how."""

    def __init__(self, bounds: Bounds, nesting: Nesting) -> None:
        self._bounds = bounds
        self._nesting = nesting
        self._under_way: list[tuple[str, object]] = []

    @contextmanager
    def call(self, name: str, identity: object, text: str, span: Span) -> Iterator[None]:
        """Within it, a block is elaborated; `identity` tells its arguments and shapes, too.

        Raises:
            Abandoned: it would never end, or nests too deeply.
        """
        if (name, identity) in self._under_way:
            start = self._under_way.index((name, identity))
            self._bounds.fail(
                "recursion",
                f"{self._cycle(name, start)} with the same arguments on the same shape",
                span,
                "so it would never end",
                hint="change an argument from call to call, and end with an `if`",
            )
        with self._nesting.module(span, self._latest_cycle(name)):
            self._under_way.append((name, identity))
            try:
                with self._bounds.report.called(span, f"called here: {text}"):
                    yield
            finally:
                self._under_way.pop()

    def _latest_cycle(self, name: str) -> str:
        """The blocks that lead to a call of this one once more; empty where it is the first."""
        names = [called for called, _ in self._under_way]
        if name not in names:
            return ""
        return self._cycle(name, len(names) - 1 - names[::-1].index(name))

    def _cycle(self, name: str, start: int) -> str:
        """The calls since one of this block, by their names."""
        members = [called for called, _ in self._under_way[start:]]
        if len(members) == 1:
            return f"`{name}` calls itself"
        pairs = zip(members, [*members[1:], name], strict=True)
        return ", and ".join(f"`{caller}` calls `{called}`" for caller, called in pairs)


def call_text(name: str, arguments: Mapping[str, Value], shape: Shape) -> str:
    """A call with what its parameters are worth: `` `basic c=64 stride=2`, on 64x56x56 ``."""
    words = " ".join([name, *(f"{word}={show(value)}" for word, value in arguments.items())])
    words = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
    return f"`{words}`, on {shape}"

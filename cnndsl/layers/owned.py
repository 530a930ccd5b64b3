"""A layer that is one trained tensor, as data."""

from __future__ import annotations

from dataclasses import dataclass

from cnndsl.layers.base import Call, Expression
from cnndsl.layers.starting import Start

# What torch makes in one call, where a tensor starts so.
_MADE_FILLED = {"zeros", "ones"}


@dataclass(frozen=True, slots=True)
class Owned:
    """A trained tensor, and an expression over it and the layer's inputs.

    `sizes` are those of the tensor, each after what an emitted class calls it where it differs from
    use to use. `start` is how it starts where the spec says nothing.
    """

    sizes: tuple[tuple[str, int], ...]
    start: Start
    expression: Expression

    def call(self, start: Start | None = None) -> Call:
        """What makes the tensor: `nn.Parameter(torch.zeros(1, 1, 768))`."""
        chosen = start or self.start
        words, sizes = tuple(zip(*self.sizes, strict=True))
        if chosen.function in _MADE_FILLED:
            return Call("nn.Parameter", (Call(f"torch.{chosen.function}", sizes, words),))
        return Call("nn.Parameter", (chosen.call(Call("torch.empty", sizes, words)),))

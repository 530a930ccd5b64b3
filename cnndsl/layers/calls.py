"""How torch makes a layer, as data: a call that builds a module, or an expression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """A call that builds a torch module, as data: `nn.Linear(512, 10, bias=False)`.

    `function` is torch's, or the name of one of the layer's `definitions`. An argument may be a
    call itself. `words` holds the positional arguments' names, by which an emitted class calls what
    differs from use to use (`in_features`). `options` are those that differ from torch's
    `defaults`, which say what an option is in a use that leaves it out; both are in torch's order.
    """

    function: str
    args: tuple[Any, ...] = ()
    words: tuple[str, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()
    defaults: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, function: str, args: dict[str, Any], options: dict[str, tuple[Any, Any]]) -> Call:
        """From the positional arguments by name, and each option's value and torch's default."""
        return cls(
            function,
            tuple(args.values()),
            tuple(args),
            tuple((name, value) for name, (value, default) in options.items() if value != default),
            tuple((name, default) for name, (_, default) in options.items()),
        )


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression over a layer's inputs, as data, for what torch has no module for.

    The inputs' names, with `join` between them, stand where `template` has `{}`, that of input 1
    alone where it has `{1}`, and a tensor of the layer's own where it has `{tensor}`. Where the
    expression is an operator, `augmented` is the statement's that overwrites the first input.
    """

    template: str
    join: str = ", "
    augmented: str = ""

    def over(self, inputs: Sequence[str], tensor: str = "") -> str:
        """The expression over inputs, and a tensor, of these names."""
        text = self.template.replace("{}", self.join.join(inputs)).replace("{tensor}", tensor)
        for number, name in enumerate(inputs):
            text = text.replace(f"{{{number}}}", name)
        return text

"""Names and values in Python's spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable
from keyword import iskeyword

from cnndsl.elaborate.names import OWNED_BY_MODULE
from cnndsl.layers import LAYERS
from cnndsl.layers.starting import DEFINITIONS

# What an emitted file has before its own classes, what it uses of Python's own, what a method calls
# its object, and what nobody reads.
RESERVED = frozenset(
    {
        *("torch", "nn", "Tensor", "OrderedDict", "NamedTuple", "super", "range", "float"),
        *("self", "_"),
        *(name for layer in LAYERS.values() for name in layer.definitions),
        *DEFINITIONS,
    }
)
# What a container of torch has of its own, beside what every nn.Module has: no child's name.
SEQUENTIAL_OWN = frozenset({"append", "extend", "insert", "pop"})
MODULE_DICT_OWN = frozenset({"clear", "items", "keys", "pop", "update", "values"})
# What no attribute or child may be called whose name is chosen here.
OWNED = OWNED_BY_MODULE | SEQUENTIAL_OWN | MODULE_DICT_OWN


def is_identifier(text: str) -> bool:
    """Whether Python takes the text as a name as it is; in a class, it changes `__name`."""
    is_private = text.startswith("__")
    return text.isascii() and text.isidentifier() and not iskeyword(text) and not is_private


def identifier(text: str) -> str:
    """The name nearest to the text: `layer-1` is `layer_1`, `class` is `class_`."""
    name = re.sub(r"^__+", "_", re.sub(r"[^0-9A-Za-z_]", "_", text))
    if not name or name[0].isdigit():
        name = f"_{name}"
    return f"{name}_" if iskeyword(name) else name


def camel_case(text: str) -> str:
    """A class's name: `basic_block` is `BasicBlock`."""
    words = re.split(r"[^0-9A-Za-z]+", text)
    return identifier("".join(word[:1].upper() + word[1:] for word in words))


def snake_case(text: str) -> str:
    """A variable's name for a class: `BasicBlock` is `basic_block`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text).lower()


def unique(name: str, taken: Iterable[str]) -> str:
    """`name`, or `name2`, `name3`, … where that is taken."""
    known = set(taken)
    candidate, number = name, 2
    while candidate in known:
        candidate, number = f"{name}{number}", number + 1
    return candidate


def literal(value: object) -> str:
    """The value as a person writes it; strings in double quotes."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, tuple):
        items = ", ".join(map(literal, value))
        return f"({items},)" if len(value) == 1 else f"({items})"
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return f'float("{value}")'
    return repr(value).replace("e-0", "e-")


def quoted(text: str) -> str:
    """A string in double quotes, unless it would need more escapes so (as formatters have it)."""
    plain = repr(text)
    if plain.startswith('"') or '"' in text:
        return plain
    return f'"{plain[1:-1]}"'

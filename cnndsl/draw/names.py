"""Names and numbers as a diagram gives them."""

from __future__ import annotations

import os
from string import ascii_uppercase

from cnndsl.design import Design, Module, Node

_UNITS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def join(path: str, name: str) -> str:
    """The path of `name` within `path`."""
    return f"{path}.{name}" if path else name


def input_names(module: Module) -> list[str]:
    """What the inputs of a module are called; the stream has no name of its own."""
    return [name or "input" for name in module.input_names]


def node_name(node: Node, index: int) -> str:
    """The node's name in its module; for what owns none, its word and its place."""
    if node.name:
        return node.name
    word = node.layer.word if node.layer else "part"
    return f"{word}~{index}"


def identifier(path: str) -> str:
    """A path as an id, which holds no space; different paths stay different."""
    return path.replace("%", "%25").replace(" ", "%20")


def where(part: Node | Module) -> str:
    """The part's file, without its folder, and line: the same on every machine."""
    return f"{os.path.basename(part.span.source.name)}:{part.span.line}"


def quantity(number: int) -> str:
    """A number in three digits with its unit, `25.6 M`."""
    if number < 1000:
        return str(number)
    rounded = float(f"{number:.3g}")
    limit, unit = next(pair for pair in _UNITS if rounded >= pair[0])
    return f"{rounded / limit:#.3g}".rstrip(".") + f" {unit}"


def titles(design: Design, part: Module, path: str) -> tuple[str, str]:
    """The title of a diagram of a part, or of all, and the line under it, which tells its size."""
    title = f"{design.name} · {path}" if path else design.name
    return title, f"{quantity(part.params)} parameters · {quantity(part.macs)} MACs"


def decimal(number: float) -> str:
    """A number with two decimals at most, the same on every machine."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def printable(words: str) -> str:
    """The words with `?` for what is no letter, which no form of a diagram can hold."""
    return "".join(letter if letter.isprintable() else "?" for letter in words)


def letter(number: int) -> str:
    """`A`, `B`, … `Z`, `AA`, …"""
    more, own = divmod(number, len(ascii_uppercase))
    return (letter(more - 1) if more else "") + ascii_uppercase[own]

"""The library's front: from a path, a bundled name or a text to a Design."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from cnndsl import files
from cnndsl.compiler import Compiler, deep_recursion
from cnndsl.design import Design
from cnndsl.errors import request_error, suggestion
from cnndsl.limits import DEFAULT_LIMITS, Limits
from cnndsl.resources import folder
from cnndsl.shape import InputSizes
from cnndsl.source import Source
from cnndsl.values import Value

# The sizes of one input, as a caller may give them.
GivenSizes = str | tuple[int, ...]

# A line that defines something to compile; read without parsing, to find a name among all specs.
_MEMBER = re.compile(r"^(?:variant|network)[ \t]+(\w+)", re.MULTILINE)


def compile(
    target: str | os.PathLike[str],
    variant: str | None = None,
    /,
    *,
    input: GivenSizes | Mapping[str, GivenSizes] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    allow_python: bool = False,
    **parameters: Any,
) -> Design:
    """A network of a spec, elaborated.

    Args:
        target: a spec's path (`resnet.cnn`, `resnet.cnn:resnet50`) or a bundled name (`resnet50`).
        variant: which of the spec's variants or networks, unless the target tells it or the spec
            has only one.
        input: the input's sizes without the batch, `"3x96x96"` or `(3, 96, 96)`, if not the spec's;
            of several inputs by their names, `{"left": "3x96x96"}`.
        limits: how large the spec may become when it is expanded.
        allow_python: whether the spec's `layer … = python` lines may import and run their code.
        parameters: values of the network's parameters: numbers, strings, bools, and lists of them.

    Raises:
        CnnError: the spec, or what is asked of it, is wrong.
    """
    source, member = locate(target)
    if member and variant and member != variant:
        message = f"`{os.fspath(target)}` tells the network already, and `{variant}` is another"
        raise request_error("which-network", message, "name it once")
    compiler = Compiler(source, limits, allow_python=allow_python)
    return compiler.design(_name(variant) or member, values(parameters), input_sizes(input))


def compile_text(
    source: str,
    variant: str | None = None,
    /,
    *,
    name: str = "<text>",
    input: GivenSizes | Mapping[str, GivenSizes] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    allow_python: bool = False,
    **parameters: Any,
) -> Design:
    """A network of a spec that is given as text; `name` stands for its path in messages.

    Raises:
        CnnError: the spec, or what is asked of it, is wrong.
    """
    compiler = Compiler(Source(name, source), limits, allow_python=allow_python)
    return compiler.design(_name(variant), values(parameters), input_sizes(input))


def format_text(source: str, /, *, name: str = "<text>") -> str:
    """A spec in the one layout that `cnndsl fmt` gives; what it means stays the same.

    Raises:
        CnnError: the spec has errors of syntax.
    """
    from cnndsl.format import format_source  # nothing else here needs it

    with deep_recursion():
        return format_source(Source(name, source))


def _name(variant: object) -> str | None:
    """The variant's name, unless it is no name: the parameters of a network go by theirs."""
    if variant is None or isinstance(variant, str):
        return variant
    message = f"the second argument is the name of a variant, and this is {variant!r}"
    hint = f"give a parameter by its name: `classes={variant!r}`"
    raise request_error("parameter", message, hint)


def locate(target: str | os.PathLike[str]) -> tuple[Source, str | None]:
    """The spec that a target means, and the variant or network if it tells one.

    Raises:
        CnnError: there is no such spec.
    """
    text = os.fspath(target)
    if isinstance(target, str) and not _is_path(text):
        spec, _, member = text.partition(":")
        return _bundled(spec, member or None)
    if not os.path.exists(text) and ":" in text:
        path, _, member = text.rpartition(":")
        if path.endswith(".cnn"):
            return files.read(path), member
    return files.read(text), None


def _is_path(text: str) -> bool:
    return ".cnn" in text or "/" in text or os.sep in text or os.path.exists(text)


def _bundled(name: str, member: str | None) -> tuple[Source, str | None]:
    """The bundled spec that has a variant or a network of that name, or else is called so."""
    specs = bundled()
    if member is None:
        for path in specs.values():
            if name in _members(path):
                return files.read(path), name
    if name in specs:
        return files.read(specs[name]), member
    known = [*specs, *(member for path in specs.values() for member in _members(path))]
    hint = suggestion(name, known, "`cnndsl list` tells what there is")
    message = f"there is no bundled network `{name}`"
    if name in known:
        message, hint = f"`{name}` is a network, and no spec", f"write `{name}` alone"
    raise request_error("unknown-target", message, hint)


def is_bundled(name: str) -> bool:
    """Whether a bundled spec, or a variant or a network in one, is called so."""
    specs = bundled()
    return name in specs or any(name in _members(path) for path in specs.values())


def bundled() -> dict[str, Path]:
    """The bundled specs, by name."""
    return {path.stem: path for path in sorted(folder("specs").glob("*.cnn"))}


@cache
def _members(path: Path) -> tuple[str, ...]:
    return tuple(_MEMBER.findall(path.read_text(encoding="utf-8")))


def bundled_compilers() -> Iterator[tuple[str, Compiler]]:
    """Every bundled spec, read, with its name."""
    for name, path in bundled().items():
        yield name, Compiler(files.read(path))


def input_sizes(given: GivenSizes | Mapping[str, GivenSizes] | None) -> InputSizes:
    """The sizes of the input, or of several by their names, as they are given by a caller.

    Raises:
        CnnError: they are no whole numbers of at least 1.
    """
    if given is None:
        return None
    if isinstance(given, Mapping):
        return {name: _sizes(sizes) for name, sizes in given.items()}
    return _sizes(given)


def _sizes(given: GivenSizes) -> tuple[int, ...]:
    parts = given.split("x") if isinstance(given, str) else given
    try:
        sizes = tuple(int(part) for part in parts)
    except (TypeError, ValueError):
        sizes = ()
    whole = not any(isinstance(part, float | bool) for part in parts)
    if not whole or not sizes or min(sizes) < 1 or max(sizes) > DEFAULT_LIMITS.integer:
        message = f"an input is given by its sizes, and this is `{given}`"
        if isinstance(given, str) and re.search(r"\d", given) and 0 in sizes:
            message = f"the sizes of an input are at least 1, and these are `{given}`"
        hint = f"such as `{_spelt_otherwise(given) or '3x224x224'}`, without the batch"
        raise request_error("parameter", message, hint)
    return sizes


def _spelt_otherwise(given: object) -> str:
    """The sizes that a text means by other signs than `x`; empty where it means none."""
    if not isinstance(given, str):
        return ""
    numbers = re.split(r"\s*[xX×*,;]\s*|\s+", given.strip("()[] "))
    return "x".join(numbers) if all(re.fullmatch(r"[1-9]\d{0,8}", n) for n in numbers) else ""


def values(parameters: dict[str, Any]) -> dict[str, Value]:
    """The parameters' values as the language has them.

    Raises:
        CnnError: one is of a type that the language does not have.
    """
    return {name: _value(name, value) for name, value in parameters.items()}


def _value(name: str, value: Any) -> Value:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    if isinstance(value, list | tuple):
        return tuple(_value(name, item) for item in value)
    message = f"`{name}` can't be a {type(value).__name__}"
    hint = "give a number, a string, a bool, or a list of them"
    raise request_error("parameter", message, hint)

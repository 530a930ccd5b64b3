"""The classes of the user's own: `layer gem(p=3.0) = python "mylayers:GeM"`.

To import a class is to run code, so nothing here is called unless the user has allowed it.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.machinery import PathFinder
from keyword import iskeyword
from typing import Any

from cnndsl.errors import suggestion
from cnndsl.foreign.layer import ForeignLayer, PythonLayer, kind_of_layer
from cnndsl.foreign.trial import check_class, torch_nn, words_of
from cnndsl.layers.base import Parameter, ShapeError

_DOTTED = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_TARGET = re.compile(rf"({_DOTTED}):({_DOTTED})")


def python_layer(
    word: str, target: str, parameters: tuple[Parameter, ...], folder: str
) -> type[ForeignLayer]:
    """The kind of layer that is the class `target`, a module and a name: `mylayers:GeM`.

    The module is looked for in `folder`, and then as Python does.

    Raises:
        ShapeError: it can't be imported, it is no class that can be a layer, or there is no torch.
    """
    torch_nn(word)
    written = _TARGET.fullmatch(target)
    if not written or any(map(iskeyword, re.split("[.:]", target))):
        hint = 'write, for example, `python "mylayers:GeM"`'
        raise _missing("a class is named by its module and its own name", hint)
    module, name = written.groups()
    found: Any = _imported(module, folder)
    for part in name.split("."):
        if not hasattr(found, part):
            known = [other for other, value in vars(found).items() if isinstance(value, type)]
            raise _missing(f"`{module}` has no `{name}`", suggestion(part, known))
        found = getattr(found, part)
    check_class(target, found)
    return kind_of_layer(PythonLayer, word, found, parameters, name, imported=(module, name))


def _missing(message: str, hint: str = "", notes: tuple[str, ...] = ()) -> ShapeError:
    return ShapeError(message, hint, code="class-missing", notes=notes)


def _imported(name: str, folder: str) -> object:
    """The module of that name, imported."""
    _check_other(name.partition(".")[0], folder)
    importlib.invalidate_caches()
    try:
        with _first_on_path(folder):
            return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        if isinstance(error, ModuleNotFoundError) and f"{name}.".startswith(f"{error.name}."):
            hint = "it is looked for beside the spec, and then where Python looks"
            raise _missing(f"there is no module `{error.name}`", hint) from None
        raise _missing(f"`{name}` can't be imported", notes=words_of(error)) from error


def _check_other(name: str, folder: str) -> None:
    """Refuses a module beside the spec that another of that name, imported before, would stand for.

    A process has one module of a name.
    """
    beside = PathFinder.find_spec(name, [folder])
    other = getattr(sys.modules.get(name), "__file__", None)
    if not (beside and beside.origin and other):
        return
    if os.path.realpath(beside.origin) != os.path.realpath(other):
        message = f"another module `{name}` is imported already, from `{other}`"
        raise _missing(message, hint="rename one of the two")


@contextmanager
def _first_on_path(folder: str) -> Iterator[None]:
    """Within it, Python looks for modules in this folder first."""
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        with suppress(ValueError):
            sys.path.remove(folder)

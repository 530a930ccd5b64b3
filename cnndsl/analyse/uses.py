"""Every part of an expanded network, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cnndsl.design import Design, Module, Node
from cnndsl.errors import request_error, suggestion


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """One use of a layer, a block or a scope: a node of `module`, by its path in the network."""

    path: str
    module: Module
    node: Node
    training: bool


def uses(design: Design, path: str = "") -> list[Use]:
    """All parts of a network, or those at and below a path, as they run; blocks before their parts.

    Raises:
        CnnError: nothing has this path.
    """
    found = list(_uses(design.network, "", False))
    chosen = [use for use in found if not path or f"{use.path}.".startswith(f"{path}.")]
    if chosen:
        return chosen
    hint = _suggestion(path, [use.path for use in found])
    hint = hint or f"`cnndsl show {design.name}` tells all"
    message = f"nothing in {design.name} has the path `{path}`"
    raise request_error("unknown-reference", message, hint)


def _suggestion(path: str, known: list[str]) -> str:
    """The path that is likely meant; of those below the same part, if there is that part."""
    section, _, inner = path.partition(".")
    if section in ("stem", "body", "neck", "head") and inner in known:
        return f"did you mean `{inner}`? A section adds nothing to a path"
    start = path
    while start:
        start = start.rpartition(".")[0]
        beside = [other for other in known if not start or other.startswith(f"{start}.")]
        level = [other for other in beside if other.count(".") == path.count(".")]
        if hint := suggestion(path, level) or suggestion(path, beside):
            return hint
    return ""


def _uses(module: Module, prefix: str, training: bool) -> Iterator[Use]:
    for node in module.nodes:
        # The sum of a residual has no name of its own.
        path = f"{prefix}{node.name or (node.layer.word if node.layer else '')}"
        use = Use(path, module, node, training or node.training)
        yield use
        if node.module:
            yield from _uses(node.module, f"{path}.", use.training)

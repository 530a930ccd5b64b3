"""The list of all layers of a design: how each is called, and where its arguments come from."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from cnndsl.analyse.calls import block_arguments, option_text, spec_call, torch_call
from cnndsl.analyse.columns import GAP, aligned
from cnndsl.analyse.summary import title
from cnndsl.analyse.uses import Use, uses
from cnndsl.design import Design, Module, ModuleKind
from cnndsl.origin import Giver, Origin
from cnndsl.resources import folder
from cnndsl.shape import Shape
from cnndsl.values import Value, interpolated

JSON_VERSION = 1
# More inputs than this are told by their first and last.
_MOST_INPUTS = 3
_OWN = Origin(Giver.LAYER)


def listing(design: Design, path: str = "") -> str:
    """Every layer, or those at and below a path, a line each: its path, call and shapes.

    Raises:
        CnnError: nothing has this path.
    """
    header = ("path", "call", "takes", "gives", "")
    rows = [_row(use) for use in uses(design, path) if use.node.layer or use.node.reuses]
    lines = aligned([header, *rows], 0)
    return "\n".join([title(design), "", lines[0], "-" * max(map(len, lines)), *lines[1:]])


def _row(use: Use) -> tuple[str, ...]:
    takes = _shapes(use.module.input_shapes(use.node))
    note = "training only" if use.training else ""
    return (use.path, spec_call(use.module, use.node), takes, _shapes(use.node.outputs[:1]), note)


def _shapes(shapes: Sequence[Shape]) -> str:
    """Shapes, equal ones that follow each other once: `64x56x56 ×2`."""
    runs = [(shape, len(list(run))) for shape, run in groupby(shapes)]
    words = [f"{shape} ×{count}" if count > 1 else str(shape) for shape, count in runs]
    if len(words) > _MOST_INPUTS:
        return f"{words[0]} … {words[-1]}, {len(shapes)} inputs"
    return ", ".join(words)


def resolved(design: Design, path: str = "") -> str:
    """Every block and layer, or those at and below a path, with all arguments and their origins.

    Raises:
        CnnError: nothing has this path.
    """
    found = [use for use in uses(design, path) if not _is_scope(use)]
    arguments = [f"{GAP}{line}" for line in aligned(_values(design.network), 0)]
    entries = ("\n".join(_entry(use)) for use in found)
    return "\n\n".join(["\n".join([title(design), *arguments]), *entries])


def _values(network: Module) -> list[tuple[str, str]]:
    return [(name, interpolated(value)) for name, value in network.arguments]


def _is_scope(use: Use) -> bool:
    module = use.node.module
    return module is not None and module.kind is ModuleKind.SCOPE and not use.node.reuses


def _entry(use: Use) -> Iterator[str]:
    """A block or a layer: its call, its shapes, torch's call, and a line for each argument."""
    node, inputs = use.node, use.module.input_shapes(use.node)
    note = ", training only" if use.training else ""
    yield f"{use.path}: {spec_call(use.module, node)}{note}"
    yield f"{GAP}takes {_shapes(inputs)}, gives {_shapes(node.outputs[:1])}"
    if node.layer:
        yield f"{GAP}in torch {torch_call(node.layer, *inputs)}"
    rows = [(name, text, _origin(origin)) for name, text, _, origin in _arguments(use)]
    yield from (f"{GAP}{line}" for line in (aligned(rows, 0) if rows else ()))


def _arguments(use: Use) -> Iterator[tuple[str, str, Value, Origin | None]]:
    """Each argument: its name, its value as a spec writes it, that value, and its origin."""
    node = use.node
    if node.layer:
        for name, (value, _) in node.layer.option_values().items():
            text = option_text(node.layer, name, node.given)
            yield name, text, value, node.given.get(name, _OWN)
    elif node.module:
        for name, value in block_arguments(node.module, node.given).items():
            yield name, interpolated(value), value, node.given.get(name)


def _origin(origin: Origin | None) -> str:
    if origin is None:
        return "a `let`"
    if origin.span is None:
        return origin.giver.value
    # Of a bundled spec, where it is installed does not matter.
    place = origin.span.place.removeprefix(f"{folder('specs')}{os.sep}")
    return f"{origin.giver.value} at {place}"


def as_json(design: Design, path: str = "") -> str:
    """All that `resolved` tells, as JSON.

    Raises:
        CnnError: nothing has this path.
    """
    found = {
        "version": JSON_VERSION,
        "network": design.name,
        "inputs": list(map(_shape_object, design.network.inputs)),
        "arguments": {name: _plain(value) for name, value in design.network.arguments},
        "parts": [_object(use) for use in uses(design, path)],
    }
    return json.dumps(found, indent=2, ensure_ascii=False)


def _object(use: Use) -> dict[str, Any]:
    node, inputs = use.node, use.module.input_shapes(use.node)
    return {
        "path": use.path,
        "kind": node.module.kind.value if node.module else "layer",
        "call": None if _is_scope(use) else spec_call(use.module, node),
        "torch": torch_call(node.layer, *inputs) if node.layer else None,
        "inputs": list(map(_shape_object, inputs)),
        "output": _shape_object(node.outputs[0]),
        "parameters": use.module.node_params(node),
        "macs": use.module.node_macs(node),
        "training": use.training,
        "reuses": node.reuses or None,
        "arguments": [_argument_object(*argument) for argument in _arguments(use)],
    }


def _argument_object(name: str, text: str, value: Value, origin: Origin | None) -> dict[str, Any]:
    giver = origin.giver.name.lower() if origin else "let"
    place = origin.span.place if origin and origin.span else None
    return {"name": name, "value": _plain(value), "text": text, "from": giver, "place": place}


def _shape_object(shape: Shape) -> dict[str, Any]:
    return {"axes": list(shape.axes), "sizes": list(shape.sizes)}


def _plain(value: Value) -> Any:
    """The value as JSON has it; what JSON has not, as a spec writes it."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return interpolated(value)

"""A design as Python source that a person would have written.

It imports torch alone, but for the classes of layers of the user's own.
"""

from __future__ import annotations

import re

from cnndsl.design import Design
from cnndsl.emit.classes import docstring, write_class
from cnndsl.emit.pattern import Pattern
from cnndsl.emit.plan import ClassPlan
from cnndsl.emit.structure import Structure, class_name

__all__ = ["class_name", "emit"]


_DOCUMENTATION = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""', re.DOTALL)


def emit(design: Design) -> str:
    """The source of a module with a class for each block and, last, one for the network.

    Its state_dict has the names of the design's weights, in their order.
    """
    structure = Structure(design)
    reserved = structure.names
    plans: dict[Pattern, ClassPlan] = {}
    classes = structure.definitions()
    for pattern in structure.patterns():
        plans[pattern] = ClassPlan(pattern, structure.builders, plans, reserved)
        classes.append("\n".join(write_class(plans[pattern])).rstrip())
    body = "\n\n\n".join(classes)
    documentation = "\n\n".join(
        filter(None, [_documentation(design), structure.imported.sentence()])
    )
    imports = _imports(body, structure.imported.statements())
    head = [*docstring(documentation), "", *imports, "", "", ""]
    return "\n".join(head) + body + "\n"


def _documentation(design: Design) -> str:
    network = design.network
    inputs = " and ".join(map(str, network.inputs))
    shapes = [str(network.shape(output.wire)) for output in network.outputs]
    if len(shapes) == 1:
        outputs = f"output {shapes[0]}"
    else:
        named = zip(network.outputs, shapes, strict=True)
        outputs = "outputs " + ", ".join(f"{output.name} {shape}" for output, shape in named)
    facts = f"{design.name}: input {inputs}, {outputs}, {network.params:,} parameters."
    return f"{network.doc.strip()}\n\n{facts}" if network.doc.strip() else facts


def _imports(body: str, others: list[str]) -> list[str]:
    """What the classes need, in isort's order; `others` import classes of the user's own."""
    code = _DOCUMENTATION.sub("", body)
    standard = []
    if "OrderedDict(" in code:
        standard.append("from collections import OrderedDict")
    if "(NamedTuple)" in code:
        standard.append("from typing import NamedTuple")
    names = [name for name in ("Tensor", "nn") if re.search(rf"\b{name}\b", code)]
    torch = ["import torch"] if re.search(r"\btorch\.", code) else []
    torch += sorted([*others, f"from torch import {', '.join(names)}"], key=str.lower)
    return [*standard, "", *torch] if standard else torch

"""Strides that do not divide a size: what is dropped or added there is missing at a later merge.

A network that goes down and up again meets its skips at the sizes that it left. Where a stride did
not divide such a size, going up does not lead back to it, or only for this one size of the input.
"""

from __future__ import annotations

from typing import NamedTuple

from cnndsl.design import INPUT, Design, Module, Node, Wire
from cnndsl.errors import Diagnostic, Report, Severity
from cnndsl.layers.base import Layer
from cnndsl.layers.windows import SPATIAL, joined, short, spread
from cnndsl.shape import Shape


def undivided(layer: Layer, before: Shape, after: Shape) -> str:
    """What a stride does not divide, in words; empty where it divides all, or there is none."""
    options = vars(layer)
    if "stride" not in options or before.axes not in SPATIAL or before.axes != after.axes:
        return ""
    sizes = before.sizes[1:]
    strides = spread(options["stride"] or options["kernel"], sizes, "stride")
    axes = list(zip(sizes, strides, after.sizes[1:], strict=True))
    if not any(size % stride and given < size for size, stride, given in axes):
        return ""
    return f"takes {joined(sizes)}, which its stride of {short(strides)} does not divide evenly"


class _Ways(NamedTuple):
    """The uneven strides behind a wire: those it came through, and those it came up from again.

    Sets of them as numbers, a bit for each.
    """

    through: int = 0
    risen: int = 0


class _Walk:
    """Follows the uneven strides of a network to the merges that they reach."""

    def __init__(self, uneven: dict[Node, str]) -> None:
        self._bits = {node: 1 << number for number, node in enumerate(uneven)}
        self._known: dict[tuple[Module, tuple[_Ways, ...]], tuple[_Ways, ...]] = {}
        # The strides whose result meets, risen again, a wire that did not come through them.
        self.met = 0

    def module(self, module: Module, inputs: tuple[_Ways, ...]) -> tuple[_Ways, ...]:
        """What is behind each output of a module, from what is behind its inputs."""
        if (module, inputs) not in self._known:
            given: list[tuple[_Ways, ...]] = []

            def behind(wire: Wire) -> _Ways:
                return inputs[wire.port] if wire.node == INPUT else given[wire.node][wire.port]

            for node in module.nodes:
                given.append(self._node(module, node, tuple(map(behind, node.inputs))))
            outputs = tuple(behind(output.wire) for output in module.outputs)
            self._known[module, inputs] = outputs
        return self._known[module, inputs]

    def _node(self, module: Module, node: Node, taken: tuple[_Ways, ...]) -> tuple[_Ways, ...]:
        if node.module:
            return self.module(node.module, taken)
        shapes = module.input_shapes(node)
        through = risen = 0
        for ways in taken:
            through |= ways.through
            risen |= ways.risen
        if node.layer and node.layer.merges:
            for ways, shape in zip(taken, shapes, strict=True):
                if max(shape.sizes[1:], default=1) > 1:
                    self.met |= risen & ~ways.through
        elif len(node.inputs) == 1 and rises(shapes[0], node.outputs[0]):
            risen = through
        elif len(node.inputs) > 1:
            # It was brought to the other's size, which is then its own, whatever was dropped.
            through, risen = taken[1]
        return (_Ways(through | self._bits.get(node, 0), risen),)


def rises(before: Shape, after: Shape) -> bool:
    """Whether a layer makes spatial axes greater, by more than a padding would."""
    if before.axes not in SPATIAL or before.axes != after.axes:
        return False
    return any(
        2 * new >= 3 * old for old, new in zip(before.sizes[1:], after.sizes[1:], strict=True)
    )


def warn_of_uneven_strides(design: Design, modules: list[Module], report: Report) -> None:
    """Warns of strides that do not divide a size to which the network comes back at a merge."""
    uneven: dict[Node, str] = {}
    for module in modules:
        for node in module.nodes:
            if node.layer and len(node.inputs) == 1:
                why = undivided(node.layer, module.input_shapes(node)[0], node.outputs[0])
                uneven |= {node: why} if why else {}
    if not uneven:
        return
    walk = _Walk(uneven)
    walk.module(design.network, (_Ways(),) * len(design.network.inputs))
    for number, (node, why) in enumerate(uneven.items()):
        if walk.met >> number & 1:
            _warn(node, why, report)


def _warn(node: Node, why: str, report: Report) -> None:
    report.add(
        Diagnostic(
            "uneven-stride",
            f"`{node.span.text}` {why}, and a later merge depends on it",
            node.span,
            notes=("for another input the sizes will not meet there; here they do not line up",),
            hint="take an input whose sizes it divides, or resize: `interpolate @name`",
            severity=Severity.WARNING,
        )
    )

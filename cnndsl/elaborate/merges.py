"""Elaboration of merges and residuals: several wires that meet in one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

from cnndsl import syntax
from cnndsl.design import Role, Wire
from cnndsl.elaborate.context import Context, Stream
from cnndsl.elaborate.draft import DraftNode
from cnndsl.elaborate.history import ways_apart
from cnndsl.elaborate.meeting import residual_hint
from cnndsl.elaborate.names import Naming
from cnndsl.elaborate.nodes import add, callee, infer, layer_of, origins, origins_of, take
from cnndsl.elaborate.units import Definition
from cnndsl.errors import Diagnostic
from cnndsl.layers.merging import Add
from cnndsl.scope import Abandoned


def merge(node: syntax.Merge, context: Context, stream: Stream, naming: Naming) -> Stream:
    """`add { | … | … }`: each arm takes the stream, and the layer takes all that they give."""
    name = naming.take()
    unit = callee(context, node.name)
    if isinstance(unit.target, Definition) or not unit.target.merges:
        context.evaluator.fail(
            "braces",
            f"`{unit.name}` is {unit.kind} that takes no braces",
            node.span,
            hint="end the line before the braces, or merge with `add`, `mul`, `concat`, …",
        )
    bound = context.elaborator.binder.values(unit, node.arguments, context.frame)
    layer, options, _ = layer_of(context, unit.target, unit, bound, node.span)
    streams: list[Stream] = []
    for arm, place in _arms(node.arms, context):
        inner = place.within(places=place.places.arm(name, len(streams)))
        streams.append(context.elaborator.run((arm.chain,), inner, stream))
    wires = tuple(take(context, wire, node.span) for wire in streams)
    shape = infer(context, layer, wires, options, node.span)
    labelled = naming.label is not None
    given = origins_of(options)
    return add(
        context,
        DraftNode(name, layer, wires, shape, node.span, labelled, context.role, given=given),
    )


def _arms(
    arms: tuple[syntax.ArmStatement, ...], context: Context
) -> Iterator[tuple[syntax.Arm, Context]]:
    """The arms of a merge, its loops and conditions expanded, each with its place."""
    evaluator = context.evaluator
    for arm in arms:
        if isinstance(arm, syntax.Arm):
            yield arm, context.braces()
        elif isinstance(arm, syntax.ArmFor):
            elements = evaluator.elements(arm.items, context.frame)
            evaluator.count_steps(len(elements), arm.span)
            looped = context.within(places=context.places.in_loop())
            for element in elements:
                values = evaluator.unpack(arm.targets, element, arm.items.span)
                yield from _arms(arm.body, looped.braces(values))
        else:
            for condition, body in arm.branches:
                if condition is None or evaluator.condition(condition, context.frame):
                    yield from _arms(body, context.braces())
                    break


def residual(node: syntax.Residual, context: Context, stream: Stream, naming: Naming) -> Stream:
    """`residual { … } project { … }`: the sum of a body and a shortcut around it.

    It is no item, so it takes no place; a label on it names its result alone.
    """
    holds = node.condition is None or context.evaluator.condition(node.condition, context.frame)
    body = context.elaborator.run(node.body, context.braces(), stream)
    shortcut = stream
    if node.projection is not None:
        shortcut = _projection(node.projection, context, body, stream, holds)
    if not holds or body is None:
        return body
    wires = (take(context, body, node.span), take(context, shortcut, node.span))
    shape, other = map(context.draft.shape, wires)
    if shape != other:
        _report_mismatch(node, context, wires, take(context, stream, node.span))
    return add(context, DraftNode("", Add(), wires, shape, node.span, role=Role.RESIDUAL))


def _projection(
    projection: tuple[syntax.Statement, ...],
    context: Context,
    body: Stream,
    stream: Stream,
    holds: bool,
) -> Stream:
    """The shortcut through the projection where the shapes differ, else the stream itself."""
    inner = context.braces().within(role=Role.PROJECTION)
    shape = context.draft.shape
    differ = body is None or stream is None or shape(body) != shape(stream)
    if holds and differ:
        return context.elaborator.run(projection, inner, stream)
    # Its items are counted all the same, so that no name hangs on whether it is used.
    with context.report.silenced(), context.draft.undone():
        context.elaborator.run(projection, inner, stream)
    return stream


def _report_mismatch(
    node: syntax.Residual, context: Context, wires: tuple[Wire, Wire], entering: Wire
) -> NoReturn:
    body, shortcut = map(context.draft.shape, wires)
    projected = node.projection is not None
    names = ("the body", "the shortcut")
    context.report.add(
        Diagnostic(
            "residual-mismatch",
            f"the body of this residual gives {body}, and its shortcut {shortcut}",
            node.span,
            "the two do not meet",
            origins(context, wires, node.span),
            ways_apart(context.draft, wires, names, node.span),
            residual_hint(body, shortcut, context.draft.shape(entering), projected),
        )
    )
    raise Abandoned

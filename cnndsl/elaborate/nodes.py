"""Nodes: from an item with its arguments to what stands in the draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from cnndsl import syntax
from cnndsl.design import INPUT, Wire
from cnndsl.elaborate.binding import Bound
from cnndsl.elaborate.context import Context, Stream
from cnndsl.elaborate.draft import ABSENT, Draft, DraftNode
from cnndsl.elaborate.frame import UNKNOWN
from cnndsl.elaborate.units import Result, Unit
from cnndsl.errors import Diagnostic, Label
from cnndsl.layers.base import Layer, ShapeError
from cnndsl.origin import Giver, Origin
from cnndsl.scope import Abandoned
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.unknown import unknown_unit
from cnndsl.values import kind


def take(context: Context, stream: Stream, span: Span) -> Wire:
    """The wire that an item takes from the stream.

    Raises:
        Abandoned: a mistake left it unknown, or there is no stream yet.
    """
    if stream is None:
        raise Abandoned
    if stream == ABSENT and not context.draft.inputs:
        hint = "put `input 3x224x224` above the first item"
        context.evaluator.fail("no-stream", "nothing flows in here yet", span, hint=hint)
    if stream == ABSENT:
        context.evaluator.fail(
            "no-stream",
            "the network has several inputs, so a chain has to begin with one of them",
            span,
            hint="begin with `@name -> …`, of an `input … as name`",
        )
    return stream


def bring(context: Context, result: Result, span: Span) -> Wire:
    """The wire of the draft that holds a result.

    Raises:
        Abandoned: it is unknown, or made in training mode only where this is not.
    """
    if result.wire is None:
        raise Abandoned
    if result.is_training and not (context.training or context.draft.in_training):
        message = f"`{span.text}` is made in training mode only"
        hint = "only a head that is itself `training` can take it"
        context.evaluator.fail("training-only", message, span, hint=hint)
    return context.draft.bring(result)


def add(context: Context, node: DraftNode) -> Stream:
    """Adds a node to the draft; a module that came to nothing leaves its result unknown."""
    if isinstance(node.operation, Draft):
        context.draft.broken |= node.operation.broken
        if not node.operation.outputs:
            return None
    node.section, node.head, node.training = context.section, context.head, context.training
    wire = context.draft.add(node)
    context.evaluator.count_steps(1, node.span)
    most = context.elaborator.limits.items
    if context.draft.expanded_items > most:
        message = f"the network has more than {most:,} items"
        context.evaluator.exhaust(message, node.span, "items")
    return wire


def callee(context: Context, name: syntax.Name) -> Unit:
    """The block, network or layer that an item calls.

    Raises:
        Abandoned: the name is none of them.
    """
    known, value = context.frame.find(name.name)
    if value is UNKNOWN:
        raise Abandoned
    unit = value if known else context.frame.unit(name.name)
    if isinstance(unit, Unit):
        return unit
    if known:
        hint = f"write `@{name.name}`" if isinstance(value, Result) else ""
        message = f"`{name.name}` is {kind(value)}, not a block or a layer"
        context.evaluator.fail("not-an-item", message, name.span, hint=hint)
    context.report.add(unknown_unit(name, context.frame.known_units()))
    raise Abandoned


def layer_of(
    context: Context, word: type[Layer], unit: Unit, bound: Mapping[str, Bound], span: Span
) -> tuple[Layer, dict[str, Bound]]:
    """A layer with its options: the call's own, those given to it as a value, and defaults."""
    options = dict(context.frame.default_arguments(word.word))
    options.update({name: Bound(value, unit.span, Giver.VALUE) for name, value in unit.given})
    options.update(bound)
    return context.elaborator.binder.layer(word, options, span), options


def origins_of(options: Mapping[str, Bound]) -> dict[str, Origin]:
    """What gave each option that the layer's own default did not."""
    return {name: Origin(bound.giver, bound.span) for name, bound in options.items()}


def infer(
    context: Context,
    layer: Layer,
    wires: tuple[Wire, ...],
    options: Mapping[str, Bound],
    span: Span,
) -> Shape:
    """The shape that a layer gives.

    Raises:
        Abandoned: the inputs don't fit, which is reported with where each came from.
    """
    try:
        shape = layer.output(*map(context.draft.shape, wires))
    except ShapeError as error:
        option = options.get(error.option)
        place = option.span if option and option.giver is Giver.CALL else None
        _refuse(context, error, wires, place or span)
    most = context.elaborator.limits.integer
    if max(shape.sizes, default=0) > most:
        context.evaluator.fail("limit", f"this gives a size of more than {most:,}, the limit", span)
    return shape


def _refuse(context: Context, error: ShapeError, wires: tuple[Wire, ...], span: Span) -> NoReturn:
    code = "shape" if len(wires) == 1 else "shape-mismatch"
    related = origins(context, wires, span)
    context.report.add(Diagnostic(code, error.message, span, "", related, hint=error.hint))
    raise Abandoned


def origins(context: Context, wires: tuple[Wire, ...], span: Span) -> tuple[Label, ...]:
    """Where each wire comes from, with its shape, unless it is from `span` itself."""
    labels = []
    for wire in dict.fromkeys(wires):
        origin = context.draft.origin(wire)
        verb = "takes" if wire.node == INPUT else "gives"
        label = Label(origin, f"this {verb} {context.draft.shape(wire).describe()}")
        if origin != span:
            labels.append(label)
    return tuple(labels)

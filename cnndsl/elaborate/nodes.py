"""Nodes: from an item with its arguments to what stands in the draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, NoReturn

from cnndsl import syntax
from cnndsl.design import INPUT, Wire
from cnndsl.elaborate.binding import Bound
from cnndsl.elaborate.context import Context, Stream
from cnndsl.elaborate.draft import ABSENT, Draft, DraftNode
from cnndsl.elaborate.frame import UNKNOWN
from cnndsl.elaborate.history import doubtful_input, shrinking, ways_apart
from cnndsl.elaborate.meeting import merge_hint
from cnndsl.elaborate.units import Definition, Result, Unit, without_results
from cnndsl.errors import Diagnostic, Label
from cnndsl.layers.base import LAYERS, Layer, ShapeError
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
    unit = value if known else context.frame.unit(name)
    if isinstance(unit, Unit):
        return unit
    if known:
        hint = "a value is an argument of an item, such as `conv 3x3 c`"
        if isinstance(value, Result):
            hint = f"write `@{name.name}`"
        elif isinstance(value, str) and value in LAYERS:
            hint = f"give the layer itself, without quotes: `{value}`"
        message = f"`{name.name}` is {kind(value)}, not a block or a layer"
        context.evaluator.fail("not-an-item", message, name.span, hint=hint)
    context.report.add(unknown_unit(name, context.frame.known_units()))
    raise Abandoned


class Chosen(NamedTuple):
    """A layer with its options, and what the references among these bring in."""

    layer: Layer
    options: dict[str, Bound]
    references: tuple[Wire, ...]


def layer_of(
    context: Context, word: type[Layer], unit: Unit, bound: Mapping[str, Bound], span: Span
) -> Chosen:
    """A layer with its options: the call's own, those given to it as a value, and defaults.

    Raises:
        Abandoned: an option is wrong or unknown, which has been reported.
    """
    options = dict(context.frame.default_arguments(word))
    options.update({name: Bound(value, unit.span, Giver.VALUE) for name, value in unit.given})
    options.update(bound)
    if any(option.value is UNKNOWN for option in options.values()):
        raise Abandoned
    references: list[Wire] = []

    def into_draft(result: Result) -> Wire:
        return bring(context, result, span)

    ports = {
        name: option._replace(value=without_results(option.value, references, into_draft))
        if word.takes_reference(name)
        else option
        for name, option in options.items()
    }
    layer = context.elaborator.binder.layer(word, ports, span)
    return Chosen(layer, options, tuple(references))


def origins_of(options: Mapping[str, Bound]) -> dict[str, Origin]:
    """What gave each option that the layer's own default did not."""
    given = {name: bound for name, bound in options.items() if bound.value is not None}
    return {name: Origin(bound.giver, bound.span) for name, bound in given.items()}


def parameter_origins(unit: Unit, bound: Mapping[str, Bound]) -> dict[str, Origin]:
    """What gave each parameter of a block in a call of it."""
    assert isinstance(unit.target, Definition), "a layer has options"
    own = {p.name: Origin(Giver.BLOCK, p.span) for p in unit.target.syntax.parameters}
    handed_on = {name: Bound(value, unit.span, Giver.VALUE) for name, value in unit.given}
    return {**own, **origins_of({**handed_on, **bound})}


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
        _refuse(context, layer, error, wires, place or span)
    most = context.elaborator.limits.integer
    if max(shape.sizes, default=0) > most:
        context.evaluator.fail("limit", f"this gives a size of more than {most:,}, the limit", span)
    return shape


def _refuse(
    context: Context, layer: Layer, error: ShapeError, wires: tuple[Wire, ...], span: Span
) -> NoReturn:
    code = error.code or ("shape-mismatch" if error.arms else "shape")
    hint, notes, draft = error.hint, error.notes, context.draft
    if error.arms:
        first, second = error.arms
        wires = (wires[first], wires[second])
        names = (f"arm {first + 1}", f"arm {second + 1}")
        hint = merge_hint(layer, (draft.shape(wires[0]), draft.shape(wires[1])), names)
        notes += ways_apart(draft, wires, names, span)
    else:
        notes += shrinking(draft, wires[0], span) if code == "window" else ()
        if code in ("window", "shape") and error.option in ("", "kernel"):
            hint = doubtful_input(draft, wires[0]) or hint
    related = origins(context, wires, span)
    context.report.add(Diagnostic(code, error.message, span, "", related, notes, hint))
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

"""Elaboration of the items of a chain: each takes a wire of the draft and gives one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from cnndsl import syntax
from cnndsl.design import INPUT, ModuleKind, Output, Wire
from cnndsl.elaborate import merges
from cnndsl.elaborate.binding import Bound
from cnndsl.elaborate.context import Context, Stream
from cnndsl.elaborate.draft import ABSENT, Draft, DraftNode
from cnndsl.elaborate.frame import UNKNOWN
from cnndsl.elaborate.names import Naming, Places
from cnndsl.elaborate.nodes import (
    add,
    bring,
    callee,
    infer,
    layer_of,
    origins_of,
    parameter_origins,
    take,
)
from cnndsl.elaborate.units import Definition, Unit
from cnndsl.errors import Diagnostic, Label
from cnndsl.layers.base import Layer
from cnndsl.layers.reshaping import Identity
from cnndsl.scope import Abandoned
from cnndsl.source import Span


def chain(node: syntax.Chain, context: Context, stream: Stream) -> Stream:
    """What flows out of a chain; with a label, of the item or the scope of that name."""
    if node.label and len(node.items) > 1:
        body = (syntax.Chain(node.items, None, node.span),)
        return _labelled_scope(body, node.label, context, stream)
    for item in node.items:
        stream = _item(item, context, stream, node.label)
    return stream


def _item(
    item: syntax.Item, context: Context, stream: Stream, label: syntax.LabelName | None
) -> Stream:
    """One item; its mistakes leave what it gives unknown, and the walk goes on."""
    if isinstance(item, syntax.Labelled):
        return _item(item.item, context, stream, item.label)
    if isinstance(item, syntax.Group) and label:
        return _labelled_scope(item.body, label, context, stream)
    name, listed = None, False
    try:
        if label:
            name = context.label_text(label)
            listed = context.places.looped and not label.quoted
        owned = None if label and label.result_only else name
        naming = Naming(context.places, owned, listed, label.span if label else item.span)
        wire = _DISPATCH[type(item)](item, context, stream, naming)
    except Abandoned:
        context.draft.broken = True
        wire = None
    if name is not None:
        context.record(name, listed, wire)
    return wire


def _apply(node: syntax.Apply, context: Context, stream: Stream, naming: Naming) -> Stream:
    """A call of a layer, a block or a network."""
    name = naming.take()
    unit = callee(context, node.name)
    taken = context.draft.shape(stream) if stream and stream != ABSENT else UNKNOWN
    frame = context.frame.inner({"it": taken})
    if not isinstance(unit.target, Definition) and unit.target.merges:
        _refuse_armless(node, unit, context)
    bound = context.elaborator.binder.values(unit, node.arguments, frame)
    labelled = naming.label is not None
    if isinstance(unit.target, Definition):
        return _call(node, name, unit, bound, context, stream, labelled)
    layer, options, references = layer_of(context, unit.target, unit, bound, node.span)
    wires = (take(context, stream, node.span), *references)
    if isinstance(layer, Identity):
        return wires[0]
    shape = infer(context, layer, wires, options, node.span)
    given = origins_of(options)
    return add(
        context,
        DraftNode(name, layer, wires, shape, node.span, labelled, context.role, given=given),
    )


def _refuse_armless(node: syntax.Apply, unit: Unit, context: Context) -> NoReturn:
    """Refuses `add @a @b`, a merge whose arms are not marked."""
    plain = [a.value for a in node.arguments if a.kind == "plain"]
    named = [f" {a.span.text}" for a in node.arguments if a.kind == "named"]
    if len(plain) == 1 and isinstance(plain[0], syntax.ListOf):
        plain = list(plain[0].items)
    arms = [a.span.text for a in plain if isinstance(a, syntax.Reference | syntax.Name)]
    written = " ".join(f"| {arm}" for arm in arms) if len(arms) > 1 else "| … | …"
    hint = f"write `{unit.name}{''.join(named)} {{ {written} }}`"
    message = f"`{unit.name}` merges arms, and there are none"
    context.evaluator.fail("arms", message, node.span, hint=hint)


def _call(
    node: syntax.Apply,
    name: str,
    unit: Unit,
    bound: dict[str, Bound],
    context: Context,
    stream: Stream,
    labelled: bool,
) -> Stream:
    """A call of a block or a network, whose module is shared where it can be."""

    def make(entering: Wire) -> tuple[Draft, tuple[Wire, ...]]:
        return context.elaborator.instance(unit, bound, context, entering, node.span)

    draft, inputs = make(take(context, stream, node.span))
    shape, given = draft.result_shape, parameter_origins(unit, bound)
    return add(
        context,
        DraftNode(
            name, draft, inputs, shape, node.span, labelled, context.role, again=make, given=given
        ),
    )


def _group(node: syntax.Group, context: Context, stream: Stream, naming: Naming) -> Stream:
    return context.elaborator.run(node.body, context.braces(), stream)


def _reference(node: syntax.Reference, context: Context, stream: Stream, naming: Naming) -> Stream:
    return bring(context, context.site.result(node, context.frame), node.span)


def _reuse(node: syntax.Reuse, context: Context, stream: Stream, naming: Naming) -> Stream:
    name = naming.take()
    target = context.site.result(node.target, context.frame)
    wire = take(context, stream, node.span)
    if target.wire is None:
        raise Abandoned
    if target.draft is not context.draft or target.via or target.node is None:
        hint = "an item's weights are used again in the scope that the item stands in"
        message = f"`{node.target.span.text}` is no item of this scope"
        context.evaluator.fail("reuse", message, node.target.span, hint=hint)
    first = context.draft.nodes[target.node]
    operation, shape = first.operation, first.shape
    inputs = (wire, *first.inputs[1:])
    if isinstance(operation, Layer):
        shape = infer(context, operation, inputs, {}, node.span)
    elif first.again and not (
        operation.takes_stream and context.draft.shape(wire) == operation.inputs[0]
    ):
        operation, inputs = first.again(wire)
        shape = operation.result_shape
    if isinstance(operation, Draft):
        _check_takes(operation, first, node, context)
    labelled = naming.label is not None
    return add(
        context,
        DraftNode(
            name,
            operation,
            inputs,
            shape,
            node.span,
            labelled,
            context.role,
            reuses=first.reuses or first.name,
            given=first.given,
        ),
    )


def _check_takes(operation: Draft, first: DraftNode, node: syntax.Reuse, context: Context) -> None:
    """Refuses to run again what does not take what comes in, and would give the same again."""
    if operation.reads_stream:
        return
    label = node.target.span.text
    message = f"`{label}` would give the same again: it does not take what comes in"
    hint = f"put the reference before its braces: `@name -> {{ … }} as {label}`"
    places = (Label(first.span, "what is in it begins with a reference"),)
    context.report.add(Diagnostic("reuse", message, node.span, "", places, (), hint))
    raise Abandoned


def _labelled_scope(
    body: tuple[syntax.Statement, ...],
    label: syntax.LabelName,
    context: Context,
    stream: Stream,
) -> Stream:
    """A part with a name of its own, whose items are named within it."""
    text = context.label_text(label)
    listed = context.places.looped and not label.quoted
    name = Naming(context.places, text, listed, label.span).take()

    def make(entering: Stream) -> tuple[Draft, tuple[Wire, ...]]:
        inner = _scope(body, label.span, text, context, entering)
        first = (entering,) if entering and entering != ABSENT else ()
        return inner, (*first, *inner.captured)

    draft, inputs = make(stream)
    wire = add(
        context,
        DraftNode(
            name, draft, inputs, draft.result_shape, label.span, True, context.role, again=make
        ),
    )
    context.record(text, listed, wire)
    return wire


def _scope(
    body: tuple[syntax.Statement, ...], span: Span, name: str, context: Context, stream: Stream
) -> Draft:
    """The draft of a labelled scope; one without outputs where a mistake left it unknown."""
    known = stream is not None and stream != ABSENT
    entering = [context.draft.shape(stream)] if stream and known else []
    inner = Draft(name, ModuleKind.SCOPE, span, entering, context.draft)
    inner.entered = (context.draft, (stream,)) if stream and known else None
    inner.in_training = context.training or context.draft.in_training
    frame = context.frame.inner()
    frame.site = context.site.scope(inner)
    place = Context(inner, frame, Places(inner.names, context.report))
    with context.elaborator.nesting.module(span):
        result = context.elaborator.run(body, place, Wire(INPUT) if known else stream)
    if result is not None:
        inner.outputs.append(Output("output", take(context, result, span)))
    return inner


_DISPATCH: dict[type, Callable[[Any, Context, Stream, Naming], Stream]] = {
    syntax.Apply: _apply,
    syntax.Merge: merges.merge,
    syntax.Residual: merges.residual,
    syntax.Group: _group,
    syntax.Reference: _reference,
    syntax.Reuse: _reuse,
}

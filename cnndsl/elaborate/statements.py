"""Elaboration of statements: each takes the stream and gives the stream."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from cnndsl import syntax
from cnndsl.design import Output
from cnndsl.elaborate import inputs, items, start_rules
from cnndsl.elaborate.context import Context, Stream
from cnndsl.elaborate.draft import ABSENT
from cnndsl.elaborate.frame import UNKNOWN
from cnndsl.elaborate.nodes import bring, take
from cnndsl.errors import Diagnostic, Label, Severity
from cnndsl.labels import labels_of
from cnndsl.scope import Abandoned


def run(body: tuple[syntax.Statement, ...], context: Context, stream: Stream) -> Stream:
    """Elaborates the statements between two braces; what flows out of the last."""
    if not body:
        return stream
    with context.elaborator.nesting.braces(body[0].span):
        for statement in body:
            stream = _statement(statement, context, stream)
    return stream


def _statement(statement: syntax.Statement, context: Context, stream: Stream) -> Stream:
    try:
        return _DISPATCH[type(statement)](statement, context, stream)
    except Abandoned:
        context.draft.broken = True
        context.draft.lost += labels_of(statement)
        # A chain has no result then, and what a `require` guards means nothing; what only sets
        # something lets the stream pass.
        passes = isinstance(statement, syntax.Default | syntax.Init | syntax.Let)
        return stream if passes else None


def _let(node: syntax.Let, context: Context, stream: Stream) -> Stream:
    try:
        # Where it shadows a value, that is still seen here: `let c = c // 2`.
        value = context.evaluator.evaluate(node.value, context.frame)
    except Abandoned:
        context.frame.values[node.name.name] = UNKNOWN
        raise
    context.frame.values[node.name.name] = value
    if context.frame.parent and context.frame.parent.site is not context.frame.site:
        context.draft.arguments.append((node.name.name, value))
    return stream


def _default(node: syntax.Default, context: Context, stream: Stream) -> Stream:
    context.elaborator.set_default(node, context.frame)
    return stream


def _init(node: syntax.Init, context: Context, stream: Stream) -> Stream:
    rule = start_rules.read(node, context.frame, context.evaluator)
    context.draft.start_rules.append(rule)
    return stream


def _require(node: syntax.Require, context: Context, stream: Stream) -> Stream:
    if not context.evaluator.condition(node.condition, context.frame):
        message = context.evaluator.evaluate(node.message, context.frame)
        context.evaluator.fail("require", str(message), node.condition.span, "does not hold")
    return stream


def _if(node: syntax.If, context: Context, stream: Stream) -> Stream:
    for condition, body in node.branches:
        if condition is None or context.evaluator.condition(condition, context.frame):
            return run(body, context.braces(), stream)
    return stream


def _for(node: syntax.For, context: Context, stream: Stream) -> Stream:
    inner = context.within(places=context.places.in_loop())
    elements = context.evaluator.elements(node.items, context.frame)
    context.evaluator.count_steps(len(elements), node.span)
    for element in elements:
        values = context.evaluator.unpack(node.targets, element, node.items.span)
        stream = run(node.body, inner.braces(values), stream)
    return stream


def _repeat(node: syntax.Repeat, context: Context, stream: Stream) -> Stream:
    inner = context.within(places=context.places.in_loop())
    passes = context.evaluator.whole(node.count, context.frame, "the count of a repeat")
    context.evaluator.count_steps(passes, node.span)
    for number in range(passes):
        before = stream
        stream = run(node.body, inner.braces(), stream)
        if number == 0 and passes > 1:
            _warn_of_change(node, context, before, stream)
    return stream


def _warn_of_change(node: syntax.Repeat, context: Context, before: Stream, after: Stream) -> None:
    if before is None or after is None or ABSENT in (before, after):
        return
    old, new = context.draft.shape(before), context.draft.shape(after)
    if old != new:
        context.report.add(
            Diagnostic(
                "repeat-changes-shape",
                f"the first pass of this repeat changes the shape, {old} to {new}",
                node.span,
                hint="put the item that does so before the repeat, or write a `for`",
                severity=Severity.WARNING,
            )
        )


def _section(node: syntax.Section, context: Context, stream: Stream) -> Stream:
    return run(node.body, context.braces().within(section=node.name), stream)


def _head(node: syntax.Head, context: Context, stream: Stream) -> Stream:
    name = node.name or "output"
    draft = context.draft
    inner = context.braces().within(section="head", head=name, training=node.training)
    result = run(node.body, inner, stream)
    if name in draft.heads:
        message = f"two heads are called `{name}`"
        related = (Label(draft.heads[name], "the first is here"),)
        draft.broken = True
        hint = "name each: `head boxes { … }`; in a loop a head can't stand"
        context.report.add(
            Diagnostic("duplicate-name", message, node.span, related=related, hint=hint)
        )
    elif result is not None:
        if result == ABSENT:
            take(inner, result, node.span)
        draft.outputs.append(Output(name, result, node.training))
    draft.heads.setdefault(name, node.span)
    return stream


def _output(node: syntax.OutputNames, context: Context, stream: Stream) -> Stream:
    for reference in node.references:
        wire = bring(context, context.site.result(reference, context.frame), reference.span)
        name = _output_name(reference, context)
        if any(name == other.name for other in context.draft.chosen_outputs):
            message = f"two outputs are called `{name}`"
            text = reference.span.text
            other = "_".join(re.findall(r"\w+", text))
            hint = f"call it something else above, `@{text} as @{other}`, and write `{other}` here"
            context.evaluator.fail("duplicate-name", message, reference.span, hint=hint)
        context.draft.chosen_outputs.append(Output(name, wire))
    return stream


def _output_name(reference: syntax.Reference, context: Context) -> str:
    """The last name of a reference: `c4` of `@backbone.c4`."""
    for step in reversed(reference.path):
        if isinstance(step, str):
            return step
    name = reference.name
    return name if isinstance(name, str) else str(context.evaluator.evaluate(name, context.frame))


def _chain(node: syntax.Chain, context: Context, stream: Stream) -> Stream:
    return items.chain(node, context, stream)


_DISPATCH: dict[type, Callable[[Any, Context, Stream], Stream]] = {
    syntax.Chain: _chain,
    syntax.Let: _let,
    syntax.Default: _default,
    syntax.Init: _init,
    syntax.Require: _require,
    syntax.If: _if,
    syntax.For: _for,
    syntax.Repeat: _repeat,
    syntax.InputShape: inputs.input_shape,
    syntax.Section: _section,
    syntax.Head: _head,
    syntax.OutputNames: _output,
}

"""Elaboration of `input` lines: what a network takes, or is given by its caller."""

from __future__ import annotations

from collections.abc import Mapping

from cnndsl import syntax
from cnndsl.bounds import Bounds
from cnndsl.design import INPUT, Wire
from cnndsl.elaborate.context import Context, Stream
from cnndsl.elaborate.draft import ABSENT
from cnndsl.errors import Diagnostic, Label
from cnndsl.layers.windows import SPATIAL, to_map
from cnndsl.scope import Abandoned
from cnndsl.shape import AXES_BY_RANK, InputSizes, Shape
from cnndsl.values import is_whole, show


def input_shape(node: syntax.InputShape, context: Context, stream: Stream) -> Stream:
    """`input 3x224x224 as image`: the stream begins there, unless there are several."""
    draft = context.draft
    shape = _written_shape(node, context)
    label = context.label_text(node.label) if node.label else ""
    if draft.inputs_given:
        if shape.axes != draft.inputs[0].axes:
            message = (
                f"`{draft.name}` takes `{shape.names}`, and is given {draft.inputs[0].describe()}"
            )
            call, takes = context.report.trail[-1], Label(node.span, f"it takes {shape.describe()}")
            hint = to_map(draft.name, draft.inputs[0]) if shape.axes in SPATIAL else ""
            context.report.add(Diagnostic("shape", message, call.span, "", (takes,), (), hint))
            raise Abandoned
    else:
        draft.inputs.append(_given_shape(shape, label, node, context))
        draft.input_names.append(label)
    wire = Wire(INPUT, 0 if draft.inputs_given else len(draft.inputs) - 1)
    draft.input_spans[wire.port] = node.span
    if label:
        context.record(label, False, wire)
    several = len(draft.inputs) > 1 and not draft.inputs_given
    context.site.entering = None if several else draft.inputs[0]
    return ABSENT if several else wire


def check_given(body: tuple[syntax.Statement, ...], given: InputSizes, bounds: Bounds) -> None:
    """Refuses several inputs without names, and sizes without a name for such.

    Raises:
        Abandoned: the caller gives such, or one of several inputs has no name to begin with.
    """
    inputs = [statement for statement in body if isinstance(statement, syntax.InputShape)]
    unnamed = [node for node in inputs if node.label is None]
    if len(inputs) > 1 and unnamed:
        message = "one of several inputs has no name, so nothing can take it"
        hint = f"write `{unnamed[0].span.text} as {_free_name(inputs)}`"
        bounds.fail("input", message, unnamed[0].span, hint=hint)
    if len(inputs) > 1 and isinstance(given, tuple):
        message = "a network with several inputs is given the sizes of each by its name"
        hint = f"such as `left={'x'.join(map(str, given))}`"
        bounds.fail("parameter", message, inputs[1].span, hint=hint)


def _free_name(inputs: list[syntax.InputShape]) -> str:
    """A name that none of the inputs has."""
    taken = {node.label.text for node in inputs if node.label}
    return next(name for name in ("image", "other", "third", "x") if name not in taken)


def _given_shape(shape: Shape, label: str, node: syntax.InputShape, context: Context) -> Shape:
    """The shape of an `input` line, or what the caller gives for it.

    Where the caller's can't be, which is reported, the line's own goes on.
    """
    given = context.elaborator.input_sizes
    sizes = given.get(label) if isinstance(given, Mapping) else given
    if sizes is None:
        return shape
    if len(sizes) == len(shape):
        return Shape(shape.axes, sizes)
    written = "x".join(map(str, sizes))
    message = f"the input takes {len(shape)} axes, `{shape.names}`, and is given {written}"
    hint = f"give sizes such as {shape}, without the batch"
    context.draft.broken = True
    context.report.add(Diagnostic("parameter", message, node.span, hint=hint))
    return shape


def _example(sizes: tuple[int, ...]) -> str:
    """How an input of sizes whose axes have no usual names is written."""
    written = "x".join(map(str, sizes))
    if len(sizes) == 2:
        return f'a picture is `input 1x{written}`, and others name their axes: `{written} "l c"`'
    return f'name the axes, in their order: `input {written} "…"`'


def _written_shape(node: syntax.InputShape, context: Context) -> Shape:
    evaluator = context.evaluator
    value = evaluator.evaluate(node.sizes, context.frame)
    sizes = value if isinstance(value, tuple) else (value,)
    if not all(is_whole(size) and size >= 1 for size in sizes):
        evaluator.fail(
            "input",
            "an input has whole sizes of at least 1",
            node.sizes.span,
            f"this is {show(value)}",
            hint="write `input 3x224x224` or `input [3, size, size]`",
        )
    if node.axes is None:
        if len(sizes) not in AXES_BY_RANK:
            evaluator.fail(
                "input",
                f"the axes of {len(sizes)} sizes need names",
                node.sizes.span,
                hint=_example(sizes),
            )
        return Shape.from_sizes(sizes)
    axes = tuple(str(evaluator.evaluate(node.axes, context.frame)).split())
    if len(axes) != len(sizes) or len(set(axes)) != len(axes):
        message = f"{len(sizes)} sizes need {len(sizes)} different names of axes"
        example = " ".join(AXES_BY_RANK.get(len(sizes), ("l", "c"))) if len(sizes) > 1 else "c"
        hint = f"one name for each size, such as `{example}`"
        evaluator.fail("input", message, node.axes.span, f"these are {len(axes)}", hint)
    return Shape(axes, sizes)

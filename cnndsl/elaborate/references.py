"""References: from `@name` to what that item gave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

from cnndsl import syntax
from cnndsl.design import INPUT, Wire
from cnndsl.elaborate.draft import Draft
from cnndsl.elaborate.frame import Frame
from cnndsl.elaborate.units import Result
from cnndsl.errors import nearest, suggestion
from cnndsl.expressions import Evaluator
from cnndsl.labels import is_label
from cnndsl.scope import Abandoned
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.values import Value, is_whole, kind


class Site:
    """The block, network or labelled scope whose body is being elaborated."""

    def __init__(self, draft: Draft, evaluator: Evaluator, entering: Shape | None) -> None:
        self.draft = draft
        self.evaluator = evaluator
        # What entered the block or the network: the shape called `in`.
        self.entering = entering

    def scope(self, draft: Draft) -> Site:
        """The site of a labelled scope within this one, where `in` means the same."""
        return Site(draft, self.evaluator, self.entering)

    def entering_shape(self, span: Span) -> Shape:
        """The shape called `in`; above an `input`, and where there are several, there is none."""
        if self.entering is None:
            message = "`in` has no meaning where there are several inputs"
            hint = "name one of them, as in `@image.c`"
            if not self.draft.inputs:
                message = "`in` has no meaning above the `input` line"
                hint = "move the line below it"
            self.evaluator.fail("no-stream", message, span, hint=hint)
        return self.entering

    def entering_result(self, span: Span) -> Result:
        """What is called `in`, as a reference."""
        self.entering_shape(span)
        draft = self.draft
        while draft.parent:
            draft = draft.parent
        return Result(draft, Wire(INPUT))

    def value(self, reference: syntax.Reference, frame: Frame) -> Value:
        """What a reference in an expression means: a result, a list of them, or an axis's size."""
        found = self._start(reference, frame)
        for number, step in enumerate(reference.path):
            last = number == len(reference.path) - 1
            found = self._step(found, step, last, reference, frame)
        return found

    def result(self, reference: syntax.Reference, frame: Frame) -> Result:
        """What a reference in a chain means: one result.

        Raises:
            Abandoned: it is no single result, which has been reported.
        """
        found = self.value(reference, frame)
        if isinstance(found, Result):
            return found
        if isinstance(found, tuple):
            self.evaluator.fail(
                "reference",
                f"`{reference.span.text}` is a list of {len(found)} results",
                reference.span,
                "labels in loops make lists",
                hint=f"write `{reference.span.text}[-1]` for the latest, or its number, from 0",
            )
        self.evaluator.fail(
            "reference", f"this is {kind(found)}, and a chain goes on from a result", reference.span
        )

    def _start(self, reference: syntax.Reference, frame: Frame) -> Value:
        name = reference.name
        text = name if isinstance(name, str) else self.evaluator.evaluate(name, frame)
        for draft in self._drafts():
            if text in draft.items:
                return _plain(draft.items[text])
        known, value = frame.find(text)
        if known and isinstance(value, Result | tuple):
            return value
        if any(is_label(label, text) for draft in self._drafts() for label in draft.lost):
            raise Abandoned
        self._unknown(text, reference, known)

    def _unknown(self, text: str, reference: syntax.Reference, is_value: bool) -> NoReturn:
        near = nearest(text, [label for draft in self._drafts() for label in draft.items])
        hint = f"move `{text}` above this line; what an `if` leaves out is not there"
        if near:
            hint = f"did you mean `@{near}`? only what stands above can be named"
        if is_value:
            hint = f"`{text}` is a value: write it without `@`"
        self.evaluator.fail(
            "unknown-reference", f"nothing above is called `{text}`", reference.span, hint=hint
        )

    def _drafts(self) -> Iterator[Draft]:
        """That of this scope, and those around it."""
        draft: Draft | None = self.draft
        while draft:
            yield draft
            draft = draft.parent

    def _step(
        self,
        found: Value,
        step: str | syntax.Expression,
        last: bool,
        reference: syntax.Reference,
        frame: Frame,
    ) -> Value:
        if not isinstance(step, str):
            return self._element(found, step, reference, frame)
        if not isinstance(found, Result):
            what = f"`{step}` is asked of {kind(found)}"
            self.evaluator.fail("reference", what, reference.span, hint="index the list first")
        inner = self._inner(found, step)
        if inner is not None:
            return inner
        if found.wire is None:
            raise Abandoned
        assert found.shape is not None
        if last and step in found.shape:
            return found.shape[step]
        item = reference.span.text.rpartition(".")[0]
        otherwise = f"write one of its axes, as in `{item}.{found.shape.axes[0]}`"
        if step in ("weight", "bias"):
            otherwise = f"an item is named without its tensors: `{item}`"
        self.evaluator.fail(
            "unknown-reference",
            f"there is no item and no axis `{step}` in `{reference.span.text}`",
            reference.span,
            f"it has the shape {found.shape.describe()}",
            suggestion(
                step,
                [*_items(found), *found.shape.axes],
                otherwise,
            ),
        )

    def _inner(self, found: Result, name: str) -> Value:
        """The item of that name within what gave a result, if there is one."""
        items = _items(found)
        if found.node is None or name not in items:
            return None
        via = (*found.via, (found.draft, found.node))
        inner = items[name]
        if isinstance(inner, list):
            return tuple(_through(item, via) for item in inner)
        return _through(inner, via)

    def _element(
        self,
        found: Value,
        step: syntax.Expression,
        reference: syntax.Reference,
        frame: Frame,
    ) -> Value:
        index = self.evaluator.evaluate(step, frame)
        if isinstance(found, Result) and found.wire is None:
            raise Abandoned
        if not isinstance(found, tuple):
            self.evaluator.fail(
                "reference",
                f"`{reference.span.text}` indexes {kind(found)}, not a list",
                reference.span,
                hint="only a label in a loop makes a list",
            )
        if not is_whole(index) or not -len(found) <= index < len(found):
            self.evaluator.fail(
                "index",
                f"there is no element {index} in `{reference.span.text}`",
                step.span,
                f"so far there are {len(found)}",
                hint=f"they are counted from 0 to {len(found) - 1}",
            )
        return found[index]


def _items(found: Result) -> dict[str, Result | list[Result]]:
    """The items of the block or scope that gave a result; none where it was a layer."""
    operation = found.draft.nodes[found.node].operation if found.node is not None else None
    return operation.items if isinstance(operation, Draft) else {}


def _plain(item: Result | list[Result]) -> Value:
    return tuple(item) if isinstance(item, list) else item


def _through(item: Result, via: tuple[tuple[Draft, int], ...]) -> Result:
    return Result(item.draft, item.wire, item.node, (*via, *item.via))

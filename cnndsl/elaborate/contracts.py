"""The contracts of blocks: what a block says that it takes and gives, held wherever it is used."""

from __future__ import annotations

from typing import NoReturn

from cnndsl import syntax
from cnndsl.design import Wire
from cnndsl.elaborate.draft import Draft
from cnndsl.elaborate.frame import Frame
from cnndsl.elaborate.meeting import bridge
from cnndsl.errors import Diagnostic, Label, Report
from cnndsl.expressions import Evaluator
from cnndsl.scope import Abandoned
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.values import is_whole, show


class ContractCheck:
    """Holds the contract of one block, for one set of arguments."""

    def __init__(
        self, contract: syntax.Contract, draft: Draft, frame: Frame, evaluator: Evaluator
    ) -> None:
        self._contract = contract
        self._draft = draft
        self._evaluator = evaluator
        self._report: Report = evaluator.report
        # Here, an axis that the block takes is its size, unless a parameter is so called.
        taken = draft.inputs[0]
        sizes = {axis: taken[axis] for axis in taken.axes if axis not in frame.values}
        self._frame = frame.inner(sizes)

    def check_input(self) -> None:
        """Holds what enters against the contract.

        Raises:
            Abandoned: it is something else, which is reported.
        """
        self._hold(self._contract.takes, self._draft.inputs[0], "takes", "gets")

    def check_output(self, result: Wire) -> None:
        """Holds what the block gives against the contract; raises as `check_input` does."""
        self._hold(self._contract.gives, self._draft.shape(result), "gives", "gives", result)

    def _hold(
        self,
        terms: tuple[syntax.Axis | syntax.Expression, ...],
        shape: Shape,
        promised: str,
        found: str,
        result: Wire | None = None,
    ) -> None:
        wanted = [self._term(term) for term in terms]
        fits = len(wanted) == len(shape) and all(map(self._fits, wanted, shape.axes, shape.sizes))
        if fits:
            return
        words = " ".join(map(str, wanted))
        span = _whole(terms[0].span).to(_whole(terms[-1].span))
        message = (
            f"`{self._draft.name}` {promised} `{words}` by its contract, "
            f"but here it {found} {shape.describe()}"
        )
        item = self._bridge(wanted, shape)
        if meant := self._parameter_as_axis(wanted, shape):
            label = f"`{meant}` is an axis here, and no parameter"
            hint = f"write `({meant})`: a bare name is an axis, and a value has parentheses"
            self._refuse(message, span, (), hint, label)
        if result is not None:
            made = Label(self._draft.origin(result), f"this gives {shape.describe()}")
            hint = f"end the block with `{item}`, or change" if item else "change the block, or"
            self._refuse(message, span, (made,), f"{hint} the contract")
        # What enters is the caller's.
        call = self._report.trail[-1].span
        hint = f"put `{item}` before it" if item else f"bring it to `{words}` first"
        self._refuse(message, call, (Label(span, "this is its contract"),), hint)

    def _parameter_as_axis(self, wanted: list[str | int], shape: Shape) -> str:
        """The name of a parameter that stands for its size without parentheses, if one does."""
        parameters = dict(self._draft.arguments)
        for name in wanted:
            if isinstance(name, str) and name in parameters and name not in shape:
                return name
        return ""

    @staticmethod
    def _bridge(wanted: list[str | int], shape: Shape) -> str:
        """The item that brings a shape to what is wanted; empty where none does."""
        if len(wanted) != len(shape):
            return ""
        pairs = zip(wanted, shape.sizes, strict=True)
        sizes = tuple(n if isinstance(w, str) else w for w, n in pairs)
        return bridge(shape, Shape(shape.axes, sizes))

    def _term(self, term: syntax.Axis | syntax.Expression) -> str | int:
        """The name of an axis, or a size."""
        if isinstance(term, syntax.Axis):
            return term.name
        size = self._evaluator.evaluate(term, self._frame)
        if not is_whole(size):
            self._refuse(f"a size in a contract is a whole number, not {show(size)}", term.span)
        return int(size)

    def _fits(self, wanted: str | int, axis: str, size: int) -> bool:
        if isinstance(wanted, int):
            return size == wanted
        taken = self._draft.inputs[0]
        names = [term.name for term in self._contract.takes if isinstance(term, syntax.Axis)]
        # An axis that is named on both sides keeps its size.
        keeps = wanted not in names or wanted not in taken or taken[wanted] == size
        return axis == wanted and keeps

    def _refuse(
        self,
        message: str,
        span: Span,
        related: tuple[Label, ...] = (),
        hint: str = "",
        label: str = "",
    ) -> NoReturn:
        self._report.add(Diagnostic("contract", message, span, label, related, (), hint))
        raise Abandoned


def _whole(span: Span) -> Span:
    """The place of a term with its parentheses, which are no part of a value's own."""
    text = span.source.text
    enclosed = text[span.start - 1] == "(" and text[span.end : span.end + 1] == ")"
    return Span(span.source, span.start - 1, span.end + 1) if enclosed else span

"""The contracts of blocks: what a block says that it takes and gives, held wherever it is used."""

from __future__ import annotations

from cnndsl import syntax
from cnndsl.design import Wire
from cnndsl.elaborate.draft import Draft
from cnndsl.elaborate.frame import Frame
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
        self._hold(self._contract.takes, self._draft.inputs[0], "takes", "gets", ())

    def check_output(self, result: Wire) -> None:
        """Holds what the block gives against the contract; raises as `check_input` does."""
        shape, origin = self._draft.shape(result), self._draft.origin(result)
        made = (Label(origin, f"this gives {shape.describe()}"),)
        self._hold(self._contract.gives, shape, "gives", "gives", made)

    def _hold(
        self,
        terms: tuple[syntax.Axis | syntax.Expression, ...],
        shape: Shape,
        promised: str,
        found: str,
        related: tuple[Label, ...],
    ) -> None:
        wanted = [self._term(term) for term in terms]
        fits = len(wanted) == len(shape) and all(map(self._fits, wanted, shape.axes, shape.sizes))
        if not fits:
            words = " ".join(map(str, wanted))
            span = terms[0].span.to(terms[-1].span)
            message = (
                f"`{self._draft.name}` {promised} `{words}` by its contract, "
                f"but here it {found} {shape.describe()}"
            )
            self._refuse(message, span, related)

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

    def _refuse(self, message: str, span: Span, related: tuple[Label, ...] = ()) -> None:
        self._report.add(Diagnostic("contract", message, span, related=related))
        raise Abandoned

"""The limits at work: what passes one is reported, and what led to it is ended."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import NoReturn

from cnndsl.errors import Diagnostic, Fix, Report
from cnndsl.limits import Limits, raise_limit
from cnndsl.scope import Abandoned, Exhausted
from cnndsl.source import Span
from cnndsl.values import Value, extent, is_whole

# How many expressions may be worked out for each step of the limit, and how many elements of a list
# take about as long as an expression.
_WORK_PER_STEP = 20
_ELEMENTS_PER_WORK = 4


class Bounds:
    """Keeps values, and the work on one network, within the limits."""

    def __init__(self, report: Report, limits: Limits) -> None:
        self.report = report
        self.limits = limits
        self._steps = 0
        self._work = 0

    def begin(self) -> None:
        """Another network: its work is counted from nothing."""
        self._steps = self._work = 0

    def fail(
        self,
        code: str,
        message: str,
        span: Span,
        label: str = "",
        hint: str = "",
        fix: Fix | None = None,
    ) -> NoReturn:
        """Reports an error and abandons what was being worked out."""
        self.report.add(Diagnostic(code, message, span, label, hint=hint, fix=fix))
        raise Abandoned

    def exhaust(self, message: str, span: Span, limit: str) -> NoReturn:
        """Reports that a limit of the whole network is passed, and ends its elaboration."""
        self.report.add(Diagnostic("limit", message, span, hint=raise_limit(limit)), always=True)
        raise Exhausted

    def count_steps(self, steps: int, span: Span) -> None:
        """Counts passes of loops, and items, against the limit of steps."""
        self._steps += steps
        if self._steps > self.limits.steps:
            most = f"{self.limits.steps:,}"
            self.exhaust(f"this takes more than {most} items and passes of loops", span, "steps")

    def count_work(self, value: Value, span: Span) -> None:
        """Counts an expression worked out, by its value: a long list counts as several."""
        self._count(1 + (len(value) // _ELEMENTS_PER_WORK if isinstance(value, tuple) else 0), span)

    def count_walk(self, values: Iterable[Value], span: Span) -> None:
        """Counts work on values and on all that they hold."""
        walked = sum(extent(value, self.limits.list) for value in values)
        self._count(walked // _ELEMENTS_PER_WORK, span)

    def _count(self, work: int, span: Span) -> None:
        self._work += work
        if self._work > self.limits.steps * _WORK_PER_STEP:
            self.exhaust("too many expressions are worked out up to this one", span, "steps")

    def check(self, value: Value, span: Span) -> None:
        """Fails where a value is beyond a limit."""
        limits = self.limits
        if is_whole(value):
            if abs(value) > limits.integer:
                # Without the number, which may have thousands of digits.
                self._over(f"a whole number is beyond {limits.integer:,}", "integer", span)
        elif isinstance(value, str) and len(value) > limits.string:
            self._over(f"a string has more than {limits.string:,} letters", "string", span)
        elif isinstance(value, float) and not isfinite(value):
            self.fail("arithmetic", "this number has no finite value", span)

    def check_list(self, value: Value, span: Span) -> None:
        """Fails where a value holds more others than a list may."""
        most = self.limits.list
        if extent(value, most) > most:
            message = f"a list has more than {most:,} elements, those of lists in it included"
            self._over(message, "list", span)

    def _over(self, message: str, limit: str, span: Span) -> NoReturn:
        self.fail("limit", message, span, hint=raise_limit(limit))

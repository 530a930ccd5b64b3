"""The way from a text to a design, one stage after the other."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cnndsl import syntax
from cnndsl.design import Design
from cnndsl.elaborate import Elaborator
from cnndsl.errors import (
    CnnError,
    Diagnostic,
    Report,
    RequestError,
    request_error,
    suggestion,
    whole,
)
from cnndsl.imports import load
from cnndsl.limits import DEFAULT_LIMITS, Limits
from cnndsl.program import Program
from cnndsl.resources import folder
from cnndsl.scope import Exhausted
from cnndsl.shape import InputSizes
from cnndsl.source import Source, Span
from cnndsl.untouched import Untouched
from cnndsl.values import Value

if TYPE_CHECKING:
    from cnndsl.analyse.sizes import LegalSizes

# Blocks may nest to `Limits.calls`, braces and expressions in each to bounds of their own.
RECURSION_LIMIT = 40_000


class Compiler:
    """A spec, read and resolved once; its networks are elaborated as they are asked for.

    Layers of the user's own are Python code, which runs only if `allow_python` is true.

    Raises:
        CnnError: the text has errors of syntax, or names that mean nothing.
    """

    def __init__(
        self, source: Source, limits: Limits = DEFAULT_LIMITS, *, allow_python: bool = False
    ) -> None:
        self.source = source
        self._limits = limits
        self._allow_python = allow_python
        self._reading = Report()
        with deep_recursion():
            # Every name of the file, and of those that it imports, means something from here on,
            self.program: Program = load(source, self._reading)
        try:
            # and the values and defaults of the files are known.
            self._elaborator = self._new_elaborator()
        except CnnError:
            raise CnnError(self._all_errors()) from None

    def _all_errors(self) -> list[Diagnostic]:
        """The errors of reading, and those of the networks that these do not touch."""
        report = Report(self._reading)
        untouched = Untouched(self.program, self._reading.errors)
        with deep_recursion(), suppress(Exhausted):
            elaborator = self._elaborator_for(report)
            for member in self.members:
                if member in untouched:
                    self._elaborate(elaborator, member)
        return [error for error in report.errors if not untouched.echoes(error)]

    def _elaborate(self, elaborator: Elaborator, member: str) -> Design | None:
        """The design of a member as it is written; None where it has errors, which are reported."""
        network, arguments, span = self._find(member)
        definition = elaborator.definition(network)
        return elaborator.design(definition, member, arguments, {}, None, span)

    def _elaborator_for(self, report: Report) -> Elaborator:
        return Elaborator(self.program, report, self._limits, self._allow_python)

    def _new_elaborator(self) -> Elaborator:
        """An elaborator of the file, whose report begins with what reading it found."""
        report = Report(self._reading)
        with deep_recursion():
            try:
                elaborator = self._elaborator_for(report)
            except Exhausted:
                raise CnnError(report.errors) from None
        report.raise_errors()
        return elaborator

    @property
    def members(self) -> list[str]:
        """What can be compiled: the variants, and the networks that need no argument.

        Such a network is left out where a variant is the same with another name.
        """
        variants = self.program.variants
        same = {v.network.name for v in variants.values() if not v.arguments}
        alone = [
            name
            for name, network in self.program.networks.items()
            if name not in same and all(p.default is not None for p in network.parameters)
        ]
        return [*variants, *alone]

    @property
    def incomplete(self) -> list[str]:
        """The networks that need arguments, and have no variant that gives them."""
        complete = {*self.members, *(v.network.name for v in self.program.variants.values())}
        return [name for name in self.program.networks if name not in complete]

    def design(
        self,
        member: str | None = None,
        parameters: Mapping[str, Value] | None = None,
        sizes: InputSizes = None,
    ) -> Design:
        """A variant or a network, elaborated.

        Args:
            member: its name; None where the spec has only one.
            parameters: values of the network's parameters, which stand for the variant's.
            sizes: the sizes of the input, or of several by their names, which stand for the spec's.

        Raises:
            CnnError: there is no such member, or the network has errors.
        """
        name = member or self._only_member()
        network, arguments, span = self._find(name)
        self._check_parameters(network, parameters or {})
        if name not in self.program.variants:
            self._check_complete(name, parameters or {})
        # What is elaborated for one design may be shared within it, but not with the next.
        elaborator, self._elaborator = self._elaborator, self._new_elaborator()
        definition = elaborator.definition(network)
        design: Design | None = None
        with deep_recursion(), suppress(Exhausted):
            design = elaborator.design(definition, name, arguments, parameters or {}, sizes, span)
        elaborator.report.raise_errors()
        assert design is not None, "a network without errors has a design"
        _check_inputs(design, sizes)
        return design

    def legal_sizes(
        self, member: str | None = None, parameters: Mapping[str, Value] | None = None
    ) -> LegalSizes:
        """The sizes of the input that a variant or a network takes, by trying those of a range.

        Raises:
            CnnError: there is no such member, or the network has errors.
        """
        from cnndsl.analyse.sizes import legal_sizes

        design = self.design(member, parameters)
        network, arguments, span = self._find(design.name)
        # The blocks of all sizes are shared, since nothing is kept of the designs.
        elaborator = self._new_elaborator()
        definition = elaborator.definition(network)

        def trial(sizes: tuple[int, ...]) -> Design | None:
            elaborator.report.clear()
            found: Design | None = None
            with deep_recursion(), suppress(Exhausted):
                found = elaborator.design(
                    definition, design.name, arguments, parameters or {}, sizes, span, warn=False
                )
            return None if elaborator.report.errors else found

        return legal_sizes(design, trial)

    def check(self) -> list[Diagnostic]:
        """Elaborates every member; all errors and warnings of the file, up to a limit passed."""
        elaborator = self._elaborator
        with deep_recursion(), suppress(Exhausted):
            for member in self.members:
                design = self._elaborate(elaborator, member)
                assert design or elaborator.report.errors, "a network without errors has a design"
        return list(elaborator.report)

    def evaluate(self, expression: syntax.Expression) -> Value:
        """The value of an expression among the file's own names.

        Raises:
            CnnError: it has none.
        """
        value: Value = None
        with deep_recursion(), suppress(Exhausted):
            value = self._elaborator.evaluate(expression)
        self._elaborator.report.raise_errors()
        return value

    def require_members(self) -> list[str]:
        """What can be compiled from this spec.

        Raises:
            CnnError: there is nothing.
        """
        if not self.members:
            message = f"{self.source.name} has no network that can be compiled as it is"
            hint = "write `variant name = Network(…)`"
            raise CnnError([Diagnostic("no-network", message, whole(self.source), hint=hint)])
        return self.members

    def _only_member(self) -> str:
        if len(self.require_members()) == 1:
            return self.members[0]
        members = ", ".join(self.members)
        spec = self.source.name
        if (path := Path(spec)).parent == folder("specs"):
            spec = path.stem  # where a bundled spec is installed does not matter
        message = f"{spec} has several networks: {members}"
        hint = f"name one, as in `{spec}:{self.members[0]}`"
        raise request_error("which-network", message, hint)

    def _find(self, name: str) -> tuple[syntax.Name, tuple[syntax.Argument, ...], Span]:
        """A member's network, by its name in this file, the arguments, and where it is defined."""
        if variant := self.program.variants.get(name):
            return variant.network, variant.arguments, variant.name.span
        if network := self.program.networks.get(name):
            return network.name, (), network.name.span
        known = [*self.program.variants, *self.program.networks]
        hint = suggestion(name, known, f"it has {', '.join(known) or 'none'}")
        message = f"{self.source.name} has no variant and no network `{name}`"
        raise request_error("unknown-target", message, hint)

    def _check_parameters(self, network: syntax.Name, given: Mapping[str, Value]) -> None:
        definition = self._elaborator.definition(network)
        known = list(definition.parameter_names)
        wrong = []
        for name in given:
            if name not in known:
                hint = suggestion(name, known, f"it has {', '.join(known) or 'none'}")
                message = f"`{network.name}` has no parameter `{name}`"
                wrong.append(Diagnostic("parameter", message, hint=hint))
        if wrong:
            raise RequestError(wrong)

    def _check_complete(self, name: str, given: Mapping[str, Value]) -> None:
        """Refuses a network whose parameters are not all given, and tells its variants."""
        network = self.program.networks[name]
        missing = [p.name for p in network.parameters if p.default is None and p.name not in given]
        if not missing:
            return
        message = f"`{name}` needs {', '.join(f'`{m}`' for m in missing)}"
        hint = f"give {' and '.join(f'`{m}=…`' for m in missing)}"
        of_it = [v for v, variant in self.program.variants.items() if variant.network.name == name]
        if of_it:
            hint = f"take a variant of it, such as `{of_it[0]}`, or {hint}"
        raise CnnError([Diagnostic("missing-argument", message, network.name.span, hint=hint)])


def _check_inputs(design: Design, sizes: InputSizes) -> None:
    """Refuses sizes of an input that the network has not."""
    known = [name for name in design.network.input_names if name]
    for name in sizes if isinstance(sizes, Mapping) else ():
        if name not in known:
            hint = suggestion(name, known, f"it has {', '.join(known) or 'one without a name'}")
            raise request_error("parameter", f"`{design.name}` has no input `{name}`", hint)


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Within it, recursion may go as deep as the limits of a spec let it."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)

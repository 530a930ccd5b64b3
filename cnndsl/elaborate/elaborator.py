"""Elaboration: from a resolved program to a design, expanding blocks and inferring shapes at once.

Every block is elaborated once for the same arguments and the same shapes, and shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cnndsl import syntax
from cnndsl.design import INPUT, Design, Module, ModuleKind, Output, Wire
from cnndsl.elaborate import statements
from cnndsl.elaborate.binding import Binder, Bound, usage
from cnndsl.elaborate.calls import Calls, call_text
from cnndsl.elaborate.checks import check
from cnndsl.elaborate.context import Context, Stream
from cnndsl.elaborate.contracts import ContractCheck
from cnndsl.elaborate.draft import ABSENT, Draft
from cnndsl.elaborate.file_frames import FileFrames
from cnndsl.elaborate.foreign_layers import ForeignLayers
from cnndsl.elaborate.frame import UNKNOWN, Frame
from cnndsl.elaborate.initialise import initialise
from cnndsl.elaborate.inputs import check_given
from cnndsl.elaborate.names import Places
from cnndsl.elaborate.nesting import Nesting
from cnndsl.elaborate.nodes import bring
from cnndsl.elaborate.references import Site
from cnndsl.elaborate.units import (
    Definition,
    Result,
    Unit,
    key,
    ports_of,
    with_results,
    without_results,
)
from cnndsl.errors import Report
from cnndsl.expressions import Evaluator
from cnndsl.limits import Limits
from cnndsl.origin import Giver
from cnndsl.program import Program
from cnndsl.scope import Abandoned
from cnndsl.shape import InputSizes, Shape
from cnndsl.source import Span
from cnndsl.values import Value


class Elaborator:
    """Elaborates the networks of one program, and shares blocks among them."""

    def __init__(
        self, program: Program, report: Report, limits: Limits, allow_python: bool = False
    ) -> None:
        self.program = program
        self.report = report
        self.limits = limits
        self.evaluator = Evaluator(report, limits)
        self.binder = Binder(self.evaluator)
        self.nesting = Nesting(self.evaluator)
        self.calls = Calls(self.evaluator, self.nesting)
        self._elaborated: dict[object, Draft] = {}
        # What the caller gives for the sizes of the network's input.
        self.input_sizes: InputSizes = None
        self.foreign_layers = ForeignLayers(self.evaluator, allow_python)
        self._files = FileFrames(self)
        self.file_frame = self._files.frame(program)

    def attempt(self, expression: syntax.Expression, frame: Frame) -> Value:
        """The value of an expression; UNKNOWN where it has none, which is reported."""
        try:
            return self.evaluator.evaluate(expression, frame)
        except Abandoned:
            return UNKNOWN

    def definition(self, name: syntax.Name) -> Definition:
        """The network or block of the file that has this name."""
        unit = self.file_frame.unit(name)
        assert unit is not None, f"`{name.name}` is defined in the file"
        assert isinstance(unit.target, Definition), f"`{name.name}` is a block or a network"
        return unit.target

    def evaluate(self, expression: syntax.Expression) -> Value:
        """The value of an expression among the file's names; UNKNOWN where it has none."""
        return self.attempt(expression, self.file_frame)

    def set_default(self, node: syntax.Default, frame: Frame) -> None:
        """Enters a `default` line in the frame where it stands.

        Raises:
            Abandoned: an argument is wrong.
        """
        unit = frame.layer(node.layer)
        if unit is None or isinstance(unit.target, Definition):
            raise Abandoned  # which resolving has reported
        bound, good = self.binder.attempt(unit, node.arguments, frame)
        own = frame.defaults.setdefault(unit.target, {})
        own.update({name: b._replace(giver=Giver.DEFAULT) for name, b in bound.items()})
        if not good:
            raise Abandoned
        self.binder.check(unit, bound)

    def run(self, body: tuple[syntax.Statement, ...], context: Context, stream: Stream) -> Stream:
        """Elaborates statements; what flows out of the last."""
        return statements.run(body, context, stream)

    # Blocks

    def instance(
        self, unit: Unit, bound: Mapping[str, Bound], context: Context, wire: Wire, span: Span
    ) -> tuple[Draft, tuple[Wire, ...]]:
        """The draft of a block with its arguments for the shape on a wire, and what it takes.

        Raises:
            Abandoned: the call is wrong, which has been reported.
        """
        definition = unit.target
        assert isinstance(definition, Definition)
        draft, frame, wires = self._opened(unit, bound, context, wire, span)
        arguments = tuple(map(key, frame.values.values()))
        identity = (definition, arguments, tuple(draft.inputs))
        if identity in self._elaborated:
            return self._elaborated[identity], wires
        draft.entered = context.draft, wires
        call = call_text(unit.name, frame.values, draft.inputs[0])
        with self.calls.call(unit.name, identity, call, span):
            self._block(definition, draft, frame)
        # What is wrong with it has to be reported by the next call, if it was not by this one.
        if not (draft.broken and self.report.is_silenced):
            self._elaborated[identity] = draft
        return draft, wires

    def _opened(
        self, unit: Unit, bound: Mapping[str, Bound], context: Context, wire: Wire, span: Span
    ) -> tuple[Draft, Frame, tuple[Wire, ...]]:
        """An empty draft of a block, the values of its parameters, and the wires that it takes."""
        references: list[Wire] = []

        def into_draft(result: Result) -> Wire:
            return bring(context, result, span)

        given = {**dict(unit.given), **{name: argument.value for name, argument in bound.items()}}
        ports = {name: without_results(v, references, into_draft) for name, v in given.items()}
        wires = (wire, *references)
        shapes = list(map(context.draft.shape, wires))
        assert isinstance(unit.target, Definition)
        draft = self._draft(unit.target, shapes)
        for name, value in ports.items():
            for number, called in ports_of(name, value).items():
                draft.input_names[number] = called
        site = Site(draft, self.evaluator, shapes[0])
        return draft, self._parameters(unit, draft, ports, site, span), wires

    def _draft(self, definition: Definition, shapes: list[Shape]) -> Draft:
        kind = ModuleKind.NETWORK if definition.is_network else ModuleKind.BLOCK
        node = definition.syntax
        doc = node.doc
        if definition.is_network and not doc:
            # A file with a network is about it, and one with a variant about that; so its
            # documentation serves where the network has none.
            compiled = "" if shapes else self.program.file.doc
            doc = compiled or definition.file_doc
        draft = Draft(definition.name, kind, node.span, shapes, doc=doc)
        draft.inputs_given = bool(shapes)
        return draft

    def _parameters(
        self, unit: Unit, draft: Draft, given: Mapping[str, Value], site: Site, span: Span
    ) -> Frame:
        """A frame with the value of every parameter; defaults may use `in` and earlier ones.

        Raises:
            Abandoned: an argument is missing, or a default has no value.
        """
        definition = unit.target
        assert isinstance(definition, Definition)
        frame = Frame(self, definition.frame, site)
        missing = []
        for parameter in definition.syntax.parameters:
            value = with_results(given.get(parameter.name), draft)
            if value is None and parameter.default is not None:
                value = self.evaluator.evaluate(parameter.default, frame)
            elif parameter.name not in given:
                missing.append(f"`{parameter.name}`")
            frame.values[parameter.name] = value
            draft.arguments.append((parameter.name, value))
        if missing:
            message = f"`{unit.name}` needs {', '.join(missing)}"
            is_variant = span.source.text[: span.start].rstrip().endswith("variant")
            written = usage(unit, is_variant=is_variant)
            self.evaluator.fail("missing-argument", message, span, hint=f"write {written}")
        return frame

    def _block(self, definition: Definition, draft: Draft, frame: Frame) -> None:
        """Elaborates the body of a block or of a network that is used as an item."""
        context = Context(draft, frame.inner(), Places(draft.names, self.report))
        contract = self._contract(definition, draft, frame)
        if contract:
            contract.check_input()
        result = self.run(definition.syntax.body, context, Wire(INPUT))
        if definition.is_network:
            self._collect_outputs(draft, result)
        elif result is not None:
            if contract:
                contract.check_output(result)
            draft.outputs.append(Output("output", result))

    def _contract(self, definition: Definition, draft: Draft, frame: Frame) -> ContractCheck | None:
        node = definition.syntax
        if isinstance(node, syntax.Network) or node.contract is None:
            return None
        return ContractCheck(node.contract, draft, frame, self.evaluator)

    def _collect_outputs(self, draft: Draft, stream: Stream) -> None:
        """Makes the outputs of a network those of its heads, or of its `output` statement."""
        if draft.chosen_outputs:
            draft.outputs = draft.chosen_outputs
        elif all(output.training for output in draft.outputs) and stream not in (None, ABSENT):
            # Heads that only train leave the stream as what the network gives.
            draft.outputs.append(Output("output", stream))
        if len(draft.outputs) > 1 and draft.inputs_given:
            names = ", ".join(output.name for output in draft.outputs)
            self.evaluator.fail(
                "several-outputs",
                f"`{draft.name}` has several outputs, {names}, so it can't be an item",
                self.report.trail[-1].span,
                hint="leave its heads without names; its items are `@item.name` where it is used",
            )

    # Networks

    def design(
        self,
        definition: Definition,
        name: str,
        arguments: tuple[syntax.Argument, ...],
        parameters: Mapping[str, Value],
        sizes: InputSizes,
        span: Span,
        *,
        warn: bool = True,
    ) -> Design | None:
        """The design of a network, or None where it has errors, which are in the report.

        `arguments` are a variant's, `parameters` stand for them where the caller gives them, and
        `sizes` for the network's `input`. What is likely not meant is looked for if `warn` is true.

        Raises:
            Exhausted: it passes a limit, which has been reported.
        """
        self.evaluator.begin()
        self.input_sizes = sizes
        try:
            if name == definition.name:
                draft = self._network(definition, arguments, parameters, span)
            else:
                with self.report.called(span, f"for the variant `{name}`"):
                    draft = self._network(definition, arguments, parameters, span)
        except Abandoned:
            return None
        if draft.broken:
            return None
        frozen: dict[Draft, Module] = {}
        draft.freeze(frozen)
        design = Design(name, initialise(draft, frozen, self.evaluator))
        check(design, draft.input_spans, self.report, warn=warn)
        return replace(design, warnings=tuple(self.report.warnings))

    def _network(
        self,
        definition: Definition,
        arguments: tuple[syntax.Argument, ...],
        parameters: Mapping[str, Value],
        span: Span,
    ) -> Draft:
        unit = Unit(definition)
        check_given(definition.syntax.body, self.input_sizes, self.evaluator)
        bound = self.binder.values(unit, arguments, self.file_frame)
        given = {name: argument.value for name, argument in bound.items()}
        draft = self._draft(definition, [])
        site = Site(draft, self.evaluator, None)
        frame = self._parameters(unit, draft, {**given, **parameters}, site, span)
        context = Context(draft, frame.inner(), Places(draft.names, self.report))
        result = self.run(definition.syntax.body, context, ABSENT)
        self._collect_outputs(draft, result)
        if not draft.outputs and not draft.broken:
            message = f"`{definition.name}` gives nothing"
            hint = "end it with a chain, or with `head { … }`"
            self.evaluator.fail("no-output", message, span, hint=hint)
        return draft

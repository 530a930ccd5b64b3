"""Tree to syntax: one method a rule of the grammar, for files, statements and chains.

A method takes the place of what its rule matched, and what the rule's parts gave.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from cnndsl import syntax
from cnndsl.parsing.build_expressions import ExpressionBuilder
from cnndsl.parsing.tokens import Token
from cnndsl.source import Span


class Body(NamedTuple):
    """What stands in braces; `span` is that of the braces and what they hold."""

    statements: tuple[Any, ...]
    span: Span
    doc: str = ""


class Builder(ExpressionBuilder):
    """Builds what a whole file holds."""

    # Files

    def file(self, span: Span, parts: list[Any]) -> syntax.File:
        doc, definitions = self._documented(parts)
        return syntax.File(self.source, doc, definitions)

    def block(self, span: Span, parts: list[Any]) -> syntax.Block:
        name, parameters, *contract, body = parts
        return syntax.Block(
            self._name(name),
            parameters,
            contract[0] if contract else None,
            body.statements,
            body.doc,
            self._before(span, body),
        )

    def contract(self, span: Span, parts: list[Any]) -> syntax.Contract:
        takes, gives = parts
        return syntax.Contract(takes, gives, span)

    def axis(self, span: Span, parts: list[Token]) -> syntax.Axis:
        return syntax.Axis(parts[0].text, span)

    def contract_side(
        self, span: Span, parts: list[Any]
    ) -> tuple[syntax.Axis | syntax.Expression, ...]:
        return tuple(parts)

    def network(self, span: Span, parts: list[Any]) -> syntax.Network:
        name, parameters, body = parts
        words = self._before(span, body)
        return syntax.Network(self._name(name), parameters, body.statements, body.doc, words)

    def variant(self, span: Span, parts: list[Any]) -> syntax.Variant:
        name, network, *arguments = parts
        return syntax.Variant(self._name(name), self._name(network), tuple(arguments), span)

    def layer(self, span: Span, parts: list[Any]) -> syntax.LayerFromPython:
        name, parameters, target = parts
        return syntax.LayerFromPython(self._name(name), parameters, target, span)

    def import_(self, span: Span, parts: list[Any]) -> syntax.Import:
        origin, *used = parts
        origin = self._name(origin) if isinstance(origin, Token) else origin
        return syntax.Import(origin, tuple(used), span)

    # A rule of its own, so that `use` is a word of the grammar after no other string.
    spec_path = ExpressionBuilder.text

    def used(self, span: Span, parts: list[Token]) -> syntax.Used:
        return syntax.Used(self._name(parts[0]), self._name(parts[-1]), span)

    def parameters(self, span: Span, parts: list[Any]) -> tuple[syntax.ParameterName, ...]:
        return tuple(parts)

    def parameter(self, span: Span, parts: list[Any]) -> syntax.ParameterName:
        name, *default = parts
        return syntax.ParameterName(name.text, default[0] if default else None, span)

    def documented(self, span: Span, parts: list[Any]) -> Body:
        doc, statements = self._documented(parts)
        return Body(statements, span, doc)

    def _documented(self, parts: list[Any]) -> tuple[str, tuple[Any, ...]]:
        if parts and isinstance(parts[0], Token):
            return _dedented(parts[0].text[3:-3]), tuple(parts[1:])
        return "", tuple(parts)

    # Statements

    def body(self, span: Span, parts: list[Any]) -> Body:
        return Body(tuple(parts), span)

    # The braces with arms, which hold others than statements but are made the same.
    arms = body

    def let(self, span: Span, parts: list[Any]) -> syntax.Let:
        name, value = parts
        return syntax.Let(self._name(name), value, span)

    def default(self, span: Span, parts: list[syntax.Apply]) -> syntax.Default:
        return syntax.Default(parts[0].name, parts[0].arguments, span)

    def init(self, span: Span, parts: list[Any]) -> syntax.Init:
        target, *arguments = parts
        self._check_spacing(arguments)
        return syntax.Init(target, tuple(arguments), span)

    def require(self, span: Span, parts: list[Any]) -> syntax.Require:
        condition, message = parts
        return syntax.Require(condition, message, span)

    def repeat(self, span: Span, parts: list[Any]) -> syntax.Repeat:
        count, body = parts
        return syntax.Repeat(count, body.statements, self._before(span, body))

    def for_(self, span: Span, parts: list[Any]) -> syntax.For:
        targets, _, items, body = parts
        return syntax.For(targets, items, body.statements, self._before(span, body))

    def if_(self, span: Span, parts: list[Any]) -> syntax.If:
        branches = tuple((condition, body.statements) for condition, body in parts)
        return syntax.If(branches, self._before(span, parts[0][1]))

    def branch(self, span: Span, parts: list[Any]) -> tuple[Any, Body]:
        condition, body = parts
        return condition, body

    def otherwise(self, span: Span, parts: list[Body]) -> tuple[None, Body]:
        return None, parts[0]

    def input_shape(self, span: Span, parts: list[Any]) -> syntax.InputShape:
        sizes, *rest = parts
        axes = next((part for part in rest if isinstance(part, syntax.Text)), None)
        label = next((part for part in rest if isinstance(part, syntax.LabelName)), None)
        return syntax.InputShape(sizes, axes, label, span)

    def section(self, span: Span, parts: list[Any]) -> syntax.Section:
        name, body = parts
        return syntax.Section(name.text, body.statements, self._before(span, body))

    def head(self, span: Span, parts: list[Any]) -> syntax.Head:
        *words, body = parts
        name = words[0].text if words else ""
        return syntax.Head(name, len(words) > 1, body.statements, self._before(span, body))

    def output(self, span: Span, parts: list[Any]) -> syntax.OutputNames:
        return syntax.OutputNames(tuple(parts), span)

    # Chains

    def chain(self, span: Span, parts: list[Any]) -> syntax.Chain:
        label = parts.pop(0) if isinstance(parts[0], syntax.LabelName) else None
        return syntax.Chain(tuple(parts), label, span)

    def chain_label(self, span: Span, parts: list[Any]) -> syntax.LabelName:
        return self._label(parts[0], False, span)

    def label(self, span: Span, parts: list[Any]) -> syntax.LabelName:
        return self._label(parts[-1], len(parts) > 1, span)

    def _label(self, text: Any, result_only: bool, span: Span) -> syntax.LabelName:
        quoted = isinstance(text, syntax.Text)
        return syntax.LabelName(text if quoted else text.text, quoted, result_only, span)

    def labelled(self, span: Span, parts: list[Any]) -> syntax.Labelled:
        item, label = parts
        return syntax.Labelled(item, label, span)

    def apply(self, span: Span, parts: list[Any]) -> syntax.Apply:
        name, *arguments = parts
        self._check_spacing(arguments)
        self._check_sizes(arguments)
        return syntax.Apply(name, tuple(arguments), span)

    def callee(self, span: Span, parts: list[Token]) -> syntax.Name:
        return syntax.Name(".".join(part.text for part in parts), span)

    def merge(self, span: Span, parts: list[Any]) -> syntax.Merge:
        call, arms = parts
        return syntax.Merge(call.name, call.arguments, arms.statements, self._before(span, arms))

    def arm(self, span: Span, parts: list[Any]) -> syntax.Arm:
        return syntax.Arm(parts[0], span)

    def arm_for(self, span: Span, parts: list[Any]) -> syntax.ArmFor:
        targets, _, items, arms = parts
        return syntax.ArmFor(targets, items, arms.statements, self._before(span, arms))

    def arm_if(self, span: Span, parts: list[Any]) -> syntax.ArmIf:
        branches = tuple((condition, arms.statements) for condition, arms in parts)
        return syntax.ArmIf(branches, self._before(span, parts[0][1]))

    arm_branch = branch
    arm_otherwise = otherwise

    def residual(self, span: Span, parts: list[Any]) -> syntax.Residual:
        (condition, body), *project = parts
        projection = project[0].statements if project else None
        words = self._before(span, body)
        return syntax.Residual(condition, body.statements, projection, words)

    def project(self, span: Span, parts: list[Body]) -> Body:
        return parts[0]

    def group(self, span: Span, parts: list[Body]) -> syntax.Group:
        return syntax.Group(parts[0].statements, span)

    def reuse(self, span: Span, parts: list[syntax.Reference]) -> syntax.Reuse:
        return syntax.Reuse(parts[0], span)

    def _before(self, span: Span, body: Body) -> Span:
        """The words of a construct before its braces."""
        end = body.span.start
        while self.source.text[end - 1].isspace():
            end -= 1
        return Span(self.source, span.start, end)


def _dedented(doc: str) -> str:
    """Documentation without the indentation that its lines share, and empty ends."""
    from textwrap import dedent

    first, newline, rest = doc.partition("\n")
    return (first.strip() + newline + dedent(rest)).strip()

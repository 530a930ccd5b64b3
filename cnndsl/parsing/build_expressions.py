"""Tree to syntax: one method a rule of the grammar, for arguments and expressions."""

from __future__ import annotations

from typing import Any

from cnndsl import syntax
from cnndsl.errors import Diagnostic, Fix, Report
from cnndsl.limits import EXPRESSION_NESTING
from cnndsl.parsing.lalr import Node
from cnndsl.parsing.strings import read_string
from cnndsl.parsing.tokens import Token, span_of
from cnndsl.source import Source, Span

# More than a value can have; Python refuses to read more than 4,300.
MAX_DIGITS = 400

# The rules that stand for one more level of an expression.
NESTING = frozenset(
    {
        "binary",
        "unary",
        "comparison",
        "conditional",
        "list_of",
        "comprehension",
        "call",
        "index",
        "slice",
        "attribute",
    }
)


class TooDeepError(Exception):
    """An expression has too many levels; the report has it."""


class ExpressionBuilder:
    """Builds what an expression holds."""

    def __init__(self, source: Source, report: Report) -> None:
        self.source = source
        self.report = report

    def build_whole(self, tree: Node) -> Any:
        """What a start rule's tree means; None where it is too deep to be built."""
        try:
            return self.build(tree, 0)
        except TooDeepError:
            return None

    def build(self, tree: Node, depth: int) -> Any:
        """What the method of the tree's rule makes of what its children give."""
        span = Span(self.source, tree.start, tree.end)
        if tree.rule in NESTING:
            depth += 1
            if depth > EXPRESSION_NESTING:
                message = f"an expression is nested more than {EXPRESSION_NESTING} deep"
                self._mistake("nesting", message, span)
                raise TooDeepError
        parts = [
            self.build(child, depth) if isinstance(child, Node) else child
            for child in tree.children
        ]
        return getattr(self, tree.rule)(span, parts)

    def expression(self, span: Span, parts: list[Any]) -> syntax.Expression:
        expression: syntax.Expression = parts[0]
        return expression

    def _mistake(
        self, code: str, message: str, span: Span, hint: str = "", fix: Fix | None = None
    ) -> None:
        self.report.add(Diagnostic(code, message, span, hint=hint, fix=fix))

    def _name(self, token: Token) -> syntax.Name:
        return syntax.Name(token.text, span_of(self.source, token))

    # Values

    def number(self, span: Span, parts: list[Token]) -> syntax.Literal:
        text = parts[0].text
        if len(text) > MAX_DIGITS:
            self._mistake("limit", f"a number has more than {MAX_DIGITS} digits", span)
            return syntax.Literal(0, span)
        return syntax.Literal(int(text) if text.isdigit() else float(text), span)

    def size(self, span: Span, parts: list[Token]) -> syntax.Literal:
        sizes = parts[0].text.split("x")
        if max(map(len, sizes)) > MAX_DIGITS:
            self._mistake("limit", f"a number has more than {MAX_DIGITS} digits", span)
            return syntax.Literal(0, span)
        return syntax.Literal(tuple(map(int, sizes)), span)

    def truth(self, span: Span, parts: list[Token]) -> syntax.Literal:
        return syntax.Literal(parts[0].text == "true", span)

    def name(self, span: Span, parts: list[Token]) -> syntax.Name:
        return syntax.Name(parts[0].text, span)

    def in_(self, span: Span, parts: list[Token]) -> syntax.StreamShape:
        return syntax.StreamShape(span)

    def text(self, span: Span, parts: list[Token]) -> syntax.Text:
        return syntax.Text(read_string(span, self.report, self._embedded), span)

    def _embedded(self, span: Span) -> syntax.Expression | None:
        """The expression between braces in a string."""
        from cnndsl.parsing.reader import Reader

        tree = Reader(self.source, self.report, "expression", span.start, span.end).read()
        return None if tree is None else self.build_whole(tree)

    def list_of(self, span: Span, parts: list[Any]) -> syntax.ListOf:
        return syntax.ListOf(tuple(parts), span)

    def comprehension(self, span: Span, parts: list[Any]) -> syntax.Comprehension:
        element, *clauses = parts
        return syntax.Comprehension(element, tuple(clauses), span)

    def clause(self, span: Span, parts: list[Any]) -> syntax.Clause:
        targets, _, items, *condition = parts
        return syntax.Clause(targets, items, condition[0] if condition else None, span)

    def targets(self, span: Span, parts: list[Token]) -> tuple[syntax.Target, ...]:
        names = map(self._name, parts)
        return tuple(syntax.Target(name.name, name.span) for name in names)

    # Operators

    def unary(self, span: Span, parts: list[Any]) -> syntax.Unary:
        operator, operand = parts
        return syntax.Unary(operator.text, operand, span)

    def binary(self, span: Span, parts: list[Any]) -> syntax.Binary:
        left, operator, right = parts
        return syntax.Binary(operator.text, left, right, span)

    def comparison(self, span: Span, parts: list[Any]) -> syntax.Expression:
        result = self._compared(*parts[:3])
        for i in range(2, len(parts) - 2, 2):
            right = self._compared(*parts[i : i + 3])
            result = syntax.Binary("and", result, right, result.span.to(right.span))
        return result

    def _compared(
        self, left: syntax.Expression, operator: Token, right: syntax.Expression
    ) -> syntax.Expression:
        span = left.span.to(right.span)
        if operator.text == "not in":
            return syntax.Unary("not", syntax.Binary("in", left, right, span), span)
        return syntax.Binary(operator.text, left, right, span)

    def not_in(self, span: Span, parts: list[Token]) -> Token:
        return Token("NOT", "not in", span.start, span.end)

    def conditional(self, span: Span, parts: list[Any]) -> syntax.Conditional:
        then, condition, otherwise = parts
        return syntax.Conditional(then, condition, otherwise, span)

    # What touches a value

    def call(self, span: Span, parts: list[Any]) -> syntax.Call:
        function, *arguments = parts
        return syntax.Call(function.text, tuple(arguments), span)

    def index(self, span: Span, parts: list[Any]) -> syntax.Index:
        value, index = parts
        return syntax.Index(value, index, span)

    def slice(self, span: Span, parts: list[Any]) -> syntax.Slice:
        value, *bounds = parts
        by_name = dict(bounds)
        return syntax.Slice(value, by_name.get("start"), by_name.get("stop"), span)

    def start(self, span: Span, parts: list[Any]) -> tuple[str, syntax.Expression]:
        return "start", parts[0]

    def stop(self, span: Span, parts: list[Any]) -> tuple[str, syntax.Expression]:
        return "stop", parts[0]

    def attribute(self, span: Span, parts: list[Any]) -> syntax.Attribute | syntax.Name:
        value, name = parts
        # A class of torch.nn has one name, as where an item calls it.
        if isinstance(value, syntax.Name) and value.name == "nn":
            return syntax.Name(f"nn.{name.text}", span)
        return syntax.Attribute(value, name.text, span)

    def reference(self, span: Span, parts: list[Any]) -> syntax.Reference:
        return self.path(span, parts[1:])

    def path(self, span: Span, parts: list[Any]) -> syntax.Reference:
        name, *steps = (part.text if isinstance(part, Token) else part for part in parts)
        return syntax.Reference(name, tuple(steps), span)

    def step(self, span: Span, parts: list[Any]) -> syntax.Expression:
        return self.expression(span, parts)

    # Tables

    def table(self, span: Span, parts: list[Any]) -> syntax.Table:
        columns, *rows = parts
        for cells in rows:
            if len(cells) != len(columns):
                place = cells[0].span.to(cells[-1].span)
                values = "1 value" if len(cells) == 1 else f"{len(cells)} values"
                message = f"a row has {values} under {len(columns)} columns"
                header = " ".join(column.name for column in columns)
                hint = f"write one value for each of `{header}`"
                self._mistake("table", message, place, hint)
        return syntax.Table(columns, tuple(rows), span)

    def header(self, span: Span, parts: list[Token]) -> tuple[syntax.Name, ...]:
        return tuple(map(self._name, parts))

    def row(self, span: Span, parts: list[Any]) -> tuple[syntax.Expression, ...]:
        return tuple(parts)

    # Arguments

    def plain(self, span: Span, parts: list[Any]) -> syntax.Argument:
        value = parts[0]
        is_size = isinstance(value, syntax.Literal) and isinstance(value.value, tuple)
        return syntax.Argument("size" if is_size else "plain", "", value, span)

    given = plain

    def stride(self, span: Span, parts: list[Any]) -> syntax.Argument:
        return syntax.Argument("stride", "", parts[1], span)

    def named(self, span: Span, parts: list[Any]) -> syntax.Argument:
        name, value = parts
        return syntax.Argument("named", name.text, value, span)

    given_name = named

    negative = unary

    def _check_sizes(self, arguments: list[syntax.Argument]) -> None:
        """`3 x 3`, where a size was meant."""
        for left, x, right in zip(arguments, arguments[1:], arguments[2:], strict=False):
            if x.span.text == "x" and left.span.text.isdigit() and right.span.text.isdigit():
                span = left.span.to(right.span)
                size = f"{left.span.text}x{right.span.text}"
                hint, fix = f"write `{size}`", Fix(span, size)
                self._mistake("size", "a size is one word", span, hint, fix)

    def _check_spacing(self, arguments: list[syntax.Argument]) -> None:
        """`/n` and `-n` have a space before and none after; else an operator was meant."""
        text = self.source.text
        for i, argument in enumerate(arguments):
            start = argument.span.start
            before = arguments[i - 1].value if i else None
            if text[start - 1 : start + 1] == "n[" and isinstance(before, syntax.StreamShape):
                hint = "write the name of an axis, such as `in.c`"
                span = arguments[i - 1].span.to(argument.span)
                self._mistake("unexpected", "the axes of a shape go by name", span, hint)
                continue
            if text[start] not in "-/" or argument.kind == "named":
                continue
            if text[start - 1].isspace() and not text[start + 1].isspace():
                continue
            operator, value = text[start], text[start + 1 : argument.span.end].strip()
            left = arguments[i - 1].span.text if i else ""
            self._mistake(
                "spacing",
                f"`{operator}` needs a space before it and none after it",
                argument.span,
                hint=f"write `{operator}{value}` for an argument"
                + (f", or `({left} {operator} {value})` for one value" if left else ""),
            )

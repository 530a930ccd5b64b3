"""Evaluation of expressions: total, bounded, and blind to what blocks and layers are.

A `Scope` tells what names mean where an expression stands; everything else is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from cnndsl import operators, syntax
from cnndsl.bounds import Bounds
from cnndsl.errors import Fix, Report, misspelt, nearest
from cnndsl.functions import Function, Refused, functions
from cnndsl.limits import Limits
from cnndsl.scope import Scope
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.values import Row, Value, interpolated, is_number, is_whole, kind, show


class Evaluator(Bounds):
    """Evaluates expressions within the limits, and reports what has no value."""

    def __init__(self, report: Report, limits: Limits) -> None:
        super().__init__(report, limits)
        self.functions: dict[str, Function] = functions(limits.list)

    def evaluate(self, expression: syntax.Expression, scope: Scope) -> Value:
        """The value of an expression.

        Raises:
            Abandoned: it has none, which has been reported.
        """
        value = _DISPATCH[type(expression)](self, expression, scope)
        self.count_work(value, expression.span)
        self.check(value, expression.span)
        if type(expression) in _MAKERS:
            self.check_list(value, expression.span)
        return value

    def condition(self, expression: syntax.Expression, scope: Scope) -> bool:
        """The value of a condition, which must be `true` or `false`."""
        value = self.evaluate(expression, scope)
        if not isinstance(value, bool):
            self.fail(
                "type",
                "a condition must be true or false",
                expression.span,
                f"this is {kind(value)}, {show(value)}",
                hint="compare it with something, such as `> 0`" if is_number(value) else "",
            )
        return value

    def whole(self, expression: syntax.Expression, scope: Scope, what: str) -> int:
        """The value of an expression that must be a whole number of at least 0."""
        value = self.evaluate(expression, scope)
        if not is_whole(value) or value < 0:
            self.fail(
                "type",
                f"{what} must be a whole number of at least 0",
                expression.span,
                f"this is {show(value)}",
                f"write `for x in {expression.span.text} {{ … }}` to go through a list"
                if isinstance(value, tuple)
                else "give another number, or round it: `round(…)`",
            )
        return int(value)

    def elements(self, expression: syntax.Expression, scope: Scope) -> tuple[Value, ...]:
        """The elements of a list to loop over."""
        value = self.evaluate(expression, scope)
        if not isinstance(value, tuple):
            span, written = expression.span, f"range({expression.span.text})"
            hint = f"write `{written}`" if is_whole(value) else ""
            fix = Fix(span, written) if is_whole(value) else None
            self.fail("type", "a loop runs over a list", span, f"this is {kind(value)}", hint, fix)
        return value

    def unpack(
        self, targets: tuple[syntax.Target, ...], element: Value, span: Span
    ) -> dict[str, Value]:
        """The names that one pass of a loop sets."""
        if len(targets) == 1:
            return {targets[0].name: element}
        parts = element.cells if isinstance(element, Row) else element
        if not isinstance(parts, tuple) or len(parts) != len(targets):
            names = ", ".join(target.name for target in targets)
            found = f"{len(parts)}" if isinstance(parts, tuple) else kind(element)
            wanted = f"write `enumerate({span.text})` for the number of the pass with each"
            hint = wanted if len(targets) == 2 and not isinstance(parts, tuple) else ""
            self.fail(
                "type",
                f"the loop takes {len(targets)} values at a time, `{names}`",
                span,
                f"an element is {show(element)}: {found}",
                hint or "name as many as an element holds",
            )
        return {target.name: part for target, part in zip(targets, parts, strict=True)}

    # One method a construct.

    def _literal(self, node: syntax.Literal, scope: Scope) -> Value:
        return node.value

    def _text(self, node: syntax.Text, scope: Scope) -> str:
        return "".join(
            part if isinstance(part, str) else self._interpolated(part, scope)
            for part in node.parts
        )

    def _interpolated(self, node: syntax.Expression, scope: Scope) -> str:
        value = self.evaluate(node, scope)
        self.count_walk((value,), node.span)
        return interpolated(value)

    def _list(self, node: syntax.ListOf, scope: Scope) -> tuple[Value, ...]:
        return tuple(self.evaluate(item, scope) for item in node.items)

    def _comprehension(self, node: syntax.Comprehension, scope: Scope) -> tuple[Value, ...]:
        found: list[Value] = []
        for inner in self._clauses(node.clauses, scope):
            found.append(self.evaluate(node.element, inner))
            if len(found) > self.limits.list:
                self.check_list(tuple(found), node.span)
        return tuple(found)

    def _clauses(self, clauses: tuple[syntax.Clause, ...], scope: Scope) -> Iterator[Scope]:
        if not clauses:
            yield scope
            return
        clause, *rest = clauses
        for element in self.elements(clause.items, scope):
            self.count_steps(1, clause.span)
            names = self.unpack(clause.targets, element, clause.items.span)
            inner = scope.with_values(names)
            if clause.condition is None or self.condition(clause.condition, inner):
                yield from self._clauses(tuple(rest), inner)

    def _name(self, node: syntax.Name, scope: Scope) -> Value:
        return scope.value(node)

    def _stream_shape(self, node: syntax.StreamShape, scope: Scope) -> Shape:
        return scope.stream_shape(node.span)

    def _reference(self, node: syntax.Reference, scope: Scope) -> Value:
        return scope.reference(node)

    def _unary(self, node: syntax.Unary, scope: Scope) -> Value:
        if node.operator == "not":
            return not self.condition(node.operand, scope)
        value = self.evaluate(node.operand, scope)
        if not is_number(value):
            self.fail("type", f"`{node.operator}` takes a number", node.span, kind(value))
        return -value if node.operator == "-" else value

    def _binary(self, node: syntax.Binary, scope: Scope) -> Value:
        symbol = node.operator
        if symbol in ("and", "or"):
            left = self.condition(node.left, scope)
            return self.condition(node.right, scope) if left == (symbol == "and") else left
        left, right = self.evaluate(node.left, scope), self.evaluate(node.right, scope)
        if symbol in operators.COMPARING:
            self.count_walk((left, right), node.span)
        try:
            return operators.apply(symbol, left, right, self.limits)
        except Refused as refused:
            self.fail("arithmetic", refused.message, node.span, hint=refused.hint)

    def _conditional(self, node: syntax.Conditional, scope: Scope) -> Value:
        chosen = node.then if self.condition(node.condition, scope) else node.otherwise
        return self.evaluate(chosen, scope)

    def _call(self, node: syntax.Call, scope: Scope) -> Value:
        function = self.functions.get(node.function)
        if function is None:
            return scope.partial(node)
        for argument in node.arguments:
            if argument.kind != "plain":
                self.fail("arithmetic", f"`{node.function}` takes plain values", argument.span)
        values = [self.evaluate(argument.value, scope) for argument in node.arguments]
        usage = f"write `{function.usage}`"
        if len(values) < function.least or len(values) > (function.most or len(values)):
            message = f"`{node.function}` does not take {len(values)} values"
            self.fail("arithmetic", message, node.span, hint=usage)
        if function.compares:
            self.count_walk(values, node.span)
        try:
            return function.apply(*values)
        except Refused as refused:
            message = f"`{node.function}`: {refused.message}"
            self.fail("arithmetic", message, node.span, hint=refused.hint or usage)

    def _index(self, node: syntax.Index, scope: Scope) -> Value:
        value, index = self.evaluate(node.value, scope), self.evaluate(node.index, scope)
        items = value.cells if isinstance(value, Row) else value
        if not isinstance(items, tuple | str):
            message = f"only a list can be indexed, and this is {kind(value)}"
            self.fail("type", message, node.value.span)
        if not is_whole(index):
            self.fail("type", f"an index is a whole number, not {kind(index)}", node.index.span)
        if not -len(items) <= index < len(items):
            message = f"there is no element {index} in a list of {len(items)}"
            hint = f"the first is [0], the last [{len(items) - 1}]" if items else ""
            self.fail("index", message, node.index.span, hint=hint)
        return items[index]

    def _slice(self, node: syntax.Slice, scope: Scope) -> Value:
        value = self.evaluate(node.value, scope)
        if not isinstance(value, tuple | str):
            message = f"only a list can be sliced, and this is {kind(value)}"
            self.fail("type", message, node.value.span)
        bounds = [None if e is None else self.evaluate(e, scope) for e in (node.start, node.stop)]
        for bound in bounds:
            if bound is not None and not is_whole(bound):
                self.fail("type", f"a bound is a whole number, not {kind(bound)}", node.span)
        return value[bounds[0] : bounds[1]]

    def _attribute(self, node: syntax.Attribute, scope: Scope) -> Value:
        value = self.evaluate(node.value, scope)
        if isinstance(value, Row):
            known, what = value.columns, "column"
        else:
            shape = value if isinstance(value, Shape) else getattr(value, "shape", None)
            if not isinstance(shape, Shape):
                message = f"{kind(value)} has nothing called `{node.name}`"
                self.fail("type", message, node.span)
            value, known, what = shape, shape.axes, "axis"
        if node.name not in known:
            self.fail(
                "unknown-value",
                f"there is no {what} `{node.name}`",
                node.span,
                f"it has {', '.join(known)}",
                _meant(node, known),
                misspelt(node.span, node.name, known),
            )
        return value[node.name]

    def _table(self, node: syntax.Table, scope: Scope) -> tuple[Row, ...]:
        columns = tuple(column.name for column in node.columns)
        rows: list[Row] = []
        for row in node.rows:
            cells = tuple(self.evaluate(cell, scope) for cell in row)
            if len(cells) != len(columns):
                self.fail(
                    "table",
                    f"this row has {len(cells)} values, and the header {len(columns)} columns",
                    row[0].span.to(row[-1].span),
                    hint=f"the columns are `{' '.join(columns)}`",
                )
            rows.append(Row(columns, cells))
        return tuple(rows)


def _meant(node: syntax.Attribute, known: Sequence[str]) -> str:
    """The remedy of an axis or a column that there is not."""
    near = nearest(node.name, known) or _OTHER_AXES.get(node.name.lower())
    if near in known:
        return f"did you mean `{node.value.span.text}.{near}`?"
    return f"write one of these, such as `{node.value.span.text}.{known[0]}`" if known else ""


# Axes as other frameworks call them.
_OTHER_AXES = {"channels": "c", "features": "c", "height": "h", "width": "w", "length": "l"}

# The expressions that make lists or what holds values; the others only pass on what there is.
_MAKERS = {syntax.ListOf, syntax.Comprehension, syntax.Binary, syntax.Call, syntax.Table}

_DISPATCH: dict[type, Callable[..., Value]] = {
    syntax.Literal: Evaluator._literal,
    syntax.Text: Evaluator._text,
    syntax.ListOf: Evaluator._list,
    syntax.Comprehension: Evaluator._comprehension,
    syntax.Name: Evaluator._name,
    syntax.StreamShape: Evaluator._stream_shape,
    syntax.Reference: Evaluator._reference,
    syntax.Unary: Evaluator._unary,
    syntax.Binary: Evaluator._binary,
    syntax.Conditional: Evaluator._conditional,
    syntax.Call: Evaluator._call,
    syntax.Index: Evaluator._index,
    syntax.Slice: Evaluator._slice,
    syntax.Attribute: Evaluator._attribute,
    syntax.Table: Evaluator._table,
}

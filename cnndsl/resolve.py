"""Resolution: every name of a file to what it means, in blocks that nobody calls too.

What a name is worth is elaboration's; here it only has to mean something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from cnndsl import syntax
from cnndsl.errors import Diagnostic, Label, Report, Severity, nearest, suggestion
from cnndsl.functions import FUNCTION_NAMES
from cnndsl.labels import fixed, is_label, is_scope, labels_of
from cnndsl.layers import LAYERS, OPTION_WORDS
from cnndsl.source import Span
from cnndsl.unknown import unknown_layer, unknown_unit, unknown_value

# Words that mean a value wherever an expression stands.
VALUE_WORDS = frozenset({"none", "it"})


@dataclass(frozen=True, eq=False)
class Program:
    """A file whose names all mean something, with what it defines, by name."""

    file: syntax.File
    networks: dict[str, syntax.Network]
    variants: dict[str, syntax.Variant]


def resolve(file: syntax.File, report: Report) -> Program:
    """Checks every name of a file; the mistakes are in the report."""
    resolver = _Resolver(report)
    resolver.collect(file)
    for statement in file.statements:
        resolver.visit(statement)
    resolver.warn_of_unused_blocks()
    return Program(
        file,
        {n: s for n, s in resolver.definitions.items() if isinstance(s, syntax.Network)},
        resolver.variants,
    )


class _Resolver:
    def __init__(self, report: Report) -> None:
        self.report = report
        self.definitions: dict[str, syntax.Block | syntax.Network] = {}
        self.variants: dict[str, syntax.Variant] = {}
        self.used: set[str] = set()
        # The names of values, and the labels of items, each in the pairs of braces around.
        self.values: list[set[str]] = [set(VALUE_WORDS)]
        self.labels: list[set[str | re.Pattern[str]]] = []

    # What a file defines

    def collect(self, file: syntax.File) -> None:
        """Enters what the file defines, wherever in it a name is used."""
        taken: dict[str, Span] = {}
        for statement in file.statements:
            if isinstance(statement, syntax.Default):
                continue
            self._enter(taken, statement.name)
            name = statement.name.name
            if isinstance(statement, syntax.Variant):
                self.variants.setdefault(name, statement)
            elif isinstance(statement, syntax.Let):
                self.values[0].add(name)
            else:
                self.definitions.setdefault(name, statement)

    def _enter(self, taken: dict[str, Span], name: syntax.Name) -> None:
        other = taken.setdefault(name.name, name.span)
        if other is not name.span:
            related = (Label(other, "the first is here"),)
            message = f"`{name.name}` is defined twice"
            self._error("duplicate-name", message, name.span, related=related)
        self._warn_of_hiding(name.name, name.span)

    def _warn_of_hiding(self, name: str, span: Span) -> None:
        if name in LAYERS or name in FUNCTION_NAMES:
            what = "layer" if name in LAYERS else "function"
            hint = "take another name if the two are used together"
            self._warn("hides", f"this hides the {what} `{name}`", span, hint=hint)

    def warn_of_unused_blocks(self) -> None:
        """Warns of blocks that nothing calls, in a file that has networks to call them."""
        networks = [d for d in self.definitions.values() if isinstance(d, syntax.Network)]
        for name, definition in self.definitions.items():
            if networks and isinstance(definition, syntax.Block) and name not in self.used:
                self._warn("unused", f"nothing uses the block `{name}`", definition.span)

    def _warn(self, code: str, message: str, span: Span, **more: Any) -> None:
        self._error(code, message, span, severity=Severity.WARNING, **more)

    def _error(self, code: str, message: str, span: Span, **more: Any) -> None:
        self.report.add(Diagnostic(code, message, span, **more))

    # The walk

    def visit(self, node: Any) -> None:
        """Checks the names in a construct and in all that it holds."""
        if type(node) in _VISITORS:
            _VISITORS[type(node)](self, node)
        else:
            self._visit_parts(node)

    def _visit_parts(self, node: Any) -> None:
        for part in syntax.parts(node):
            self.visit(part)

    @contextmanager
    def _braces(self, names: set[str] | None = None) -> Iterator[None]:
        self.values.append(set() if names is None else names)
        try:
            yield
        finally:
            self.values.pop()

    @contextmanager
    def _scope(self, body: Any) -> Iterator[None]:
        # Order is elaboration's: in a loop, an earlier pass may have made what stands below.
        self.labels.append(set(labels_of(body)))
        try:
            with self._braces():
                yield
        finally:
            self.labels.pop()

    def _visit_definition(self, node: syntax.Block | syntax.Network) -> None:
        names: set[str] = set()
        with self._braces(names):
            for parameter in node.parameters:
                self.visit(parameter.default)
                if parameter.name in names:
                    message = f"the parameter `{parameter.name}` is there twice"
                    self._error("duplicate-name", message, parameter.span)
                names.add(parameter.name)
                self._warn_of_hiding(parameter.name, parameter.span)
            with self._scope(node.body):
                self.visit(node.body)

    def _visit_variant(self, node: syntax.Variant) -> None:
        definition = self.definitions.get(node.network.name)
        if isinstance(definition, syntax.Network):
            self.used.add(node.network.name)
        else:
            networks = [n for n, d in self.definitions.items() if isinstance(d, syntax.Network)]
            hint = suggestion(node.network.name, networks, "a variant is a network with arguments")
            message = f"there is no network `{node.network.name}`"
            self._error("unknown-name", message, node.network.span, hint=hint)
        self.visit(node.arguments)

    def _visit_braces(self, node: Any) -> None:
        with self._braces():
            self._visit_parts(node)

    def _visit_if(self, node: syntax.If | syntax.ArmIf) -> None:
        for condition, body in node.branches:
            self.visit(condition)
            with self._braces():
                self.visit(body)

    def _visit_residual(self, node: syntax.Residual) -> None:
        self.visit(node.condition)
        for body in (node.body, node.projection):
            with self._braces():
                self.visit(body)

    def _visit_let(self, node: syntax.Let) -> None:
        self.visit(node.value)
        self.values[-1].add(node.name.name)
        if len(self.values) > 1:
            self._warn_of_hiding(node.name.name, node.name.span)

    def _visit_for(self, node: syntax.For | syntax.ArmFor) -> None:
        self.visit(node.items)
        with self._braces({target.name for target in node.targets}):
            self.visit(node.body)

    def _visit_comprehension(self, node: syntax.Comprehension) -> None:
        with self._braces():
            for clause in node.clauses:
                self.visit(clause.items)
                self.values[-1].update(target.name for target in clause.targets)
                self.visit(clause.condition)
            self.visit(node.element)

    def _visit_default(self, node: syntax.Default) -> None:
        if node.layer.name not in LAYERS:
            self.report.add(unknown_layer(node.layer))
        self._visit_arguments(node.layer.name, node.arguments)

    def _visit_call(self, node: syntax.Call) -> None:
        if node.function not in FUNCTION_NAMES:
            self._use(syntax.Name(node.function, node.span), FUNCTION_NAMES)
        self._visit_arguments(node.function, node.arguments)

    def _visit_item(self, node: syntax.Apply | syntax.Merge) -> None:
        self._use(node.name, frozenset())
        self._visit_arguments(node.name.name, node.arguments)
        if isinstance(node, syntax.Merge):
            self.visit(node.arms)

    def _visit_arguments(self, word: str, arguments: tuple[syntax.Argument, ...]) -> None:
        layer = None if self._is_value(word) else LAYERS.get(word)
        for argument in arguments:
            is_word = isinstance(argument.value, syntax.Name)
            if not (is_word and layer and layer.takes_any_word(argument.name)):
                self.visit(argument.value)

    def _use(self, name: syntax.Name, others: frozenset[str]) -> None:
        """Checks the name of what an item or a call applies."""
        if self._is_value(name.name):
            return
        self.used.add(name.name)
        if name.name not in self.definitions and name.name not in LAYERS:
            known = [*self._known_values(), *self.definitions, *LAYERS, *others]
            self.report.add(unknown_unit(name, known))

    def _visit_name(self, node: syntax.Name) -> None:
        if self._is_value(node.name):
            return
        self.used.add(node.name)
        if node.name not in {*self.definitions, *LAYERS, *OPTION_WORDS}:
            known = [*self._known_values(), *self.definitions, *LAYERS, *OPTION_WORDS]
            self.report.add(unknown_value(node, known))

    def _is_value(self, name: str) -> bool:
        return any(name in names for names in self.values)

    def _known_values(self) -> list[str]:
        return [name for names in reversed(self.values) for name in names]

    def _visit_labelled(self, node: syntax.Chain | syntax.Labelled) -> None:
        if not is_scope(node):
            self._visit_parts(node)
            return
        self.visit(node.label)
        body = node.items if isinstance(node, syntax.Chain) else node.item
        with self._scope(body):
            self.visit(body)

    def _visit_reference(self, node: syntax.Reference) -> None:
        self.visit(node.name)
        self.visit(tuple(step for step in node.path if not isinstance(step, str)))
        name = node.name if isinstance(node.name, str) else fixed(node.name)
        if name is None or self._is_value(name):
            return
        known = [label for labels in reversed(self.labels) for label in labels]
        if not any(is_label(label, name) for label in known):
            near = nearest(name, [label for label in known if isinstance(label, str)])
            hint = f"did you mean `@{near}`?" if near else "label the item: `… as name`"
            message = f"nothing here is called `{name}`"
            self._error("unknown-reference", message, node.span, hint=hint)


_VISITORS: dict[type, Callable[[_Resolver, Any], None]] = {
    syntax.Block: _Resolver._visit_definition,
    syntax.Network: _Resolver._visit_definition,
    syntax.Variant: _Resolver._visit_variant,
    syntax.Section: _Resolver._visit_braces,
    syntax.Head: _Resolver._visit_braces,
    syntax.Repeat: _Resolver._visit_braces,
    syntax.Group: _Resolver._visit_braces,
    syntax.Arm: _Resolver._visit_braces,
    syntax.If: _Resolver._visit_if,
    syntax.ArmIf: _Resolver._visit_if,
    syntax.Residual: _Resolver._visit_residual,
    syntax.Let: _Resolver._visit_let,
    syntax.For: _Resolver._visit_for,
    syntax.ArmFor: _Resolver._visit_for,
    syntax.Comprehension: _Resolver._visit_comprehension,
    syntax.Default: _Resolver._visit_default,
    syntax.Table: lambda resolver, node: resolver.visit(node.rows),
    syntax.Call: _Resolver._visit_call,
    syntax.Apply: _Resolver._visit_item,
    syntax.Merge: _Resolver._visit_item,
    syntax.Name: _Resolver._visit_name,
    syntax.Chain: _Resolver._visit_labelled,
    syntax.Labelled: _Resolver._visit_labelled,
    syntax.Reference: _Resolver._visit_reference,
}

"""Resolution: every name of a file to what it means, in blocks that nobody calls too.

What a name is worth is elaboration's; here it only has to mean something.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cnndsl import syntax
from cnndsl.errors import Diagnostic, Report
from cnndsl.functions import FUNCTION_NAMES
from cnndsl.labels import fixed, is_scope
from cnndsl.layers import LAYERS, OPTION_WORDS
from cnndsl.program import Program, warn_of_hiding
from cnndsl.source import Span
from cnndsl.unknown import (
    is_torch_layer,
    meant,
    misspelt_statement,
    reference_outside,
    unknown_function,
    unknown_layer,
    unknown_network,
    unknown_reference,
    unknown_unit,
    unknown_value,
    wanted_by,
)
from cnndsl.unused import warn_of_unused
from cnndsl.visible import Visible

# Words that mean a value wherever an expression stands.
VALUE_WORDS = frozenset({"none", "it"})


def resolve(program: Program, report: Report) -> None:
    """Checks every name of a file; the mistakes are in the report."""
    resolver = _Resolver(program, report)
    for statement in program.file.statements:
        resolver.visit(statement)
    warn_of_unused(program, resolver.used, report)


class _Resolver:
    def __init__(self, program: Program, report: Report) -> None:
        self.program = program
        self.report = report
        # What the names of the file mean; one that could not be imported means nothing known.
        self.definitions: dict[str, syntax.Definition | None] = {
            **dict.fromkeys(program.missing),
            **program.find_all(),
        }
        self.used: set[str] = set()
        values = {n for n, d in self.definitions.items() if isinstance(d, syntax.Let)}
        self.visible = Visible({*VALUE_WORDS, *values, *program.file.unread_words})
        # That of the block or network that is visited.
        self.body: tuple[syntax.Statement, ...] = ()

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

    def _visit_definition(self, node: syntax.Block | syntax.Network) -> None:
        with self.visible.braces():
            self._visit_parameters(node.parameters, are_values=True)
            if isinstance(node, syntax.Block) and node.contract:
                self._visit_contract(node.contract)
            self.body = node.body
            with self.visible.scope(node.body):
                self.visit(node.body)

    def _visit_parameters(
        self, parameters: tuple[syntax.ParameterName, ...], *, are_values: bool
    ) -> None:
        """Visits parameters, whose defaults may name earlier ones where these are values."""
        names: set[str] = set()
        for parameter in parameters:
            self.visit(parameter.default)
            if parameter.name in names:
                message = f"the parameter `{parameter.name}` is there twice"
                hint = "give one of the two another name"
                self._error("duplicate-name", message, parameter.span, hint=hint)
            names.add(parameter.name)
            if are_values:
                self.visible.add(parameter.name)
            warn_of_hiding(parameter.name, parameter.span, self.report)

    def _visit_contract(self, node: syntax.Contract) -> None:
        """Visits the values of a contract, in which the axes that the block takes are sizes."""
        axes = (term.name for term in node.takes if isinstance(term, syntax.Axis))
        with self.visible.braces(axes):
            self._visit_parts(node)

    def _visit_variant(self, node: syntax.Variant) -> None:
        name = node.network.name
        definition = self.definitions.get(name)
        self.used.add(name)
        is_unknown = name in self.definitions and definition is None
        is_unknown |= self.visible.is_value(name)
        if not isinstance(definition, syntax.Network) and not is_unknown:
            networks = [n for n, d in self.definitions.items() if isinstance(d, syntax.Network)]
            is_block = isinstance(definition, syntax.Block)
            self.report.add(unknown_network(node.network, networks, is_block))
            self.definitions.setdefault(name, None)  # told once
        self.visit(node.arguments)

    def _visit_braces(self, node: Any) -> None:
        with self.visible.braces():
            self._visit_parts(node)

    def _visit_if(self, node: syntax.If | syntax.ArmIf) -> None:
        for condition, body in node.branches:
            self.visit(condition)
            with self.visible.braces():
                self.visit(body)

    def _visit_residual(self, node: syntax.Residual) -> None:
        self.visit(node.condition)
        for body in (node.body, node.projection):
            with self.visible.braces():
                self.visit(body)

    def _visit_let(self, node: syntax.Let) -> None:
        self.visit(node.value)
        self.visible.add(node.name.name)
        if not self.visible.is_file:
            warn_of_hiding(node.name.name, node.name.span, self.report)

    def _visit_for(self, node: syntax.For | syntax.ArmFor) -> None:
        self.visit(node.items)
        with self.visible.braces({target.name for target in node.targets}):
            self.visit(node.body)

    def _visit_comprehension(self, node: syntax.Comprehension) -> None:
        with self.visible.braces():
            for clause in node.clauses:
                self.visit(clause.items)
                self.visible.add(*(target.name for target in clause.targets))
                self.visit(clause.condition)
            self.visit(node.element)

    def _visit_default(self, node: syntax.Default) -> None:
        self._use_layer(node.layer)
        self._visit_arguments(node.layer.name, node.arguments)

    def _visit_init(self, node: syntax.Init) -> None:
        if isinstance(node.target, syntax.Name):
            self._use_layer(node.target)
        else:
            self.visit(node.target)
        for argument in node.arguments:
            self._visit_start(argument.value)

    def _visit_start(self, value: syntax.Expression) -> None:
        """Checks what stands for a function of torch.nn.init, or for one of its options.

        A bare word is the function's name or a word of the option; elaboration knows them.
        """
        if isinstance(value, syntax.Call) and value.function not in FUNCTION_NAMES:
            for argument in value.arguments:
                self._visit_start(argument.value)
        elif not isinstance(value, syntax.Name):
            self.visit(value)

    def _use_layer(self, name: syntax.Name) -> None:
        """Checks the name of a kind of layer."""
        own = self.definitions.get(name.name)
        self.used.add(name.name)
        is_class = is_torch_layer(name.name) or isinstance(own, syntax.LayerFromPython)
        if name.name not in LAYERS and not is_class:
            self.report.add(unknown_layer(name, isinstance(own, syntax.Block)))

    def _visit_call(self, node: syntax.Call) -> None:
        if node.function not in FUNCTION_NAMES:
            self._use(node.name, unknown_function, FUNCTION_NAMES)
        self._visit_arguments(node.function, node.arguments)

    def _visit_item(self, node: syntax.Apply | syntax.Merge) -> None:
        if not self._use(node.name, unknown_unit) and misspelt_statement(node.name):
            # `lett x = 3`: what follows the word is no argument.
            self.visible.add(*(a.name for a in node.arguments if a.name))
            return
        self._visit_arguments(node.name.name, node.arguments)
        if isinstance(node, syntax.Merge):
            self.visit(node.arms)

    def _visit_arguments(self, word: str, arguments: tuple[syntax.Argument, ...]) -> None:
        layer = None if self.visible.is_value(word) else LAYERS.get(word)
        for argument in arguments:
            if layer and layer.takes_any_word(meant(layer, argument.name)) and argument.is_words:
                continue
            if layer and isinstance(argument.value, syntax.Name):
                self._visit_name(argument.value, wanted_by(layer, argument))
            else:
                self.visit(argument.value)

    def _use(
        self,
        name: syntax.Name,
        unknown: Callable[[syntax.Name, list[str], bool], Diagnostic],
        others: frozenset[str] = frozenset(),
    ) -> bool:
        """Checks the name of what an item or a call applies; whether there is one."""
        if self.visible.is_value(name.name):
            return True
        self.used.add(name.name)
        if name.name in {*self.definitions, *LAYERS} or is_torch_layer(name.name):
            return True
        known = [*self.visible.values, *self.definitions, *LAYERS, *others]
        labelled = name.name in self.visible.labels
        self.report.add(unknown(name, known, labelled))
        self.visible.tell_once(name.name)
        return False

    def _visit_name(self, node: syntax.Name, wanted: str = "") -> None:
        self.used.add(node.name)
        if self.visible.is_value(node.name):
            return
        known_word = node.name in {*self.definitions, *LAYERS, *OPTION_WORDS}
        if not known_word and not is_torch_layer(node.name):
            known = [*self.visible.values, *self.definitions, *LAYERS, *OPTION_WORDS]
            labelled = node.name in self.visible.labels
            self.report.add(unknown_value(node, known, labelled, wanted))
            self.visible.tell_once(node.name)

    def _visit_labelled(self, node: syntax.Chain | syntax.Labelled) -> None:
        if not is_scope(node):
            self._visit_parts(node)
            return
        self.visit(node.label)
        body = node.items if isinstance(node, syntax.Chain) else node.item
        with self.visible.scope(body):
            self.visit(body)

    def _visit_reference(self, node: syntax.Reference) -> None:
        self.visit(node.name)
        self.visit(tuple(step for step in node.path if not isinstance(step, str)))
        name = node.name if isinstance(node.name, str) else fixed(node.name)
        if name is None or self.visible.is_value(name) or self.program.file.has_unread_labels:
            return
        if not self.visible.has_items:
            self.report.add(reference_outside(node.span))
        elif not self.visible.has_label(name):
            labels = self.visible.labels
            unknown = unknown_reference(name, node.span, labels, self.definitions, self.body)
            self.report.add(unknown)
            self.visible.tell_label_once(name)


_VISITORS: dict[type, Callable[[_Resolver, Any], None]] = {
    syntax.Block: _Resolver._visit_definition,
    syntax.Network: _Resolver._visit_definition,
    syntax.Variant: _Resolver._visit_variant,
    # A default is worked out once for all calls, so it can't name another parameter.
    syntax.LayerFromPython: lambda resolver, node: resolver._visit_parameters(
        node.parameters, are_values=False
    ),
    syntax.Import: lambda resolver, node: None,
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
    syntax.Init: _Resolver._visit_init,
    syntax.Table: lambda resolver, node: resolver.visit(node.rows),
    syntax.Call: _Resolver._visit_call,
    syntax.Apply: _Resolver._visit_item,
    syntax.Merge: _Resolver._visit_item,
    syntax.Name: _Resolver._visit_name,
    syntax.Chain: _Resolver._visit_labelled,
    syntax.Labelled: _Resolver._visit_labelled,
    syntax.Reference: _Resolver._visit_reference,
}

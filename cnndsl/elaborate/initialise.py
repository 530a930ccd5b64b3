"""How each tensor of a network starts, by the `init` lines that are in force where it stands.

A line speaks for the whole network or block in which it stands, and for what that uses. What
stands in an inner block wins over an outer one, an item over a kind of layer, and a later line over
an earlier.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NoReturn

from cnndsl import syntax
from cnndsl.design import Module, Node
from cnndsl.elaborate.draft import Draft
from cnndsl.elaborate.start_rules import FIRST, StartRule
from cnndsl.elaborate.units import Definition, Result
from cnndsl.errors import Diagnostic, Label, Severity, suggestion
from cnndsl.expressions import Evaluator
from cnndsl.layers.base import Layer, Weight
from cnndsl.layers.starting import STARTS, Start
from cnndsl.scope import Abandoned
from cnndsl.source import Span
from cnndsl.values import kind


def initialise(draft: Draft, frozen: dict[Draft, Module], evaluator: Evaluator) -> Module:
    """The network of a draft, its nodes told how their tensors start.

    `frozen` holds the module of each draft that is in the network. Mistakes are reported, and leave
    torch's own start.
    """
    if not any(part.start_rules for part in frozen):
        return frozen[draft]
    return _Initialiser(frozen, evaluator).network(frozen[draft])


@dataclass(frozen=True)
class _Force:
    """A rule in force in a module: for a kind of layer, or for the node at the end of a path."""

    rule: StartRule
    layer: type[Layer] | None = None
    path: tuple[int, ...] = ()


class _InForce:
    """The rules in force in a module, in order, by what they are for: each with its number."""

    def __init__(self, forces: tuple[_Force, ...]) -> None:
        self._kinds = tuple(force for force in forces if force.layer)
        self._by_kind: dict[type[Layer], list[tuple[int, _Force]]] = defaultdict(list)
        self._by_place: dict[int, list[tuple[int, _Force]]] = defaultdict(list)
        for number, force in enumerate(forces):
            if force.layer:
                self._by_kind[force.layer].append((number, force))
            else:
                self._by_place[force.path[0]].append((number, force))

    def for_layer(self, place: int, layer: Layer) -> list[StartRule]:
        """Those for the node at that place of the module, a layer."""
        own = [pair for pair in self._by_place.get(place, ()) if len(pair[1].path) == 1]
        return [force.rule for _, force in _sorted([*self._by_kind.get(type(layer), ()), *own])]

    def for_part(self, place: int) -> list[StartRule]:
        """Those that name the node at that place itself, a part."""
        return [force.rule for _, force in self._by_place.get(place, ()) if len(force.path) == 1]

    def within(self, place: int) -> tuple[_Force, ...]:
        """Those in force in the part at that place."""
        inner = [
            (number, replace(force, path=force.path[1:]))
            for number, force in self._by_place.get(place, ())
            if len(force.path) > 1
        ]
        if not inner:
            return self._kinds
        kinds = [pair for pairs in self._by_kind.values() for pair in pairs]
        return tuple(force for _, force in _sorted([*kinds, *inner]))


def _sorted(pairs: list[tuple[int, _Force]]) -> list[tuple[int, _Force]]:
    return sorted(pairs, key=lambda pair: pair[0])


class _Initialiser:
    def __init__(self, frozen: dict[Draft, Module], evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._report = evaluator.report
        self._done: dict[tuple[Module, tuple[_Force, ...]], Module] = {}
        # The kind of layer that each rule has spoken for, and the names of the tensors there.
        self._kinds: dict[StartRule, type[Layer]] = {}
        self._tensors: dict[StartRule, dict[str, None]] = defaultdict(dict)
        self._own: dict[Module, list[_Force]] = {}
        self._scopes: dict[Draft, dict[Draft, int]] = {}
        rules: dict[Draft, list[StartRule]] = defaultdict(list)
        for draft in frozen:
            rules[_block(draft)] += draft.start_rules
        for block, found in rules.items():
            found.sort(key=lambda rule: rule.node.span.start)
            self._own[frozen[block]] = list(self._forces(block, found))

    def network(self, network: Module) -> Module:
        """The network and all in it, and what rules have no effect reported."""
        done = self._module(network, ())
        for forces in self._own.values():
            for rule in dict.fromkeys(force.rule for force in forces):
                self._check_effect(rule)
        return done

    # Which rules are in force

    def _forces(self, block: Draft, rules: list[StartRule]) -> Iterator[_Force]:
        """The rules of a block, what wins over another after it."""
        items: list[_Force] = []
        kinds: dict[object, _Force] = {}
        for rule in rules:
            target = rule.node.target
            try:
                if isinstance(target, syntax.Reference):
                    items += [_Force(rule, path=path) for path in self._paths(block, rule, target)]
                    continue
                # Of one line in a loop the last pass wins.
                line = (rule.node.span.start, *rule.starts)
                kinds.pop(line, None)
                kinds[line] = _Force(rule, layer=_layer(rule, target))
            except Abandoned:
                continue  # the mistake is reported
        yield from kinds.values()
        yield from items

    def _paths(
        self, block: Draft, rule: StartRule, reference: syntax.Reference
    ) -> Iterator[tuple[int, ...]]:
        """The places of the items that are meant, each with those of the parts that hold it."""
        site = rule.frame.site
        assert site is not None, "an `init` line stands in a block or a network"
        found = site.value(reference, rule.frame)
        for item in found if isinstance(found, tuple) else (found,):
            if not isinstance(item, Result):
                self._fail(f"an item or a kind of layer has weights, {kind(item)} has not", rule)
            path = self._path(block, item)
            if path is None:
                self._fail(f"`{reference.span.text}` is no item of this block", rule)
            yield path

    def _path(self, block: Draft, item: Result) -> tuple[int, ...] | None:
        """The item's place in a block, after the places of the parts that hold it."""
        if item.node is None:
            return None
        path = [*(node for _, node in item.via), item.node]
        draft = item.via[0][0] if item.via else item.draft
        while draft is not block:
            outer = draft.parent
            if outer is None:
                return None
            path.insert(0, self._scopes_of(outer)[draft])
            draft = outer
        return tuple(path)

    def _scopes_of(self, draft: Draft) -> dict[Draft, int]:
        """The places of the labelled scopes in a draft."""
        if draft not in self._scopes:
            # One that runs again is where it ran first.
            self._scopes[draft] = {
                node.operation: place
                for place, node in enumerate(draft.nodes)
                if isinstance(node.operation, Draft) and not node.reuses
            }
        return self._scopes[draft]

    # Through the modules

    def _module(self, module: Module, outer: tuple[_Force, ...]) -> Module:
        forces = (*outer, *self._own.get(module, ()))
        if (module, forces) not in self._done:
            rules = _InForce(forces)
            places = {node.name: place for place, node in enumerate(module.nodes) if node.name}
            nodes = tuple(
                self._node(module, node, places.get(node.reuses, place), rules)
                for place, node in enumerate(module.nodes)
            )
            same = all(new is old for new, old in zip(nodes, module.nodes, strict=True))
            self._done[module, forces] = module if same else replace(module, nodes=nodes)
        return self._done[module, forces]

    def _node(self, module: Module, node: Node, place: int, rules: _InForce) -> Node:
        """The node with what is in force for it; one that runs another again is as that one."""
        if node.module:
            for rule in rules.for_part(place):
                self._refuse_part(rule)
            done = self._module(node.module, rules.within(place))
            return node if done is node.module else replace(node, operation=done)
        layer = node.layer
        assert layer is not None, "a node runs a module or a layer"
        weights = [w for w in layer.weights(*module.input_shapes(node)) if w.trainable]
        told = rules.for_layer(place, layer)
        for rule in told:
            self._kinds[rule] = type(layer)
            self._tensors[rule].update((weight.name, None) for weight in weights)
        starts = tuple(
            (weight.name, start) for weight in weights if (start := self._start(weight, node, told))
        )
        return replace(node, starts=starts) if starts and not node.reuses else node

    def _start(self, weight: Weight, node: Node, rules: list[StartRule]) -> Start | None:
        """How a tensor starts by the last of the rules that names it."""
        for rule in reversed(rules):
            name = rule.name_for(weight.name)
            if name is None:
                continue
            start, span = rule.starts[name]
            if reason := STARTS[start.function].refuses(weight.shape, dict(start.options)):
                self._refuse(start, span, reason, weight, node)
                return None
            return start
        return None

    # Mistakes

    def _refuse(self, start: Start, span: Span, reason: str, weight: Weight, node: Node) -> None:
        shape = "x".join(map(str, weight.shape))
        owner = Label(node.span, f"`{weight.name or FIRST}` of this has the shape {shape}")
        message = f"`{start.function}` {reason}"
        hint = "name another function, or only the items that it is for: `init @name …`"
        self._report.add(Diagnostic("init", message, span, related=(owner,), hint=hint))

    def _refuse_part(self, rule: StartRule) -> None:
        text = rule.node.target.span.text
        message = f"`{text}` is a part with layers of its own"
        hint = f"name a layer in it, `{text}.name`, or a kind of layer within its braces"
        self._report.add(Diagnostic("init", message, rule.node.target.span, hint=hint))

    def _check_effect(self, rule: StartRule) -> None:
        """Reports a rule that speaks for no layer, or names what its layers have not."""
        target, layer = rule.node.target, self._kinds.get(rule)
        if layer is None:
            if isinstance(target, syntax.Name):
                message = f"there is no `{target.name}` here that this line speaks for"
                severity = Severity.WARNING
                hint = "take the line away, or name a layer that is here"
                self._report.add(
                    Diagnostic("unused-init", message, rule.node.span, hint=hint, severity=severity)
                )
            return
        tensors = list(self._tensors[rule])
        if not tensors:
            hint = "name a layer that has some, such as `conv`, `fc` or `bn`"
            message = f"`{layer.word}` has no weights"
            self._report.add(Diagnostic("init", message, target.span, hint=hint))
            return
        used = set(map(rule.name_for, tensors))
        for name, (_, span) in rule.starts.items():
            # A tensor that an option takes away, as `bias=false` does, is no mistake.
            if name in used or name in layer.parameter_names:
                continue
            message = f"`{layer.word}` has no tensor `{name}` to start"
            known = ", ".join(f"`{tensor or FIRST}`" for tensor in tensors)
            hint = suggestion(name, tensors, f"it has {known}")
            self._report.add(Diagnostic("init", message, span, hint=hint))

    def _fail(self, message: str, rule: StartRule) -> NoReturn:
        self._evaluator.fail("init", message, rule.node.target.span)


def _block(draft: Draft) -> Draft:
    """The block or the network that a draft is, or is a scope of."""
    return _block(draft.parent) if draft.parent else draft


def _layer(rule: StartRule, name: syntax.Name) -> type[Layer]:
    unit = rule.frame.layer(name)
    if unit is None or isinstance(unit.target, Definition):
        raise Abandoned  # which resolving has reported
    return unit.target

"""One class to emit, worked out: its parts, its parameters, and the runs that are one part."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from cnndsl.design import Node
from cnndsl.emit.construction import Chain, Constant, Part, compose, constants, render
from cnndsl.emit.names import identifier, snake_case, unique
from cnndsl.emit.parameters import Parameters
from cnndsl.emit.pattern import Builder, Formula, Instance, Pattern, find_step, is_straight
from cnndsl.emit.skeleton import Key, Step, Value


class ClassPlan:
    """A pattern with what its constructor and its forward are written from.

    `steps` are the steps that run. `parts` holds what the constructor builds for a step, and
    `flags` the name of the flag that tells whether a residual's projection is there. `reserved`
    are the names that the file gives to other things than variables.
    """

    def __init__(
        self,
        pattern: Pattern,
        builders: dict[Node, Builder],
        known: dict[Pattern, ClassPlan],
        reserved: frozenset[str],
    ) -> None:
        self.pattern = pattern
        self.builders = builders
        self._known = known
        self.reserved = reserved
        self.is_straight = is_straight(pattern.module) and not pattern.projections
        self.steps = list(pattern.steps())
        self.parts = {step.key: self._part(step) for step in self.steps if self._is_built(step)}
        if not self.is_straight:
            self._join_runs()
        flags = {place: self._flag(place) for place in pattern.projections}
        every = [constant for part in self.parts.values() for constant in constants(part)]
        varying = [flag for place, flag in flags.items() if pattern.is_optional(place)]
        self.parameters = Parameters(pattern.members, [*every, *varying], reserved)
        self.flags = {
            place: self.parameters.text(flag)
            for place, flag in flags.items()
            if pattern.is_optional(place)
        }

    def text(self, part: Part) -> str:
        """What builds the part, in Python, on one line."""
        return render(part, self.parameters.text)

    def variable(self, name: str) -> str:
        """A local variable for a label: `encoder.0` is `encoder0`, `C3` is `c3`."""
        return unique(identifier(snake_case(name.replace(".", ""))), self.reserved)

    def _is_built(self, step: Step) -> bool:
        builder = self.builders[step.node]
        is_formula = isinstance(builder, Formula) and not builder.has_weights
        return not step.node.reuses and not is_formula

    def _part(self, step: Step) -> Part:
        found = [find_step(skeleton, step) for skeleton in self.pattern.members.values()]
        column = [self.builders[step.node] if step else None for step in found]
        return compose(step.node, column, self._arguments)

    def _arguments(self, instance: Instance) -> Iterator[tuple[str, Any, Any]]:
        return self._known[instance.pattern].parameters.arguments(instance.module)

    def _flag(self, place: int) -> Constant:
        skeletons = self.pattern.members.values()
        return Constant(tuple(place in found.projections for found in skeletons), "project")

    def _join_runs(self) -> None:
        """Makes the items of a list that is a straight chain, `3.0.0` and `3.0.1`, one part."""
        uses = Counter(value for step in self.steps for value in step.inputs)
        uses.update(value for found in self.pattern.members.values() for value in found.outputs)
        lists: dict[str, list[Step]] = defaultdict(list)
        for step in self.steps:
            for prefix in prefixes(step.node.name):
                lists[prefix].append(step)
        reused = {step.node.reuses for step in self.steps}
        built = list(self.parts)
        joined: dict[Key, Step] = {}
        for prefix, run in lists.items():
            if not any(step.node.name in reused for step in run) and self._is_run(
                prefix, run, uses
            ):
                joined[run[-1].key] = self._join(run)
        gone = {key for key in built if key not in self.parts}
        self.steps = [joined.get(step.key, step) for step in self.steps if step.key not in gone]

    def _is_run(self, prefix: str, run: list[Step], uses: Counter[Value]) -> bool:
        """Whether these, all that stand in the list, are nn.Sequential's items 0 to n - 1."""
        if len(run) < 2 and "." not in prefix:
            return False
        for place, step in enumerate(run):
            is_item = step.node.name == f"{prefix}.{place}" and step.key in self.parts
            if not is_item or self.parts[step.key].is_tensor:
                return False
            if len(step.key) > 1 or len(step.node.outputs) > 1:
                return False
        for before, step in pairwise(run):
            value = Value(before.key)
            if step.inputs != (value,) or uses[value] > 1:
                return False
        same_mode = len({step.node.training for step in run}) == 1
        return same_mode and len(run[0].inputs) == 1 and self._any_weights(run)

    def _any_weights(self, run: list[Step]) -> bool:
        return any(self.parts[step.key].has_weights for step in run)

    def _join(self, run: list[Step]) -> Step:
        """Makes the run one part, at the place of its last step; a step for all of them."""
        children = tuple(
            (replace(step.node, name=str(place)), self.parts.pop(step.key))
            for place, step in enumerate(run)
        )
        first, last = run[0], run[-1]
        name = last.node.name.rpartition(".")[0]
        node = replace(last.node, name=name, inputs=first.node.inputs)
        self.parts[last.key] = Chain(children, True)
        return replace(last, node=node, inputs=first.inputs)


def prefixes(name: str) -> Iterator[str]:
    """The lists that a path stands in: of `3.0.1`, `3` and `3.0`."""
    end = name.find(".")
    while end >= 0:
        yield name[:end]
        end = name.find(".", end + 1)

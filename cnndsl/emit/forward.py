"""The forward method: one statement a step, along a trunk that is called `x`.

A name is bound anew as soon as nothing needs its old value, so that no tensor is kept longer than
it has to be. What is needed later has its label for a name.
"""

from __future__ import annotations

from cnndsl.emit.attributes import Attributes
from cnndsl.emit.flow import TRUNK, Flow
from cnndsl.emit.names import unique
from cnndsl.emit.pattern import Formula
from cnndsl.emit.plan import ClassPlan
from cnndsl.emit.skeleton import Step, Value

# The condition under which a training-only step runs.
TRAINING = "self.training"


class Forward:
    """Writes the statements of one class's forward method.

    `lines` are the statements, each with the condition under which it runs, if there is one.
    """

    def __init__(self, plan: ClassPlan, attributes: Attributes) -> None:
        self._plan = plan
        self._attributes = attributes
        self._flow = Flow(plan)
        self._arms = self._flow.arms()
        # What a result is called to which no item has given its label.
        results = zip(self._flow.outputs, plan.pattern.module.outputs, strict=True)
        self._results = {value: output.name for value, output in results if value.key}
        self._names: dict[Value, str] = {}
        self._holders: dict[str, Value] = {}
        self.lines: list[tuple[str, str]] = []
        self.inputs = _input_names(plan)
        for port, name in enumerate(self.inputs):
            self._bind(Value((), port), name)
        for place, step in enumerate(self._flow.steps):
            self._write(place, step)
        self.outputs = [self._names[value] for value in self._flow.outputs]

    def _write(self, place: int, step: Step) -> None:
        flag = self._flag(step)
        operands = [self._names[value] for value in self._flow.operands(step)]
        if flag:
            operands[1] = self._detour(place, step, flag)
        if self._overwrites(step, operands):
            self._write_over(place, step, operands)
        else:
            statement = self._right_side(step, operands)
            self._emit(step, f"{self._targets(place, step)} = {statement}")

    def _flag(self, step: Step) -> str:
        """The attribute that tells whether the projection is there to which the step belongs."""
        flag = self._plan.flags.get(step.key[0])
        return self._attributes.flags[flag] if flag else ""

    def _right_side(self, step: Step, operands: list[str]) -> str:
        formula = self._plan.builders.get(step.node)
        if not isinstance(formula, Formula):
            return f"{self._attributes.reach(step)}({', '.join(operands)})"
        join = formula.expression.join
        if " if " in operands[-1] and join != ", ":
            operands = [*operands[:-1], f"({operands[-1]})"]
        tensor = self._attributes.reach(step) if formula.has_weights else ""
        return formula.expression.over(operands, tensor)

    def _overwrites(self, step: Step, operands: list[str]) -> bool:
        """Whether a sum is a `+=`. Of three operands it isn't: it would add in another order."""
        formula = self._plan.builders.get(step.node)
        return isinstance(formula, Formula) and formula.overwrites and len(operands) == 2

    def _write_over(self, place: int, step: Step, operands: list[str]) -> None:
        formula = self._plan.builders[step.node]
        assert isinstance(formula, Formula)
        target, other = operands
        self._emit(step, f"{target} {formula.expression.augmented} {other}")
        self._bind(Value(step.key), target)
        wanted = self._wanted(place, step)
        if wanted != target and self._is_named(place, step):
            self._emit(step, f"{self._take(wanted, place, step)} = {target}")
            self._bind(Value(step.key), wanted)

    # Projections that may be absent

    def _detour(self, place: int, residual: Step, flag: str) -> str:
        """What the residual adds to its body: the projection's result, or its shortcut as it is."""
        source = residual.inputs[1]
        steps = self._plan.pattern.projections[residual.key[0]]
        shortcut = self._names[source]
        if len(steps) == 1 and steps[0].key in self._plan.parts:
            projected = self._right_side(steps[0], [shortcut] * len(steps[0].inputs))
            return f"{projected} if self.{flag} else {shortcut}"
        if shortcut == TRUNK or self._flow.is_read_after(source, place):
            name = unique("shortcut", self._live_names(place - 1))
            self.lines.append(("", f"{name} = {shortcut}"))
            shortcut = name
        straight = all(
            step.inputs == (before,)
            for step, before in zip(steps, [source, *(Value(s.key) for s in steps)], strict=False)
        )
        results = {source: shortcut}
        for step in steps:
            value = Value(step.key)
            goes_on = straight or value == residual.detour
            taken = {*results.values(), *self._live_names(place - 1)}
            results[value] = shortcut if goes_on else unique(shortcut, taken)
            right = self._right_side(step, [results[value] for value in step.inputs])
            self.lines.append((f"self.{flag}", f"{results[value]} = {right}"))
        return shortcut

    # Names

    def _targets(self, place: int, step: Step) -> str:
        """The names on the left side; `_` for what nothing takes."""
        names = []
        for port in range(len(step.node.outputs)):
            value = Value(step.key, port)
            if not self._flow.readers[value]:
                names.append("_")
                continue
            if port == 0:
                wanted = self._wanted(place, step)
            else:
                assert step.node.module, "only modules have several outputs"
                wanted = self._plan.variable(step.node.module.outputs[port].name)
            names.append(self._take(wanted, place, step))
            self._bind(value, names[-1])
        return ", ".join(names)

    def _wanted(self, place: int, step: Step) -> str:
        """What the result of a step is best called."""
        if self._is_named(place, step):
            return self._plan.variable(self._label(step))
        trunk = self._flow.trunk(step)
        arm, forks = self._arms.get(step.key, ("", False))
        if not arm or trunk != TRUNK:
            return trunk
        holder = self._holders.get(TRUNK)
        before = self._names.get(step.inputs[0], "")
        forks = forks and before == TRUNK
        goes_on = before == arm
        is_free = holder is None or not self._flow.is_read_after(holder, place)
        return arm if forks or goes_on or not is_free else TRUNK

    def _is_named(self, place: int, step: Step) -> bool:
        """Whether the result is needed by its label, later than at once."""
        return bool(self._label(step)) and self._flow.is_kept(Value(step.key), place)

    def _label(self, step: Step) -> str:
        """What the author calls the result of a step; empty where it has no name."""
        return step.node.name if step.node.labelled else self._results.get(Value(step.key), "")

    def _take(self, wanted: str, place: int, step: Step) -> str:
        """The name, once what it holds is out of the way, or another one if that must stay."""
        holder = self._holders.get(wanted)
        if holder is None or not self._flow.is_read_after(holder, place):
            return wanted
        live = self._live_names(place - 1)
        if wanted != TRUNK or holder.key == step.key:
            return unique(wanted, live)
        is_shortcut = self._flow.serves_residuals(holder, place)
        kept = unique("shortcut" if is_shortcut else "skip", live)
        self._emit(step, f"{kept} = {wanted}")
        self._bind(holder, kept)
        return wanted

    def _live_names(self, place: int) -> set[str]:
        """The names whose values something after `place` takes."""
        holders = self._holders.items()
        return {name for name, value in holders if self._flow.is_read_after(value, place)}

    def _bind(self, value: Value, name: str) -> None:
        self._names[value] = name
        self._holders[name] = value

    def _emit(self, step: Step, statement: str) -> None:
        self.lines.append((TRAINING if step.node.training else "", statement))


def _input_names(plan: ClassPlan) -> list[str]:
    """What the author calls the inputs; the trunk's name where that is nothing."""
    module = plan.pattern.module
    found: list[str] = []
    for number in range(len(module.inputs)):
        name = module.input_names[number] if number < len(module.input_names) else ""
        found.append(unique(plan.variable(name) if name else TRUNK, {*found, *plan.reserved}))
    return found

"""How values flow through a class's steps: which are read, how often, and until when."""

from __future__ import annotations

from collections import Counter, defaultdict

from cnndsl.design import Role
from cnndsl.emit.plan import ClassPlan
from cnndsl.emit.skeleton import Key, Step, Value

TRUNK = "x"


class Flow:
    """The steps that have to do with an output, and the readers of each value.

    A reader is a step's place in `steps`; the outputs read last of all. A projection that may be
    absent is no step of its own: it is its residual that takes the shortcut.
    """

    def __init__(self, plan: ClassPlan) -> None:
        self._plan = plan
        self._heads = sum(not output.training for output in plan.pattern.module.outputs)
        self.outputs = next(iter(plan.pattern.members.values())).outputs
        self.steps = self._live([step for step in plan.steps if not self._is_optional(step)])
        self.readers: dict[Value, list[int]] = defaultdict(list)
        for place, step in enumerate(self.steps):
            for value in self.operands(step):
                self.readers[value].append(place)
        for value in self.outputs:
            self.readers[value].append(len(self.steps))
        self._by_key = {step.key: step for step in self.steps}
        self._rebound = self._rebindings()

    def _is_optional(self, step: Step) -> bool:
        return len(step.key) > 1 and step.key[0] in self._plan.flags

    def operands(self, step: Step) -> tuple[Value, ...]:
        """What a step takes; a residual whose projection may be absent takes what that takes."""
        if step.detour and step.key[0] not in self._plan.flags:
            return (step.inputs[0], step.detour)
        return step.inputs

    def is_read_after(self, value: Value, place: int) -> bool:
        """Whether a step after `place` takes the value, or it is an output."""
        readers = self.readers[value]
        return bool(readers) and readers[-1] > place

    def is_kept(self, value: Value, place: int) -> bool:
        """Whether the value, made at `place`, is needed after its trunk's name is bound anew."""
        return self.is_read_after(value, self._rebound[place])

    def _rebindings(self) -> list[int]:
        """For each step the place of the next one along the same trunk."""
        following: dict[str, int] = {}
        found = []
        for place in reversed(range(len(self.steps))):
            trunk = self.trunk(self.steps[place])
            found.append(following.get(trunk, len(self.steps)))
            following[trunk] = place
        return found[::-1]

    def trunk(self, step: Step) -> str:
        """The name along which the step's chain runs."""
        node = step.node
        if node.training or (node.head and self._heads > 1):
            return self._plan.variable(node.head or "training")
        return "shortcut" if node.role is Role.PROJECTION else TRUNK

    def serves_residuals(self, value: Value, place: int) -> bool:
        """Whether only shortcuts take the value after `place`."""
        readers = [reader for reader in self.readers[value] if reader > place]
        if len(self.steps) in readers:
            return False
        roles = {self.steps[reader].node.role for reader in readers}
        return roles <= {Role.RESIDUAL, Role.PROJECTION}

    def arms(self) -> dict[Key, tuple[str, bool]]:
        """The name of the arm in which a step stands, and whether the arm forks off another there.

        An arm is what a merge takes, as far back as nothing else takes it.
        """
        found: dict[Key, tuple[str, bool]] = {}
        for step in self.steps:
            layer = step.node.layer
            is_merge = len(step.inputs) > 1 and (layer is None or layer.merges)
            if step.node.role is Role.RESIDUAL or not is_merge:
                continue
            chains = [self._chain(value) for value in step.inputs]
            starts = Counter(chain[0].inputs[0] for chain in chains if chain)
            for number, chain in enumerate(chains, start=1):
                name = self._arm_name(chain, number, step)
                for link in chain:
                    found[link.key] = (name, link is chain[0] and starts[link.inputs[0]] > 1)
        return found

    def _chain(self, value: Value) -> list[Step]:
        """The steps that lead to a value, and to nothing else, in order."""
        chain: list[Step] = []
        while len(self.readers[value]) == 1 and (step := self._by_key.get(value.key)):
            if len(step.inputs) != 1 or len(step.node.outputs) != 1:
                break
            chain.append(step)
            value = step.inputs[0]
        return chain[::-1]

    def _arm_name(self, chain: list[Step], number: int, merge: Step) -> str:
        """The arm's one label, if it is its last item's, else its number; a factor is a gate."""
        labelled = [step for step in chain if step.node.labelled]
        if chain and labelled == chain[-1:]:
            return self._plan.variable(labelled[0].node.name)
        if merge.node.layer and merge.node.layer.word == "mul":
            return "gate"
        return f"branch{number}"

    def _live(self, steps: list[Step]) -> list[Step]:
        needed = {value.key for value in self.outputs}
        live = []
        for step in reversed(steps):
            if step.key in needed:
                live.append(step)
                needed |= {value.key for value in step.inputs}
                needed |= {step.detour.key} if step.detour else set()
        return live[::-1]

"""The inside of one module while it is drawn: its parts, and the boxes that give its wires."""

from __future__ import annotations

from collections.abc import Sequence

from cnndsl.design import INPUT, Module, Wire
from cnndsl.draw.pictures.framing import framed, in_repeats
from cnndsl.draw.pictures.picture import Box, Cluster
from cnndsl.draw.pictures.repeats import Repeats
from cnndsl.draw.pictures.units import Unit

Part = Box | Cluster


class Inside:
    """What has been drawn of a module, whose `inputs` come from boxes of these numbers."""

    def __init__(self, module: Module, inputs: Sequence[int], repeats: Sequence[Repeats]) -> None:
        self._module = module
        self._made = {Wire(INPUT, port): number for port, number in enumerate(inputs)}
        self._drawn: list[tuple[Box | None, Part]] = []
        self._runs = {index: run for run in repeats for index in run.first}
        self._hidden = {index for run in repeats for index in run.hidden}
        # The parts of the group that stands for all of a run, and what else gives its source.
        self._begun: list[Part] = []
        self._before = 0
        self.regions: dict[str, Box] = {}

    def is_drawn(self, unit: Unit) -> bool:
        """Whether a unit is in a group that another one stands for."""
        return unit.first[0] in self._hidden

    def run(self, unit: Unit) -> Repeats | None:
        """The equal groups in the first of which a unit is."""
        return self._runs.get(unit.first[0])

    def sources(self, wires: Sequence[Wire]) -> list[int]:
        """The boxes that give some wires."""
        return [self._made[wire] for wire in wires]

    def begin(self, run: Repeats, header: Box) -> None:
        """From here on there are the parts of equal groups, whose header gives what they take."""
        self._before = self._made[run.sources[0]]
        self._made[run.sources[0]] = header.number
        self._begun = [header]

    def add(self, unit: Unit, section: str, parts: Sequence[Part], results: Sequence[int]) -> None:
        """Notes the parts of a unit, and the boxes that give what comes of it."""
        run = self.run(unit)
        if run:
            self._begun += parts
            parts = []
            if unit.last == run.first[-1]:
                parts = [in_repeats(self._begun)]
                self._made[run.sources[0]] = self._before
        self._drawn += [(self.regions.get(section), part) for part in parts]
        shifts = run.shifts if run else (0,)
        for end in [group[-1] + shift for group in unit.repeats for shift in shifts]:
            self._made.update((Wire(end, port), number) for port, number in enumerate(results))

    def finished(self) -> tuple[list[Part], list[int]]:
        """All parts, in their regions, and the boxes that give the module's outputs."""
        outputs = self.sources([output.wire for output in self._module.outputs])
        return framed(self._drawn), outputs

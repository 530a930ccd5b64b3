"""What the names of files are worth: a frame for each file, and for those that it imports."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cnndsl import syntax
from cnndsl.elaborate.frame import UNKNOWN, Frame
from cnndsl.elaborate.units import Definition, Unit
from cnndsl.program import Program
from cnndsl.scope import Abandoned

if TYPE_CHECKING:
    from cnndsl.elaborate.elaborator import Elaborator


class FileFrames:
    """Elaborates the statements of files, each file once."""

    def __init__(self, elaborator: Elaborator) -> None:
        self._elaborator = elaborator
        # For each file its outermost frame, and the frame after its last statement.
        self._frames: dict[Program, tuple[Frame, Frame]] = {}

    def frame(self, program: Program) -> Frame:
        """The frame after the last statement of a file."""
        return self._both(program)[1]

    def _both(self, program: Program) -> tuple[Frame, Frame]:
        if program not in self._frames:
            root = Frame(self._elaborator)
            self._take_imports(root, program)
            # A variant may be asked for before the last statement.
            self._frames[program] = root, root
            self._frames[program] = root, self._last(root, program)
        return self._frames[program]

    def _take_imports(self, root: Frame, program: Program) -> None:
        for name, (other, original) in program.imports.items():
            theirs, _ = self._both(other)
            if original in theirs.definitions:
                root.definitions[name] = theirs.definitions[original]
            else:
                root.values[name] = theirs.values.get(original, UNKNOWN)

    def _last(self, root: Frame, program: Program) -> Frame:
        """The frame after the last statement; definitions have those in force where they stand."""
        frame = root
        for statement in program.file.statements:
            if isinstance(statement, syntax.LayerFromPython):
                find_layer = partial(self._elaborator.foreign_layers.of_python, statement, root)
                root.definitions.setdefault(statement.name.name, find_layer)
        for statement in program.file.statements:
            if isinstance(statement, syntax.Block | syntax.Network):
                definition = Definition(statement, frame, program.file.doc)
                root.definitions.setdefault(statement.name.name, partial(Unit, definition))
            elif isinstance(statement, syntax.Variant):
                find = partial(self._variant, statement, program)
                root.definitions.setdefault(statement.name.name, find)
            elif isinstance(statement, syntax.Default):
                frame = frame.inner()
                self._attempt_default(statement, frame)
            elif isinstance(statement, syntax.Let):
                value = self._elaborator.attempt(statement.value, frame)
                root.values[statement.name.name] = value
        return frame

    def _attempt_default(self, statement: syntax.Default, frame: Frame) -> None:
        try:
            self._elaborator.set_default(statement, frame)
        except Abandoned:
            return

    def _variant(self, statement: syntax.Variant, program: Program) -> Unit:
        """A variant as a value: its network with the arguments given."""
        frame = self.frame(program)
        network = frame.unit(statement.network)
        if network is None:
            raise Abandoned  # which resolving has reported
        bound = self._elaborator.binder.values(network, statement.arguments, frame)
        given = {name: argument.value for name, argument in bound.items()}
        return network.with_given(given, statement.span)

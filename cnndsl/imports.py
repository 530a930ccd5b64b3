"""A spec with the files that it imports: each is read and resolved once."""

from __future__ import annotations

import os
from pathlib import Path

from cnndsl import files, syntax
from cnndsl.errors import CnnError, Diagnostic, Report, nearest, whole
from cnndsl.labels import fixed
from cnndsl.limits import MOST_FILES
from cnndsl.parse import parse
from cnndsl.program import Program, collect
from cnndsl.resolve import resolve
from cnndsl.resources import folder
from cnndsl.source import Source
from cnndsl.structure import check_structure


def load(source: Source, report: Report) -> Program:
    """The program of a spec; mistakes in it, and in what it imports, are in the report.

    Raises:
        CnnError: the syntax is so wrong that names would mean nothing.
    """
    return _Loader(report).own(source)


class _Loader:
    def __init__(self, report: Report) -> None:
        self.report = report
        # By the real path of each file; None while it is under way, or where it can't be read.
        self._programs: dict[str, Program | None] = {}
        self._under_way: list[str] = []

    def own(self, source: Source) -> Program:
        """The program of the spec that is asked for."""
        file = parse(source, self.report)
        if not (file.statements or self.report.errors):
            message = "there is nothing in this spec"
            hint = "write `network Name() { input 3x224x224 … }`"
            self.report.add(Diagnostic("empty", message, whole(source), hint=hint))
        if any(part.between for part in file.unread):
            self.report.raise_errors()  # nobody knows any more what stands in which braces
        return self._resolved(file, files.real_path(source.name))

    def _resolved(self, file: syntax.File, path: str) -> Program:
        self._programs[path] = None
        self._under_way.append(path)
        imports = [s for s in file.statements if isinstance(s, syntax.Import)]
        imported = {statement: self._imported(statement) for statement in imports}
        self._under_way.pop()
        # Every statement stands where it may,
        check_structure(file, self.report)
        # and every name means something from here on.
        program = collect(file, imported, self.report)
        resolve(program, self.report)
        self._programs[path] = program
        return program

    def _imported(self, statement: syntax.Import) -> Program | None:
        """The program of another file; None where it can't be had, which is reported."""
        place = self._place(statement)
        if place is None:
            return None
        path = files.real_path(place)
        if path in self._under_way:
            cycle = [*self._under_way[self._under_way.index(path) :], path]
            names = " → ".join(os.path.basename(member) for member in cycle)
            hint = "put what both need into a third file"
            message = f"these files import each other: {names}"
            if len(cycle) == 2:
                message, hint = "a file can't import itself", "what it defines is known in it"
            self._refuse(statement, message, hint)
            return None
        if path not in self._programs:
            if len(self._programs) >= MOST_FILES:
                self._refuse(statement, f"more than {MOST_FILES} files are imported")
                return None
            self._programs[path] = self._read(statement, place, path)
        return self._programs[path]

    def _place(self, statement: syntax.Import) -> Path | None:
        """Where the file is: beside the one that imports it, or among the bundled specs."""
        origin = statement.origin
        if isinstance(origin, syntax.Name):
            bundled = {path.stem: path for path in folder("specs").glob("*.cnn")}
            if origin.name in bundled:
                return bundled[origin.name]
            near = nearest(origin.name, bundled)
            hint = f"did you mean `{near}`?" if near else ""
            hint = hint or f'a file of your own stands in quotes: `from "{origin.name}.cnn" use …`'
            self._refuse(statement, f"there is no bundled spec `{origin.name}`", hint)
            return None
        text = fixed(origin)
        if text is None or not text.endswith(".cnn"):
            hint = 'write, for example, `from "blocks.cnn" use …`'
            self._refuse(statement, "a file is imported by its path, which ends in `.cnn`", hint)
            return None
        return Path(statement.span.source.name).parent / text

    def _read(self, statement: syntax.Import, place: Path, path: str) -> Program | None:
        # What another file is warned of is told when that file is checked.
        report = Report()
        loader = _Loader(report)
        loader._programs, loader._under_way = self._programs, self._under_way
        program = None
        try:
            source = files.read(place)
            file = parse(source, report)
            report.raise_errors()
            program = loader._resolved(file, path)
        except CnnError as error:
            for diagnostic in error.diagnostics:
                if diagnostic.span is None:
                    hint = diagnostic.hint or "a path starts at the folder of this file"
                    self._refuse(statement, diagnostic.message, hint)
        for diagnostic in report.errors:
            self.report.add(diagnostic)
        return program

    def _refuse(self, statement: syntax.Import, message: str, hint: str = "") -> None:
        span = statement.origin.span
        self.report.add(Diagnostic("import", message, span, hint=hint))

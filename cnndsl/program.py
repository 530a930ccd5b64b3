"""What a file defines, and what it takes from other files, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cnndsl import syntax
from cnndsl.errors import Diagnostic, Label, Report, Severity, misspelt, suggestion
from cnndsl.functions import FUNCTION_NAMES
from cnndsl.layers import LAYERS
from cnndsl.source import Span


@dataclass(frozen=True, eq=False)
class Program:
    """A file with what it defines; names that it imports lead to the programs that define them."""

    file: syntax.File
    definitions: Mapping[str, syntax.Definition]
    # For each name that is imported: the program it is from, and its name there.
    imports: Mapping[str, tuple[Program, str]]
    # Names that are imported, but can't be had, which has been reported.
    missing: frozenset[str] = frozenset()

    @property
    def networks(self) -> dict[str, syntax.Network]:
        """The networks that the file itself defines."""
        return {n: d for n, d in self.definitions.items() if isinstance(d, syntax.Network)}

    @property
    def variants(self) -> dict[str, syntax.Variant]:
        """The variants that the file itself defines."""
        return {n: d for n, d in self.definitions.items() if isinstance(d, syntax.Variant)}

    @property
    def imported(self) -> list[syntax.Used]:
        """What the file asks of others, name by name."""
        lines = [s for s in self.file.statements if isinstance(s, syntax.Import)]
        return [used for line in lines for used in line.used]

    def find(self, name: str) -> tuple[Program, syntax.Definition] | None:
        """What a name of the file means, with the program that defines it."""
        if name in self.imports:
            other, original = self.imports[name]
            return other.find(original)
        return (self, self.definitions[name]) if name in self.definitions else None

    def find_all(self) -> dict[str, syntax.Definition]:
        """Every name of the file, and what it means."""
        found = ((name, self.find(name)) for name in (*self.imports, *self.definitions))
        return {name: definition for name, pair in found if pair for definition in pair[1:]}


def collect(
    file: syntax.File, imported: Mapping[syntax.Import, Program | None], report: Report
) -> Program:
    """What a file defines and imports; names that are there twice, or nowhere, are reported.

    `imported` holds the program of each import, None where it could not be read.
    """
    definitions: dict[str, syntax.Definition] = {}
    imports: dict[str, tuple[Program, str]] = {}
    missing: set[str] = set()
    taken: dict[str, Span] = {}
    for statement in file.statements:
        if isinstance(statement, syntax.Import):
            for used in statement.used:
                _enter(taken, used.alias, report)
                other = imported.get(statement)
                origin = statement.origin.span.text.strip('"')
                if other and _exports(other, used.name, origin, report):
                    imports.setdefault(used.alias.name, (other, used.name.name))
                else:
                    missing.add(used.alias.name)
        elif not isinstance(statement, syntax.Default):
            _enter(taken, statement.name, report)
            definitions.setdefault(statement.name.name, statement)
    return Program(file, definitions, imports, frozenset(missing))


def _exports(other: Program, name: syntax.Name, origin: str, report: Report) -> bool:
    """Whether a file has that name to give; that it never had it is reported.

    `origin` is how the spec writes the file.
    """
    if name.name in other.missing:
        return False
    if other.find(name.name):
        return True
    known = list(other.find_all())
    hint = suggestion(name.name, known, f"it has {', '.join(known) or 'none'}")
    message = f"`{origin}` defines no `{name.name}`"
    fix = misspelt(name.span, name.name, known)
    report.add(Diagnostic("import", message, name.span, hint=hint, fix=fix))
    return False


def _enter(taken: dict[str, Span], name: syntax.Name, report: Report) -> None:
    other = taken.setdefault(name.name, name.span)
    if other is not name.span:
        related = (Label(other, "the first is here"),)
        message, hint = f"`{name.name}` is defined twice", "give one of the two another name"
        report.add(Diagnostic("duplicate-name", message, name.span, related=related, hint=hint))
    warn_of_hiding(name.name, name.span, report)


def warn_of_hiding(name: str, span: Span, report: Report) -> None:
    """Warns of a name that is also that of a layer or a function.

    Not of one that is an option's as well: a block takes `pad` to hand it on to a convolution.
    """
    if any(name in layer.parameter_names for layer in LAYERS.values()):
        return
    if name in LAYERS or name in FUNCTION_NAMES:
        what = "layer" if name in LAYERS else "function"
        more: dict[str, Any] = {"hint": "take another name if the two are used together"}
        message = f"this hides the {what} `{name}`"
        report.add(Diagnostic("hides", message, span, severity=Severity.WARNING, **more))

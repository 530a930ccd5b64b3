"""The classes that an emitted file imports beside torch's: those of the user's own layers."""

from __future__ import annotations

from cnndsl.emit.names import identifier, unique


class ImportedClasses:
    """What the file calls each class, its own name unless another thing has that already.

    `taken` are the names of all other things in the file; those given here are added.
    """

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken
        self._names: dict[tuple[str, str], str] = {}

    def name(self, module: str, path: str) -> str:
        """How the file calls the class `path`, `GeM` or `pools.GeM`, of a module."""
        head, dot, rest = path.partition(".")
        if (module, head) not in self._names:
            name = unique(identifier(head), self._taken)
            self._taken.add(name)
            self._names[module, head] = name
        return f"{self._names[module, head]}{dot}{rest}"

    def statements(self) -> list[str]:
        """The lines that import them, sorted by their modules."""
        modules: dict[str, list[str]] = {}
        for (module, head), name in sorted(self._names.items()):
            renamed = head if name == head else f"{head} as {name}"
            modules.setdefault(module, []).append(renamed)
        return [f"from {module} import {', '.join(names)}" for module, names in modules.items()]

    def sentence(self) -> str:
        """What the head of the file says of them; empty where there is none."""
        words = [f"{head} from {module}" for module, head in sorted(self._names)]
        return f"It needs {' and '.join(words)}, beside torch." if words else ""

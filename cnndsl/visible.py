"""The names that can be seen from where a walk through a spec stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from cnndsl.labels import is_label, labels_of


class Visible:
    """The values and the labels of the braces around, and of the file."""

    def __init__(self, values: Iterable[str]) -> None:
        # Those of the file, then of each pair of braces, the outermost first.
        self._values: list[set[str]] = [set(values)]
        self._labels: list[set[str | re.Pattern[str]]] = []

    @contextmanager
    def braces(self, names: Iterable[str] = ()) -> Iterator[None]:
        """Within it, one pair of braces more is open, and these values are seen."""
        self._values.append(set(names))
        try:
            yield
        finally:
            self._values.pop()

    @contextmanager
    def scope(self, body: Any) -> Iterator[None]:
        """Within it, the walk is in a body whose items have labels of their own."""
        # Order is elaboration's: in a loop, an earlier pass may have made what stands below.
        self._labels.append(set(labels_of(body)))
        try:
            with self.braces():
                yield
        finally:
            self._labels.pop()

    @property
    def is_file(self) -> bool:
        """Whether the walk stands outside of all braces."""
        return len(self._values) == 1

    @property
    def has_items(self) -> bool:
        """Whether the walk stands in a body, whose items may have labels."""
        return bool(self._labels)

    def add(self, *names: str) -> None:
        """Values that are seen from here to the end of the braces."""
        self._values[-1].update(names)

    def tell_once(self, name: str) -> None:
        """Takes an unknown name for a value up to the end of its block or network."""
        if not self.is_file:
            self._values[1].add(name)

    def tell_label_once(self, name: str) -> None:
        """Takes an unknown label for that of an item up to the end of its block or network."""
        self._labels[0].add(name)

    def is_value(self, name: str) -> bool:
        return any(name in names for names in self._values)

    @property
    def values(self) -> list[str]:
        """The nearest first."""
        return [name for names in reversed(self._values) for name in names]

    def has_label(self, name: str) -> bool:
        """Whether an item that is seen may be called so, where labels interpolate too."""
        return any(is_label(label, name) for labels in self._labels for label in labels)

    @property
    def labels(self) -> list[str]:
        """Those that are known before anything is expanded, the nearest first."""
        known = (label for labels in reversed(self._labels) for label in labels)
        return [label for label in known if isinstance(label, str)]

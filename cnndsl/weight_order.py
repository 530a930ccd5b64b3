"""The order of the tensors in torch's state_dict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cnndsl.layers.base import Weight

# A tensor with its path.
Named = tuple[str, Weight]


def in_torch_order(owned: Iterable[tuple[str, list[Named]]]) -> Iterator[Named]:
    """The tensors of a module's nodes, each node's after its name, as a torch module has them.

    A module of torch tells its own tensors first, then those of its children in their order. What
    stands in a list (`encoder.0`) is a child of the list, which comes where its first item does.
    """
    entries = list(owned)
    first: dict[str, int] = {}
    for place, (name, _) in enumerate(entries):
        for path in _paths_to(name):
            first.setdefault(path, place)

    def order(entry: tuple[str, list[Named]]) -> list[tuple[bool, int]]:
        name, found = entry
        own = name if found[0][0] == name else ""
        return [(path != own, first[path]) for path in _paths_to(name)]

    for _, found in sorted(entries, key=order):
        yield from found


def _paths_to(name: str) -> Iterator[str]:
    """The path after those of the lists that it stands in: `3`, `3.0` and `3.0.1`."""
    parts = name.split(".")
    return (".".join(parts[:length]) for length in range(1, len(parts) + 1))

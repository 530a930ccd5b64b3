"""The README's table of the bundled networks, as their designs have it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cnndsl.analyse.catalogue import paper, year
from cnndsl.library import bundled_compilers

_UNITS = {"G": 1e9, "M": 1e6, "k": 1e3}


def rows() -> Iterator[tuple[str, ...]]:
    """Year, spec, paper, number of networks, parameters and MACs of each spec, by year."""
    families = [(year(compiler), name, compiler) for name, compiler in bundled_compilers()]
    for when, name, compiler in sorted(families, key=lambda family: family[:2]):
        if designs := [compiler.design(member) for member in compiler.members]:
            title = re.sub(r" \([^()]*\)[.,].*", "", paper(compiler))
            params = _range(design.params for design in designs)
            macs = _range(design.macs for design in designs)
            yield when, f"`{name}`", title, str(len(designs)), params, macs


def _range(numbers: Iterable[int]) -> str:
    """The least and the largest, in short: `11.2 M – 127 M`."""
    first, *_, last = [*map(_short, ordered := sorted(numbers)), _short(ordered[-1])]
    return first if first == last else f"{first} – {last}"


def _short(number: int) -> str:
    unit, size = next((u, s) for u, s in _UNITS.items() if number >= s)
    return f"{float(f'{number / size:.3g}'):g} {unit}"

"""What can be compiled from each of several specs, as text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cnndsl.analyse.columns import aligned, grouped

if TYPE_CHECKING:
    from cnndsl.compiler import Compiler

_HEADER = ("  name", "parameters", "MACs")
_NUMBERS = 2


def catalogue(specs: Iterable[tuple[str, Compiler]]) -> str:
    """Every spec by its name, with its title, and its networks with parameters and MACs."""
    rows = [_HEADER]
    titles: dict[int, str] = {}
    for name, compiler in specs:
        title = compiler.program.file.doc.strip().partition("\n")[0]
        titles[len(rows)] = f"{name}: {title}"
        for member in compiler.members:
            design = compiler.design(member)
            rows.append((f"  {member}", grouped(design.params), grouped(design.macs)))
    lines = aligned(rows, _NUMBERS)
    return "\n".join(
        f"\n{titles[place]}\n{line}" if place in titles else line
        for place, line in enumerate(lines)
    )

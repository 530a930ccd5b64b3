"""The bundled specs and what can be compiled from each, as text."""

from __future__ import annotations

from cnndsl.analyse.columns import aligned, grouped
from cnndsl.library import bundled_compilers

_HEADER = ("  name", "parameters", "MACs")
_NUMBERS = 2


def catalogue() -> str:
    """Every bundled spec with its title, and its networks with their parameters and MACs."""
    rows = [_HEADER]
    titles: dict[int, str] = {}
    for name, compiler in bundled_compilers():
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

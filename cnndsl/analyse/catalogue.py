"""What can be compiled from each of several specs, as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cnndsl.analyse.columns import GAP, aligned, grouped

if TYPE_CHECKING:
    from cnndsl.compiler import Compiler

_NUMBERS = 2
# Where a title names the paper: `… (He et al., 2015), arXiv:1512.03385.`
_YEAR = re.compile(r"\([^()]*\b((?:19|20)\d\d)\)")

# A spec by its name, and which of its networks to tell of.
Entry = tuple[str, "Compiler", Sequence[str]]


def catalogue(specs: Iterable[Entry], *, sizes: bool = False) -> str:
    """Specs by year, with their papers, and their networks with input, parameters and MACs.

    With `sizes`, which take seconds a network, also the rules that legal sizes of the input keep.
    """
    entries = sorted(specs, key=lambda entry: (year(entry[1]), entry[0]))
    header = (f"{GAP}name", "input", "parameters", "MACs")
    rows = [_row(compiler, member) for _, compiler, members in entries for member in members]
    first, *lines = aligned([header, *rows], _NUMBERS)
    told = [first]
    for name, compiler, members in entries:
        if members:
            told += ["", _title(name, compiler)]
        for member in members:
            told.append(lines.pop(0))
            if sizes:
                told += _legal(compiler, member)
    return "\n".join(told)


def year(compiler: Compiler) -> str:
    """The year of the paper that the file's documentation names first; empty without one."""
    found = _YEAR.search(compiler.program.file.doc)
    return found[1] if found else ""


def paper(compiler: Compiler) -> str:
    """What the first line of a file's documentation says, which names the paper."""
    return compiler.program.file.doc.strip().partition("\n")[0]


def _title(name: str, compiler: Compiler) -> str:
    title = paper(compiler)
    return f"{name}: {title}" if title else name


def _row(compiler: Compiler, member: str) -> tuple[str, ...]:
    design = compiler.design(member)
    inputs = " ".join(map(str, design.network.inputs))
    return (f"{GAP}{member}", inputs, grouped(design.params), grouped(design.macs))


def _legal(compiler: Compiler, member: str) -> list[str]:
    """The rules of the sizes of a network's input, a line for each."""
    rules = compiler.legal_sizes(member).rules()
    return [f"{GAP * 2}{axes}: {words}" if axes else f"{GAP * 2}{words}" for axes, words in rules]

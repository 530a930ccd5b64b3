"""What is done between two maps, in the papers' notation, as short lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cnndsl.draw.maps.volumes import Volume

SIZE = 6.5
LEADING = 8.0
# A convolution in a block is told by its kernel alone.
_KERNEL = re.compile(r"\d+×\d+")


@dataclass(frozen=True, slots=True)
class OperationLine:
    """A line of a caption; `bold` tells how often."""

    text: str
    bold: bool = False


def lines_of(volume: Volume) -> list[OperationLine]:
    """The lines of what makes a map."""
    whole = len(volume.rows) > 1 and all(atom.node.module for atom in volume.atoms)
    lines: list[OperationLine] = []
    for words, count in volume.rows:
        rows = [words] if whole else list(_row(volume, words))
        rows = rows if len(volume.rows) == 1 else [", ".join(rows)]
        rows[-1] += f" ×{count}" if count > 1 else ""
        lines += map(OperationLine, rows)
    if volume.times > 1:
        lines.append(OperationLine(f"×{volume.times}", bold=True))
    if volume.grows:
        lines.append(OperationLine(f"+{volume.grows} each"))
    return lines


def operation(volume: Volume) -> list[str]:
    """The lines as mere text."""
    return [line.text for line in lines_of(volume)]


def _row(volume: Volume, words: str) -> Iterator[str]:
    """A row in short lines, without the sizes that stand at the map."""
    first, *options = words.split(", ")
    made = {str(size) for size in volume.shape.sizes} | {"×".join(map(str, volume.shape.sizes[1:]))}
    name, _, last = first.rpartition(" ")
    if _KERNEL.fullmatch(first):
        yield f"{first} conv"
    else:
        yield name if name == "fc" and last in made else first
    yield from (option for option in options if option not in made)

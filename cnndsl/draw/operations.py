"""What is done between two maps, in the papers' notation, as short lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cnndsl.draw.volumes import Volume

SIZE = 6.5
LEADING = 8.0


@dataclass(frozen=True, slots=True)
class OperationLine:
    """A line of a caption; `bold` tells how often."""

    text: str
    bold: bool = False


def lines_of(volume: Volume) -> list[OperationLine]:
    """The lines of what makes a map."""
    single = len(volume.rows) == 1
    lines = [
        OperationLine(line)
        for words, count in volume.rows
        for line in _row(volume, f"{words} ×{count}" if count > 1 else words, single)
    ]
    if volume.times > 1:
        lines.append(OperationLine(f"×{volume.times}", bold=True))
    return lines


def operation(volume: Volume) -> list[str]:
    """The lines as mere text."""
    return [line.text for line in lines_of(volume)]


def _row(volume: Volume, words: str, single: bool) -> Iterator[str]:
    """A row; a single one without the channels, which stand at the map, and in short lines."""
    if not single:
        yield words
        return
    first, *options = words.split(", ")
    made = {str(size) for size in volume.shape.sizes}
    name, _, last = first.rpartition(" ")
    yield name if name == "fc" and last in made else first
    yield from (option for option in options if option not in made)

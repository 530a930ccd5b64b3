"""How far colours are from each other, for normal sight and for three kinds of colour-blindness."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

Triple = tuple[float, float, float]

# What is seen of linear RGB: Machado, Oliveira and Fernandes, "A Physiologically-based Model for
# Simulation of Color Vision Deficiency" (2009), at full severity.
SIGHTS: dict[str, tuple[Triple, Triple, Triple]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
# CIE XYZ of linear sRGB, and its white (D65).
_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
_WHITE = (0.9505, 1.0, 1.089)


def distances(colours: Sequence[str]) -> Iterator[float]:
    """The distance (CIE76) of each two colours, `#RRGGBB`, for each kind of sight."""
    for sight in SIGHTS.values():
        seen = [_lab(_times(sight, _linear(colour))) for colour in colours]
        for one, two in combinations(seen, 2):
            yield sum((a - b) ** 2 for a, b in zip(one, two, strict=True)) ** 0.5


def _times(matrix: Sequence[Triple], colour: Triple) -> Triple:
    x, y, z = (sum(m * c for m, c in zip(row, colour, strict=True)) for row in matrix)
    return x, y, z


def _linear(colour: str) -> Triple:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return r, g, b


def _lab(linear: Triple) -> Triple:
    clipped = tuple(min(1.0, max(0.0, part)) for part in linear)
    xyz = _times(_XYZ, (clipped[0], clipped[1], clipped[2]))
    x, y, z = (_bent(part / white) for part, white in zip(xyz, _WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _bent(part: float) -> float:
    return part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116

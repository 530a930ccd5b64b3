"""Numbers that divide others: what to write instead of one that does not."""

from __future__ import annotations

from math import gcd

# How far from the number that was asked for another one is proposed.
_FARTHEST = 1000


def nearest_divisor(asked: int, *numbers: int) -> int:
    """The number nearest to `asked` that divides all `numbers`; 1 only if no other is near."""
    common = gcd(*numbers)
    for distance in range(_FARTHEST):
        for candidate in (asked - distance, asked + distance):
            if candidate > 1 and common % candidate == 0:
                return candidate
    return 1

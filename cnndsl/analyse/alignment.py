"""Which items of two sequences belong together: the pairing, in order, of the highest score."""

from __future__ import annotations

from collections.abc import Callable

# What two items have in common, as a number above 0; None for those that are no pair.
Score = Callable[[int, int], int | None]
# An item of the first sequence, of the second, or one of each.
Pair = tuple[int | None, int | None]

# Beyond so many comparisons, only items near each other are compared.
_MOST_COMPARISONS = 400_000


def aligned_items(first: int, second: int, score: Score) -> list[Pair]:
    """Pairs of the items `0 … first - 1` and `0 … second - 1`, and those that are left alone.

    Both sequences stay in their order. Of equally good pairings, the one is taken that pairs
    earlier items; what is left alone stands where it is met, the first sequence's before the
    second's.
    """
    reach = _reach(first, second)
    best = _scores(first, second, score, reach)
    pairs: list[Pair] = []
    i = j = 0
    while i < first and j < second:
        own = score(i, j) if abs(i - j) <= reach else None
        total = best[i].get(j, 0)
        if own is not None and total == own + best[i + 1].get(j + 1, 0):
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif total == best[i + 1].get(j, 0):
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    pairs += [(left, None) for left in range(i, first)]
    pairs += [(None, left) for left in range(j, second)]
    return pairs


def _reach(first: int, second: int) -> int:
    """How far from each other the places of two items may be."""
    longest = max(first, second, 1)
    if first * second <= _MOST_COMPARISONS:
        return longest
    return abs(first - second) + max(1, _MOST_COMPARISONS // longest)


def _scores(first: int, second: int, score: Score, reach: int) -> list[dict[int, int]]:
    """The highest score of what begins at each two places."""
    best: list[dict[int, int]] = [{} for _ in range(first + 1)]
    for i in range(first - 1, -1, -1):
        row, below = best[i], best[i + 1]
        for j in range(min(second, i + reach + 1) - 1, max(-1, i - reach - 1), -1):
            own = score(i, j)
            paired = own + below.get(j + 1, 0) if own is not None else 0
            row[j] = max(paired, below.get(j, 0), row.get(j + 1, 0))
    return best

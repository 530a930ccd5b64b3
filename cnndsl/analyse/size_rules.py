"""Sets of sizes as rules in words: `any size from 33`, `multiples of 32`, `224 to 239`."""

from __future__ import annotations

from collections.abc import Sequence

# A pattern has to show itself so often, and over so many sizes, before it is taken for one.
_PERIODS = 4
_LEAST = 16
# The most runs of sizes that are listed, and those that may stand before a pattern begins.
_MOST_RUNS = 6
_MOST_EARLIER = 3
_MOST_REMAINDERS = 3


def rule(sizes: Sequence[int], searched: range) -> str:
    """The rule that these sizes, in ascending order, keep, and no others of those searched.

    One with an open end is taken to go on beyond what was searched. Where there is no clear one, or
    the search did not begin at 1, what was searched is told, too.
    """
    words = _rule(_runs(sizes), searched)
    is_clear = searched[0] == 1 and "," not in words
    return words if is_clear else f"{words} ({searched[0]} to {searched[-1]} searched)"


def _rule(runs: list[range], searched: range) -> str:
    for earlier in range(min(_MOST_EARLIER + 1, len(runs))):
        rest = [size for run in runs[earlier:] for size in run]
        if pattern := _pattern(rest, searched):
            return ", ".join([*map(_run_words, runs[:earlier]), pattern])
    words = list(map(_run_words, runs[:_MOST_RUNS]))
    if len(runs) > _MOST_RUNS:
        words.append(f"and {len(runs) - _MOST_RUNS} more runs")
    if len(runs) == 1 and len(runs[0]) == 1:
        return f"only {words[0]}"
    return ", ".join(words) or "none"


def _runs(sizes: Sequence[int]) -> list[range]:
    """The sizes as ranges without gaps."""
    runs: list[range] = []
    for size in sizes:
        if runs and runs[-1].stop == size:
            runs[-1] = range(runs[-1].start, size + 1)
        else:
            runs.append(range(size, size + 1))
    return runs


def _run_words(run: range) -> str:
    return str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}"


def _pattern(sizes: Sequence[int], searched: range) -> str:
    """The words of a pattern that these sizes keep from the first of them on, if there is one."""
    found, tail = set(sizes), range(sizes[0], searched.stop)
    if len(tail) < _LEAST:
        return ""
    for period in range(1, len(tail) // _PERIODS + 1):
        remainders = {size % period for size in sizes}
        if all((size in found) == (size % period in remainders) for size in tail):
            return _pattern_words(period, sorted(remainders), sizes[0])
    return ""


def _pattern_words(period: int, remainders: list[int], first: int) -> str:
    """What leaves these remainders, from `first` on; empty where they are too many to tell."""
    least = min(rest or period for rest in remainders)
    if period == 1:
        words = "any size"
    elif remainders == [0]:
        words = f"multiples of {period}"
    elif len(remainders) <= _MOST_REMAINDERS:
        words = " or ".join(f"{period}n + {rest}" if rest else f"{period}n" for rest in remainders)
    else:
        # Those with which a run begins, the last remainder and 0 being neighbours.
        starts = [rest for rest in remainders if (rest - 1) % period not in remainders]
        if len(starts) > 1:
            return ""
        least, last = max(1, starts[0]), starts[0] + len(remainders) - 1
        begin = f"{period}n + {starts[0]}" if starts[0] else f"{period}n"
        words = f"{begin} to {period}n + {last}"
    return words if first == least else f"{words} from {first}"

"""Interleaved measurements of ourselves and a peer, and their table."""

from __future__ import annotations

import gc
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

ROOT = Path(__file__).parent.parent
SPECS = ROOT / "specs"


@dataclass(frozen=True)
class Result:
    """One row: samples of both, taken in turn, in seconds or in bytes."""

    what: str
    peer: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    # The greatest ratio that is good enough; None for what is told without being judged.
    target: float | None = None
    unit: str = "s"

    @property
    def ratio(self) -> float:
        return median(self.ours) / median(self.theirs)

    @property
    def spread(self) -> str:
        """The quartiles of the ratios of samples that were taken one after the other."""
        if len(self.ours) < 2:
            return ""
        ratios = [ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True)]
        low, _, high = quantiles(ratios, n=4)
        return f"{low:.3f}–{high:.3f}"

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        return f"<= {self.target:.2f} {'reached' if self.ratio <= self.target else 'MISSED'}"

    def cells(self) -> tuple[str, ...]:
        """What the table shows of it."""
        sizes = (shown(median(samples), self.unit) for samples in (self.ours, self.theirs))
        return (self.what, *sizes, self.peer, f"{self.ratio:.3f}", self.spread, self.verdict)


def shown(value: float, unit: str) -> str:
    """A time in milliseconds, or a size in MB."""
    return f"{value * 1e3:.1f} ms" if unit == "s" else f"{value / 1e6:.2f} MB"


def table(results: list[Result]) -> str:
    """The rows, aligned under their heads."""
    heads = ("measured", "cnndsl", "peer", "by", "ratio", "quartiles", "target")
    lines = [heads, *(result.cells() for result in results)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    right = {1, 2, 4}
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def interleaved(
    ours: Callable[[], float], theirs: Callable[[], float], rounds: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Samples of both, taken in turn after one of each that is not counted.

    Who goes first changes from round to round, so that neither always finds the caches warm.
    """
    ours(), theirs()
    samples: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        order = ((0, ours), (1, theirs)) if number % 2 == 0 else ((1, theirs), (0, ours))
        for place, take in order:
            samples[place].append(take())
    return tuple(samples[0]), tuple(samples[1])


def timed(work: Callable[[], object]) -> Callable[[], float]:
    """The seconds that some work takes, as a sample to be taken."""

    def sample() -> float:
        gc.collect()
        start = perf_counter()
        result = work()
        seconds = perf_counter() - start
        del result
        return seconds

    return sample


def peak_bytes(work: Callable[[], object]) -> float:
    """The most bytes that torch's CPU allocator held at once for some work, beyond those before.

    Exact, and the same in each run: the sum of the allocations that the profiler records.
    """
    from torch.profiler import ProfilerActivity, profile

    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        result = work()
    del result
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "trace.json")
        profiler.export_chrome_trace(str(path))
        events = json.loads(path.read_text(encoding="utf-8"))["traceEvents"]
    changes = [
        (event["ts"], event["args"]["Bytes"]) for event in events if event["name"] == "[memory]"
    ]
    held = peak = 0
    for _, change in sorted(changes, key=lambda change: change[0]):
        held += change
        peak = max(peak, held)
    return peak

"""Building a resnet152, from the spec's name to a module with its weights, beside torchvision's.

Of repeated builds in one process each reads, checks and elaborates the spec and writes the source
anew; what stays from the first is the parser and the executed source. The first build in a fresh
process has all of it to do, and to import, after `import torch, cnndsl`. torchvision draws the
weights of convolutions twice, torch's start and then its own; ours are drawn once.
"""

from __future__ import annotations

import subprocess
import sys

import torchvision

import cnndsl
from benchmarks.measure import ROOT, Result, interleaved, timed

NAME = "resnet152"
TARGET = 1.1
FIRST = """
import sys, time
import torch, {package}
start = time.perf_counter()
{build}
print(time.perf_counter() - start)
"""


def measure(rounds: int = 9, fresh: int = 5) -> list[Result]:
    """Repeated builds, then first ones, each in a process of its own."""
    repeated = interleaved(
        timed(lambda: cnndsl.compile(NAME).module()),
        timed(lambda: torchvision.models.get_model(NAME)),
        rounds,
    )
    first = interleaved(
        lambda: seconds_of_first("cnndsl", f"cnndsl.compile({NAME!r}).module()"),
        lambda: seconds_of_first("torchvision", f"torchvision.models.get_model({NAME!r})"),
        fresh,
    )
    return [
        Result(f"build {NAME}, repeated", "torchvision", *repeated, TARGET),
        Result(f"build {NAME}, first", "torchvision", *first, TARGET),
    ]


def seconds_of_first(package: str, build: str) -> float:
    """What a fresh process takes for its first build, imports of the package not counted."""
    script = FIRST.format(package=package, build=build)
    command = [sys.executable, "-c", script]
    return float(subprocess.run(command, check=True, cwd=ROOT, capture_output=True).stdout)

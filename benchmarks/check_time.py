"""The command `cnndsl check specs/resnet.cnn` as a whole process, beside `import torch`."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.measure import ROOT, SPECS, Result, interleaved, timed

TARGET = 0.10


def measure(rounds: int = 15) -> list[Result]:
    """Both processes find their bytecode, and the parser its tables, on the disk."""
    check = [sys.executable, "-m", "cnndsl", "check", str(SPECS / "resnet.cnn")]
    torch = [sys.executable, "-c", "import torch"]
    samples = interleaved(timed(lambda: run(check)), timed(lambda: run(torch)), rounds)
    return [Result("check resnet.cnn, whole process", "import torch", *samples, TARGET)]


def run(command: list[str]) -> None:
    """Runs a command to its end, with bytecode written as it is by default."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)

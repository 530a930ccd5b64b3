"""Prints every measurement in one table: `python -m benchmarks`."""

from __future__ import annotations

import platform

import torch
import torchvision

from benchmarks import build_time, check_time, draw_time, forward_time
from benchmarks.measure import table


def main() -> None:
    print(
        f"Python {platform.python_version()}, torch {torch.__version__} with "
        f"{torch.get_num_threads()} threads, torchvision {torchvision.__version__}; medians of "
        "runs in turn.\n"
    )
    parts = (check_time, draw_time, build_time, forward_time)
    print(table([result for part in parts for result in part.measure()]))


if __name__ == "__main__":
    main()

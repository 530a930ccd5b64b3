"""Doing something again whenever a file changes that it reads."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from cnndsl import files
from cnndsl.cli.output import show, tell, tell_more
from cnndsl.errors import CnnError, RequestError

# How often files are looked at, in seconds.
INTERVAL = 0.2

# What tells a file from what it was; None where there is none.
_Stamp = tuple[int, int, int] | None


def watch(make: Callable[[], None], interval: float = INTERVAL) -> None:
    """Calls `make`, and again whenever a file changes that it read, until it is interrupted.

    Its errors are shown, and what it made before stays as it is; only an error at the beginning in
    what is asked for, such as an unknown option, ends it.

    Raises:
        CnnError: such an error.
    """
    try:
        seen = _made(make, {}, first=True)
        tell("watching for changes; Ctrl-C ends it")
        while True:
            time.sleep(interval)
            if _changed(seen):
                _wait_for_rest(seen, interval)
                seen = _made(make, seen)
    except KeyboardInterrupt:
        tell("ended")


def _made(
    make: Callable[[], None], before: dict[str, _Stamp], first: bool = False
) -> dict[str, _Stamp]:
    """The files that `make` reads, as they were then; where it fails, with those of `before`."""
    seen: dict[str, _Stamp] = {}

    def note(path: str) -> None:
        seen.setdefault(path, _stamp(path))

    # A mistake may keep it from reading all that it would read without.
    older = {path: _stamp(path) for path in before}
    with files.noting(note):
        try:
            make()
        except CnnError as error:
            if first and isinstance(error, RequestError):
                raise
            show(error.diagnostics)
            tell_more(error.diagnostics)
            return older | seen
    return seen


def _changed(seen: dict[str, _Stamp]) -> bool:
    return any(_stamp(path) != stamp for path, stamp in seen.items())


def _wait_for_rest(seen: dict[str, _Stamp], interval: float) -> None:
    """Waits until nothing changes any more, since editors save in several steps."""
    stamps = None
    while stamps != (now := [_stamp(path) for path in seen]):
        stamps = now
        time.sleep(interval / 2)


def _stamp(path: str) -> _Stamp:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino

"""The specs that a command is given: files, folders, and stdin."""

from __future__ import annotations

import os
import sys

from cnndsl import files
from cnndsl.errors import request_error
from cnndsl.library import is_bundled
from cnndsl.source import Source

STDIN = "-"
# What stdin is called in messages.
STDIN_NAME = "<stdin>"


def specs_at(path: str) -> list[str]:
    """What a path means: itself, or the specs in a folder.

    Raises:
        CnnError: the folder has none, or can't be read.
    """
    return files.specs_in(path) if os.path.isdir(path) else [path]


def read(path: str) -> Source:
    """The spec of a path, or that on stdin.

    Raises:
        CnnError: it can't be read.
    """
    if path != STDIN:
        if is_bundled(path) and not os.path.lexists(path):
            hint = "it comes with cnndsl: `cnndsl list` tells of it"
            raise request_error("no-file", f"there is no file `{path}`", hint)
        return files.read(path)
    return files.decoded(STDIN_NAME, sys.stdin.buffer.read())

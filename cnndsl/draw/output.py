"""Writes files whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from threading import get_ident

from cnndsl.errors import file_error


def write_whole(path: str | os.PathLike[str], data: bytes) -> None:
    """Puts `data` into the file at `path`; whoever reads it never sees a part.

    Raises:
        CnnError: it can't be written; what was there before is still there.
    """
    target = os.path.realpath(path)
    part = f"{target}.{os.getpid()}-{get_ident()}.part"
    try:
        with open(part, "xb") as file:
            file.write(data)
        os.replace(part, target)
    except OSError as error:
        with suppress(OSError):
            os.remove(part)
        raise file_error(
            "unwritable", f"{os.fspath(path)} can't be written: {error.strerror}"
        ) from error

"""How commands end: the exit codes."""

from __future__ import annotations

from cnndsl.errors import CnnError, RequestError

ERRORS_IN_SPEC = 1
NOT_AS_ASKED = 2
INTERRUPTED = 130


def exit_code(error: CnnError) -> int:
    """That of a command which ends with this error."""
    return NOT_AS_ASKED if isinstance(error, RequestError) else ERRORS_IN_SPEC

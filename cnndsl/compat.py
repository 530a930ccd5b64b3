"""What the oldest supported Python lacks."""

from __future__ import annotations

import sys
from typing import Any

if sys.version_info >= (3, 11):
    from typing import dataclass_transform
else:

    def dataclass_transform(**_options: Any) -> Any:
        """Speaks to type checkers alone, so before Python 3.11 it may as well do nothing."""
        return lambda decorated: decorated


__all__ = ["dataclass_transform"]

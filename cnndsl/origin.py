"""Where the value of a layer's option, or of a block's parameter, comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cnndsl.source import Span


class Giver(Enum):
    """What gives an option its value, in words."""

    CALL = "the call"
    # `bn(eps=0.001)`, a layer or a block as a value, with some arguments already given.
    VALUE = "the value that was handed on"
    DEFAULT = "a default line"
    LAYER = "the layer's own default"
    BLOCK = "the block's own default"


@dataclass(frozen=True, slots=True)
class Origin:
    """What gave a value, and where it is written; a layer's own default stands in no spec."""

    giver: Giver
    span: Span | None = None

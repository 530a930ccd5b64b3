"""The bounds that make every spec end: each is an error of its own when it is passed."""

from __future__ import annotations

from dataclasses import dataclass

# Bounds of the syntax; the parser holds them, since nothing may recurse more deeply.
EXPRESSION_NESTING = 100
BRACE_NESTING = 64
# Of an expanded network: all braces, those of blocks in blocks too.
NESTING = 1500
# The most that `Limits.calls` can be raised to, for the same reason.
MOST_CALLS = 500
# Files that one spec may import, those that they import included.
MOST_FILES = 200


@dataclass(frozen=True)
class Limits:
    """How large a spec may become when it is expanded."""

    integer: int = 2**63 - 1
    """The largest whole number, up and down; no size of a tensor is greater."""
    list: int = 100_000
    """Elements of a list."""
    string: int = 10_000
    """Letters of a string."""
    calls: int = 64
    """Blocks and labelled scopes within each other; at most MOST_CALLS."""
    items: int = 1_000_000
    """Items of the expanded network."""
    steps: int = 100_000
    """Items and passes of loops that are worked out; those of equal blocks once."""


DEFAULT_LIMITS = Limits()


def raise_limit(name: str) -> str:
    """The hint where the limit of that name is passed."""
    return f"make it smaller, or raise the limit with `--limit {name}=N`"

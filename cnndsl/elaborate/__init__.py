"""Elaboration: a resolved program, its arguments and an input's shape become a Design."""

from __future__ import annotations

from cnndsl.elaborate.elaborator import Elaborator

__all__ = ["Elaborator"]

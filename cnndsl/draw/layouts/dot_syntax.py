"""Graphviz's language: how values are written so that they mean themselves."""

from __future__ import annotations

from collections.abc import Mapping


def quoted(value: str) -> str:
    """A value in quotes; one in `< >` is a label in Graphviz's markup, and stays."""
    if value.startswith("<") and value.endswith(">"):
        return value
    return '"' + value.replace('"', '\\"') + '"'


def attributes(values: Mapping[str, str | float]) -> str:
    """`[width="1" height="0.3"]`; empty for none."""
    words = " ".join(f"{name}={quoted(str(value))}" for name, value in values.items())
    return f" [{words}]" if words else ""

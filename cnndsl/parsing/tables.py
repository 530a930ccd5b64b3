"""The parser of `grammars/cnn.lark`, from tables that are kept: building them takes 0.3 s.

The tables are a pickle, so they are read only from the package's own folders.
"""

from __future__ import annotations

import hashlib
import io
import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import lark

from cnndsl.parsing.lexer import ContextLexer
from cnndsl.resources import PACKAGE, folder

GRAMMAR = "cnn.lark"
TABLES = "cnn.tables"
START_RULES = ["file", "expression"]


OPTIONS: dict[str, Any] = {
    "start": START_RULES,
    "parser": "lalr",
    "lexer": ContextLexer,
    "propagate_positions": True,
    "maybe_placeholders": False,
}


@lru_cache(maxsize=1)
def parser() -> lark.Lark:
    """The parser, from kept tables if there are any of this grammar and this Lark."""
    grammar = (folder("grammars") / GRAMMAR).read_text(encoding="utf-8")
    key = _key(grammar)
    kept = PACKAGE / "__pycache__" / TABLES
    for path in (PACKAGE / TABLES, kept):
        if tables := _read(path, key):
            return tables
    built = build(grammar)
    _write(kept, serialised(built, key))
    return built


def build(grammar: str, strict: bool = False) -> lark.Lark:
    """The parser of a grammar's text; a `strict` one refuses any ambiguity."""
    return lark.Lark(grammar, strict=strict, **OPTIONS)


def tables_of(grammar: str) -> bytes:
    """The tables of a grammar's text, as a file of the name `TABLES` in the package holds them."""
    return serialised(build(grammar), _key(grammar))


def serialised(built: lark.Lark, key: bytes) -> bytes:
    """The tables after a line that tells what they are made from, and a digest of themselves."""
    buffer = io.BytesIO()
    built.save(buffer)
    tables = buffer.getvalue()
    return b"%s %s\n%s" % (key, _digest(tables), tables)


def _key(grammar: str) -> bytes:
    """What tables depend on."""
    parts = (grammar, lark.__version__, sorted(OPTIONS.items(), key=str))
    return _digest(repr(parts).encode())


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _read(path: Path, key: bytes) -> lark.Lark | None:
    """The kept parser; None where there is none, or a stale or a damaged one."""
    try:
        header, _, tables = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if header != b"%s %s" % (key, _digest(tables)):
        return None
    return lark.Lark.load(io.BytesIO(tables))


def _write(path: Path, content: bytes) -> None:
    """Keep the tables, whole or not at all; a folder that can't be written keeps none."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink()

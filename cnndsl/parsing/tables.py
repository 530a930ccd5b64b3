"""The tables of `grammars/cnn.lark`, kept ready-made: making them takes 0.3 s, and Lark.

They are looked for in the package, where a wheel has them, and in its `__pycache__`. A file of
tables has a line that tells what they are made from and their checksum, then the tables in
format 4 of `marshal`, which every CPython that is supported reads.
"""

from __future__ import annotations

import marshal
import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from zlib import crc32

from cnndsl.parsing.lalr import Tables
from cnndsl.resources import PACKAGE, folder

GRAMMAR = "cnn.lark"
TABLES = "cnn.tables"
FORMAT = 4


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The tables: those that are kept, if they are of this grammar; else new ones, then kept."""
    grammar = (folder("grammars") / GRAMMAR).read_text(encoding="utf-8")
    key = _key(grammar)
    kept = PACKAGE / "__pycache__" / TABLES
    for path in (PACKAGE / TABLES, kept):
        if found := _read(path, key):
            return found
    from cnndsl.parsing.generate import generate

    made = generate(grammar)
    _write(kept, _serialised(made, key))
    return made


def tables_file(grammar: str) -> bytes:
    """The tables of a grammar's text, as a file of the name `TABLES` in the package holds them."""
    from cnndsl.parsing.generate import generate

    return _serialised(generate(grammar), _key(grammar))


def _serialised(made: Tables, key: bytes) -> bytes:
    content = marshal.dumps(tuple(made), FORMAT)
    return b"%s %08x\n%s" % (key, crc32(content), content)


def _key(grammar: str) -> bytes:
    """What tables depend on: the grammar, and the code that makes them."""
    code = Path(__file__).with_name("generate.py").read_bytes()
    return b"%08x-%08x" % (crc32(grammar.encode()), crc32(code))


def _read(path: Path, key: bytes) -> Tables | None:
    """The kept tables; None where there are none, or stale or damaged ones."""
    try:
        header, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if header != b"%s %08x" % (key, crc32(content)):
        return None
    try:
        return Tables(*marshal.loads(content))
    except ValueError:
        return None  # This Python has another format.


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

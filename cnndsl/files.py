"""What is read and what is written: each file whole or not at all."""

from __future__ import annotations

import codecs
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cnndsl.errors import CnnError, Diagnostic, request_error
from cnndsl.source import Source, Span

# What is told of each file before it is read.
_NOTE: ContextVar[Callable[[str], None] | None] = ContextVar("note", default=None)


@contextmanager
def noting(note: Callable[[str], None]) -> Iterator[None]:
    """Tells `note` the path of each file before it is read, whether it can be or not."""
    token = _NOTE.set(note)
    try:
        yield
    finally:
        _NOTE.reset(token)


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a file is to its reader, and how the names of such files end."""

    words: str
    endings: tuple[str, ...]

    def is_named_so(self, name: str) -> bool:
        """Whether a name ends as those of such files do."""
        return name.lower().endswith(self.endings)


SPEC = FileKind("spec", (".cnn",))


def read(path: str | os.PathLike[str], kind: FileKind = SPEC) -> Source:
    """The text of a spec, or of another kind of file.

    Raises:
        CnnError: there is no such file, it can't be read, or it is not UTF-8.
    """
    with opened(path, kind) as file:
        try:
            data = file.read()
        except OSError as error:
            raise _unreadable(os.fspath(path), error) from None
    return decoded(os.fspath(path), data, kind)


def opened(path: str | os.PathLike[str], kind: FileKind) -> BinaryIO:
    """A file, opened to be read.

    Raises:
        CnnError: there is no such file, or it can't be read.
    """
    name = os.fspath(path)
    if note := _NOTE.get():
        note(os.path.abspath(name))
    try:
        return open(path, "rb")
    except IsADirectoryError:
        near = _files_in(Path(path), kind)
        hint = f"name a file in it, such as `{near[0]}`" if near else f"name a {kind.words}"
        message = f"`{name}` is a folder, not a {kind.words}"
        raise request_error("unreadable", message, hint) from None
    except FileNotFoundError:
        message = f"there is no file `{name}`"
        if os.path.islink(name):
            message = f"`{name}` is a link to `{os.readlink(name)}`, which is not there"
        raise request_error("no-file", message, _near(Path(path), kind)) from None
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from None


def _unreadable(name: str, error: Exception) -> CnnError:
    return request_error("unreadable", f"`{name}` can't be read: {_reason(error)}")


def real_path(path: str | os.PathLike[str]) -> str:
    """What tells one file from others: its real path, or what is given where there can be none."""
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        return os.fspath(path)  # reading it tells what is wrong


def decoded(name: str, data: bytes, kind: FileKind = SPEC) -> Source:
    """The text of a file whose bytes are these; `name` stands for its path in messages.

    Raises:
        CnnError: it is not UTF-8.
    """
    try:
        return Source(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _not_utf8(name, data, error, kind) from None


def specs_in(path: str) -> list[str]:
    """The specs in a folder, at any depth, sorted; what is hidden is left out.

    Raises:
        CnnError: there is none, or the folder can't be read.
    """

    def refuse(error: OSError) -> None:
        raise request_error("unreadable", f"`{error.filename}` can't be read: {_reason(error)}")

    found: list[str] = []
    for folder, inner, names in os.walk(path, onerror=refuse):
        inner[:] = [name for name in inner if not name.startswith(".")]
        specs = [name for name in names if name.endswith(".cnn") and not name.startswith(".")]
        found += [os.path.join(folder, name) for name in specs]
    if not found:
        raise request_error("no-file", f"there is no .cnn file in `{path}`")
    return sorted(found)


def _near(path: Path, kind: FileKind) -> str:
    """A hint at a file of nearly that name in the same folder."""
    from difflib import get_close_matches

    # What all endings have in common makes no name near; of equal names, the same ending is meant.
    found = sorted(_files_in(path.parent, kind), key=lambda other: other.suffix == path.suffix)
    others = {other.stem: other for other in found if other != path}
    close = get_close_matches(path.stem, others, n=1)
    return f"did you mean `{others[close[0]]}`?" if close else ""


def _files_in(folder: Path, kind: FileKind) -> list[Path]:
    """The files of a kind in a folder; none where it can't be read."""
    try:
        return sorted(path for path in folder.iterdir() if kind.is_named_so(path.name))
    except OSError:
        return []


def _not_utf8(name: str, data: bytes, error: UnicodeDecodeError, kind: FileKind) -> CnnError:
    source = Source(name, data.decode("utf-8", errors="replace"))
    offset = len(data[: error.start].decode("utf-8", errors="replace"))
    return CnnError(
        [
            Diagnostic(
                "not-utf8",
                f"a {kind.words} is text in UTF-8, and this is not",
                Span(source, offset, offset + 1),
                f"the byte 0x{data[error.start]:02x}",
                hint="save the file as UTF-8",
            )
        ]
    )


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()


def rewrite(source: Source) -> None:
    """Puts a text in the place of the file that it was read from, whole or not at all.

    Raises:
        CnnError: the file can't be written.
    """
    with open(source.name, "rb") as file:
        mark = codecs.BOM_UTF8 if file.read(3) == codecs.BOM_UTF8 else b""
    write_whole(source.name, mark + source.text.encode())


def write_whole(path: str | os.PathLike[str], data: bytes) -> None:
    """Writes a file whole, or leaves what was there as it was.

    Raises:
        CnnError: the file can't be written.
    """
    target = Path(os.path.realpath(path))
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        if target.exists() and not target.is_file():
            if target.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            target.write_bytes(data)  # a device or a pipe, which nothing may take the place of
            return
        try:
            part.write_bytes(data)
            if target.exists():
                part.chmod(target.stat().st_mode)
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        message = f"`{os.fspath(path)}` can't be written: {_reason(error)}"
        raise request_error("unwritable", message, "nothing was written") from None

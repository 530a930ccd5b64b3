"""Checkpoints as files: read without running anything in them, and written whole or not at all."""

from __future__ import annotations

import os
import re
import warnings
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cnndsl import files
from cnndsl.errors import CnnError, request_error
from cnndsl.load import require_torch

if TYPE_CHECKING:
    from torch import Tensor

PICKLES = files.FileKind("checkpoint of torch", (".pth", ".pt", ".bin", ".ckpt", ".tar"))
SAFETENSORS = files.FileKind("safetensors file", (".safetensors",))
CHECKPOINTS = files.FileKind("checkpoint", (*PICKLES.endings, *SAFETENSORS.endings))
_RESAVE = "save the weights alone: `torch.save(model.state_dict(), 'weights.pth')`"
_AGAIN = "get it again: copy, download or save it anew"
_WEB_PAGE = "it is a web page, so the download went wrong"
# What is often there in place of a checkpoint, by its first bytes.
_OTHER_FILES = {
    b"version https://git-lfs": "it is a pointer of Git LFS, and `git lfs pull` brings the file",
    b"<!doctype": _WEB_PAGE,
    b"<html": _WEB_PAGE,
    b"<?xml": _WEB_PAGE,
}
_ZIP = b"PK\x03\x04"


def read(path: str | os.PathLike[str]) -> Mapping[Any, Any]:
    """What a checkpoint holds, on the CPU; no code in it is run.

    Raises:
        CnnError: it can't be read, holds code, or is no checkpoint; torch is not installed.
    """
    name = os.fspath(path)
    if not CHECKPOINTS.is_named_so(name):
        endings = ", ".join(f"`{ending}`" for ending in CHECKPOINTS.endings)
        message = f"`{name}` does not end as a checkpoint does"
        raise request_error("checkpoint", message, f"there are {endings}")
    with files.opened(path, CHECKPOINTS) as file:
        start = file.read(32)
    require_torch()
    if not start:
        raise _refused(name, "it is empty")
    for other, reason in _OTHER_FILES.items():
        if start.lstrip().lower().startswith(other):
            raise _refused(name, reason)
    is_safetensors = SAFETENSORS.is_named_so(name)
    _refuse_other_format(name, start, is_safetensors)
    return (_safetensors if is_safetensors else _pickle)(name)


def _refuse_other_format(name: str, start: bytes, is_safetensors: bool) -> None:
    """Refuses a file in one of the formats that is called as those of the other are.

    Raises:
        CnnError: it is one.
    """
    if is_safetensors and start.startswith(_ZIP):
        reason = "it is a checkpoint of torch, and is called as a safetensors file"
        raise _refused(name, reason, "let its name end in `.pth`")
    # The header's length stands before it, and it is JSON.
    if not is_safetensors and start[8:9] == b"{" and start[4:8] == bytes(4):
        reason = "it is a safetensors file, and is called as a checkpoint of torch"
        raise _refused(name, reason, "let its name end in `.safetensors`")


def _pickle(name: str) -> Mapping[Any, Any]:
    import torch

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that torch may not know all of an older format
            found = torch.load(name, map_location="cpu", weights_only=True)
    except Exception as error:  # of any kind, since a damaged file can ask for anything
        raise _why_not(name, error) from None
    if isinstance(found, Mapping):
        return found
    raise _refused(name, f"it holds a {type(found).__name__}, not a state_dict", _RESAVE)


def _why_not(name: str, error: Exception) -> CnnError:
    text = str(error)
    if found := re.search(r"GLOBAL (\S+)", text):
        hint = (
            f"{_RESAVE}; where there is only this file, and you trust it to run what it holds, "
            "`torch.load(…, weights_only=False)` reads it first"
        )
        reason = f"to read the `{found[1]}` in it would run code, which is not done"
        return _refused(name, reason, hint)
    if "TorchScript" in text:
        return _refused(name, "it is a TorchScript archive, which is code and weights", _RESAVE)
    if _is_zip(name) and not zipfile.is_zipfile(name):
        return _refused(name, "it is cut off: the end of the archive is missing", _AGAIN)
    return _refused(name, "it is damaged, or was not written by `torch.save`", _AGAIN)


def _is_zip(name: str) -> bool:
    with open(name, "rb") as file:
        return file.read(len(_ZIP)) == _ZIP


def _safetensors(name: str) -> Mapping[Any, Any]:
    library = _library()
    try:
        with library.safe_open(name, "pt", device="cpu") as file:
            return {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    except Exception as error:  # of any kind, since a damaged file can ask for anything
        reason = "it is damaged, or no safetensors file"
        if "not fully covered" in str(error):
            reason = "it is not as long as its header says, so it is cut off or damaged"
        raise _refused(name, reason, _AGAIN) from None


def _library() -> Any:
    """The library for safetensors files.

    Raises:
        CnnError: it is not installed.
    """
    try:
        import safetensors.torch
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("safetensors"):
            raise
        message = "a .safetensors file needs the library of that name, which is not installed"
        hint = "pip install 'cnndsl[torch]'"
        raise request_error("safetensors-missing", message, hint) from None
    return safetensors


def _refused(name: str, reason: str, hint: str = "") -> CnnError:
    return request_error("checkpoint", f"`{name}` can't be read: {reason}", hint)


def require_output(path: str) -> None:
    """Makes sure that weights can be written under this name.

    Raises:
        CnnError: it does not end as safetensors files do, or their library is not installed.
    """
    if not SAFETENSORS.is_named_so(path):
        message = f"weights are written as a .safetensors file, and `{path}` does not end so"
        hint = f"`-o {os.path.splitext(path)[0] or 'weights'}.safetensors`"
        raise request_error("unwritable", message, hint)
    require_torch()
    _library()


def write(path: str, tensors: Mapping[str, Tensor]) -> None:
    """Writes tensors as a safetensors file, whole or not at all.

    Raises:
        CnnError: it can't be written; the library for it is not installed.
    """
    # The format has no tensors that share numbers, and none whose numbers have gaps between them.
    own = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    files.write_whole(path, _library().torch.save(own, {"format": "pt"}))

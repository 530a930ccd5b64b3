"""Where the files that come with the package are: its grammar and its bundled specs."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """The folder `grammars` or `specs`: inside an installed package, else beside it in a checkout.

    Raises:
        FileNotFoundError: the installation has no such folder.
    """
    for parent in (PACKAGE, PACKAGE.parent):
        if (parent / name).is_dir():
            return parent / name
    raise FileNotFoundError(f"the installation of cnndsl has no folder `{name}`")

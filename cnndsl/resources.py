"""Where the files that come with the package are: its grammar and its bundled specs."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent


# Where a checkout has what an installation has inside the package, if not by the same name.
_IN_CHECKOUT = {"explanations": "docs/errors"}


def folder(name: str) -> Path:
    """A folder that comes along: inside an installed package, else in the checkout around it.

    Raises:
        FileNotFoundError: the installation has no such folder.
    """
    for place in (PACKAGE / name, PACKAGE.parent / _IN_CHECKOUT.get(name, name)):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the installation of cnndsl has no folder `{name}`")

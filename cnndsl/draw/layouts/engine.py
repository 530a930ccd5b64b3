"""Finds the program that lays a graph out, and runs it."""

from __future__ import annotations

import os
import subprocess
import sysconfig

from cnndsl.errors import CnnError, request_error

# The wheel that holds an engine, so that nothing but pip is needed, and its program.
BUNDLED = "graphviz-pure"
# The engine of an installed Graphviz.
INSTALLED = "dot"
ENGINES = (BUNDLED, INSTALLED)


def run(engine: str, text: str, form: str, *options: str) -> bytes:
    """The graph `text`, laid out by `engine` in Graphviz's output format `form`.

    Raises:
        CnnError: the engine is unknown, missing, or did not do it.
    """
    program = find(engine)
    command = [program, f"-T{form}", *options]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=False)
    except OSError as error:
        raise request_error(
            "engine", f"{program} can't be run: {error.strerror}", _install(engine)
        ) from error
    complaint = done.stderr.decode(errors="replace").strip()
    if done.returncode or not done.stdout or complaint.startswith("Error"):
        said = complaint or "it said nothing"
        raise request_error("engine", f"{program} ended with exit code {done.returncode}: {said}")
    return done.stdout


def check_engine(engine: str) -> None:
    """Holds that there is an engine of this name, whether it is installed or not.

    Raises:
        CnnError: there is none.
    """
    if engine not in ENGINES:
        known = " and ".join(f"`{name}`" for name in ENGINES)
        raise request_error("engine", f"there is no engine `{engine}`", f"known are {known}")


def find(engine: str) -> str:
    """The path of the engine's program.

    Raises:
        CnnError: the engine is unknown or missing.
    """
    check_engine(engine)
    program = _bundled() if engine == BUNDLED else _installed()
    if program is None:
        raise _missing(engine)
    return program


def _bundled() -> str | None:
    """The program of the wheel: a virtual environment's scripts need not be on the PATH."""
    from importlib.metadata import PackageNotFoundError, files

    name = BUNDLED + (".exe" if os.name == "nt" else "")
    try:
        packaged = [str(f.locate()) for f in files(BUNDLED) or () if f.name == name]
    except PackageNotFoundError:
        packaged = []
    for path in (*packaged, os.path.join(sysconfig.get_path("scripts"), name)):
        if os.path.isfile(path):
            return os.path.abspath(path)
    return None


def _installed() -> str | None:
    from shutil import which

    return which(INSTALLED)


def _missing(engine: str) -> CnnError:
    return request_error("engine", f"the layout engine `{engine}` is missing", _install(engine))


def _install(engine: str) -> str:
    if engine == BUNDLED:
        return f"`pip install {BUNDLED}`"
    return f"install Graphviz, or use the engine `{BUNDLED}`, which pip installs"

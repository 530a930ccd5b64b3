"""Design → diagram: `svg` and others give one in a format, `render` writes a file.

A `View` says what is shown, a `Look` what it looks like. What is shown becomes a `Picture`, boxes
and edges (`make.py`); laid out and painted, that is a `Scene`, shapes in their places
(`compose.py`); a format is made of either.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from cnndsl.design import Design
from cnndsl.draw.choices import choose
from cnndsl.draw.compose import scene
from cnndsl.draw.engine import BUNDLED
from cnndsl.draw.graphviz_text import graphviz_text
from cnndsl.draw.look import Look
from cnndsl.draw.make import picture
from cnndsl.draw.raster import png
from cnndsl.draw.svg import svg as svg_text
from cnndsl.draw.view import View
from cnndsl.errors import request_error
from cnndsl.files import write_whole

__all__ = ["BUNDLED", "Look", "View", "choose", "dot", "render", "svg"]


def svg(
    design: Design, view: View | None = None, look: Look | None = None, engine: str = BUNDLED
) -> str:
    """The diagram as SVG, its text as text.

    Raises:
        CnnError: the view names what the network does not have, the theme has mistakes, or the
            engine is unknown, missing, or failed.
    """
    return svg_text(scene(picture(design, view or View()), look or Look(), engine))


def dot(design: Design, view: View | None = None, look: Look | None = None) -> str:
    """The diagram in Graphviz's language.

    Raises:
        CnnError: the view names what the network does not have, or the theme has mistakes.
    """
    return graphviz_text(picture(design, view or View()), look or Look())


_Maker = Callable[[Design, View, Look, str], bytes]


def _svg(design: Design, view: View, look: Look, engine: str) -> bytes:
    return svg(design, view, look, engine).encode()


def _png(design: Design, view: View, look: Look, engine: str) -> bytes:
    return png(scene(picture(design, view), look, engine), engine)


def _dot(design: Design, view: View, look: Look, engine: str) -> bytes:
    return dot(design, view, look).encode()


_MAKERS: dict[str, _Maker] = {".svg": _svg, ".png": _png, ".dot": _dot}


def render(
    design: Design,
    path: str | os.PathLike[str],
    engine: str = BUNDLED,
    view: View | None = None,
    look: Look | None = None,
) -> None:
    """Writes the diagram as its name's ending says.

    Raises:
        CnnError: the ending is unknown, the diagram can't be made, or the file can't be written.
    """
    ending = os.path.splitext(path)[1].lower()
    if ending not in _MAKERS:
        raise request_error(
            "unknown-format",
            f"no kind of diagram has the ending `{ending}`"
            if ending
            else f"the name `{os.fspath(path)}` has no ending to tell the kind of diagram",
            f"known endings are {', '.join(f'`{known}`' for known in _MAKERS)}",
        )
    write_whole(path, _MAKERS[ending](design, view or View(), look or Look(), engine))

"""Design → diagram: `dot` gives Graphviz text, `svg` a picture, `render` writes a file."""

from __future__ import annotations

import os

from cnndsl.design import Design
from cnndsl.draw.engine import BUNDLED, run
from cnndsl.draw.fold import picture
from cnndsl.draw.graphviz_text import graphviz_text
from cnndsl.errors import request_error
from cnndsl.files import write_whole

__all__ = ["BUNDLED", "dot", "render", "svg"]

# Twice a screen's, for displays of fine dots and for print.
_PNG_DOTS_PER_INCH = 144
_FONT_STACK = "Helvetica,Arial,Liberation Sans,Nimbus Sans,sans-serif"


def dot(design: Design) -> str:
    """The diagram in Graphviz's language."""
    return graphviz_text(picture(design))


def svg(design: Design, engine: str = BUNDLED) -> str:
    """The diagram as SVG, its text as text.

    Raises:
        CnnError: the engine is unknown, missing, or failed.
    """
    drawn = run(engine, dot(design), "svg", "-q").decode()
    # The engine knows the widths of one font; readers may have another of the same widths.
    return drawn.replace('font-family="Helvetica,sans-Serif"', f'font-family="{_FONT_STACK}"')


def render(design: Design, path: str | os.PathLike[str], engine: str = BUNDLED) -> None:
    """Writes the diagram as its name's ending says: `.svg`, `.png` or `.dot`.

    Raises:
        CnnError: the ending is unknown, the engine fails, or the file can't be written.
    """
    makers = {".svg": _svg_bytes, ".png": _png, ".dot": _dot_bytes}
    ending = os.path.splitext(path)[1].lower()
    if ending not in makers:
        raise request_error(
            "unknown-format",
            f"no kind of diagram has the ending `{ending}`"
            if ending
            else f"the name `{os.fspath(path)}` has no ending to tell the kind of diagram",
            f"known endings are {', '.join(f'`{known}`' for known in makers)}",
        )
    write_whole(path, makers[ending](design, engine))


def _svg_bytes(design: Design, engine: str) -> bytes:
    return svg(design, engine).encode()


def _png(design: Design, engine: str) -> bytes:
    return run(engine, dot(design), "png", "-q", f"-Gdpi={_PNG_DOTS_PER_INCH}")


def _dot_bytes(design: Design, engine: str) -> bytes:
    return dot(design).encode()

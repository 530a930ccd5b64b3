"""Scene → PDF, its fonts in it, its text as text: by vl-convert or an installed Graphviz."""

from __future__ import annotations

from cnndsl.draw.formats.raster import by_engine
from cnndsl.draw.formats.svg import svg
from cnndsl.draw.layouts.engine import INSTALLED
from cnndsl.draw.scenes.scene import Scene
from cnndsl.errors import request_error

# The font that comes with vl-convert; words in one that it does not have vanish without a word.
_FONT = "Liberation Sans"


def pdf(scene: Scene, engine: str) -> bytes:
    """The scene as a PDF file of one page of its size.

    Raises:
        CnnError: what makes it is not installed, or failed.
    """
    if engine == INSTALLED:
        return by_engine(scene, engine, "pdf")
    try:
        import vl_convert
    except ImportError:
        raise request_error(
            "pdf-missing",
            "the package that makes PDFs is not installed",
            "`pip install 'cnndsl[pdf]'`, or use an installed Graphviz: `--engine dot`",
        ) from None
    try:
        # A length without a unit is a point there.
        made = vl_convert.svg_to_pdf(svg(scene, fonts=_FONT, unit=""))
    except ValueError as error:
        raise request_error("engine", f"vl-convert could not make the PDF: {error}") from None
    return bytes(made)

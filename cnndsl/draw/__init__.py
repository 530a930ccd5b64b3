"""Design → diagram: `drawn` gives one in a format, `render` writes a file.

A `View` says what is shown, a `Look` what it looks like. What is shown becomes a `Picture`, boxes
and edges (`make.py`); laid out and painted, that is a `Scene`, shapes in their places
(`compose.py`); a format is made of either.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from cnndsl.design import Design
from cnndsl.draw.choices import check_ending, choose, choose_look, one_of
from cnndsl.draw.formats.graphviz_text import graphviz_text
from cnndsl.draw.formats.mermaid import mermaid
from cnndsl.draw.formats.pdf import pdf
from cnndsl.draw.formats.raster import png
from cnndsl.draw.formats.svg import svg as svg_text
from cnndsl.draw.formats.tikz import tikz
from cnndsl.draw.layouts.engine import BUNDLED, check_engine
from cnndsl.draw.look import Look
from cnndsl.draw.maps.drawing import blocks_scene
from cnndsl.draw.pictures.difference import difference
from cnndsl.draw.pictures.make import picture
from cnndsl.draw.pictures.picture import Picture
from cnndsl.draw.scenes.compose import SMALLEST, scene
from cnndsl.draw.scenes.scene import Scene
from cnndsl.draw.view import DiagramStyle, Level, View
from cnndsl.errors import request_error
from cnndsl.files import write_whole

__all__ = [
    "BUNDLED",
    "ENDINGS",
    "FORMATS",
    "SMALLEST",
    "DiagramStyle",
    "Look",
    "View",
    "choose",
    "choose_look",
    "dot",
    "drawn",
    "render",
    "render_difference",
    "svg",
]

# What makes a format of a scene, by the ending of its files.
SCENE_FORMATS: dict[str, Callable[[Scene, str], bytes]] = {
    ".svg": lambda made, engine: svg_text(made).encode(),
    ".png": png,
    ".pdf": pdf,
    ".tex": lambda made, engine: tikz(made).encode(),
}


def _of_scene(make: Callable[[Scene, str], bytes]) -> Callable[[Picture, Look, str], bytes]:
    return lambda shown, look, engine: make(scene(shown, look, engine), engine)


# What makes a format of a picture, by the ending of its files.
FORMATS: dict[str, Callable[[Picture, Look, str], bytes]] = {
    **{ending: _of_scene(make) for ending, make in SCENE_FORMATS.items()},
    ".dot": lambda shown, look, engine: graphviz_text(shown, look).encode(),
    ".mmd": lambda shown, look, engine: mermaid(shown, look).encode(),
}
# A page is made of several pictures.
PAGE = ".html"
ENDINGS = (*FORMATS, PAGE)


def drawn(
    design: Design,
    ending: str,
    view: View | None = None,
    look: Look | None = None,
    engine: str = BUNDLED,
) -> bytes:
    """The diagram as a file's content; the ending is one of `ENDINGS`.

    Raises:
        CnnError: the view names what the network does not have, the theme has mistakes, the format
            has no such option, or the engine or what makes the format is unknown, missing, or
            failed.
    """
    view, look = view or View(), look or Look()
    check_engine(engine)
    check_ending(look, ending, tuple(SCENE_FORMATS), (*SCENE_FORMATS, PAGE))
    if ending == PAGE and view.style is DiagramStyle.FLOW:
        from cnndsl.draw.html import page

        return page(design, view, look, engine).encode()
    if view.style is DiagramStyle.FLOW:
        return FORMATS[ending](picture(design, view), look, engine)
    if ending not in SCENE_FORMATS:
        known = ", ".join(f"`{known}`" for known in SCENE_FORMATS)
        message = f"the style {view.style.value} can't be written as `{ending}`"
        raise request_error("unknown-format", message, f"its endings are {known}")
    return SCENE_FORMATS[ending](_scene(design, view, look, engine), engine)


def svg(
    design: Design, view: View | None = None, look: Look | None = None, engine: str = BUNDLED
) -> str:
    """The diagram as SVG, its text as text; raises what `drawn` does."""
    return drawn(design, ".svg", view, look, engine).decode()


def dot(design: Design, view: View | None = None, look: Look | None = None) -> str:
    """The diagram in Graphviz's language; raises what `drawn` does."""
    return drawn(design, ".dot", view, look).decode()


def render(
    design: Design,
    path: str | os.PathLike[str],
    engine: str = BUNDLED,
    view: View | None = None,
    look: Look | None = None,
) -> float:
    """Writes the diagram as its name's ending says.

    Returns the size of its smallest words in points, 0 where others lay it out.

    Raises:
        CnnError: the ending is unknown, the diagram can't be made, or the file can't be written.
    """
    ending = _ending(path, ENDINGS)
    if ending not in SCENE_FORMATS:
        write_whole(path, drawn(design, ending, view, look, engine))
        return 0.0
    made = _scene(design, view or View(), look or Look(), engine)
    write_whole(path, SCENE_FORMATS[ending](made, engine))
    return made.smallest_words


def _scene(design: Design, view: View, look: Look, engine: str) -> Scene:
    """The diagram with all in its place."""
    if view.style is DiagramStyle.FLOW:
        return scene(picture(design, view), look, engine)
    return blocks_scene(design, view, look)


def render_difference(
    old: Design,
    new: Design,
    path: str | os.PathLike[str],
    look: Look | None = None,
    level: str | None = None,
) -> None:
    """Draws two networks as one: what was added, removed and changed.

    At the `level` `layer`, blocks that are changed are opened, and at `block` they are boxes; what
    fits is chosen where it is None.

    Raises:
        CnnError: the ending is unknown, the diagram can't be made, or the file can't be written.
    """
    known = (Level.BLOCK, Level.LAYER)
    asked = None if level is None else one_of(known, "level of two networks drawn as one", level)
    made = FORMATS[_ending(path, tuple(FORMATS))](
        difference(old, new, asked), look or Look(), BUNDLED
    )
    write_whole(path, made)


def _ending(path: str | os.PathLike[str], endings: tuple[str, ...]) -> str:
    """The ending of a file's name, which tells the kind of diagram."""
    ending = os.path.splitext(path)[1].lower()
    if ending not in endings:
        raise request_error(
            "unknown-format",
            f"no kind of diagram has the ending `{ending}`"
            if ending
            else f"the name `{os.fspath(path)}` has no ending to tell the kind of diagram",
            f"known endings are {', '.join(f'`{known}`' for known in endings)}",
        )
    return ending

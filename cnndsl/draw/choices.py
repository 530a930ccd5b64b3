"""What a user chooses by words → a View and a Look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any, TypeVar

from cnndsl.draw.look import UNITS_IN_WORDS, WIDTHS, Look, points
from cnndsl.draw.theme import DEFAULT
from cnndsl.draw.view import DiagramStyle, Direction, Level, Shapes, View
from cnndsl.errors import CnnError, request_error, suggestion

E = TypeVar("E", bound=Enum)


def choose(
    *,
    level: str = Level.BLOCK.value,
    depth: int | None = None,
    expand: str | Iterable[str] = (),
    collapse: str | Iterable[str] = (),
    only: str = "",
    shapes: str = Shapes.CHANGES.value,
    style: str = DiagramStyle.FLOW.value,
    **look: Any,
) -> tuple[View, Look]:
    """The view and the look that are asked for.

    Args:
        level: `network`, `stage`, `block` or `layer`: how much is shown.
        depth: how many parts inside each other are opened, whatever the level.
        expand: paths, patterns of paths, or names of blocks that are opened where they stand.
        collapse: those that are drawn as one box.
        only: the path of the part that is drawn alone.
        shapes: `all`, `changes` or `none`: which edges say their shape.
        style: `flow` or `blocks`: whether layers are drawn, or the maps between them.
        look: what `choose_look` takes.

    Raises:
        CnnError: a value is none of those.
    """
    view = View(
        one_of(Level, "level of a diagram", level),
        depth,
        _several(expand),
        _several(collapse),
        only,
        one_of(Shapes, "choice of the shapes in a diagram", shapes),
        one_of(DiagramStyle, "style of a diagram", style),
    )
    chosen = choose_look(**look)
    if view.style is DiagramStyle.BLOCKS:
        _check_blocks(view, chosen)
    return view, chosen


def _check_blocks(view: View, look: Look) -> None:
    """Holds that nothing is asked of the style `blocks` that it has not."""
    options = {
        "depth": view.depth is not None,
        "expand": bool(view.expand),
        "collapse": bool(view.collapse),
        "direction": look.direction is not None,
        f"level {view.level.value}": view.level.is_overview,
    }
    for option, given in options.items():
        if given:
            hint = "it has --level block or layer, --only and --shapes; the style flow has all"
            raise _refused(f"the style blocks of a diagram has no --{option}", hint)


def choose_look(
    *,
    theme: str = DEFAULT,
    title: str | None = None,
    caption: str = "",
    width: str = "",
    direction: str | None = None,
    legend: bool = True,
) -> Look:
    """What the diagram is to look like.

    Args:
        theme: `light`, `dark`, `print`, or the path of a YAML file with colours.
        title: what stands above the diagram; the network's name and size where it is None.
        caption: what stands beneath it.
        width: what the diagram is to fit: `column`, `page`, or a length such as `88mm`.
        direction: `down` or `right`; what suits the level where it is None.
        legend: whether the kinds of layers are told beneath the diagram.

    Raises:
        CnnError: a value is none of those.
    """
    wide = points(width) if width else 0.0
    if wide is None:
        hint = f"write {' or '.join(f'`{w}`' for w in WIDTHS)}, or a length in {UNITS_IN_WORDS}"
        raise _refused(f"`{width}` is no width of a diagram", hint)
    towards = None if direction is None else one_of(Direction, "direction of a diagram", direction)
    return Look(theme, title, caption, wide, towards, legend)


def check_ending(look: Look, ending: str, sized: Sequence[str], captioned: Sequence[str]) -> None:
    """Holds that a format, told by its `ending`, has the width and the caption that are asked for.

    Raises:
        CnnError: it is not among those that are `sized`, or not among those that are `captioned`.
    """
    for option, given, endings in (
        ("width", look.width, sized),
        ("caption", look.caption, captioned),
    ):
        if given and ending not in endings:
            hint = f"leave it out, or draw one of {', '.join(f'`{known}`' for known in endings)}"
            raise _refused(f"a diagram as `{ending}` has no --{option}", hint)


def one_of(choices: Iterable[E], name: str, value: str) -> E:
    """The one of some choices that is meant by a word; `name` tells what they are.

    Raises:
        CnnError: none is called so.
    """
    known = {choice.value: choice for choice in choices}
    if value not in known:
        hint = suggestion(value, list(known), f"there are {', '.join(known)}")
        raise _refused(f"`{value}` is no {name}", hint)
    return known[value]


def _refused(message: str, hint: str) -> CnnError:
    return request_error("diagram-option", message, hint)


def _several(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)

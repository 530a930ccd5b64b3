"""Picture → Scene: laid out, arranged on a page, painted, with title, legend and caption."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from cnndsl.draw.layouts.arrange import PAGE, arranged, fit, side_by_side
from cnndsl.draw.layouts.columns import cuts
from cnndsl.draw.layouts.geometry import Laid, joined
from cnndsl.draw.layouts.layout import layout, tightened
from cnndsl.draw.layouts.lines import SMALL
from cnndsl.draw.layouts.metrics import width
from cnndsl.draw.look import Look
from cnndsl.draw.pictures.picture import Picture
from cnndsl.draw.scenes import legend
from cnndsl.draw.scenes.paint import Painter
from cnndsl.draw.scenes.scene import Group, Scene, Shape
from cnndsl.draw.theme import Theme, theme
from cnndsl.draw.view import Direction

_MARGIN = 8.0
_TITLE, _SUMMARY = 12.0, 8.0
_TITLE_HIGH, _SUMMARY_HIGH = 15.0, 13.0
_GAP = 8.0
# The smallest words that a page still prints legibly, in points: what Nature asks of figures.
SMALLEST = 5.0
LEAST_SCALE = SMALLEST / SMALL
# What the shortest column of a network has of the longest one, at least.
_LEAST_SHARE = 0.4
# What stands above and beneath a diagram, as a rule.
_AROUND = 2 * _MARGIN + _TITLE_HIGH + _SUMMARY_HIGH + 2 * _GAP + 12.0


def direction_of(picture: Picture, look: Look) -> Direction:
    """Where the picture goes: a U always goes down."""
    return Direction.DOWN if picture.main.is_ladder else look.towards(picture.flat)


def laid_out(picture: Picture, look: Look, engine: str) -> Laid:
    """The picture's drawings in their places, without what is around them.

    Raises:
        CnnError: the engine is unknown, missing, or failed.
    """
    direction = direction_of(picture, look)
    page = (look.width or PAGE[0]) - 2 * _MARGIN, PAGE[1] - _AROUND
    main, *panels = layout(picture.drawings(), direction, engine)
    found = [(arranged(main, panels, page), 1.0)]

    def worth(wide: float, high: float) -> float:
        return fit(arranged(joined((), wide, high), panels, page), page)

    if fit(found[0][0], page) < 1 and not picture.main.is_ladder:
        found += [
            (arranged(joined_main, panels, page), share)
            for joined_main, share in _in_pieces(picture, main, direction, engine, worth)
        ]

    def rank(candidate: tuple[Laid, float]) -> float:
        laid, share = candidate
        # Rather than in a few boxes and all the others, it stands in one piece that is legible.
        most = 1.0 if share >= _LEAST_SHARE else LEAST_SCALE - 0.01
        return round(min(fit(laid, page), most), 2)

    best, _ = max(found, key=rank)
    if fit(best, page) < LEAST_SCALE:
        tight_main, *tight_panels = (tightened(one, direction) for one in (main, *panels))
        tight = arranged(tight_main, tight_panels, page)
        return tight if fit(tight, page) >= LEAST_SCALE else best
    return best


def _in_pieces(
    picture: Picture,
    main: Laid,
    direction: Direction,
    engine: str,
    worth: Callable[[float, float], float],
) -> Iterator[tuple[Laid, float]]:
    """The network in the numbers of columns that seem best, and what the least has of the most."""
    found = cuts(picture, main, direction, worth)
    if not found:
        return
    laid = iter(layout([part for p in found for part in p.drawings], direction, engine))
    for pieces in found:
        parts = [next(laid) for _ in pieces.drawings]
        down = direction is Direction.DOWN
        lengths = [part.height if down else part.width for part in parts]
        yield side_by_side(parts, pieces, direction), min(lengths) / max(lengths)


def scene(picture: Picture, look: Look, engine: str) -> Scene:
    """The whole diagram.

    Raises:
        CnnError: the engine is unknown, missing, or failed, or the theme has mistakes.
    """
    colours = theme(look.theme)
    laid = laid_out(picture, look, engine)
    painter = Painter(colours)
    body = Body(laid.width, laid.height, lambda x, y: painter.groups(laid.moved(x, y)))
    entries = legend.entries(picture, colours)
    return page((picture.title, picture.summary), entries, body, look, colours)


@dataclass(frozen=True, slots=True)
class Body:
    """What a page is made around: its size, and its groups with their corner at a point."""

    width: float
    height: float
    groups: Callable[[float, float], Iterable[Group]]


def page(
    titles: tuple[str, str], entries: list[legend.Entry], body: Body, look: Look, theme: Theme
) -> Scene:
    """A whole diagram: a body with its title and summary, its legend, and a caption."""
    return _Page(titles, entries, body, look, theme).scene()


class _Page:
    """A body, and what stands above and beneath it."""

    def __init__(
        self,
        titles: tuple[str, str],
        entries: list[legend.Entry],
        body: Body,
        look: Look,
        theme: Theme,
    ) -> None:
        self._titles = titles
        self._theme = theme
        self._body = body
        self._caption = look.caption
        self._wanted = look.width
        self._title = look.heading(titles[0])
        # A long title goes on in lines, rather than to make all else smaller.
        page_wide = max(body.width, (look.width or PAGE[0]) - 2 * _MARGIN)
        self._title_lines = legend.broken(self._title, page_wide, _TITLE, bold=True)
        self._summary = titles[1] if look.title is None else ""
        found = entries if look.legend else []
        # What letters mean goes into further rows, rather than to make the diagram wider.
        kinds = [entry for entry in found if entry.beside]
        wide = max(body.width, min(PAGE[0], legend.row_width(kinds)))
        self._legend = legend.legend_rows(found, wide)

    def scene(self) -> Scene:
        body, theme = self._body, self._theme
        heads = [width(line, _TITLE, True) for line in self._title_lines]
        heads.append(width(self._summary, _SUMMARY))
        rows = [legend.row_width(row) for row in self._legend]
        wide = max(body.width, *heads, *rows) + 2 * _MARGIN
        groups, y = self._head(wide / 2)
        groups += body.groups((wide - body.width) / 2, y)
        y += body.height
        if self._legend:
            y += _GAP
            groups.append(legend.legend(self._legend, theme, wide / 2, y))
            y += legend.legend_height(self._legend)
        if lines := legend.caption_lines(self._caption, wide - 2 * _MARGIN):
            y += _GAP
            groups.append(legend.caption_group(lines, theme, _MARGIN, y))
            y += legend.caption_height(lines)
        high = y + _MARGIN
        if self._wanted:
            scale = min(1.0, self._wanted / wide)
        else:
            scale = min(1.0, PAGE[0] / wide, PAGE[1] / high)
            # What is far too large for a page is not made illegible for it.
            scale = scale if scale >= LEAST_SCALE else 1.0
        return Scene(
            wide,
            high,
            self._title or self._titles[0],
            self._titles[1],
            theme.paper,
            tuple(groups),
            scale,
        )

    def _head(self, centre: float) -> tuple[list[Group], float]:
        """The title with its summary, and where the rest begins."""
        y = _MARGIN
        shapes: list[Shape] = []
        for line in self._title_lines:
            at = centre, y + _TITLE
            shapes.append(legend.centred(line, _TITLE, self._theme.ink, at, True))
            y += _TITLE_HIGH
        if self._summary:
            at = centre, y + _SUMMARY
            shapes.append(legend.centred(self._summary, _SUMMARY, self._theme.muted, at))
            y += _SUMMARY_HIGH
        if not shapes:
            return [], y
        return [Group("title", tuple(shapes), "~page.title")], y + _GAP / 2

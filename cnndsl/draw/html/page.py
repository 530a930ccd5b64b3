"""Design → the text of the page: its drawings, data, colours, style and script."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path
from string import Template

from cnndsl.design import Design
from cnndsl.draw.formats.svg import FONTS, fragment
from cnndsl.draw.html.data import Data, script_json
from cnndsl.draw.html.inside import Insides, Level
from cnndsl.draw.layouts.geometry import Laid
from cnndsl.draw.layouts.layout import layout
from cnndsl.draw.look import Look
from cnndsl.draw.names import printable
from cnndsl.draw.pictures.make import picture
from cnndsl.draw.pictures.picture import Drawing, Panel, Picture
from cnndsl.draw.scenes import legend
from cnndsl.draw.scenes.compose import direction_of
from cnndsl.draw.scenes.paint import Painter
from cnndsl.draw.scenes.scene import Group
from cnndsl.draw.theme import DEFAULT, NAMES, Theme, bundled, theme
from cnndsl.draw.view import Direction, View, check_patterns, part_at
from cnndsl.draw.view import Level as Detail

_FOLDER = Path(__file__).parent
_SCRIPTS = ("layout.js", "page.js", "reader.js")
_DARK = "dark"
_OVERVIEWS = [level for level in Detail if level.is_overview]


def page(design: Design, view: View, look: Look, engine: str) -> str:
    """The page; what the view shows opened is so at first, and the look's width is not used.

    Raises:
        CnnError: the view names what the network does not have, the theme has mistakes, or the
            engine is unknown, missing, or failed.
    """
    check_patterns(design, view)
    colours = theme(look.theme)
    shown = picture(design, view)
    module = part_at(design, view.only) if view.only else design.network
    insides = Insides(design.network, view)
    levels = insides.levels(module, view.only)
    parts = [level.drawing for level in levels]
    flat = [
        picture(design, View(detail, only=view.only, shapes=view.shapes)) for detail in _OVERVIEWS
    ]
    laid = layout(parts, Direction.DOWN, engine)
    for one in flat:
        laid += layout([one.main], direction_of(one, look), engine)
    data = Data()
    both = [*levels, *(Level(one.main, {}, {}) for one in flat)]
    found = [data.drawing(*pair) for pair in zip(laid, both, strict=True)]
    roots = {detail.value: len(parts) + place for place, detail in enumerate(_OVERVIEWS)}
    facts = {
        "drawings": found,
        "roots": {**roots, "parts": 0},
        "root": roots[view.level.value] if view.is_overview else 0,
        "level": view.level.value if view.is_whole_level else "",
        "open": insides.opened(levels, view),
        "lines": data.lines(),
    }
    texts = {
        "style": _style(colours, look.theme == _DARK),
        "legend": _legend([level.drawing for level in both], look),
        "drawings": "\n".join(map(_painted, range(len(laid)), laid)),
        "data": script_json(facts),
    }
    return Template(_read("page.html")).substitute(texts, **_words(shown, look))


def _words(shown: Picture, look: Look) -> dict[str, str]:
    """The words around the diagram, and what is said of its look."""
    is_own = look.title is not None
    chosen = _DARK if look.theme == _DARK else DEFAULT
    return {
        "theme": "auto" if look.theme == DEFAULT else chosen,
        "name": escape(printable(shown.title)),
        "title": escape(printable(look.heading(shown.title))),
        "summary": "" if is_own else escape(printable(shown.summary)),
        "fonts": FONTS,
        "caption": f"<p>{escape(printable(look.caption))}</p>" if look.caption else "",
        "script": "\n".join(map(_read, _SCRIPTS)),
    }


def _painted(number: int, laid: Laid) -> str:
    """A drawing in the page's colours, its groups without names: the script gives them."""
    groups = map(_nameless, Painter(_VARIABLES).groups(laid))
    return f'<svg id="drawing{number}">\n{fragment(groups)}</svg>'


def _nameless(group: Group) -> Group:
    return replace(group, id="", title="", data=())


def _variable(name: str) -> str:
    return f"--{name.replace('_', '-')}"


_VARIABLES = Theme(**{name: f"var({_variable(name)})" for name in NAMES})


def _colours(theme: Theme) -> str:
    return " ".join(f"{_variable(name)}: {getattr(theme, name)};" for name in NAMES)


def _style(colours: Theme, is_dark: bool) -> str:
    """The style sheet; the theme that is asked for is the light one, unless it is the dark one."""
    light, dark = (bundled(DEFAULT) if is_dark else colours), bundled(_DARK)
    sheet = Template(_read("page.css")).substitute(fonts=FONTS)
    preferred = "@media (prefers-color-scheme: dark)"
    return (
        f":root {{ {_colours(light)} color-scheme: light; }}\n"
        f":root[data-theme=dark] {{ {_colours(dark)} color-scheme: dark; }}\n"
        f"{preferred} {{ :root[data-theme=auto] {{ {_colours(dark)} color-scheme: dark; }} }}\n"
        f"{sheet}"
    )


def _legend(drawings: list[Drawing], look: Look) -> str:
    if not look.legend:
        return ""
    whole = Picture("", "", drawings[0], tuple(Panel("", "", d) for d in drawings[1:]))
    rows = []
    for entry in legend.entries(whole, _VARIABLES):
        if entry.fill:
            sign = f'<i class="kind" style="background: {entry.fill}"></i>'
        else:
            assert entry.stroke is not None
            kind = "dashed" if entry.stroke.dashed else "solid"
            colour = entry.stroke.colour
            sign = f'<i class="way" style="border-top: 2px {kind} {colour}"></i>'
        rows.append(f"<span>{sign}{escape(entry.words)}</span>")
    return "\n".join(rows)


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")

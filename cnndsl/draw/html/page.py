"""Design → the text of the page: its drawings, data, colours, style and script."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path
from string import Template

from cnndsl.design import Design
from cnndsl.draw import legend
from cnndsl.draw.geometry import Laid
from cnndsl.draw.html.data import Data, script_json
from cnndsl.draw.html.inside import Insides, Level
from cnndsl.draw.layout import layout
from cnndsl.draw.look import Look
from cnndsl.draw.make import picture
from cnndsl.draw.paint import Painter
from cnndsl.draw.picture import Drawing, Panel, Picture
from cnndsl.draw.scene import Group
from cnndsl.draw.svg import FONTS, fragment, printable
from cnndsl.draw.theme import DEFAULT, NAMES, Theme, bundled, theme
from cnndsl.draw.view import Direction, View, check_patterns, part_at
from cnndsl.draw.view import Level as Detail

_FOLDER = Path(__file__).parent
_SCRIPTS = ("layout.js", "page.js", "reader.js")
_DARK = "dark"
_FLAT = (Detail.NETWORK, Detail.STAGE)


def page(design: Design, view: View, look: Look, engine: str) -> str:
    """The page; what the view shows opened is so at first, and the look's width is not used.

    Raises:
        CnnError: the view names what the network does not have, the theme has mistakes, or the
            engine is unknown, missing, or failed.
    """
    check_patterns(design, view)
    colours = theme(look.theme)
    shown = picture(design, view)
    insides = Insides(design.network, view)
    module = part_at(design, view.only) if view.only else design.network
    levels = insides.levels(module, view.only)
    opened = insides.opened(levels, view)
    flat = [picture(design, View(detail, only=view.only, shapes=view.shapes)) for detail in _FLAT]
    drawings = [level.drawing for level in levels]
    laid = layout(drawings, Direction.DOWN, engine)
    for one in flat:
        towards = Direction.DOWN if one.main.is_ladder else Direction.RIGHT
        laid += layout([one.main], look.direction or towards, engine)
    levels += [Level(one.main, {}, {}) for one in flat]
    data = Data()
    found = [data.drawing(*pair) for pair in zip(laid, levels, strict=True)]
    is_flat = view.level in _FLAT and not (view.depth or view.expand or view.collapse)
    first = len(drawings) + _FLAT.index(view.level) if is_flat else 0
    return _filled(
        design,
        shown,
        look,
        colours,
        [_painted(one) for one in laid],
        {
            "drawings": found,
            "roots": {"network": len(drawings), "stage": len(drawings) + 1, "parts": 0},
            "root": first,
            "level": view.level.value,
            "open": opened,
            "lines": data.lines(),
        },
        _legend([*drawings, *(one.main for one in flat)], look),
    )


def _painted(laid: Laid) -> str:
    """A drawing in the page's colours, its groups without names: the script gives them."""
    groups = Painter(_VARIABLES).groups(laid)
    return fragment(_nameless(group) for group in groups)


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


def _filled(
    design: Design,
    shown: Picture,
    look: Look,
    colours: Theme,
    painted: list[str],
    data: dict[str, object],
    signs: str,
) -> str:
    title = shown.title if look.title is None else look.title
    chosen = look.theme if look.theme in (_DARK,) else "light"
    groups = (f'<svg id="drawing{n}">\n{text}</svg>' for n, text in enumerate(painted))
    return Template(_read("page.html")).substitute(
        theme="auto" if look.theme == DEFAULT else chosen,
        name=escape(printable(shown.title)),
        title=escape(printable(title)),
        summary=escape(printable(shown.summary if look.title is None else "")),
        style=_style(colours, look.theme == _DARK),
        fonts=FONTS,
        caption=f"<p>{escape(printable(look.caption))}</p>" if look.caption else "",
        legend=signs,
        drawings="\n".join(groups),
        data=script_json(data),
        script="\n".join(map(_read, _SCRIPTS)),
    )


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")

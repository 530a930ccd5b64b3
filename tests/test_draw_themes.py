"""The colours of diagrams, and what surrounds them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cnndsl import compile as compile_target
from cnndsl import compile_text
from cnndsl.design import Design
from cnndsl.draw import choose, svg
from cnndsl.draw.layouts.engine import BUNDLED
from cnndsl.draw.look import Look, points
from cnndsl.draw.pictures.make import picture
from cnndsl.draw.scenes.compose import scene
from cnndsl.draw.scenes.legend import entries
from cnndsl.draw.theme import BUNDLED as THEMES
from cnndsl.draw.theme import NAMES, Theme, bundled, theme
from cnndsl.draw.view import Direction, Level, View
from cnndsl.errors import CnnError
from cnndsl.layers.base import Kind
from tests.commands import run
from tests.draw_specs import SPECS

SVG = "{http://www.w3.org/2000/svg}"
DESIGN = compile_text(SPECS["inception"])
EACH_THEME = pytest.mark.parametrize("name", THEMES)

Colour = tuple[float, float, float]

# How colours look to whom a kind of cone is missing (Machado, Oliveira and Fernandes, 2009).
SIGHTS: dict[str, tuple[Colour, Colour, Colour]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour: str) -> Colour:
    """Red, green and blue of `#RRGGBB` as amounts of light, 0 to 1."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return r, g, b


def times(matrix: tuple[Colour, Colour, Colour], vector: Colour) -> Colour:
    r, g, b = (sum(a * v for a, v in zip(row, vector, strict=True)) for row in matrix)
    return r, g, b


def lab(light: Colour) -> Colour:
    """CIE L*a*b* under D65."""
    r, g, b = (min(max(part, 0.0), 1.0) for part in light)
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883
    f: Callable[[float], float] = lambda t: t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116  # noqa: E731
    return 116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))


def distance(one: str, other: str, sight: str) -> float:
    """The distance of two colours as someone sees them (CIE76)."""
    pair = [lab(times(SIGHTS[sight], linear(colour))) for colour in (one, other)]
    return float(sum((a - b) ** 2 for a, b in zip(*pair, strict=True)) ** 0.5)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by the Web Content Accessibility Guidelines."""
    weights = (0.2126, 0.7152, 0.0722)
    lights = sorted(
        sum(w * part for w, part in zip(weights, linear(colour), strict=True)) + 0.05
        for colour in (one, other)
    )
    return lights[1] / lights[0]


def test_distances_and_contrasts_are_those_that_are_known() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert distance("#000000", "#FFFFFF", "normal") == pytest.approx(100, abs=0.1)
    assert distance("#FF0000", "#00FF00", "normal") == pytest.approx(170.6, abs=0.5)
    assert distance("#A00000", "#505000", "deuteranopia") < distance("#A00000", "#505000", "normal")


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("sight", SIGHTS)
def test_kinds_are_told_apart_by_everyone(name: str, sight: str) -> None:
    fills = [bundled(name).fill(kind) for kind in Kind]
    assert min(distance(*pair, sight) for pair in combinations(fills, 2)) >= 14


def test_print_has_greys_alone() -> None:
    colours = {getattr(bundled("print"), name) for name in NAMES}
    assert all(len({colour[1:3], colour[3:5], colour[5:7]}) == 1 for colour in colours)


def grounds(theme: Theme) -> list[tuple[str, str]]:
    """Colours of words with what is under them."""
    fills = [*(theme.fill(kind) for kind in Kind), theme.block, theme.end, theme.merge]
    words = [(ink, fill) for fill in fills for ink in (theme.box_ink, theme.box_muted)]
    open_ = [theme.paper, theme.region, theme.frame, theme.inner_frame, theme.inner_header]
    words += [(ink, ground) for ground in open_ for ink in (theme.ink, theme.muted)]
    words += [(ink, theme.header) for ink in (theme.header_ink, theme.header_muted)]
    return [*words, (theme.chip_ink, theme.chip), (theme.skip, theme.inner_frame)]


@EACH_THEME
def test_words_are_legible(name: str) -> None:
    low = {pair: contrast(*pair) for pair in grounds(bundled(name))}
    assert {pair: found for pair, found in low.items() if found < 4.5} == {}


@EACH_THEME
def test_a_diagram_has_its_themes_colours(name: str) -> None:
    text = svg(DESIGN, look=Look(theme=name))
    colours = set(ElementTree.fromstring(text).attrib)
    assert colours
    used = {part for part in text.split('"') if part.startswith("#") and len(part) == 7}
    assert used <= {getattr(bundled(name), colour) for colour in NAMES}


# The user's own


def own(folder: Path, text: str) -> str:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_users_theme_stands_on_a_bundled_one(tmp_path: Path) -> None:
    found = theme(own(tmp_path, 'base: dark\nconv: "#123456"\n'))
    assert found.conv == "#123456"
    assert found.paper == bundled("dark").paper
    assert theme(own(tmp_path, 'conv: "#123456"')).paper == bundled("light").paper


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('convv: "#123456"', "did you mean `conv`?"),
        ('conv: "#12345"', "`#12345` is no colour for `conv`"),
        ("conv: blue", 'conv: "#AAD4F7"'),
        ("conv: #123456", "`#` begins a comment"),
        ("conv: [1, 2]", "`conv` is no colour"),
        ('{conv: "#123456", conv: "#123456"}', "`conv` is given twice"),
        ("base: mine", "there is no theme `mine` that comes with cnndsl"),
        ("base: drak", "did you mean `dark`?"),
        ("- conv", "a theme is names with colours"),
        ("", "a theme is names with colours"),
        ('conv: "#123456', "this is no YAML"),
        ("a: b: c", "this is no YAML"),
        ("conv: *x", "this is no YAML"),
        ("\x00", "this is no YAML"),
        ("? [a]\n: b", "a theme is names with colours"),
        ('{conv: "#123456", conv: "#654321"}', "`conv` is given twice"),
        ("{base: dark, base: print}", "`base` is given twice"),
    ],
)
def test_mistakes_in_a_theme_are_told_at_their_place(tmp_path: Path, text: str, said: str) -> None:
    path = own(tmp_path, text)
    with pytest.raises(CnnError) as caught:
        theme(path)
    message = str(caught.value)
    assert "E713" in message
    assert said in message
    assert f"{path}:1:" in message


def test_all_mistakes_in_a_theme_are_told(tmp_path: Path) -> None:
    with pytest.raises(CnnError) as caught:
        theme(own(tmp_path, "convv: red\nnorm: red\nbase: mine\n"))
    assert len(caught.value.diagnostics) == 3


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("lihgt", "did you mean `light`?"),
        ("mine", "--theme mine.yaml"),
        ("no.yaml", "no file"),
        ("NO.YAML", "no file"),
    ],
)
def test_a_theme_that_is_not_there_is_told(asked: str, said: str) -> None:
    with pytest.raises(CnnError) as caught:
        theme(asked)
    assert said in str(caught.value)


def test_a_theme_is_no_spec(tmp_path: Path) -> None:
    (tmp_path / "mine.cnn").write_text("", encoding="utf-8")
    with pytest.raises(CnnError) as caught:
        theme(str(tmp_path / "mime.yml"))
    assert ".cnn" not in str(caught.value)
    own(tmp_path, "")
    with pytest.raises(CnnError, match=r"did you mean `.*mine\.yaml`"):
        theme(str(tmp_path / "mime.yml"))
    (tmp_path / "mine.yaml").write_bytes(b"\xff")
    with pytest.raises(CnnError, match="a theme is text in UTF-8"):
        theme(str(tmp_path / "mine.yaml"))


# Title, legend, caption and size


def groups(look: Look) -> dict[str, str]:
    """The words of what surrounds a diagram."""
    root = ElementTree.fromstring(svg(DESIGN, View(Level.LAYER), look))
    return {
        str(group.get("class")): " ".join("".join(t.itertext()) for t in group.iter(f"{SVG}text"))
        for group in root.iter(f"{SVG}g")
        if group.get("class") in ("title", "legend", "caption")
    }


def test_the_title_is_the_name_or_what_is_asked_for() -> None:
    assert groups(Look())["title"].startswith("Inception ")
    assert groups(Look(title="Ours"))["title"] == "Ours"
    assert "title" not in groups(Look(title=""))


def test_the_legend_has_what_occurs() -> None:
    assert groups(Look())["legend"] == "conv pool linear training only"
    assert "legend" not in groups(Look(legend=False))


def test_the_legend_tells_what_letters_in_blocks_mean() -> None:
    def words(design: Design, level: Level) -> list[str]:
        found = entries(picture(design, View(level)), bundled("light"))
        return [entry.words for entry in found if ":" in entry.words]

    c, input_channels = "c: number after a block's name", "C: channels of a block's input"
    assert words(compile_target("yolov3"), Level.BLOCK) == [c, input_channels]
    assert words(compile_target("yolov3"), Level.LAYER) == []
    assert words(compile_text(SPECS["gate"]), Level.BLOCK) == []


def test_a_long_title_goes_on_in_lines_and_makes_nothing_smaller() -> None:
    short = scene(picture(DESIGN, View(Level.STAGE)), Look(width=252.0), BUNDLED)
    title = "A residual network " * 6
    long = scene(picture(DESIGN, View(Level.STAGE)), Look(width=252.0, title=title), BUNDLED)
    assert long.smallest_words >= short.smallest_words
    assert groups(Look(width=252.0, title=title))["title"].split() == title.split()


def test_words_that_a_width_makes_illegible_are_told(tmp_path: Path) -> None:
    spec = tmp_path / "net.cnn"
    spec.write_text(SPECS["residual"])
    narrow = run("render", spec, "-o", tmp_path / "net.png", "--level", "layer", "--width", "20mm")
    assert "points of the 5.0 that print legibly" in narrow.stderr
    wide = run("render", spec, "-o", tmp_path / "net.png", "--level", "stage", "--width", "page")
    assert "points" not in wide.stderr


def test_a_caption_is_broken_into_lines_that_fit() -> None:
    caption = "Figure 1: " + "a network with many words to tell of it " * 6
    found = groups(Look(caption=caption))
    assert found["caption"].split() == caption.split()
    drawn = scene(picture(DESIGN, View()), Look(caption=caption), BUNDLED)
    assert drawn.width == scene(picture(DESIGN, View()), Look(), BUNDLED).width


def test_a_width_is_kept_by_shrinking() -> None:
    drawn = scene(picture(DESIGN, View(Level.LAYER)), Look(width=150), BUNDLED)
    assert drawn.width * drawn.scale == pytest.approx(150)
    assert scene(picture(DESIGN, View()), Look(width=5000), BUNDLED).scale == 1


@pytest.mark.parametrize(
    ("text", "width"),
    [("column", 252), ("page", 516), ("1in", 72), ("2.54cm", 72), ("25.4mm", 72), ("90pt", 90)],
)
def test_widths(text: str, width: float) -> None:
    assert points(text) == pytest.approx(width)


@pytest.mark.parametrize("text", ["wide", "10", "-3cm", "1pt", "1e3pt", "cm", "3 cm"])
def test_what_is_no_width(text: str) -> None:
    assert points(text) is None
    with pytest.raises(CnnError, match="E714"):
        choose(width=text)


def test_a_direction_is_kept() -> None:
    def sizes(direction: Direction) -> tuple[float, float]:
        design = compile_text(SPECS["gate"])
        drawn = scene(picture(design, View()), Look(direction=direction), BUNDLED)
        return drawn.width, drawn.height

    down, right = sizes(Direction.DOWN), sizes(Direction.RIGHT)
    assert down[0] < right[0]
    assert down[1] > right[1]


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [("level", "blok", "did you mean `block`?"), ("shapes", "some", "changes"),
     ("direction", "up", "down")],
)  # fmt: skip
def test_an_option_of_no_such_value_is_told(option: str, value: str, said: str) -> None:
    with pytest.raises(CnnError) as caught:
        choose(**{option: value})  # type: ignore[arg-type]
    assert "E714" in str(caught.value)
    assert said in str(caught.value)

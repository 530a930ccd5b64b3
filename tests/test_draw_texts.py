"""Diagrams as Mermaid and TikZ: all is in them, and no name can break them."""

from __future__ import annotations

import re

import pytest

from cnndsl import compile_text
from cnndsl.draw import drawn
from cnndsl.draw.formats.mermaid import mermaid
from cnndsl.draw.formats.tikz import escaped, tikz
from cnndsl.draw.layouts.engine import BUNDLED
from cnndsl.draw.look import Look
from cnndsl.draw.pictures.make import picture
from cnndsl.draw.pictures.picture import Box, Drawing, Edge, Picture, Style
from cnndsl.draw.scenes.compose import scene
from cnndsl.draw.scenes.scene import Text
from cnndsl.draw.view import Level, View
from cnndsl.shape import Shape
from tests.draw_specs import SPECS

EACH_SPEC = pytest.mark.parametrize("name", SPECS)
EACH_LEVEL = pytest.mark.parametrize("level", Level, ids=lambda level: level.value)

# A line of Mermaid: a box, an edge, the start or the end of a part, or a look.
MERMAID = re.compile(
    r"""flowchart\ (TB|LR)
    | \s*n\d+(\("[^"]*"\)|\["[^"]*"\]|\(\("[^"]*"\)\)):::\w+
    | \s*n\d+\ (-->|-\.->|==>)(\|"[^"]*"\|)?\ n\d+
    | \s*subgraph\ c\d+\["[^"]*"\] | \s*end
    | \s*classDef\ \w+\ [\w:\#,\ -]+ | \s*linkStyle\ [\d,]+\ [\w:\#,-]+""",
    re.VERBOSE,
)


@EACH_LEVEL
@EACH_SPEC
def test_mermaid_has_every_box_and_every_edge(name: str, level: Level) -> None:
    shown = picture(compile_text(SPECS[name]), View(level))
    head, title, foot, *rows = mermaid(shown, Look()).splitlines()
    assert (head, foot) == ("---", "---")
    assert title == f'title: "{shown.title}"'
    assert [row for row in rows if not MERMAID.fullmatch(row)] == []
    boxes = set(re.findall(r"^\s*(n\d+)[(\[]", "\n".join(rows), re.MULTILINE))
    edges = re.findall(r"(n\d+) -.*> ?(?:\|.*\|)? (n\d+)", "\n".join(rows))
    expected = [(f"n{e.source}", f"n{e.target}") for d in shown.drawings() for e in d.edges]
    assert edges == expected
    assert {end for edge in edges for end in edge} <= boxes
    assert sum(row.strip().startswith("subgraph") for row in rows) == rows.count("  end") + sum(
        row.strip() == "end" and row != "  end" for row in rows
    )


HOSTILE = 'a"] --> b %% <i> {$\\end{tikzpicture}#_^~} \x07\n`c`;'


def hostile() -> Picture:
    """A picture in which everything is called badly."""
    boxes = (
        Box(0, Style.INPUT, HOSTILE, HOSTILE, HOSTILE, paths=(HOSTILE,), tooltip=HOSTILE),
        Box(1, Style.LAYERS, HOSTILE, HOSTILE, HOSTILE, paths=("b",), tooltip=HOSTILE),
    )
    edge = Edge(0, 1, Shape.of(c=1), words=HOSTILE)
    return Picture(HOSTILE, HOSTILE, Drawing(boxes, (edge,)))


def test_no_name_breaks_mermaid() -> None:
    head, title, foot, *rows = mermaid(hostile(), Look()).splitlines()
    assert (head, foot) == ("---", "---")
    assert title.startswith('title: "a\\"')
    assert [row for row in rows if not MERMAID.fullmatch(row)] == []


def test_no_name_breaks_tikz() -> None:
    text = tikz(scene(hostile(), Look(), BUNDLED))
    assert code_of(text).count("\\end{tikzpicture}") == 1
    assert balanced(text)


def test_letters_are_set_as_they_are_in_any_encoding() -> None:
    """`--` would be a dash; `\\textquotedbl` is an error in the encoding that LaTeX begins with."""
    assert escaped("a--b '' ,, ?`") == "a-{}-b '{}' ,{}, ?{}`"
    assert escaped('3 "x"') == r"3 \symbol{34}x\symbol{34}"
    assert escaped("1–3") == "1--3"


def code_of(text: str) -> str:
    """A TeX text without its comments."""
    return "\n".join(row for row in text.splitlines() if not row.startswith("%"))


def balanced(text: str) -> bool:
    """Whether the braces of a TeX text are closed, comments and escaped ones aside."""
    code = code_of(text)
    depth = 0
    for token in re.findall(r"\\.|[{}]", code):
        depth += {"{": 1, "}": -1}.get(token, 0)
        if depth < 0:
            return False
    return depth == 0


def test_braces_are_counted() -> None:
    assert balanced("{\\{ a}\n% {\n")
    assert not balanced("{ a } }")
    assert not balanced("{ { a }")


# What a document needs for it: TikZ, and what LaTeX has itself.
COMMANDS = {
    *("begin", "end", "node", "path", "definecolor", "color", "selectfont", "fontsize"),
    *("sffamily", "bfseries", "itshape", "ensuremath", "times", "cdot", "rightarrow"),
    *("textbackslash", "textasciitilde", "textasciicircum", "symbol", "dots"),
}


@EACH_LEVEL
@EACH_SPEC
def test_tikz_has_every_word_at_its_place_and_needs_tikz_alone(name: str, level: Level) -> None:
    shown = scene(picture(compile_text(SPECS[name]), View(level)), Look(), BUNDLED)
    text = tikz(shown)
    assert balanced(text)
    code = code_of(text)
    assert set(re.findall(r"\\([a-zA-Z]+)", code)) <= COMMANDS
    assert code.isascii()
    texts = [shape for group in shown.groups for shape in group.shapes if isinstance(shape, Text)]
    assert code.count("\\node[") == len(texts) > 0
    for each in texts:
        x, y = (f"{round(place, 2):.2f}".rstrip("0").rstrip(".") for place in each.at)
        (row,) = [r for r in code.splitlines() if f"at ({x},{y}) " in r and "\\node" in r][:1]
        for run in each.runs:
            assert escaped(run.text.strip()) in row.replace("~", " ")


def test_formats_are_made_of_the_same_picture() -> None:
    design = compile_text(SPECS["chain"])
    assert drawn(design, ".mmd").startswith(b"---\ntitle")
    assert b"\\begin{tikzpicture}" in drawn(design, ".tex")

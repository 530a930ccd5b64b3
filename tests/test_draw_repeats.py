"""What is drawn once for several: branches on maps of several sizes, and rows of another length."""

from __future__ import annotations

import pytest

from cnndsl import compile_text
from cnndsl.draw.pictures.branches import branches
from cnndsl.draw.pictures.make import picture
from cnndsl.draw.pictures.picture import Box, Picture, Style
from cnndsl.draw.view import Level, View

DETECTOR = """
network Detector() {{
  input 3x64x64
  conv 3x3 8 /2 as fine -> conv 3x3 16 /2 as coarse
  {{
    for level in [@fine, @coarse] {{
      @level -> conv 1x1 8 as lateral -> relu
      {head}
    }}
  }} as head
  head small {{ @head.scores[0] }}
  head large {{ @head.scores[1] }}
}}
"""
EQUAL = "concat { | conv 1x1 2 as kind | conv 1x1 4 as place } as scores"


def drawn(head: str, level: Level = Level.BLOCK) -> Picture:
    return picture(compile_text(DETECTOR.format(head=head)), View(level))


def titles(shown: Picture) -> list[str]:
    return [box.title for box, _ in shown.main.boxes() if box.style is Style.LAYERS]


def test_equal_branches_on_maps_of_several_sizes_are_drawn_once() -> None:
    shown = drawn(EQUAL)
    (frame,) = [c for c in shown.main.clusters() if not c.region]
    assert (frame.header.title, frame.header.multiple) == ("branch", "2")
    assert titles(shown).count("1×1 conv, 8") == 1
    (lateral,) = [box for box, _ in shown.main.boxes() if box.title == "1×1 conv, 8"]
    # Its parameters are those of both: of 8 and of 16 channels.
    assert lateral.params == (8 + 1) * 8 + (16 + 1) * 8
    into = [edge for edge in shown.main.edges if edge.target == frame.header.number]
    assert [edge.words for edge in into] == ["8×32×32", "16×16×16"]


def test_edges_inside_branches_say_no_shape_of_one_alone() -> None:
    shown = drawn(EQUAL)
    (frame,) = [c for c in shown.main.clusters() if not c.region]
    inside = {child.number for child in frame.children if isinstance(child, Box)}
    assert len(inside) > 2
    assert not any(e.words for e in shown.main.edges if {e.source, e.target} <= inside)


def test_each_branch_has_an_output_of_its_own() -> None:
    shown = drawn(EQUAL)
    outputs = {b.number: b.title for b, _ in shown.main.boxes() if b.style is Style.OUTPUT}
    ends = [
        (edge.source, outputs[edge.target]) for edge in shown.main.edges if edge.target in outputs
    ]
    assert [name for _, name in ends] == ["small", "large"]
    assert len({source for source, _ in ends}) == 1


@pytest.mark.parametrize(
    "head",
    [
        "conv 1x1 it.h as scores",
        "if @level.c == 8 { conv 1x1 4 as scores } else { conv 3x3 4 as scores }",
    ],
)
def test_branches_that_would_say_different_things_are_drawn_apart(head: str) -> None:
    shown = drawn(head)
    assert [c for c in shown.main.clusters() if not c.region] == []
    assert titles(shown).count("1×1 conv, 8") == 2


def test_all_branches_are_drawn_at_the_level_of_layers() -> None:
    assert titles(drawn(EQUAL, Level.LAYER)).count("1×1 conv, 8") == 2


def test_branches_on_one_input_are_the_arms_of_a_merge() -> None:
    design = compile_text(
        "network N() { input 8x8x8\n concat { | conv 1x1 8 as a | conv 1x1 8 as b } }"
    )
    assert branches(design.network, lambda _: None) is None


def params(shown: Picture) -> int:
    return sum(times * box.params for box, times in shown.main.boxes())


@pytest.mark.parametrize(
    "head",
    [
        EQUAL,
        "{ repeat (@level.h // 8) { conv 3x3 8 -> relu } } as scores",
        "{ if @level.h > 16 { conv 3x3 8 as more } else { conv 1x1 8 as more }\nrelu } as scores",
        "{ repeat 2 { residual { conv 3x3 8 -> bn } } } as scores",
    ],
)
@pytest.mark.parametrize("depth", [None, 1, 5])
def test_branches_hold_all_parameters(head: str, depth: int | None) -> None:
    design = compile_text(DETECTOR.format(head=head))
    for level in (Level.BLOCK, Level.LAYER):
        assert params(picture(design, View(level, depth=depth))) == design.params


def test_what_is_opened_in_one_branch_alone_is_drawn_apart() -> None:
    head = "{ conv 3x3 8 as one -> conv 3x3 8 as two } as scores"
    design = compile_text(DETECTOR.format(head=head))
    closed = picture(design, View(collapse=("head.scores.1",)))
    assert [c for c in closed.main.clusters() if c.header.title == "branch"] == []


def test_branches_that_meet_again_are_drawn_apart() -> None:
    design = compile_text(
        """
        network Pyramid() {
          input 3x64x64
          conv 3x3 8 /2 as fine -> conv 3x3 16 /2 as coarse
          { for level in [@fine, @coarse] { @level -> conv 1x1 8 as lateral } } as all
          @all.lateral[1] -> upsample 2
          add { | identity | @all.lateral[0] } as sum
        }
        """
    )
    shown = picture(design, View())
    assert titles(shown).count("1×1 conv, 8") == 2
    assert not any(edge.skip for edge in shown.main.edges)


ROWS = """
block unit() {{ residual {{ conv 3x3 in.c as conv1 -> relu -> conv 3x3 in.c as conv2 }} }}
block part(c, n) {{
  concat {{ | {{ repeat {count} {{ unit }} }} as units | conv 1x1 in.c as beside }}
  conv 1x1 c as after
}}
network N() {{
  input 8x32x32
  part 8 1 as one
  part 16 3 as two
}}
"""


@pytest.mark.parametrize(("count", "times"), [("n", "n"), ("n + 1", "2–4")])
def test_rows_of_another_length_share_a_drawing(count: str, times: str) -> None:
    shown = picture(compile_text(ROWS.format(count=count)), View())
    part, unit = shown.panels
    assert (part.title, unit.title) == ("part", "unit")
    (row,) = [box for box, _ in part.drawing.boxes() if box.title == "unit"]
    assert (row.multiple, row.note) == (times, "")


def test_rows_of_one_length_tell_it() -> None:
    shown = picture(compile_text(ROWS.format(count="3")), View())
    (row,) = [box for box, _ in shown.panels[0].drawing.boxes() if box.title == "unit"]
    assert row.multiple == "3"

"""Diagrams from their laid-out coordinates: nothing overlaps, and they fit a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from cnndsl import compile as compile_target
from cnndsl import compile_text
from cnndsl.design import Design
from cnndsl.draw.layouts.arrange import PAGE
from cnndsl.draw.layouts.engine import BUNDLED
from cnndsl.draw.layouts.geometry import Area, Laid, along
from cnndsl.draw.look import Look
from cnndsl.draw.pictures.make import picture
from cnndsl.draw.pictures.picture import Style
from cnndsl.draw.scenes.compose import LEAST_SCALE, SMALLEST, laid_out, scene
from cnndsl.draw.scenes.scene import Run, Scene, Text
from cnndsl.draw.view import Direction, Level, View
from cnndsl.library import bundled_compilers
from tests.draw_specs import SPECS
from tests.layouts import TOUCH, faults

COMPILERS = [compiler for _, compiler in bundled_compilers() if compiler.members]
NETWORKS = [member for compiler in COMPILERS for member in compiler.members]
# One of each family; the others are slow.
SOME = [compiler.members[0] for compiler in COMPILERS] + ["googlenet_aux", "resnet50"]
OTHERS = [name for name in NETWORKS if name not in SOME]
EACH_LEVEL = pytest.mark.parametrize("level", Level, ids=lambda level: level.value)


@cache
def bundled(name: str) -> Design:
    return compile_target(name)


@cache
def laid(design: Design, level: Level, direction: Direction | None = None) -> Laid:
    return laid_out(picture(design, View(level)), Look(direction=direction), BUNDLED)


def direction(design: Design, level: Level) -> Direction:
    return Direction.RIGHT if picture(design, View(level)).flat else Direction.DOWN


@EACH_LEVEL
@pytest.mark.parametrize("name", SPECS)
def test_small_networks_are_laid_out_well(name: str, level: Level) -> None:
    design = compile_text(SPECS[name])
    assert faults(laid(design, level), direction(design, level)) == []


@EACH_LEVEL
@pytest.mark.parametrize("name", SOME)
def test_networks_are_laid_out_well(name: str, level: Level) -> None:
    design = bundled(name)
    assert faults(laid(design, level), direction(design, level)) == []


@pytest.mark.slow
@EACH_LEVEL
@pytest.mark.parametrize("name", OTHERS)
def test_all_networks_are_laid_out_well(name: str, level: Level) -> None:
    design = bundled(name)
    assert faults(laid(design, level), direction(design, level)) == []


@pytest.mark.parametrize("name", SPECS)
def test_small_networks_are_laid_out_well_to_the_right(name: str) -> None:
    found = laid(compile_text(SPECS[name]), Level.LAYER, Direction.RIGHT)
    assert faults(found, Direction.RIGHT) == []


@pytest.mark.parametrize("name", ["resnet50", "mobilenet_v3_small"])
def test_to_the_right_skips_go_over_what_they_skip(name: str) -> None:
    """A skip that comes from above, and enters a sum from beneath, would cross the trunk."""
    found = laid(bundled(name), Level.LAYER, Direction.RIGHT)
    marks = {box.number: area for box, area in found.nodes if box.style is Style.MARK}
    skips = [line for line in found.lines if line.edge.skip and line.edge.target in marks]
    assert skips
    for line in skips:
        trunk = marks[line.edge.target].centre[1]
        assert all(y <= trunk + TOUCH for _, y in along(line.points)), line.edge


def test_what_has_no_words_is_not_painted() -> None:
    """Such as the turns of the trunk, whose sizes are rounded."""
    shown = picture(bundled("resnet50"), View())
    drawn = scene(shown, Look(direction=Direction.RIGHT), BUNDLED)
    assert not [group.id for group in drawn.groups if group.kind == "turn"]


def turns(found: Laid) -> int:
    return sum(box.style is Style.TURN for box, _ in found.nodes)


@pytest.mark.parametrize(("level", "rows"), [(Level.NETWORK, 1), (Level.LAYER, 2)])
def test_no_output_of_several_goes_into_another_row(level: Level, rows: int) -> None:
    found = laid(bundled("yolov3"), level)
    boxes = {box.number: box for box, _ in found.nodes}
    ends = [(boxes[line.edge.source], boxes[line.edge.target]) for line in found.lines]
    begun = [target for source, target in ends if source.style is Style.TURN]
    # Before they part.
    assert [box.style is Style.TURN for box in begun].count(True) == rows - 1
    assert not any(box.style is Style.OUTPUT for box in begun)


def test_a_network_a_little_too_wide_is_not_cut_after_its_stem() -> None:
    spec = """
network Skipped() {
  input 3x64x64
  stem { conv 3x3 16 /2 as stem -> relu }
  body {
    stage1: { conv 3x3 16 -> relu }
    stage2: { conv 3x3 32 /2 -> relu -> conv 3x3 32 }
    stage3: { conv 3x3 64 /2 -> relu -> conv 3x3 64 -> upsample 4 }
  }
  head mask { concat { | @stage1 | @stage3 } -> conv 3x3 5 as classifier }
}
"""
    found = laid(compile_text(spec), Level.STAGE)
    assert PAGE[0] < found.width < PAGE[0] / LEAST_SCALE
    assert turns(found) == 0


@EACH_LEVEL
def test_arms_of_one_layer_stand_at_one_height(level: Level) -> None:
    """Their pooled arm goes down in resolution and up again, but that makes no U of them."""
    shown = picture(compile_text(SPECS["arms"]), View(level))
    assert not shown.main.is_ladder
    if level in (Level.BLOCK, Level.LAYER):
        drawn = laid_out(shown, Look(), BUNDLED)
        arms = ("point", "rate2", "rate3", "rate4")
        tops = {box.id: area.top for box, area in drawn.nodes if box.id.startswith(arms)}
        assert len(tops) == len(arms)
        assert max(tops.values()) - min(tops.values()) < 1, tops


@pytest.mark.parametrize(
    "name", [*SOME, *(pytest.param(name, marks=pytest.mark.slow) for name in OTHERS)]
)
def test_networks_fit_a_page_at_the_level_of_blocks(name: str) -> None:
    drawn = scene(picture(bundled(name), View()), Look(), BUNDLED)
    wide, high = drawn.width * drawn.scale, drawn.height * drawn.scale
    assert wide <= PAGE[0] + 0.01
    assert high <= PAGE[1] + 0.01
    assert min(run.size for run in runs(drawn)) * drawn.scale >= SMALLEST - 0.001


def runs(drawn: Scene) -> Iterator[Run]:
    """All words of a diagram."""
    for group in drawn.groups:
        for shape in group.shapes:
            if isinstance(shape, Text):
                yield from shape.runs


def test_faults_are_found() -> None:
    design = compile_text(SPECS["residual"])
    good = laid(design, Level.LAYER)
    first, second = good.nodes[1], good.nodes[2]
    moved = (first, (second[0], first[1]), *good.nodes[3:])
    told = "\n".join(faults(replace(good, nodes=(good.nodes[0], *moved))))
    assert "lies on" in told
    ends = (good.lines[0].edge.source, good.lines[0].edge.target)
    box = next(box for box, _ in good.nodes if box.number not in ends)
    nodes = (*good.nodes, (box, Area.around(good.lines[0].points[0], 9, 9)))
    assert "goes through" in "\n".join(faults(replace(good, nodes=nodes)))
    upside_down = replace(
        good,
        lines=tuple(replace(line, tip=(line.tip[0], -9.0)) for line in good.lines),
    )
    assert "wrong way" in "\n".join(faults(upside_down))
    everywhere = Area(0, 0, good.width, good.height)
    frames = tuple(replace(frame, area=everywhere) for frame in good.frames)
    assert "lies in the frame" in "\n".join(faults(replace(good, frames=frames)))

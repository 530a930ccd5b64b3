"""The style `blocks`: maps in perspective, their sizes, their places, and what is told of them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import pytest
import torch
import torchvision

from cnndsl import compile as compile_target
from cnndsl import compile_text
from cnndsl.design import Design
from cnndsl.draw import DiagramStyle, View, drawn
from cnndsl.draw.layouts.geometry import Area
from cnndsl.draw.layouts.metrics import width
from cnndsl.draw.maps.operations import LEADING, SIZE, lines_of
from cnndsl.draw.maps.placing import LABEL, LABEL_HIGH, placed, way_to
from cnndsl.draw.maps.solids import Solid, solids
from cnndsl.draw.maps.volumes import levels, volumes
from cnndsl.draw.view import Level
from cnndsl.library import bundled_compilers
from tests.commands import run

NETWORKS = [member for _, compiler in bundled_compilers() for member in compiler.members]
SOME = ["alexnet", "googlenet_aux", "lenet", "resnet18", "resnet50", "unet", "vgg16"]
SVG = "{http://www.w3.org/2000/svg}"


@cache
def bundled(name: str) -> Design:
    return compile_target(name)


@cache
def boxes(name: str, deep: bool = False) -> list[Solid]:
    return placed(volumes(bundled(name).network, "", deep))


def area(box: Solid) -> Area:
    return Area(box.x, box.top, box.right, box.bottom)


def label(box: Solid) -> Area:
    half = width(box.words, LABEL) / 2
    return Area(box.middle - half, box.bottom + 2, box.middle + half, box.bottom + LABEL_HIGH - 2)


def captions(found: list[Solid]) -> list[Area]:
    """Where the captions stand of arrows that go to the right."""
    areas = []
    for before, box in pairwise(found):
        lines = lines_of(box.volume)
        (start, _), (end, y) = way_to(before, box, labels=True)[-2:]
        if before.volume.number in box.volume.sources and start != end and lines:
            half = max(width(line.text, SIZE, line.bold) for line in lines) / 2
            middle = (start + end) / 2
            areas.append(Area(middle - half, y - 3 - len(lines) * LEADING, middle + half, y - 3))
    return areas


def overlap(one: Area, two: Area) -> bool:
    across = one.left < two.right and two.left < one.right
    return across and one.top < two.bottom and two.top < one.bottom


@pytest.mark.parametrize("deep", [False, True], ids=["block", "layer"])
@pytest.mark.parametrize("name", SOME)
def test_nothing_stands_over_anything_else(name: str, deep: bool) -> None:
    found = boxes(name, deep)
    areas = [*map(area, found), *map(label, found), *captions(found)]
    assert [pair for pair in combinations(areas, 2) if overlap(*pair)] == []


def test_overlaps_are_found() -> None:
    one, two = boxes("lenet")[:2]
    assert overlap(area(one), area(two.at(one.x + 5, one.y)))
    assert overlap(label(one), area(two.at(one.x, one.bottom + two.tall / 2)))


@pytest.mark.parametrize("name", NETWORKS)
def test_maps_hold_all_parameters_and_macs(name: str) -> None:
    design = bundled(name)
    found = [v for v in volumes(design.network, "") if not v.training]
    assert sum(volume.params for volume in found) == design.params
    assert sum(volume.macs for volume in found) == design.macs


def test_maps_are_those_that_torchvision_makes() -> None:
    """The changes of shape on the way through VGG-16, by hooks on every layer of torchvision's."""
    with torch.device("meta"):
        model = torchvision.models.vgg16().eval()
        made = [(3, 224, 224)]
        for layer in (*model.features, model.avgpool, *model.classifier):
            layer.register_forward_hook(lambda _, __, output: made.append(tuple(output.shape[1:])))
        model(torch.empty(1, 3, 224, 224))
    changes = [shape for before, shape in pairwise([(), *made]) if shape != before]
    found = [tuple(box.volume.shape.sizes) for box in boxes("vgg16")]
    shown = [shape for before, shape in pairwise([(), *found]) if shape != before]
    assert [shape for shape in shown if shape != (25088,)] == changes


@pytest.mark.parametrize("name", SOME)
def test_sizes_go_with_resolution_and_channels(name: str) -> None:
    found = solids(volumes(bundled(name).network, ""))
    maps = [box for box in found if "h" in box.volume.shape]
    for one, two in combinations(maps, 2):
        a, b = one.volume.shape, two.volume.shape
        if a["h"] > b["h"]:
            assert one.high >= two.high
        if a["c"] > b["c"]:
            assert one.deep >= two.deep
    bars = [box for box in found if len(box.volume.shape) == 1]
    for one, two in combinations(bars, 2):
        assert (one.high > two.high) == (one.volume.shape["c"] > two.volume.shape["c"])


def test_a_u_net_is_a_u() -> None:
    found = boxes("unet")
    deep = levels([box.volume for box in found])
    assert max(deep) == 4
    assert deep[0] == deep[-1] == 0
    across = [
        (found[source], box)
        for box in found
        for source in box.volume.sources
        if source != box.volume.number - 1
    ]
    assert len(across) == 4
    assert all(one.y == two.y for one, two in across)
    assert all(one.right < two.x for one, two in across)


@pytest.mark.parametrize("name", ["vgg16", "resnet50", "googlenet", "alexnet"])
def test_what_goes_down_alone_is_no_u(name: str) -> None:
    assert set(levels([box.volume for box in boxes(name)])) == {0}


def test_repeats_and_operations_are_in_the_papers_notation() -> None:
    words = [[line.text for line in lines_of(box.volume)] for box in boxes("resnet50")]
    assert words[1:4] == [
        ["7×7 conv", "/2"],
        ["3×3 max pool", "/2"],
        ["1×1, 64", "3×3, 64", "1×1, 256", "×3"],
    ]
    assert words[-2:] == [["global avg pool"], ["fc"]]


@pytest.mark.parametrize("name", SOME)
def test_every_map_has_an_id_a_title_and_its_line(name: str) -> None:
    root = ET.fromstring(drawn(bundled(name), ".svg", View(style=DiagramStyle.BLOCKS)))
    groups = root.findall(f"{SVG}g")
    ids = [group.get("id") for group in groups]
    assert len(ids) == len(set(ids))
    maps = [group for group in groups if group.find(f"{SVG}polygon") is not None]
    maps = [group for group in maps if group.get("data-out") and group.get("class") != "input"]
    assert len(maps) == len(boxes(name)) - len(bundled(name).network.inputs)
    assert all(group.findtext(f"{SVG}title") for group in maps)
    assert all((group.get("data-line") or "").partition(":")[2].isdigit() for group in maps)
    left, top, wide, high = map(float, (root.get("viewBox") or "").split())
    for polygon in root.iter(f"{SVG}polygon"):
        for point in (polygon.get("points") or "").split():
            x, y = map(float, point.split(","))
            assert left <= x <= left + wide
            assert top <= y <= top + high


def test_the_same_network_gives_the_same_bytes() -> None:
    view = View(Level.BLOCK, style=DiagramStyle.BLOCKS)
    one, two = compile_target("googlenet"), compile_target("googlenet")
    assert drawn(one, ".svg", view) == drawn(two, ".svg", view)


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (["--depth", "2"], "--depth"),
        (["--expand", "conv1"], "--expand"),
        (["--level", "stage"], "--level stage"),
        (["--direction", "down"], "--direction"),
    ],
)
def test_what_it_does_not_have_is_told(tmp_path: Path, option: list[str], words: str) -> None:
    target = tmp_path / "net.svg"
    found = run("render", "lenet", "--style", "blocks", *option, "-o", target)
    assert found.exit_code == 2
    assert words in found.stderr
    assert not target.exists()


def test_formats_that_it_does_not_have_are_told(tmp_path: Path) -> None:
    found = run("render", "lenet", "--style", "blocks", "-o", tmp_path / "net.mmd")
    assert found.exit_code == 2
    assert "`.svg`, `.png`, `.pdf`, `.tex`" in found.stderr


def test_blocks_that_grow_by_a_rule_are_one_map() -> None:
    words = [[line.text for line in lines_of(box.volume)] for box in boxes("densenet121")]
    grown = [row for row in words if "+32 each" in row]
    assert [row[1] for row in grown] == ["×6", "×12", "×24", "×16"]


def test_training_heads_stand_behind_the_rest() -> None:
    training = [box.volume.training for box in boxes("googlenet_aux")]
    assert training == sorted(training)
    assert any(training)


TWO_INPUTS = """
network N() {
  input 3x8x8 as image
  input 4x8x8 as depth
  @image -> conv 3x3 8 as a
  @depth -> conv 3x3 8 as b
  add { | @a | @b } -> relu
  head { conv 1x1 2 as c }
  head aux training { @b -> conv 1x1 3 as d }
}
"""


def test_everything_drawn_has_a_title() -> None:
    root = ET.fromstring(drawn(compile_text(TWO_INPUTS), ".svg", View(style=DiagramStyle.BLOCKS)))
    groups = [g for g in root.iter(f"{SVG}g") if g.get("class") != "title"]
    assert {"operation", "skip", "edge"} <= {g.get("class") for g in groups}
    assert [g.get("id") for g in groups if not g.findtext(f"{SVG}title")] == []


TAPPED = """
block tower() {
  conv 3x3 8 /2 as early -> relu
  conv 3x3 16 /2 as late -> relu
}
network N() {
  input 3x32x32
  tower as tower
  head { conv 1x1 4 as c }
  head aux training { @tower.early -> conv 1x1 3 as d }
}
"""


def test_what_is_taken_from_inside_a_block_has_its_own_shape() -> None:
    view = View(style=DiagramStyle.BLOCKS)
    root = ET.fromstring(drawn(compile_text(TAPPED), ".svg", view))
    groups = {g.get("id"): g for g in root.iter(f"{SVG}g")}
    assert groups["c"].get("data-in") == "16x8x8"
    assert groups["d"].get("data-in") == "8x16x16"
    assert groups["tower→d"].findtext(f"{SVG}title") == "8×16×16"


def test_several_inputs_and_outputs_are_called_by_their_names() -> None:
    design = compile_text(
        """
        network Two() {
          input 3x32x32 as left
          input 3x32x32 as right
          concat { | @left | @right } -> conv 3x3 8 as both
          head kind { gap -> flatten -> fc 4 as kind }
          head mask { conv 1x1 4 as mask }
        }
        """
    )
    told = [solid.words for solid in solids(volumes(design.network, ""))]
    assert told[:2] == ["left 3×32×32", "right 3×32×32"]
    assert [words for words in told if words[0].isalpha()][2:] == ["kind 4", "mask 4×32×32"]
    alone = [solid.words for solid in solids(volumes(bundled("vgg11").network, ""))]
    assert not any(words[0].isalpha() for words in alone)

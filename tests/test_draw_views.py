"""What a diagram shows at each level, and of the parts that are asked for."""

from __future__ import annotations

import pytest

from cnndsl import compile as compile_target
from cnndsl import compile_text
from cnndsl.design import Design, Module
from cnndsl.draw import drawn
from cnndsl.draw.pictures.families import Symbols
from cnndsl.draw.pictures.make import picture
from cnndsl.draw.pictures.picture import Box, Panel, Picture, Style
from cnndsl.draw.view import Level, Shapes, View
from cnndsl.errors import CnnError
from cnndsl.library import bundled_compilers
from tests.draw_specs import SPECS

EACH_LEVEL = pytest.mark.parametrize("level", Level, ids=lambda level: level.value)
NETWORKS = [member for _, compiler in bundled_compilers() for member in compiler.members]


def training_params(module: Module) -> int:
    """The numbers to train in training-only heads."""
    return sum(module.node_params(node) for node in module.nodes if node.training)


def drawn_params(shown: Picture) -> int:
    return sum(times * box.params for box, times in shown.main.boxes())


@EACH_LEVEL
@pytest.mark.parametrize("name", NETWORKS)
def test_boxes_hold_all_parameters_of_every_network(name: str, level: Level) -> None:
    design = compile_target(name)
    total = design.params + training_params(design.network)
    assert drawn_params(picture(design, View(level))) == total > 0


@EACH_LEVEL
@pytest.mark.parametrize("name", NETWORKS)
def test_ids_are_unique_in_every_network(name: str, level: Level) -> None:
    shown = picture(compile_target(name), View(level))
    ids = [box.id for drawing in shown.drawings() for box, _ in drawing.boxes()]
    assert len(set(ids)) == len(ids)


def of(name: str, **view: object) -> Picture:
    """A picture of one of the small specs."""
    return picture(compile_text(SPECS[name]), View(**view))  # type: ignore[arg-type]


def titles(shown: Picture, style: Style) -> list[str]:
    return [box.title for box, _ in shown.main.boxes() if box.style is style]


def blocks(shown: Picture) -> list[tuple[str, str, str, int]]:
    """The blocks that are not opened: name, arguments, letter in the legend, and how often."""
    return [
        (box.title, box.detail, box.key, box.count)
        for box, _ in shown.main.boxes()
        if box.style is Style.BLOCK
    ]


def test_what_is_run_again_is_called_by_its_name() -> None:
    text = """
    network N() { input 8x16x16
      conv 3x3 8 as first -> bn as norm -> relu -> conv 3x3 8 as other
      reuse first -> reuse first
    }
    """
    shown = picture(compile_text(text), View())
    notes = [box.note for box, _ in shown.main.boxes() if box.style is Style.LAYERS]
    assert notes == ["first", "", "weights of first"]


# Blocks and their legend


def test_blocks_are_boxes_and_each_different_one_is_in_the_legend() -> None:
    shown = of("residual")
    assert blocks(shown) == [
        ("basic", "16", "A", 2),
        ("basic", "32, /2", "B", 1),
        ("basic", "32", "A", 2),
    ]
    assert [(panel.key, panel.title) for panel in shown.panels] == [("A", "basic"), ("B", "basic")]


def words(panel: Panel) -> list[tuple[str, str]]:
    boxes = [box for box, _ in panel.drawing.boxes()]
    return [(box.title, box.detail) for box in boxes if box.style in (Style.LAYERS, Style.BAR)]


def test_numbers_that_differ_have_symbols_in_the_legend() -> None:
    same, wider = of("residual").panels
    assert words(same) == [
        ("3×3 conv, c", "BN · ReLU"),
        ("3×3 conv, c", "BN"),
        ("ReLU", ""),
    ]
    assert words(wider)[0] == ("3×3 conv, 32, /2", "BN · ReLU")


def test_sums_of_concatenations_have_symbols_too() -> None:
    spec = SPECS["inception"].replace("inception 8 as b", "inception 12 as b")
    (panel,) = picture(compile_text(spec), View()).panels
    assert words(panel)[-1] == ("concat", "C = c + 2c + c")


def symbols(**vectors: list[int]) -> Symbols:
    """Symbols for blocks that were called with these arguments, one a place in the lists."""
    modules = []
    for values in zip(*vectors.values(), strict=True):
        given = " ".join(f"{name}={value}" for name, value in zip(vectors, values, strict=True))
        block = f"block b({', '.join(vectors)}) {{ relu }}"
        design = compile_text(f"{block}\nnetwork N() {{ input 3x8x8\n b {given} }}")
        modules += [node.module for node in design.network.nodes if node.module]
    return Symbols(modules)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["conv, 8", "conv, 8"], "conv, 8"),
        (["conv, 4", "conv, 8"], "conv, c"),
        (["conv, 16", "conv, 32"], "conv, 4c"),
        (["conv, 2", "conv, 4"], "conv, c/2"),
        (["conv, 5", "conv, 9"], "conv, 5–9"),
        (["5×5 conv, 4", "3×3 conv, 8"], "kernel×kernel conv, c"),
        (["conv, 10", "conv, 6"], "conv, 2·kernel"),
        (["drop 0.1", "drop 0.2"], "drop …"),
        (["conv, 4", "pool"], ""),
    ],
)
def test_symbols(texts: list[str], expected: str) -> None:
    assert symbols(c=[4, 8], kernel=[5, 3]).words(texts) == expected


def test_equal_blocks_inside_a_block_are_in_the_legend_as_well() -> None:
    text = """
    block gate() { mul { | identity | gap -> conv 1x1 in.c as fc -> sigmoid } }
    block unit(c) { residual { conv 3x3 c -> gate } -> relu }
    network N() { input 8x16x16
      unit 8
      unit 8 as second
    }
    """
    shown = picture(compile_text(text), View())
    assert [panel.title for panel in shown.panels] == ["unit", "gate"]
    inside = [box.key for box, _ in shown.panels[0].drawing.boxes() if box.style is Style.BLOCK]
    assert inside == ["B"]


def test_a_block_that_only_holds_blocks_is_opened() -> None:
    text = """
    block unit(c) { residual { conv 3x3 c -> bn } -> relu }
    block stage(c, n) { conv 3x3 c /2 as down
      repeat n { unit c }
    }
    network N() { input 8x32x32
      stage 16 3 as one
      stage 32 2 as two
    }
    """
    shown = picture(compile_text(text), View())
    assert [(c.header.title, c.region) for c in shown.main.clusters()] == [
        ("one", True),
        ("two", True),
    ]
    assert [count for *_, count in blocks(shown)] == [3, 2]


GROWING = """
block layer(growth) {
  concat { | identity | bn -> relu -> conv 3x3 growth as conv }
}
network Dense() {
  input 16x8x8
  dense: { repeat 5 { layer 4 } }
  layer 8
}
"""


def test_blocks_that_grow_by_a_rule_are_one_box_that_tells_it() -> None:
    design = compile_text(GROWING)
    shown = picture(design, View())
    (dense, last) = [box for box, _ in shown.main.boxes() if box.style is Style.BLOCK]
    assert (dense.count, dense.grows) == (5, 4)
    assert dense.detail == "C 16 → 36, +4 each"
    assert (last.count, last.key) == (1, dense.key)
    assert drawn_params(shown) == design.params
    opened = picture(design, View(Level.LAYER))
    assert sum(not cluster.region for cluster in opened.main.clusters()) == 6


# Opening and closing


def test_a_block_is_opened_where_it_stands() -> None:
    shown = of("residual", expand=("layer1.1",))
    assert [(title, count) for title, _, _, count in blocks(shown)] == [
        ("basic", 1),
        ("basic", 1),
        ("basic", 2),
    ]
    (opened,) = [cluster for cluster in shown.main.clusters() if not cluster.region]
    assert opened.paths == ("layer1.1",)
    assert shown.main == of("residual", expand=("layer1.1", "layer1.1")).main


def test_patterns_and_names_of_blocks_mean_all_of_them() -> None:
    assert blocks(of("residual", expand=("basic",))) == []
    assert len(blocks(of("residual", expand=("layer1.*",)))) == 2


def test_parts_are_closed_by_patterns() -> None:
    shown = of("residual", level=Level.LAYER, collapse=("layer1", "layer2.[12]"))
    assert [title for title, *_ in blocks(shown)] == ["layer1", "basic"]
    assert drawn_params(shown) == compile_text(SPECS["residual"]).params
    assert shown.panels == ()


def test_depth_counts_what_is_opened() -> None:
    assert [title for title, *_ in blocks(of("residual", depth=0))] == ["layer1", "layer2"]
    assert [title for title, *_ in blocks(of("residual", depth=1))] == ["basic"] * 3
    assert blocks(of("residual", depth=2)) == []
    none = of("residual", level=Level.STAGE, depth=0)
    assert [title for title, *_ in blocks(none)] == ["layer1", "layer2"]


def test_one_part_is_drawn_alone() -> None:
    design = compile_text(SPECS["residual"])
    shown = picture(design, View(Level.LAYER, only="layer2.0"))
    assert shown.title == f"{design.name} · layer2.0"
    part = next(n for n in design.network.nodes if n.name == "layer2").module
    assert part is not None
    assert drawn_params(shown) == part.node_params(part.nodes[0])
    paths = {path for box, _ in shown.main.boxes() for path in box.paths}
    assert all(path.startswith(("layer2.0", "~in", "~out")) for path in paths)
    assert [box.output for box in ends(shown)] == [part.inputs[0], part.nodes[0].outputs[0]]


def ends(shown: Picture) -> list[Box]:
    styles = (Style.INPUT, Style.OUTPUT)
    return [box for box, _ in shown.main.boxes() if box.style in styles]


@pytest.mark.parametrize("option", ["expand", "collapse", "only"])
def test_a_part_that_is_not_there_is_told(option: str) -> None:
    asked = "layer3.0" if option == "only" else ("layer3.0",)
    with pytest.raises(CnnError) as caught:
        of("residual", **{option: asked})
    assert "E716" in str(caught.value)
    assert "did you mean `layer2.0`?" in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("basic", "`layer1.0` the first part that is one"),
        ("stem", "`stem` is a section"),
        ("layer1[0]", "`layer1.0`"),
        ("bsic", "did you mean `basic`?"),
    ],
)
def test_what_has_a_name_in_another_way_is_told(asked: str, hint: str) -> None:
    with pytest.raises(CnnError) as caught:
        of("residual", only=asked)
    assert hint in str(caught.value)


def test_a_layer_is_no_part() -> None:
    with pytest.raises(CnnError, match=r"`layer1\.0` is the part"):
        of("residual", only="layer1.0.conv1")
    with pytest.raises(CnnError, match="only layers"):
        of("chain", only="conv1")


def test_which_edges_say_their_shape() -> None:
    counts = {
        shapes: sum(
            bool(edge.words) for edge in of("chain", level=Level.LAYER, shapes=shapes).main.edges
        )
        for shapes in Shapes
    }
    assert counts[Shapes.NONE] == 0
    assert counts[Shapes.CHANGES] == 4
    assert counts[Shapes.ALL] == 5


@pytest.mark.parametrize(("rate", "told"), [(0.1, "dropout 0.1"), (0.0, "")])
def test_dropout_stands_on_the_second_line_of_attention(rate: float, told: str) -> None:
    panels = picture(compile_target("vit_b_16", drop=rate), View()).panels
    found = [box.detail for p in panels for box, _ in p.drawing.boxes() if "head" in box.title]
    assert found == [told]


def test_what_a_block_is_given_beside_its_stream_comes_in_by_itself() -> None:
    spec = """
block fuse(skip, like) { concat { | @skip -> interpolate @like | identity } -> conv 3x3 4 }

network Fused() {
  input 3x32x32
  conv 3x3 8 as low -> relu
  conv 3x3 8 /2 as high -> relu
  fuse @low @high as fused
}
"""
    (panel,) = picture(compile_text(spec), View()).panels
    boxes = {box.number: box for box, _ in panel.drawing.boxes()}
    assert [box.title for box in boxes.values() if box.style is Style.INPUT] == ["skip"]
    ends = [(boxes[edge.source].title, boxes[edge.target].title) for edge in panel.drawing.edges]
    assert ends[0][0] == "skip"
    assert ("fuse", "C") in ends
    assert not any(edge.skip for edge in panel.drawing.edges)


# Stages and sections


def stages(design: Design | str, level: Level = Level.STAGE) -> list[tuple[str, list[str]]]:
    if isinstance(design, str):
        design = compile_target(design)
    boxes = [box for box, _ in picture(design, View(level)).main.boxes()]
    return [
        (f"{box.title} {box.detail}".strip(), [words for words, _ in box.rows])
        for box in boxes
        if box.style is Style.STAGE
    ]


def test_stages_of_a_residual_network_are_a_row_of_its_table() -> None:
    found = dict(stages("resnet50"))
    assert list(found) == ["stem", "layer1 ×3", "layer2 ×4", "layer3 ×6", "layer4 ×3", "head"]
    assert found["stem"] == ["7×7 conv, 64, /2", "3×3 max pool, /2"]
    assert found["layer3 ×6"] == ["1×1, 256", "3×3, 256", "1×1, 1024"]
    assert found["head"] == ["global avg pool", "fc 1000"]


def test_stages_end_where_the_map_gets_smaller() -> None:
    assert [title for title, _ in stages("vgg16")] == [*(f"stage {n}" for n in range(1, 6)), "head"]
    names = [title for title, _ in stages("googlenet")]
    assert names == [
        "stem",
        "inception3a – inception3b",
        "inception4a – inception4e",
        "inception5a – inception5b",
        "head",
    ]


def test_stages_have_no_numbers_for_names() -> None:
    """Those of ConvNeXt are there for the keys of its weights, and count its norms, too."""
    names = [title for title, _ in stages("convnext_tiny")]
    assert names == ["stem", "stage 1 ×3", "stage 2", "stage 3", "stage 4", "head"]


def test_what_is_in_each_part_under_the_same_names_is_no_stage() -> None:
    names = [title for title, _ in stages("darknet53")]
    assert names == ["stem", *(f"stages.{n}" for n in range(5)), "head"]


def test_a_network_in_another_one_has_stages_too() -> None:
    names = [title for title, _ in stages("fcn8s")]
    assert names == [*(f"stage {n}" for n in range(1, 6)), "fc6 – score", "pool4", "pool3", "head"]


@EACH_LEVEL
def test_what_gives_a_size_alone_has_no_arrow(level: Level) -> None:
    """The scores are brought to the size of the image, which is no skip from it."""
    for name in ("fcn_resnet50", "fcn8s"):
        shown = picture(compile_target(name), View(level)).main
        (image,) = (box.number for box, _ in shown.boxes() if box.style is Style.INPUT)
        assert [edge.source for edge in shown.edges].count(image) == 1


def test_a_network_with_a_part_opened_goes_down() -> None:
    design = compile_target("resnet18")
    assert picture(design, View(Level.STAGE)).flat
    assert not picture(design, View(Level.STAGE, expand=("layer1.0",))).flat


def test_a_network_is_its_sections() -> None:
    sections = dict(stages("resnet50", Level.NETWORK))
    assert list(sections) == ["stem", "body", "head"]
    assert sections["body"] == ["layer1", "layer2", "layer3", "layer4"]


# Parts that only hand on what they take

EMPTY = """
block maybe(on) { if on { conv 3x3 in.c as a } }
network N() {
  input 3x8x8
  handed: { inner: { identity } }
  maybe false as nothing -> maybe true as something
  head x { last: { identity } }
  head y { relu }
}
"""


@EACH_LEVEL
def test_parts_with_nothing_in_them_are_drawn(level: Level) -> None:
    design = compile_text(EMPTY)
    for ending in (".svg", ".dot", ".mmd", ".html"):
        assert drawn(design, ending, View(level))
    shown = picture(design, View(level))
    assert [box.title for box in ends(shown)] == ["input", "x", "y"]
    assert all(c.children or not c.region for c in shown.main.clusters())


# Networks that go down in resolution and up again

LADDER = """
block double(c) { conv 3x3 c -> conv 3x3 c }
network UNet(depth=3) {
  input 3x64x64
  for i in range(depth) { double (8 * 2**i) as encoder -> maxpool 2x2 /2 }
  double 64 as bottom
  for i in reversed(range(depth)) {
    upconv 2x2 (8 * 2**i) /2 as up
    concat { | @encoder[i] | identity }
    double (8 * 2**i) as decoder
  }
  conv 1x1 2 as classifier
}
"""


def test_a_u_rises_on_its_other_side() -> None:
    shown = picture(compile_text(LADDER), View())
    boxes = {box.number: box for box, _ in shown.main.boxes()}
    rungs = [
        (boxes[edge.source].id, boxes[edge.target].title)
        for edge in shown.main.edges
        if edge.level and edge.skip
    ]
    assert rungs == [("encoder.2", "C"), ("encoder.1", "C"), ("encoder.0", "C")]
    rising = [boxes[edge.target].id for edge in shown.main.edges if edge.rising]
    assert {"up.0", "up.1", "up.2", "decoder.0", "decoder.1"} <= set(rising)
    assert not {"bottom", "encoder.1", "classifier"} & set(rising)
    assert not shown.flat


def test_networks_that_only_go_down_are_none() -> None:
    for name in SPECS:
        assert not of(name).main.is_ladder


def test_a_u_of_convolutions_without_padding_is_one_too() -> None:
    shown = picture(compile_target("unet"), View())
    ids = {box.number: box.id for box, _ in shown.main.boxes()}
    rungs = [
        (ids[edge.source], ids[edge.target])
        for edge in shown.main.edges
        if edge.level and ids[edge.source].startswith("encoder")
    ]
    assert sorted(rungs) == [(f"encoder.{n}", f"decoder.{3 - n}") for n in range(4)]


def test_what_goes_down_again_is_no_u() -> None:
    assert not picture(compile_target("yolox_s"), View()).main.is_ladder


# Folding by rules

ROWS = """
block unit(c) { conv 3x3 c -> bn }
block shaky(c, rate) { residual { conv 3x3 c -> bn -> droppath rate } -> relu }
block still(c, rate) { conv 3x3 c -> bn -> droppath rate -> conv 3x3 c }
network Rows() {
  input 8x8x8
  body { %s }
}
"""


def rows_of(body: str) -> Picture:
    return picture(compile_text(ROWS % body), View())


def test_blocks_that_differ_in_rates_are_one_box_that_tells_them() -> None:
    shown = rows_of("shaky 8 0.1 -> shaky 8 0.15 -> shaky 8 0.2")
    assert blocks(shown) == [("shaky", "rate 0.1–0.2", "A", 3)]


def test_blocks_that_differ_in_sizes_are_not() -> None:
    assert len(blocks(rows_of("shaky 8 0.1 -> still 8 0.1 -> still 4 0.2"))) == 3


def test_blocks_that_take_turns_are_in_one_frame() -> None:
    shown = rows_of("\n".join(f"shaky 8 {n / 10}\nstill 8 {n / 10}" for n in range(1, 4)))
    assert [(title, key, count) for title, _, key, count in blocks(shown)] == [
        ("shaky", "A", 3),
        ("still", "B", 3),
    ]
    names = [cluster.header.title for cluster in shown.main.clusters()]
    assert names == ["body · 3 times in turn"]
    design = compile_text(ROWS % "shaky 8 0.1 -> still 8 0.1 -> shaky 8 0.2 -> still 8 0.2")
    assert drawn_params(picture(design, View())) == design.params


def test_residuals_in_a_row_are_drawn_once() -> None:
    design = compile_text(ROWS % "repeat 4 { residual { unit 8 } }\nresidual { conv 5x5 8 }")
    for level in (Level.BLOCK, Level.LAYER):
        shown = picture(design, View(level))
        (row,) = [cluster for cluster in shown.main.clusters() if not cluster.region]
        assert (row.header.title, row.count) == ("residual", 4)
        assert drawn_params(shown) == design.params
        sums = [box for box, _ in shown.main.boxes() if box.style is Style.MARK]
        assert len(sums) == 2


def test_boxes_of_residuals_in_a_row_stand_for_those_of_all() -> None:
    shown = rows_of("repeat 3 { residual { conv 3x3 8 as a -> unit 8 as b } }")
    paths = [box.paths for box, _ in shown.main.boxes() if box.style is Style.LAYERS]
    assert paths == [
        ("a.0", "a.1", "a.2"),
        ("b.0.0", "b.0.1", "b.1.0", "b.1.1", "b.2.0", "b.2.1"),
    ]


def test_a_result_between_residuals_that_is_used_elsewhere_is_kept_apart() -> None:
    body = "residual { unit 8 }\nresidual { unit 8 } as middle\nresidual { unit 8 }"
    shown = rows_of(f"{body}\nadd {{ | identity | @middle }}")
    sums = [box for box, _ in shown.main.boxes() if box.style is Style.MARK]
    assert len(sums) >= 3

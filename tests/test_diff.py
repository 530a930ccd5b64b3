"""Comparisons of two networks: what is told of them, against torchvision and against themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
import torch
import torchvision

from cnndsl.analyse.alignment import aligned_items
from cnndsl.analyse.differences import Change, compare
from cnndsl.analyse.places import Place, counts, places
from cnndsl.compiler import Compiler
from cnndsl.design import Design
from cnndsl.draw import BUNDLED, Look, render_difference
from cnndsl.draw.formats.graphviz_text import graphviz_text
from cnndsl.draw.formats.mermaid import mermaid
from cnndsl.draw.formats.svg import svg
from cnndsl.draw.layouts.lines import plain
from cnndsl.draw.pictures.changed_boxes import both
from cnndsl.draw.pictures.difference import difference
from cnndsl.draw.scenes.compose import laid_out, scene
from cnndsl.draw.scenes.legend import entries
from cnndsl.draw.theme import bundled as bundled_theme
from cnndsl.draw.view import Level
from cnndsl.library import locate
from cnndsl.source import Source
from tests.commands import run
from tests.layouts import faults
from tests.test_draw_themes import SIGHTS, distance

PAIRS = [
    ("resnet18", "resnet34"),
    ("resnet18", "resnet50"),
    ("resnet50", "resnext50_32x4d"),
    ("vgg11", "vgg11_bn"),
    ("alexnet", "vgg16"),
    ("lenet", "googlenet"),
]


def bundled(name: str) -> Design:
    source, member = locate(name)
    return Compiler(source).design(member, {}, None)


def of(text: str) -> Design:
    compiler = Compiler(Source("net.cnn", text))
    return compiler.design(compiler.members[-1], {}, None)


def net(body: str) -> Design:
    return of(f"network Net() {{\n  input 3x32x32\n  {body}\n}}\n")


def leaves(old: Design, new: Design) -> Iterator[Place]:
    for place in places(compare(old, new)):
        if place.part.inside is None:
            yield place


def signs(old: Design, new: Design) -> list[tuple[str, str]]:
    return [
        (place.part.change.value, place.path)
        for place in leaves(old, new)
        if place.part.change is not Change.SAME
    ]


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_differences_of_parts_add_up_to_those_of_networks(pair: tuple[str, str]) -> None:
    old, new = map(bundled, pair)
    found = [p for p in leaves(old, new) if not p.comparison.node(p.part)[1].training]
    assert sum(place.params[0] for place in found) == old.params
    assert sum(place.params[1] for place in found) == new.params


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_every_layer_is_counted_once_and_the_other_way_round_too(pair: tuple[str, str]) -> None:
    old, new = map(bundled, pair)
    there, back = counts(compare(old, new)), counts(compare(new, old))
    both = there[Change.SAME] + there[Change.CHANGED]
    assert both + there[Change.REMOVED] == len(old.layers())
    assert both + there[Change.ADDED] == len(new.layers())
    assert there[Change.ADDED] - there[Change.REMOVED] == back[Change.REMOVED] - back[Change.ADDED]


@pytest.mark.parametrize("name", ["resnet50", "googlenet", "vgg11_bn", "alexnet"])
def test_a_network_is_the_same_as_itself(name: str) -> None:
    old, new = bundled(name), bundled(name)
    assert not compare(old, new).differs
    assert {place.part.change for place in places(compare(old, new))} == {Change.SAME}


def test_added_paths_are_those_that_torchvision_has_more() -> None:
    with torch.device("meta"):
        small, large = torchvision.models.resnet18(), torchvision.models.resnet34()
    more = set(large.state_dict()) - set(small.state_dict())
    added = [path for sign, path in signs(bundled("resnet18"), bundled("resnet34")) if sign == "+"]
    assert {f"{name.split('.')[0]}.{name.split('.')[1]}" for name in more} == set(added)
    assert len(added) == len(set(added)) == 8


def test_changed_weights_are_those_whose_shapes_differ_in_torchvision() -> None:
    models = torchvision.models
    with torch.device("meta"):
        one, two = models.resnet50().state_dict(), models.resnext50_32x4d().state_dict()
    differ = {n.rpartition(".")[0] for n in one if one[n].shape != two[n].shape}
    found = leaves(bundled("resnet50"), bundled("resnext50_32x4d"))
    changed = {p.path for p in found if p.part.change is Change.CHANGED and p.params[1]}
    assert changed == differ


def test_what_is_put_between_layers_leaves_the_others_as_they_were() -> None:
    old = net("conv 3x3 8 as a -> relu -> conv 3x3 8 as b -> relu")
    new = net("conv 3x3 8 as a -> bn as norm -> relu -> conv 3x3 8 as b -> relu")
    assert signs(old, new) == [("+", "norm")]
    assert signs(new, old) == [("−", "norm")]


def test_a_layer_in_the_place_of_another_of_its_kind_is_changed() -> None:
    old, new = net("conv 3x3 8 as a -> relu"), net("conv 3x3 8 as a -> gelu")
    (place,) = [p for p in leaves(old, new) if p.part.change is Change.CHANGED]
    assert [(a.name, a.old, a.new) for a in place.part.arguments] == [("layer", "relu", "gelu")]


def test_what_follows_from_a_change_before_it_is_told_apart() -> None:
    old = net("conv 3x3 8 as a -> relu -> conv 3x3 4 as b")
    new = net("conv 3x3 16 as a -> relu -> conv 3x3 4 as b")
    follows = {place.path: place.part.follows for place in leaves(old, new)}
    assert follows == {"a": False, "1": True, "b": True}


def test_the_same_layers_with_other_wires_differ() -> None:
    old = net("conv 3x3 8 as a -> relu as @x\n  conv 3x3 8 as b -> relu as @y\n  add { | @x | @y }")
    new = net("conv 3x3 8 as a -> relu as @x\n  conv 3x3 8 as b -> relu as @y\n  add { | @y | @x }")
    assert [place.part.rewired for place in leaves(old, new)] == [False, False, False, False, True]


def test_inputs_and_outputs_keep_their_names() -> None:
    old = of(
        "network Net() {\n  input 3x8x8 as image\n  input 3x8x8 as depth\n"
        "  add { | @image | @depth } as both\n  output both, depth\n}\n"
    )
    new = net("relu")
    for one, two, change in ((old, new, Change.REMOVED), (new, old, Change.ADDED)):
        ends = [box for box, _ in difference(one, two).main.boxes() if box.paths[0][0] == "~"]
        assert len({box.id for box in ends}) == len(ends)
        alone = [(box.style.value, box.title) for box in ends if box.change is change]
        assert {("input", "depth"), ("output", "depth")} <= set(alone)


def test_a_smaller_map_beside_the_old_one_makes_no_u() -> None:
    old = net("conv 3x3 3 as a -> relu as b\n  output b, a")
    new = of("network Net() {\n  input 3x16x16\n  conv 3x3 8 as a -> bn as c -> relu as b\n}\n")
    shown = difference(old, new)
    assert not any(edge.level or edge.rising for edge in shown.main.edges)


def test_names_of_weights_alone_make_networks_differ(tmp_path: Path) -> None:
    for name, label in (("one", "a"), ("two", "b")):
        text = f"network Net() {{\n  input 3x8x8\n  conv 3x3 8 as {label}\n}}\n"
        (tmp_path / f"{name}.cnn").write_text(text, encoding="utf-8")
    found = run("diff", tmp_path / "one.cnn", tmp_path / "two.cnn")
    assert found.exit_code == 1
    assert "called otherwise: 1: a → b" in found.output


def test_networks_of_one_name_are_told_by_their_files(tmp_path: Path) -> None:
    for name, channels in (("before", 4), ("now", 8)):
        text = f"network Net() {{ input 3x8x8\nconv 3x3 {channels} }}\n"
        (tmp_path / f"{name}.cnn").write_text(text, encoding="utf-8")
    files = tmp_path / "before.cnn", tmp_path / "now.cnn"
    assert run("diff", *files).stdout.split()[:4] == ["−", "before.cnn:Net", "+", "now.cnn:Net"]
    drawn = run("diff", *files, "-o", tmp_path / "diff.svg")
    assert "before.cnn:Net and now.cnn:Net, drawn" in drawn.stderr
    assert "before.cnn:Net → now.cnn:Net" in (tmp_path / "diff.svg").read_text(encoding="utf-8")


def test_exit_codes_tell_equal_from_different_from_wrong(tmp_path: Path) -> None:
    assert run("diff", "lenet", "lenet").exit_code == 0
    assert run("diff", "resnet18", "resnet34").exit_code == 1
    wrong = tmp_path / "wrong.cnn"
    wrong.write_text("network Net() {\n  input 3x8x8\n  conv 3x3\n}\n", encoding="utf-8")
    assert run("diff", "lenet", wrong).exit_code == 2
    assert run("diff", "lenet", "no-such").exit_code == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--level", "stage", "-o", "diff.svg"], "there are block, layer"),
        (["--level", "block"], "`--level` is for a drawing"),
        (["--theme", "print"], "`--theme` is for a drawing"),
        (["--theme", "prnt", "-o", "diff.svg"], "did you mean `print`?"),
    ],
)
def test_an_option_of_drawings_that_would_do_nothing_is_refused(
    options: list[str], said: str
) -> None:
    found = run("diff", "lenet", "lenet", *options)
    assert found.exit_code == 2
    assert said in found.output


def test_the_text_has_sizes_and_places() -> None:
    said = run("diff", "resnet18", "resnet34").stdout
    assert "11,689,512" in said
    assert "21,797,672" in said
    assert "+ layer3.2–5" in said
    assert "resnet.cnn:" in said


def test_the_best_pairing_is_found() -> None:
    """Against all pairings of short texts, by the length of their longest common subsequence."""
    texts = ["", "a", "abc", "abcbdab", "bdcaba", "xaybzc", "cba"]
    for one in texts:
        for two in texts:
            pairs = aligned_items(
                len(one), len(two), lambda i, j, a=one, b=two: 1 if a[i] == b[j] else None
            )
            assert [i for i, _ in pairs if i is not None] == list(range(len(one)))
            assert [j for _, j in pairs if j is not None] == list(range(len(two)))
            both = sum(i is not None and j is not None for i, j in pairs)
            assert both == _longest_common(one, two)


def _longest_common(one: str, two: str) -> int:
    if not one or not two:
        return 0
    if one[0] == two[0]:
        return 1 + _longest_common(one[1:], two[1:])
    return max(_longest_common(one[1:], two), _longest_common(one, two[1:]))


def test_long_rows_are_paired_in_a_time_that_goes_with_their_length() -> None:
    compared = 0

    def score(i: int, j: int) -> int | None:
        nonlocal compared
        compared += 1
        return 1 if i == j else None

    pairs = aligned_items(4000, 4010, score)
    assert sum(i == j for i, j in pairs) == 4000
    assert compared < 2_000_000


def test_drawings_of_two_networks_have_every_sign_and_no_fault() -> None:
    """By their layouts, and by the parts that the text tells of."""
    for one, two in [*PAIRS[:4], ("resnet34", "resnet18"), ("unet", "unet_bn")]:
        old, new = bundled(one), bundled(two)
        # Where blocks are closed, what was added in them is a number.
        told = {box.change for box, _ in difference(old, new, Level.LAYER).main.boxes()}
        found = counts(compare(old, new))
        assert told & {Change.ADDED, Change.REMOVED} == {
            change for change in (Change.ADDED, Change.REMOVED) if found[change]
        }
        assert faults(laid_out(difference(old, new), Look(), BUNDLED)) == []


def test_the_legend_of_a_difference_has_its_skips() -> None:
    shown = difference(bundled("resnet50"), bundled("resnext50_32x4d"))
    words = [entry.words for entry in entries(shown, bundled_theme("light"))]
    assert words == ["the same", "~ changed", "skip"]


def test_signs_are_words_too() -> None:
    shown = difference(bundled("resnet34"), bundled("resnet18"))
    (box,) = [box for box, _ in shown.main.boxes() if box.paths == ("layer1.~removed:2",)]
    assert plain(box)[0].startswith("− basic")
    assert "− removed" in svg(scene(shown, Look(), BUNDLED))


def test_what_became_of_parts_is_seen_in_text_that_others_lay_out() -> None:
    """One layer is added, one removed, one changed, and one stays what it was."""
    old = net("conv 3x3 8 as a -> relu -> maxpool 2x2 -> gap")
    new = net("conv 3x3 8 as a -> maxpool 4x4 -> upsample 2 -> gap")
    shown, theme = difference(old, new), bundled_theme("light")
    text = mermaid(shown, Look())
    for change in Change:
        assert f":::{change.name.lower()}" in text
        assert f"classDef {change.name.lower()} fill:{theme.change(change)}" in text
    assert len(re.findall(r"-\.->", text)) == 2
    assert "==>" in text
    rows = graphviz_text(shown, Look()).splitlines()
    (removed,) = [row for row in rows if "~removed" in row]
    assert f'fillcolor="{theme.removed}" style="rounded,filled,dashed"' in removed
    assert "<b>− </b></font><b>ReLU</b>" in removed
    assert sum('style="dashed"' in row for row in rows if "->" in row) == 2


@pytest.mark.parametrize("level", ["layer", "block", None])
def test_a_drawing_has_each_name_once(tmp_path: Path, level: str | None) -> None:
    target = tmp_path / "diff.svg"
    render_difference(bundled("resnet18"), bundled("resnet50"), target, level=level)
    ids = re.findall(r'<g id="([^"]+)"', target.read_text(encoding="utf-8"))
    assert len(ids) == len(set(ids))


def test_what_was_removed_from_a_part_and_beside_it_has_names_of_its_own() -> None:
    old = net("repeat 2 { conv 1x1 3 as n }\n  m: { relu -> conv 3x3 8 as k }")
    new = net("n: { conv 3x3 8 as k }")
    shown = difference(old, new, Level.LAYER)
    removed = [box.id for box, _ in shown.main.boxes() if box.change is Change.REMOVED]
    assert removed == ["~removed:n.0", "n.~removed:0"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_fills_of_changes_are_told_apart_by_all_eyes(theme: str) -> None:
    fills = [bundled_theme(theme).change(change) for change in Change]
    pairs = combinations(fills, 2)
    assert all(distance(*pair, sight) >= 14 for pair in pairs for sight in SIGHTS)


def test_two_captions_are_told_as_one() -> None:
    assert both("3×3 conv, 64", "3×3 conv, 128, 32 groups") == "3×3 conv, 64 → 128, +32 groups"
    assert both("3×3 conv, 64, /2", "3×3 conv, 64") == "3×3 conv, 64, −/2"
    assert both("ReLU", "GELU") == "ReLU → GELU"
    assert both("ReLU", "ReLU") == "ReLU"

"""What a diagram shows, against the Design that it was made from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cnndsl import compile_text
from cnndsl.design import INPUT, Design, Module, Wire
from cnndsl.draw.names import join, node_name, quantity
from cnndsl.draw.pictures.make import picture
from cnndsl.draw.pictures.picture import Box, Cluster, Drawing, Style
from cnndsl.draw.view import Level, View
from cnndsl.parts import span_of_names
from tests.draw_specs import SPECS

EACH_SPEC = pytest.mark.parametrize("name", SPECS)


def drawn(name: str, level: Level = Level.LAYER) -> tuple[Design, Drawing]:
    """The Design of a spec, and what is drawn of it, the legend aside."""
    design = compile_text(SPECS[name])
    return design, picture(design, View(level)).main


def boxes(shown: Drawing, style: Style) -> list[Box]:
    """The boxes of one style, in order."""
    return [box for box, _ in shown.boxes() if box.style is style]


def headers(shown: Drawing) -> list[tuple[str, int]]:
    """The titles of blocks and scopes with their ×N."""
    sections = ("stem", "body", "head")
    return [
        (cluster.header.title, cluster.count)
        for cluster in shown.clusters()
        if cluster.header.title.split()[0] not in sections
    ]


# What is drawn is the whole network, and nothing else


def training_params(module: Module) -> int:
    """The numbers to train in training-only heads."""
    return sum(module.node_params(node) for node in module.nodes if node.training)


@EACH_SPEC
@pytest.mark.parametrize("level", Level, ids=lambda level: level.value)
def test_boxes_times_n_hold_all_parameters(name: str, level: Level) -> None:
    design, shown = drawn(name, level)
    total = design.network.params + training_params(design.network)
    assert sum(times * box.params for box, times in shown.boxes()) == total > 0


# Where a leaf is drawn: its box, and for each folded cluster around it which of the equal parts.
Spot = tuple[int, tuple[tuple[int, int], ...]]


def spots(children: tuple[Box | Cluster, ...]) -> dict[str, Spot]:
    """Every path that the parts stand for, with where it is drawn."""
    found: dict[str, Spot] = {}
    for child in children:
        if isinstance(child, Box):
            found.update(dict.fromkeys(child.paths, (child.number, ())))
            continue
        inside = spots(child.children)
        if child.region and child.header.id.rpartition(".")[2].startswith("~"):
            found.update(inside)
            continue
        for copy, prefix in enumerate(child.paths):
            for path, (number, copies) in inside.items():
                full = prefix + path.removeprefix(child.paths[0])
                found[full] = number, ((child.header.number, copy), *copies)
    return found


def wires(module: Module, path: str, sources: list[str], found: list[tuple[str, str]]) -> list[str]:
    """Notes every wire between layers in `found`; returns the layers that give the outputs."""
    made = {Wire(INPUT, port): source for port, source in enumerate(sources)}
    for index, node in enumerate(module.nodes):
        taken = [made[wire] for wire in node.inputs]
        here = join(path, node_name(node, index))
        if node.module:
            results = wires(node.module, here, taken, found)
        else:
            found += [(source, here) for source in taken]
            results = [here]
        made.update({Wire(index, port): result for port, result in enumerate(results)})
    return [made[output.wire] for output in module.outputs]


def connected(shown: Drawing) -> set[tuple[int, int]]:
    """The pairs of boxes that edges join, headers looked through."""
    through = {cluster.header.number for cluster in shown.clusters() if not cluster.region}
    following: dict[int, list[int]] = {}
    for edge in shown.edges:
        following.setdefault(edge.source, []).append(edge.target)

    def targets(number: int) -> Iterator[int]:
        for target in following.get(number, []):
            yield from targets(target) if target in through else [target]

    return {
        (box.number, target)
        for box, _ in shown.boxes()
        if box.number not in through
        for target in targets(box.number)
    }


@EACH_SPEC
def test_edges_are_the_wires(name: str) -> None:
    design, shown = drawn(name)
    places = spots(shown.children)
    ends = [str(box.number) for box in boxes(shown, Style.INPUT)]
    places.update({end: (int(end), ()) for end in ends})
    found: list[tuple[str, str]] = []
    results = wires(design.network, "", ends, found)
    outputs = [box.number for box in boxes(shown, Style.OUTPUT)]
    expected = set(zip((places[result][0] for result in results), outputs, strict=True))
    for source, target in found:
        (before, before_copies), (after, after_copies) = places[source], places[target]
        copies = dict(before_copies)
        steps = [copy - copies[part] for part, copy in after_copies if part in copies]
        assert steps in ([0] * len(steps), [*[0] * (len(steps) - 1), 1])
        if before != after and 1 not in steps:
            expected.add((before, after))
    assert connected(shown) == expected


# Folding


def test_equal_blocks_in_a_row_are_one_cluster() -> None:
    _, shown = drawn("residual")
    assert headers(shown) == [
        ("layer1", 1),
        ("basic", 2),
        ("layer2", 1),
        ("basic", 1),
        ("basic", 2),
    ]
    folded = [c.header.detail for c in shown.clusters() if c.header.title == "basic"]
    assert folded == ["0–1", "0", "1–2"]


def test_equal_layers_in_a_row_are_one_box() -> None:
    _, shown = drawn("chain")
    counts = [(box.title, box.count) for box in boxes(shown, Style.LAYERS)]
    assert counts == [
        ("3×3 conv, 8", 1),
        ("3×3 conv, 8", 3),
        ("2×2 max pool, /2", 1),
        ("flatten", 1),
        ("fc 10", 1),
        ("fc 10", 1),
    ]


def test_equal_blocks_of_one_box_are_one_box() -> None:
    _, shown = drawn("gate")
    first = boxes(shown, Style.LAYERS)[0]
    assert (first.title, first.detail, first.count) == ("3×3 conv, 8", "ReLU", 2)
    assert first.paths == ("0.0", "0.1", "1.0", "1.1")


def test_a_block_whose_result_is_used_elsewhere_is_not_folded_with_the_next() -> None:
    _, shown = drawn("taps")
    assert headers(shown) == [("unit", 2), ("unit", 1)]


def test_parts_in_one_box_are_not_framed_but_named() -> None:
    _, shown = drawn("inception")
    first = next(box for box in boxes(shown, Style.LAYERS) if box.note == "branch1")
    assert first.paths == ("a.branch1.conv", "a.branch1.bn", "a.branch1.2")
    assert headers(shown) == [("a", 1), ("b", 1)]


# Words and marks


def test_norm_and_activation_join_their_convolution() -> None:
    _, shown = drawn("residual")
    stem = boxes(shown, Style.LAYERS)[0]
    assert (stem.title, stem.detail) == ("7×7 conv, 16, /2", "BN · ReLU")


def test_sections_are_regions() -> None:
    _, shown = drawn("residual")
    regions = [c.header for c in shown.clusters() if c.region]
    assert [header.title for header in regions] == ["stem", "body", "layer1", "layer2", "head"]
    ends = {end for edge in shown.edges for end in (edge.source, edge.target)}
    assert not ends & {header.number for header in regions}


def test_a_training_head_is_told_from_the_others() -> None:
    _, shown = drawn("inception")
    assert [c.header.title for c in shown.clusters() if c.header.training] == ["head aux"]
    assert [(box.title, box.training) for box in boxes(shown, Style.OUTPUT)].count(
        ("aux", True)
    ) == 1
    assert any(edge.training for edge in shown.edges)


def test_a_concatenation_of_many_shows_its_sum() -> None:
    _, shown = drawn("inception")
    assert [bar.detail for bar in boxes(shown, Style.BAR)] == ["C = 8 + 16 + 8"] * 2


def test_merges_of_two_are_marks() -> None:
    assert {mark.title for mark in boxes(drawn("residual")[1], Style.MARK)} == {"+"}
    assert {mark.title for mark in boxes(drawn("gate")[1], Style.MARK)} == {"×"}
    assert {mark.title for mark in boxes(drawn("taps")[1], Style.MARK)} == {"C"}


def skips(shown: Drawing) -> list[tuple[str, str]]:
    """The titles of the boxes that skips join."""
    titles = {box.number: box.title for box, _ in shown.boxes()}
    return [(titles[e.source], titles[e.target]) for e in shown.edges if e.skip]


def test_shortcuts_and_projections_are_skips() -> None:
    assert skips(drawn("residual")[1]) == [
        ("basic", "+"),
        ("basic", "1×1 conv, 32, /2"),
        ("1×1 conv, 32, /2", "+"),
        ("basic", "+"),
    ]


def test_what_goes_round_others_into_a_merge_is_a_skip() -> None:
    assert skips(drawn("gate")[1]) == [("se", "×")]
    assert skips(drawn("taps")[1]) == [("3×3 max pool", "C")]
    assert skips(drawn("inception")[1]) == []


def labelled(shown: Drawing) -> list[tuple[str, str]]:
    """The shapes on edges, each after the title of the box that gives it."""
    titles = {box.number: box.title for box, _ in shown.boxes()}
    return [(titles[e.source], str(e.shape)) for e in shown.edges if e.words]


def test_shapes_stand_where_they_change() -> None:
    assert labelled(drawn("chain")[1]) == [
        ("3×3 conv, 8", "8x16x16"),
        ("2×2 max pool, /2", "8x8x8"),
        ("flatten", "512"),
        ("fc 10", "10"),
    ]


def test_shapes_stand_at_borders() -> None:
    given = labelled(drawn("residual")[1])
    assert [pair for pair in given if pair[0] == "ReLU"] == [
        ("ReLU", "16x16x16"),
        ("ReLU", "32x8x8"),
        ("ReLU", "32x8x8"),
    ]


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0"), (999, "999"), (1000, "1.00 k"), (25_557_032, "25.6 M"), (999_999, "1.00 M")],
)
def test_quantities_have_three_digits(number: int, words: str) -> None:
    assert quantity(number) == words


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["3"], "3"),
        (["1", "2", "3"], "1–3"),
        (["encoder.0", "encoder.1"], "encoder.0–1"),
        (["a", "b"], "a – b"),
        (["a1", "b2"], "a1 – b2"),
    ],
)
def test_equal_parts_are_named_by_a_range(names: list[str], words: str) -> None:
    assert span_of_names(names) == words

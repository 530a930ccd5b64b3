"""The summary's facts: its lines sum to the network, and each is of a part of that name."""

from __future__ import annotations

import re

import pytest

from cnndsl import Design, compile, compile_text
from cnndsl.analyse.catalogue import catalogue
from cnndsl.analyse.summary import Row, rows
from cnndsl.library import bundled_compilers

MEMBERS = [(spec, member) for spec, compiler in bundled_compilers() for member in compiler.members]


def leaves(design: Design) -> list[Row]:
    """The lines that have no lines in them."""
    found = list(rows(design.network))
    return [
        row
        for row, after in zip(found, [*found[1:], None], strict=True)
        if after is None or after.depth <= row.depth
    ]


@pytest.mark.parametrize(("spec", "member"), MEMBERS, ids=[member for _, member in MEMBERS])
def test_lines_sum_to_the_network(spec: str, member: str) -> None:
    design = compile(f"{spec}:{member}")
    counted = [row for row in leaves(design) if not row.training]
    assert sum(row.params for row in counted) == design.params
    assert sum(row.macs for row in counted) == design.macs


@pytest.mark.parametrize("target", ["resnet50", "googlenet_aux", "vgg19_bn"])
def test_fits_a_terminal(target: str) -> None:
    assert max(map(len, compile(target).summary().splitlines())) <= 100


def test_tells_the_published_totals() -> None:
    total = compile("resnet50").summary().splitlines()[-2]
    # Parameters as in torchvision's table; MACs as counted by torch's FlopCounterMode, halved.
    assert total.split() == ["total", "25,557,032", "4,089,184,256"]


def test_equal_neighbours_are_one_line() -> None:
    found = [row for row in rows(compile("resnet152").network) if row.depth == 2]
    blocks = [(row.name, row.count) for row in found if row.kind == "bottleneck"]
    assert blocks == [
        ("0", 1),
        ("1–2", 2),
        ("0", 1),
        ("1–7", 7),
        ("0", 1),
        ("1–35", 35),
        ("0", 1),
        ("1–2", 2),
    ]


def test_what_differs_is_not_folded() -> None:
    text = "network N() { input 3x8x8\n conv 3x3 4 as a -> conv 3x3 4 as b -> conv 3x3 4 as c }"
    found = list(rows(compile_text(text).network))
    # The first takes 3 channels and the others 4.
    assert [(row.name, row.count) for row in found] == [("a", 1), ("b – c", 2)]


def test_training_only_parts_are_marked_and_not_counted() -> None:
    found = list(rows(compile("googlenet_aux").network))
    heads = {row.name: row.training for row in found if row.kind == "section"}
    assert heads == {
        "stem": False,
        "body": False,
        "head aux1": True,
        "head aux2": True,
        "head": False,
    }
    text = compile("googlenet_aux").summary()
    assert "head aux1" in text
    assert text.count("section, training only") == 2
    assert "total" in text.splitlines()[-2]
    assert "6,624,904" in text.splitlines()[-2]


def test_catalogue_has_every_network() -> None:
    text = catalogue((name, compiler, compiler.members) for name, compiler in bundled_compilers())
    lines = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.strip()}
    for _, member in MEMBERS:
        design = compile(member)
        assert lines[member] == [str(design.input), f"{design.params:,}", f"{design.macs:,}"]
    years = re.findall(r"^\w+: [^()]*\([^()]*(\d{4})\)", text, re.MULTILINE)
    assert years == sorted(years)
    assert years[0] == "1998"
    for spec in {spec for spec, _ in MEMBERS}:
        assert f"\n{spec}: " in text
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize(
    "body",
    [
        "add { | conv 3x3 3 as a | conv 3x3 3 as b }",
        "for i in range(1) { conv 1x1 3 as a }\nadd { | conv 1x1 3 as b | identity }",
        "conv 1x1 3 as a\nresidual { conv 1x1 3 as b }",
    ],
)
def test_only_what_follows_in_a_straight_chain_is_folded(body: str) -> None:
    design = compile_text(f"network Net() {{\ninput 3x8x8\n{body}\n}}")
    assert {row.count for row in rows(design.network)} == {1}

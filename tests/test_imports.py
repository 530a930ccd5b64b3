"""Imports: what a file takes from others is what it would be if it stood in the file itself."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import cnndsl
from cnndsl.compiler import Compiler
from cnndsl.errors import CnnError
from cnndsl.files import read
from cnndsl.limits import MOST_FILES

BLOCKS = """
default conv bias=false
let width = 16
block cbr(c, stride=1) { conv 3x3 c /stride as conv -> bn as bn -> relu }
"""
NETWORK = "network Net() {{\n  input 3x32x32\n  {body}\n}}\n"


def write(folder: Path, **files: str) -> Path:
    """Writes files by their names; the first is the spec that is asked for."""
    for name, text in files.items():
        (folder / f"{name}.cnn").write_text(text, encoding="utf-8")
    return folder / f"{next(iter(files))}.cnn"


def messages(path: Path) -> list[str]:
    """Every message of a check, with its place."""
    try:
        found = Compiler(read(path)).check()
    except CnnError as error:
        found = list(error.diagnostics)
    places = ((d.span.source.name.rpartition("/")[2], d.span.line) for d in found if d.span)
    return [f"{name}:{line} {d.message}" for (name, line), d in zip(places, found, strict=True)]


def test_an_imported_block_is_the_same_as_one_written_here(tmp_path: Path) -> None:
    body = "cbr width /2 as stem -> cbr 32 as body"
    main = 'from "blocks.cnn" use cbr, width\n' + NETWORK.format(body=body)
    imported = cnndsl.compile(write(tmp_path, main=main, blocks=BLOCKS))
    written = cnndsl.compile_text(BLOCKS + NETWORK.format(body=body))
    assert imported.source().split("\n", 3)[3:] == written.source().split("\n", 3)[3:]


def test_defaults_speak_for_their_own_file_alone(tmp_path: Path) -> None:
    main = 'from "blocks.cnn" use cbr\n' + NETWORK.format(body="cbr 8 as a -> conv 3x3 8 as b")
    weights = cnndsl.compile(write(tmp_path, main=main, blocks=BLOCKS)).network.weights()
    assert [path for path, _ in weights if path.endswith("bias")] == ["a.bn.bias", "b.bias"]


def test_a_variant_of_an_imported_network_is_told_of_as_its_own_file_does(tmp_path: Path) -> None:
    network = f'"""The family."""\n{BLOCKS}\n{NETWORK.format(body="cbr 8 as a")}'
    main = 'from "family.cnn" use Net\nvariant member = Net()\n'
    files = {"main": f'"""One member."""\n{main}', "family": network}
    assert cnndsl.compile(write(tmp_path, **files)).network.doc == "One member."
    files["main"] = main
    assert cnndsl.compile(write(tmp_path, **files)).network.doc == "The family."
    assert cnndsl.compile(tmp_path / "family.cnn").network.doc == "The family."


def test_an_alias_is_the_name_here(tmp_path: Path) -> None:
    main = 'from "blocks.cnn" use cbr as unit, width as c\n' + NETWORK.format(body="unit c as a")
    design = cnndsl.compile(write(tmp_path, main=main, blocks=BLOCKS))
    assert next(design.network.weights())[0] == "a.conv.weight"
    assert "cbr" in messages(write(tmp_path, other=main.replace("unit c as a", "cbr c as a")))[0]


def test_paths_are_relative_to_the_file_that_imports(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    write(tmp_path / "inner", blocks=BLOCKS, more='from "blocks.cnn" use cbr\nlet other = 3\n')
    main = 'from "inner/more.cnn" use cbr\n' + NETWORK.format(body="cbr 8 as a")
    assert cnndsl.compile(write(tmp_path, main=main)).params == 8 * 27 + 16


def test_a_bundled_network_is_a_backbone_whose_items_are_reached_by_name(tmp_path: Path) -> None:
    body = "backbone: resnet18(classes=7)\n  head { @backbone.layer4 -> conv 1x1 2 as mask }"
    main = "from resnet use resnet18\n" + NETWORK.format(body=body.replace("(classes=7)", ""))
    design = cnndsl.compile(write(tmp_path, main=main))
    names = [path.removeprefix("backbone.") for path, _ in design.network.weights()]
    assert names[:-2] == [path for path, _ in cnndsl.compile("resnet18").network.weights()]
    with torch.no_grad():
        assert design.module().eval()(torch.zeros(2, 3, 32, 32)).shape == (2, 2, 1, 1)


def test_a_variant_can_be_made_of_an_imported_network(tmp_path: Path) -> None:
    main = "from resnet use ResNet, basic\nvariant tiny = ResNet(basic, [1, 1, 1, 1], classes=5)\n"
    path = write(tmp_path, main=main)
    assert cnndsl.compile(path).output.sizes == (5,)
    assert cnndsl.compile(path, classes=6).output.sizes == (6,)


def test_a_variant_takes_further_arguments_as_an_item(tmp_path: Path) -> None:
    main = "from resnet use resnet18\n" + NETWORK.format(body="resnet18 classes=7 as net")
    assert cnndsl.compile(write(tmp_path, main=main)).output.sizes == (7,)


def test_a_file_that_two_import_is_one(tmp_path: Path) -> None:
    left = 'from "blocks.cnn" use cbr\nblock a() { cbr 8 as u }\n'
    right = 'from "blocks.cnn" use cbr\nblock b() { cbr 8 as u }\n'
    main = 'from "left.cnn" use a\nfrom "right.cnn" use b\n' + NETWORK.format(
        body="a as x -> b as y"
    )
    design = cnndsl.compile(write(tmp_path, main=main, left=left, right=right, blocks=BLOCKS))
    assert design.source().count("class Cbr(") == 1


def test_files_that_import_each_other_are_named(tmp_path: Path) -> None:
    files = {name: f'from "{other}.cnn" use x\n' for name, other in ("ab", "bc", "ca")}
    found = messages(write(tmp_path, **files))
    assert found == ["c.cnn:1 these files import each other: a.cnn → b.cnn → c.cnn → a.cnn"]


def test_a_file_that_imports_itself_is_told(tmp_path: Path) -> None:
    found = messages(write(tmp_path, a='from "a.cnn" use x as y\nlet x = 1\n'))
    assert found == ["a.cnn:1 a file can't import itself"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('from "none.cnn" use x', "there is no file"),
        ('from "blocks.txt" use x', "which ends in `.cnn`"),
        ('from "{1 + 1}.cnn" use x', "which ends in `.cnn`"),
        ("from resnett use x", "there is no bundled spec `resnett`"),
        ("from resnet use bottelneck", "defines no `bottelneck`"),
    ],
)
def test_an_import_that_can_not_be_is_one_mistake(tmp_path: Path, line: str, message: str) -> None:
    name = line.rpartition(" ")[2]
    found = messages(write(tmp_path, main=f"{line}\n" + NETWORK.format(body=f"{name} 3 as a")))
    assert len(found) == 1
    assert message in found[0]


def test_mistakes_of_an_imported_file_are_told_at_their_own_place(tmp_path: Path) -> None:
    main = 'from "blocks.cnn" use cbr, cbx\n' + NETWORK.format(body="cbr 8 as a -> cbx as b")
    blocks = "block cbr(c) { conw 3x3 c }\nblock cbx() { relu }\n"
    found = messages(write(tmp_path, main=main, blocks=blocks))
    assert [place.split()[0] for place in found] == ["blocks.cnn:1"]
    found = messages(write(tmp_path, main=main, blocks=blocks + "block more( {\n"))
    assert [place.split()[0] for place in found] == ["blocks.cnn:3"]


def test_an_import_that_nothing_uses_is_warned_of(tmp_path: Path) -> None:
    main = 'from "blocks.cnn" use cbr, width\n' + NETWORK.format(body="conv 3x3 4 as a")
    found = messages(write(tmp_path, main=main, blocks=BLOCKS))
    assert found == ["main.cnn:1 nothing uses `cbr`", "main.cnn:1 nothing uses `width`"]


def test_the_number_of_files_is_bounded(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 1):
        text = f'from "f{number + 1}.cnn" use x\n'
        (tmp_path / f"f{number}.cnn").write_text(text, encoding="utf-8")
    assert any("files are imported" in message for message in messages(tmp_path / "f0.cnn"))

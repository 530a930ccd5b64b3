"""Diagrams as text and as files."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cnndsl import compile_text
from cnndsl.draw import dot, drawn, render, svg
from cnndsl.draw.formats.graphviz_text import graphviz_text
from cnndsl.draw.formats.raster import png
from cnndsl.draw.formats.svg import svg as svg_of
from cnndsl.draw.layouts import engine
from cnndsl.draw.look import Look
from cnndsl.draw.pictures.make import picture
from cnndsl.draw.pictures.picture import Box, Cluster, Drawing, Edge, Picture, Style
from cnndsl.draw.scenes.compose import scene
from cnndsl.draw.view import Level, View
from cnndsl.errors import CnnError
from cnndsl.shape import Shape
from tests.draw_specs import SPECS

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"


# SVG, PNG and text


def layered(name: str) -> ElementTree.Element:
    """The SVG of a spec with every layer."""
    return ElementTree.fromstring(svg(compile_text(SPECS[name]), View(Level.LAYER)))


def test_svg_is_well_formed_and_its_text_is_text() -> None:
    root = layered("residual")
    words = {"".join(element.itertext()).strip() for element in root.iter(f"{SVG}text")}
    assert {"layer2", "×2", "3×3 conv, 16", "BN · ReLU", "32×8×8", "global avg pool"} <= words
    fonts = [e.get("font-family") for e in root.iter() if e.get("font-family")]
    assert len(fonts) == 1
    assert "sans-serif" in str(fonts[0])


@pytest.mark.parametrize("level", Level, ids=lambda level: level.value)
@pytest.mark.parametrize("name", SPECS)
def test_ids_are_unique(name: str, level: Level) -> None:
    root = ElementTree.fromstring(svg(compile_text(SPECS[name]), View(level)))
    ids = [str(part.get("id")) for part in root.iter() if part.get("id")]
    assert len(set(ids)) == len(ids)
    assert not any(character.isspace() for name in ids for character in name)


CALLED_ALIKE = """
network N() {
  input 8x8x8
  title: { conv 3x3 8 as a -> conv 5x5 8 as b }
  legend: { conv 3x3 8 as a -> conv 5x5 8 as b }
  "a b": { conv 3x3 8 as x -> conv 5x5 8 as y }
  a_b: { conv 3x3 8 as x -> conv 5x5 8 as y }
  "a%20b": { conv 3x3 8 as x -> conv 5x5 8 as y }
}
"""


@pytest.mark.parametrize("level", Level, ids=lambda level: level.value)
def test_parts_that_are_called_alike_have_ids_of_their_own(level: Level) -> None:
    root = ElementTree.fromstring(svg(compile_text(CALLED_ALIKE), View(level)))
    ids = [str(part.get("id")) for part in root.iter() if part.get("id")]
    assert len(set(ids)) == len(ids)
    assert not any(character.isspace() for name in ids for character in name)


@pytest.mark.parametrize("level", Level, ids=lambda level: level.value)
@pytest.mark.parametrize("name", SPECS)
def test_ids_are_the_same_in_svg_and_dot(name: str, level: Level) -> None:
    design = compile_text(SPECS[name])
    root = ElementTree.fromstring(svg(design, View(level)))
    painted = [g for g in root.iter(f"{SVG}g") if g.get("class") not in ("edge", "skip")]
    ids = {str(g.get("id")) for g in painted}
    # A section that goes on in another column has a frame for each.
    ids = {re.sub(r"~\d+~frame", "~frame", id) for id in ids if not id.startswith("~page.")}
    written = set(re.findall(r'[\[ ]id="([^"]+)"', dot(design, View(level))))
    # Where a block of the legend ends, nothing is painted.
    assert {name for name in written if not name.endswith("~out")} == ids


def test_every_box_and_cluster_has_an_id_and_a_title() -> None:
    parts = list(layered("residual").iter(f"{SVG}g"))
    ids = [part.get("id") for part in parts]
    assert len(set(ids)) == len(ids)
    known = {"layer2.0", "layer2.0.downsample.0", "layer1~frame", "~stem~frame", "~in:input"}
    assert known <= set(ids)
    named = [part for part in parts if part.get("class") not in ("title", "legend")]
    assert all(part.findtext(f"{SVG}title") for part in named)


def test_a_box_tells_its_line_and_its_sizes() -> None:
    part = next(g for g in layered("residual").iter(f"{SVG}g") if g.get("id") == "conv1")
    facts = {name: value for name, value in part.items() if name.startswith("data-")}
    assert facts == {
        "data-line": "<text>:14",
        "data-params": str(7 * 7 * 3 * 16 + 16 + 2 * 16),
        "data-macs": str(7 * 7 * 3 * 16 * 32 * 32),
        "data-in": "3x64x64",
        "data-out": "16x32x32",
    }


def test_names_are_escaped_wherever_they_stand() -> None:
    name = "a<b>&amp;\"'\\N\\n é 層 \x07"
    shape = Shape.of(c=1)
    inner = Box(2, Style.LAYERS, name, name, name, paths=("x",), tooltip=name)
    cluster = Cluster(Box(1, Style.HEADER, name, name, name, tooltip=name), (name,), (inner,))
    region = Cluster(
        Box(0, Style.HEADER, name, name, tooltip=name), ("~r",), (cluster,), region=True
    )
    bar = Box(3, Style.BAR, name, name, paths=("bar",), tooltip=name)
    mark = Box(4, Style.MARK, name, paths=("mark",), tooltip=name)
    edges = (Edge(1, 2, shape), Edge(2, 3, shape), Edge(3, 4, shape))
    shown = Picture(name, name, Drawing((region, bar, mark), edges))
    printed = name.replace("\x07", "?")
    text = graphviz_text(shown, Look())
    root = ElementTree.fromstring(engine.run(engine.BUNDLED, text, "svg", "-q"))
    words = [e.text.strip() for e in root.iter(f"{SVG}text") if e.text and e.text.strip()]
    assert set(words) == {printed}
    assert words.count(printed) == 11
    ids = {g.get("id") for g in root.iter(f"{SVG}g")}
    assert {"~1", "~1~frame", "x"} <= ids
    titles = {a.get(f"{XLINK}title") for a in root.iter(f"{SVG}a")}
    assert titles - {"1"} == {printed}
    drawn = ElementTree.fromstring(svg_of(scene(shown, Look(), engine.BUNDLED)))
    spoken = {"".join(e.itertext()) for e in drawn.iter(f"{SVG}text")}
    assert all(printed in words for words in spoken), spoken
    assert png(scene(shown, Look(), engine.BUNDLED), engine.BUNDLED).startswith(b"\x89PNG")


def test_dot_without_a_title_is_read() -> None:
    shown = picture(compile_text(SPECS["chain"]), View())
    nameless = replace(shown, main=Drawing((Box(0, Style.BLOCK, ""),), ()), panels=())
    for each in (shown, nameless):
        text = graphviz_text(each, Look(title=""))
        assert b"<svg" in engine.run(engine.BUNDLED, text, "svg")


def test_png_is_one_and_of_a_sane_size(tmp_path: Path) -> None:
    render(compile_text(SPECS["chain"]), tmp_path / "net.png")
    data = (tmp_path / "net.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    assert 200 < width < height < 2000


def test_the_ending_tells_the_kind(tmp_path: Path) -> None:
    design = compile_text(SPECS["chain"])
    for ending in ("dot", "svg", "SVG"):
        render(design, str(tmp_path / f"net.{ending}"))
    assert (tmp_path / "net.dot").read_text() == dot(design)
    assert (tmp_path / "net.svg").read_text() == (tmp_path / "net.SVG").read_text() == svg(design)
    assert sorted(os.listdir(tmp_path)) == ["net.SVG", "net.dot", "net.svg"]


PRINT_SVG = """
import sys
from cnndsl import compile_text
from cnndsl.draw import svg
sys.stdout.write(svg(compile_text(sys.stdin.read())))
heavy = {"torch", "numpy", "torchvision", "PIL"} & set(sys.modules)
sys.exit(f"imported {heavy}" if heavy else 0)
"""


@pytest.fixture(scope="module")
def runs() -> list[bytes]:
    """The SVG of one spec from two processes of different hashes, without anything heavy."""

    def run(seed: str) -> bytes:
        return subprocess.run(
            [sys.executable, "-c", PRINT_SVG],
            input=SPECS["inception"].encode(),
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout

    return [run("1"), run("2")]


def test_the_same_spec_gives_the_same_bytes(runs: list[bytes]) -> None:
    assert runs[0] == runs[1] == svg(compile_text(SPECS["inception"])).encode()


# What can't be done


def refusal(path: str | Path, which: str = engine.BUNDLED) -> str:
    """The one diagnostic that rendering to `path` ends with."""
    with pytest.raises(CnnError) as caught:
        render(compile_text(SPECS["gate"]), path, which)
    return str(caught.value)


@pytest.mark.parametrize("name", ["net.gif", "net"])
def test_an_unknown_ending_is_told_the_known_ones(tmp_path: Path, name: str) -> None:
    said = refusal(tmp_path / name)
    assert all(word in said for word in ("E705", name[-4:], ".svg", ".png", ".dot"))
    assert not os.listdir(tmp_path)


def test_an_unwritable_place_is_left_as_it_was(tmp_path: Path) -> None:
    assert "unwritable" in refusal(tmp_path / "nowhere" / "net.svg")
    (tmp_path / "folder.svg").mkdir()
    assert "unwritable" in refusal(tmp_path / "folder.svg")
    assert os.listdir(tmp_path) == ["folder.svg"]


def test_a_failed_layout_keeps_the_old_file(tmp_path: Path, fake_dot: Path) -> None:
    target = tmp_path / "net.svg"
    target.write_text("old")
    said = refusal(target, engine.INSTALLED)
    assert "E709" in said
    assert "exit code 3" in said
    assert "no luck" in said
    assert target.read_text() == "old"


@pytest.fixture
def fake_dot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed Graphviz that fails."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "dot"
    program.write_text("#!/bin/sh\ncat >/dev/null\necho no luck >&2\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return program


def test_a_missing_engine_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said = refusal(tmp_path / "net.svg", engine.INSTALLED)
    assert "E709" in said
    assert engine.BUNDLED in said
    monkeypatch.setattr(engine, "BUNDLED", "graphviz-none")
    monkeypatch.setattr(engine, "ENGINES", ("graphviz-none",))
    assert "pip install graphviz-none" in refusal(tmp_path / "net.svg", "graphviz-none")


def test_the_engine_is_found_without_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert os.path.isfile(engine.find(engine.BUNDLED))


@pytest.mark.parametrize("ending", ["svg", "dot", "mmd", "html"])
def test_an_unknown_engine_is_told_the_known_ones(tmp_path: Path, ending: str) -> None:
    said = refusal(tmp_path / f"net.{ending}", "neato")
    assert all(word in said for word in ("E709", "neato", "dot", "graphviz-pure"))


@pytest.mark.parametrize(
    ("ending", "look", "option"),
    [
        (".mmd", Look(caption="Figure 1"), "caption"),
        (".dot", Look(width=252.0), "width"),
        (".html", Look(width=252.0), "width"),
    ],
)
def test_a_format_without_an_option_refuses_it(ending: str, look: Look, option: str) -> None:
    design = compile_text(SPECS["chain"])
    with pytest.raises(CnnError, match=f"as `{ending}` has no --{option}"):
        drawn(design, ending, look=look)
    assert b"Figure 1" in drawn(design, ".html", look=Look(caption="Figure 1"))

"""Diagrams as text, as a layout, and as files."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from cnndsl import compile_text
from cnndsl.draw import dot, engine, render, svg
from cnndsl.draw.graphviz_text import graphviz_text
from cnndsl.draw.picture import Box, Cluster, Edge, Picture, Style
from cnndsl.errors import CnnError
from cnndsl.shape import Shape
from tests.draw_specs import SPECS

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"


# The layout


Area = tuple[float, float, float, float]


def area(node: dict[str, Any]) -> Area:
    """Left, bottom, right and top of a node, in points."""
    x, y = map(float, node["pos"].split(","))
    width, height = float(node["width"]) * 72, float(node["height"]) * 72
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def frame(cluster: dict[str, Any]) -> Area:
    """Left, bottom, right and top of a cluster, in points."""
    left, bottom, right, top = map(float, cluster["bb"].split(","))
    return left, bottom, right, top


def overlap(one: Area, other: Area) -> bool:
    """Whether two areas have more than a border in common."""
    return all(one[i] < other[i + 2] and other[i] < one[i + 2] for i in (0, 1))


def layout(name: str) -> tuple[dict[int, Area], list[tuple[Area, set[int]]], list[Any]]:
    """The areas of nodes, the clusters' with the nodes in them, and the edges."""
    text = dot(compile_text(SPECS[name]))
    laid = json.loads(engine.run(engine.BUNDLED, text, "json", "-q"))
    nodes = {o["_gvid"]: area(o) for o in laid["objects"] if "pos" in o}
    clusters = [(frame(o), set(o["nodes"])) for o in laid["objects"] if "bb" in o]
    return nodes, clusters, laid["edges"]


@pytest.mark.parametrize("name", SPECS)
def test_layout_is_sound(name: str) -> None:
    nodes, clusters, edges = layout(name)
    assert edges
    for edge in edges:
        tail, head = nodes[edge["tail"]], nodes[edge["head"]]
        assert tail[1] + tail[3] > head[1] + head[3], "an edge points upward"
    for number, node in nodes.items():
        for other, there in nodes.items():
            assert number == other or not overlap(node, there), "two nodes overlap"
        for around, inside in clusters:
            assert number in inside or not overlap(node, around), "a foreign node in a cluster"


# SVG, PNG and text


def test_svg_is_well_formed_and_its_text_is_text() -> None:
    root = ElementTree.fromstring(svg(compile_text(SPECS["residual"])))
    words = {"".join(element.itertext()).strip() for element in root.iter(f"{SVG}text")}
    assert {"layer2", "×2", "3×3 conv", "BN · ReLU", "32×8×8", "global avg pool"} <= words
    fonts = {element.get("font-family") for element in root.iter(f"{SVG}text")}
    assert len(fonts) == 1
    assert "sans-serif" in str(fonts.pop())


def test_every_box_and_cluster_has_an_id_and_a_title() -> None:
    root = ElementTree.fromstring(svg(compile_text(SPECS["residual"])))
    parts = [g for g in root.iter(f"{SVG}g") if g.get("class") in ("node", "cluster")]
    ids = [part.get("id") for part in parts]
    assert len(set(ids)) == len(ids)
    assert {"layer2.0", "layer2.0.downsample.0", "layer1~header", "~stem"} <= set(ids)
    assert all(next(part.iter(f"{SVG}a")).get(f"{XLINK}title") for part in parts)


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
    edges = (Edge(0, 1, shape), Edge(1, 2, shape), Edge(2, 3, shape), Edge(3, 4, shape))
    text = graphviz_text(Picture(name, name, (region, bar, mark), edges))
    root = ElementTree.fromstring(engine.run(engine.BUNDLED, text, "svg", "-q"))
    printed = name.replace("\x07", "?")
    words = [e.text.strip() for e in root.iter(f"{SVG}text") if e.text and e.text.strip()]
    assert set(words) == {printed, "other"}
    assert words.count(printed) == 13
    ids = {g.get("id") for g in root.iter(f"{SVG}g")}
    assert {printed, f"{printed}~header"} <= ids
    titles = {a.get(f"{XLINK}title") for a in root.iter(f"{SVG}a")}
    assert titles == {printed, "1"}


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


def test_an_unknown_engine_is_told_the_known_ones(tmp_path: Path) -> None:
    said = refusal(tmp_path / "net.svg", "neato")
    assert all(word in said for word in ("E709", "neato", "dot", "graphviz-pure"))

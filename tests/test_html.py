"""The file of a page: what is in it, without a browser."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import cnndsl
from cnndsl import compile_text
from cnndsl.draw import View, drawn
from cnndsl.draw.html.data import script_json
from cnndsl.draw.look import Look
from cnndsl.draw.view import Level
from cnndsl.errors import CnnError
from tests.commands import run
from tests.draw_specs import SPECS


def page_of(name: str, view: View | None = None, look: Look | None = None) -> str:
    design = compile_text(SPECS[name]) if name in SPECS else cnndsl.compile(name)
    return drawn(design, ".html", view, look).decode()


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


class Elements(HTMLParser):
    """Collects the elements of a page, and what they refer to."""

    VOID = ("meta", "link", "input", "br", "img")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.scripts = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        self.scripts += tag == "script"
        names = ("src", "href", "xlink:href", "action")
        self.addresses += [value or "" for name, value in attributes if name in names]

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", sorted(SPECS))
def test_a_page_is_well_formed_and_refers_to_nothing(name: str) -> None:
    page = page_of(name)
    elements = Elements(page)
    assert elements.open == []
    assert elements.scripts == 2
    assert elements.addresses == ["data:,"]
    assert "url(" not in page
    assert "@import" not in page
    assert "fetch(" not in page
    assert "default-src 'none'" in page


def test_the_same_spec_gives_the_same_bytes() -> None:
    assert page_of("residual") == page_of("residual")


def test_what_stands_in_scripts_ends_none() -> None:
    hostile = {"a": "</script><!-- & \u2028"}
    text = script_json(hostile)
    assert json.loads(text) == hostile
    assert not re.search("[<>&\u2028]", text)


def sums(data: dict[str, Any], number: int, what: str) -> int:
    """The sum over the boxes of a drawing, each of those that can be opened from its inside."""
    total = 0
    for box in data["drawings"][number]["boxes"]:
        if box["n"] == data["drawings"][number]["header"]:
            continue
        if "open" not in box:
            total += box[what]
            continue
        count = len(box["open"]["paths"])
        inside = count * sums(data, box["open"]["drawing"], what)
        assert inside == box[what]
        total += inside
    return total


@pytest.mark.parametrize("name", ["resnet50", "googlenet", "densenet121", "swin_t", "vgg16"])
def test_the_boxes_of_all_drawings_add_up_to_the_network(name: str) -> None:
    data = data_of(page_of(name))
    design = cnndsl.compile(name)
    assert sums(data, 0, "params") == design.params
    assert sums(data, 0, "macs") == design.macs


def names(data: dict[str, Any], number: int = 0, prefixes: tuple[str, ...] = ("",)) -> set[str]:
    """The path of every layer that a reader can come to."""

    def joined(own: list[str]) -> tuple[str, ...]:
        return tuple(f"{prefix}.{name}".strip(".") for prefix in prefixes for name in own)

    found: set[str] = set()
    for box in data["drawings"][number]["boxes"]:
        found |= set(joined(box["paths"]))
        if "open" in box:
            inside = joined(box["open"]["paths"])
            found |= names(data, box["open"]["drawing"], inside)
    return found


REACHED = [
    *("resnet50", "googlenet", "densenet121", "swin_t", "unet_bn"),
    *("regnet_x_400mf", "shiftnet_a", "yolox_s"),
]


@pytest.mark.parametrize("name", REACHED)
def test_a_reader_can_come_to_every_layer(name: str) -> None:
    found = names(data_of(page_of(name)))
    layers = {use.path for use in cnndsl.compile(name).layers() if use.params}
    assert layers <= found


def test_equal_parts_share_a_drawing() -> None:
    assert len(page_of("resnet152")) < 1.2 * len(page_of("resnet50"))


def test_the_level_that_is_asked_for_is_shown_first() -> None:
    data = data_of(page_of("residual", View(Level.STAGE)))
    assert data["root"] == data["roots"]["stage"] != 0
    assert data_of(page_of("residual"))["root"] == 0


def test_a_part_that_is_not_there_is_told() -> None:
    with pytest.raises(CnnError, match="no part `nowhere`"):
        page_of("residual", View(expand=("nowhere",)))


def test_the_command_writes_a_page(tmp_path: Path) -> None:
    path = tmp_path / "net.HTML"
    done = run("render", "lenet", "-o", str(path))
    assert done.exit_code == 0
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_the_legend_title_and_caption_can_be_chosen() -> None:
    look = Look(title="A net & more", caption="Figure <1>", legend=False)
    page = page_of("residual", look=look)
    assert "<h1>A net &amp; more</h1>" in page
    assert "<p>Figure &lt;1&gt;</p>" in page
    assert 'class="kind"' not in page
    assert 'class="kind"' in page_of("residual")

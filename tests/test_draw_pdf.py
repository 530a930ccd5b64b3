"""Diagrams as PDF, read back by another program."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

from cnndsl import compile_text
from cnndsl.draw import Look, View, render
from cnndsl.draw.formats.pdf import pdf
from cnndsl.draw.layouts.engine import BUNDLED
from cnndsl.draw.pictures.make import picture
from cnndsl.draw.scenes.compose import scene
from cnndsl.draw.view import Level
from cnndsl.errors import CnnError
from tests.draw_specs import SPECS

DESIGN = compile_text(SPECS["residual"])
SCENE = scene(picture(DESIGN, View(Level.LAYER)), Look(), BUNDLED)


@pytest.fixture(scope="module")
def page() -> pypdf.PageObject:
    """The only page of a diagram."""
    (page,) = pypdf.PdfReader(io.BytesIO(pdf(SCENE, BUNDLED))).pages
    return page


def test_the_page_is_as_large_as_the_diagram(page: pypdf.PageObject) -> None:
    size = float(page.mediabox.width), float(page.mediabox.height)
    assert size == pytest.approx((SCENE.width, SCENE.height), abs=0.1)


def test_all_words_are_there_as_text(page: pypdf.PageObject) -> None:
    text = " ".join(page.extract_text().split())
    for words in ("7×7 conv, 16, /2", "BN · ReLU", "layer2", "×2", "32×8×8", "global avg pool"):
        assert words in text


def test_a_letter_that_the_font_does_not_have_is_there(page: pypdf.PageObject) -> None:
    assert "→" in page.extract_text()


def fonts(page: pypdf.PageObject) -> Iterator[Any]:
    """The descriptors of the fonts of a page."""
    for reference in page["/Resources"]["/Font"].values():  # type: ignore[index]
        font = reference.get_object()
        for inner in font.get("/DescendantFonts", [font]):
            yield inner.get_object()["/FontDescriptor"].get_object()


def test_every_font_is_in_it(page: pypdf.PageObject) -> None:
    found = list(fonts(page))
    assert len(found) >= 2
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(font) for font in found)


def test_it_is_drawn_and_not_a_picture(page: pypdf.PageObject) -> None:
    assert not page.images
    assert page.get_contents().get_data().count(b" c\n") > 50  # type: ignore[union-attr]


def test_without_its_package_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(CnnError) as caught:
        render(DESIGN, tmp_path / "net.pdf")
    assert "E715" in str(caught.value)
    assert "pip install 'cnndsl[pdf]'" in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_width_shrinks_the_page() -> None:
    narrow = scene(picture(DESIGN, View(Level.LAYER)), Look(width=100), BUNDLED)
    (page,) = pypdf.PdfReader(io.BytesIO(pdf(narrow, BUNDLED))).pages
    assert float(page.mediabox.width) == pytest.approx(100, abs=0.1)

"""The widths of words, against those that Graphviz has of the same font."""

from __future__ import annotations

import json
import string

import pytest

from cnndsl.draw.formats.markup import safe
from cnndsl.draw.layouts import engine
from cnndsl.draw.layouts.dot_syntax import quoted
from cnndsl.draw.layouts.metrics import width

SIZE = 100
# Where markup or escapes have no meaning.
LETTERS = string.ascii_letters + string.digits + "!#$%'()*+,-./:;=?@[]^_`{|}~"


def widths(bold: bool) -> dict[str, float]:
    """How wide Graphviz takes ten of each letter to be."""
    mark = ("<b>", "</b>") if bold else ("", "")
    labels = [f"<{mark[0]}{safe(letter * 10)}{mark[1]}>" for letter in LETTERS]
    nodes = "\n".join(f"n{place} [label={quoted(label)}]" for place, label in enumerate(labels))
    text = f'graph {{ node [fontname="Helvetica" fontsize={SIZE}]\n{nodes} }}'
    laid = json.loads(engine.run(engine.BUNDLED, text, "json", "-q"))
    found = {}
    for node in laid["objects"]:
        (words,) = [op for op in node["_ldraw_"] if op["op"] == "T"]
        found[LETTERS[int(node["name"][1:])]] = float(words["width"])
    return found


@pytest.mark.parametrize("bold", [False, True], ids=["plain", "bold"])
def test_letters_are_as_wide_as_graphviz_takes_them_to_be(bold: bool) -> None:
    expected = widths(bold)
    assert len(expected) == len(LETTERS)
    found = {letter: width(letter * 10, SIZE, bold) for letter in LETTERS}
    wrong = {
        letter: (found[letter], expected[letter])
        for letter in LETTERS
        if abs(found[letter] - expected[letter]) > 5
    }
    assert wrong == {}


def test_letters_that_no_table_has_take_some_room() -> None:
    assert width("層", 10) == 10
    assert width("Ж", 10) > 5
    assert width("", 10) == 0

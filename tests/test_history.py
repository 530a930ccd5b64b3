"""What a message tells of the way to it: calls with their arguments, sizes, strides, cycles."""

from __future__ import annotations

import pytest

import cnndsl
from cnndsl.errors import CnnError, Diagnostic
from cnndsl.library import bundled_compilers


def error(text: str) -> Diagnostic:
    """The only error of a spec."""
    with pytest.raises(CnnError) as caught:
        cnndsl.compile_text(text)
    (found,) = caught.value.diagnostics
    return found


def test_the_calls_that_led_there_are_told_with_their_arguments() -> None:
    found = error(
        "block inner(c, act=relu, gate=[1, 2]) { conv 3x3 c as a -> act -> fc 3 as f }\n"
        "block outer(skip, c=4) { inner (2 * c) act=tanh as i }\n"
        "network N() {\n  input 3x8x8\n  conv 3x3 5 as stem\n  outer @stem as o\n}\n"
    )
    calls = [label.text for label in found.related if label.text.startswith("called")]
    assert calls == [
        "called here: `inner c=8 act=tanh gate=[1, 2]`, on 5x8x8",
        "called here: `outer skip=@5x8x8 c=4`, on 5x8x8",
    ]


def test_long_arguments_are_cut() -> None:
    found = error(
        "block b(a, c, d) { fc 3 as f }\n"
        "network N() {\n  input 3x8x8\n"
        "  b range(99) range(99) range(99) as x\n}\n"
    )
    (call,) = (label.text for label in found.related if label.text.startswith("called"))
    assert len(call) < 120
    assert call.endswith("…`, on 3x8x8")


@pytest.mark.parametrize(
    ("body", "way"),
    [
        ("maxpool 2x2 -> maxpool 4x4", "16x16 -> 8x8 (line 3) -> 2x2 (line 3)"),
        ("down as a -> relu -> down as b", "16x16 -> 4x4 (line 1) -> 1x1 (line 1)"),
        ("part: { relu -> maxpool 8x8 }", "16x16 -> 2x2 (line 3)"),
        ("add { | maxpool 8x8 | avgpool 8x8 } as a", "16x16 -> 2x2 (line 3)"),
        ("maxpool 8x8 as a -> gap\n  @a -> conv 1x1 4 as b", "16x16 -> 2x2 (line 3)"),
        (
            "repeat 4 { maxpool 2x2 }\n  conv 3x3 4 as a -> upconv 2x2 4 /2 as b",
            "16x16 -> 8x8 (line 3) -> 4x4 (line 3) -> 2x2 (line 3) -> 1x1 (line 3) -> 2x2 (line 4)",
        ),
    ],
)
def test_a_window_that_does_not_fit_has_the_sizes_on_its_way(body: str, way: str) -> None:
    found = error(
        "block down() { conv 3x3 4 as c -> maxpool 4x4 }\n"
        f"network N() {{ input 3x16x16\n  {body}\n  {{ conv 3x3 4 as d }}\n"
        "  last: { relu -> conv 9x9 4 pad=0 as e }\n}\n"
    )
    assert found.code == "window"
    assert found.notes == (f"the size on its way here: {way}",)


def test_the_way_leads_out_of_the_blocks_and_scopes_around() -> None:
    found = error(
        "block deep() { relu -> conv 5x5 4 pad=0 as c }\n"
        "block outer(skip) { part: { @skip -> deep as d } }\n"
        "network N() {\n  input 3x16x16\n  maxpool 4x4 as a\n  conv 3x3 8 as b\n"
        "  outer @a as o\n}\n"
    )
    assert found.notes == ("the size on its way here: 16x16 -> 4x4 (line 5)",)


def test_a_long_way_is_cut_in_the_middle() -> None:
    found = error(
        "network N() {\n  input 3x2048x2048\n  repeat 11 { maxpool 2x2 }\n  maxpool 2x2\n}\n"
    )
    (note,) = found.notes
    sizes = [step.split(" (")[0] for step in note.partition(": ")[2].split(" -> ")]
    assert sizes == ["2048x2048", "1024x1024", "512x512", "…", "8x8", "4x4", "2x2", "1x1"]


UNET = """\
network N() {{
  input 3x{size}x{size}
  conv 3x3 8 as skip
  maxpool 2x2 as down -> conv 3x3 8 as low
  {up}
  concat {{ | @skip | identity }} -> conv 1x1 2 as out
}}
"""


def test_a_mismatch_tells_the_stride_that_did_not_divide() -> None:
    found = error(UNET.format(size=33, up="upconv 2x2 8 /2 as up"))
    assert found.code == "shape-mismatch"
    why = "takes 33x33, which its stride of 2 does not divide evenly"
    way = "33x33 -> 16x16 (`maxpool 2x2`, line 4) -> 32x32 (`upconv 2x2 8 /2`, line 5)"
    way = f"the size on the way to arm 2: {way}"
    assert found.notes == (way, f"`maxpool 2x2` (line 4) {why}")
    (way,) = error(UNET.format(size=32, up="conv 3x3 8 /2 as up")).notes
    assert "evenly" not in way
    arms = "concat { | conv 3x3 8 /2 as a | conv 3x3 8 as b }"
    shared = error(f"network N() {{\n  input 3x33x33\n  maxpool 2x2\n  {arms}\n}}\n")
    assert shared.code == "shape-mismatch"
    assert shared.notes == ("the size on the way to arm 1: 16x16 -> 8x8 (`conv 3x3 8 /2`, line 4)",)


def warnings(text: str) -> list[str]:
    found = cnndsl.compile_text(text).warnings
    return [f"{w.span.line} {w.number}" for w in found if w.span]


@pytest.mark.parametrize(
    ("size", "up", "expected"),
    [
        (32, "upconv 2x2 8 /2 as up", []),
        (33, "upconv 3x3 8 /2 as up", ["4 W107"]),
        (33, "interpolate @skip", []),
        (33, "interpolate 33x33", ["4 W107"]),
        (33, "upsample 2 -> pad [[0, 1], [0, 1]]", ["4 W107"]),
        (33, "up: { relu -> upconv 3x3 8 /2 as up }", ["4 W107"]),
    ],
)
def test_a_stride_that_a_later_merge_depends_on_is_warned_of(
    size: int, up: str, expected: list[str]
) -> None:
    assert warnings(UNET.format(size=size, up=up)) == expected


@pytest.mark.parametrize(
    "body",
    [
        # Both sides come by strides from the same, and nobody comes up again.
        "residual { conv 3x3 8 /2 as a } project { conv 1x1 8 /2 as b }",
        "concat { | conv 3x3 8 /2 as a | maxpool 3x3 /2 pad=1 }",
        "concat { | conv 3x3 8 /2 as a | maxpool 2x2 -> pad [[0, 1], [0, 1]] }",
        # A gate has no places.
        "maxpool 2x2 -> mul { | identity | gap -> conv 1x1 3 as a }",
        "conv 3x3 8 as s\n  maxpool 2x2 -> upconv 3x3 8 /2 as u\n  mul { | identity | @s -> gap }",
        # What is brought to the size of another is whole again.
        "upsample 2 as big\n  @image -> maxpool 2x2 -> interpolate @image -> upsample 2 as up\n"
        "  add { | @big | @up }",
        # What is cut to the size that comes up meets it.
        "conv 3x3 8 as skip\n  maxpool 2x2 -> upconv 2x2 8 /2 as up\n"
        "  add { | @skip -> crop @up | identity }",
        # What comes up again meets nothing, or what came down with it.
        "maxpool 2x2 -> upconv 2x2 8 /2 as a",
        "maxpool 2x2 as d -> add { | upsample 2 | upsample 2 -> relu }",
    ],
)
def test_other_uneven_strides_are_fine(body: str) -> None:
    assert warnings(f"network N() {{\n  input 3x33x33 as image\n  {body}\n}}\n") == []


def test_blocks_that_go_down_and_up_are_followed() -> None:
    text = (
        "block down(c) { maxpool 2x2 -> conv 3x3 c as conv }\n"
        "block up(skip, c) { upconv 3x3 c /2 as up -> concat { | @skip | identity } }\n"
        "network N() {\n  input 3x33x33\n  conv 3x3 8 as skip\n  down 8 as down\n"
        "  up @skip 8 as up\n}\n"
    )
    assert warnings(text) == ["1 W107"]
    assert warnings(text.replace("3x33x33", "3x32x32").replace("upconv 3x3", "upconv 2x2")) == []


def test_bundled_networks_have_no_uneven_strides_that_matter() -> None:
    for _, compiler in bundled_compilers():
        assert [d for d in compiler.check() if d.code == "uneven-stride"] == []


CYCLES = {
    "block a(c) { relu -> a c }": ("recursion", "`a` calls itself with"),
    "block a(c) { b c }\nblock b(c) { relu -> a c }": (
        "recursion",
        "`a` calls `b`, and `b` calls `a` with",
    ),
    "block a(c) { b c }\nblock b(c) { c3 c }\nblock c3(c) { b c }": (
        "recursion",
        "`b` calls `c3`, and `c3` calls `b` with",
    ),
    "block a(c) { relu -> a (c + 1) }": ("limit", "deep: `a` calls itself"),
    "block a(c) { b c }\nblock b(c) { a (c + 1) }": (
        "limit",
        "deep: `a` calls `b`, and `b` calls `a`",
    ),
}


@pytest.mark.parametrize("blocks", CYCLES)
def test_a_cycle_is_told_by_its_members(blocks: str) -> None:
    found = error(f"{blocks}\nnetwork N() {{\n  input 3x8x8\n  a 3 as x\n}}\n")
    code, words = CYCLES[blocks]
    assert found.code == code
    assert words in found.message

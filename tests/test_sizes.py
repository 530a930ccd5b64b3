"""The sizes that networks take: against elaboration of each size anew, and against torch."""

from __future__ import annotations

import re
from random import Random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnndsl import CnnError, Design
from cnndsl.analyse import sizes as sizes_module
from cnndsl.analyse.size_rules import rule
from cnndsl.analyse.sizes import AxisSizes
from cnndsl.compiler import Compiler
from cnndsl.load import module
from cnndsl.source import Source
from tests.commands import run

SEARCHED = range(1, 257)

UNET = """network UNet(width=2, depth=4) {
  input 3x64x64
  for i in range(depth) { conv 3x3 (width * 2**i) as encoder -> relu -> maxpool 2x2 }
  conv 3x3 (width * 2**depth) as bottom -> relu
  for i in reversed(range(depth)) {
    upsample 2
    concat { | @encoder[i] | identity } -> conv 3x3 (width * 2**i) as decoder -> relu
  }
}"""
FLAT = """network Flat() {
  input 3x30x30
  conv 3x3 4 /2 pad=0 as conv -> relu -> maxpool 2x2 -> flatten -> fc 5 as fc
}"""
POOLED = """network Pooled() {
  input 3x32x48
  conv 7x7 4 pad=0 as conv -> relu -> gap -> flatten -> fc 5 as fc
}"""
# Halves with rounding up, so that a run of sizes fits and the next does not.
ROUNDED = """network Rounded() {
  input 3x32x32
  conv 3x3 4 /2 as a -> conv 3x3 4 /2 as b -> upsample 2
  add { | @a | identity } -> conv 3x3 4 as c
}"""
TILED = """network Tiled() {
  input 3x32x32
  require in.h % 8 == 1 or in.h % 8 == 0, "eight"
  conv 3x3 4 as a
}"""
SPECS = {"unet": UNET, "flat": FLAT, "pooled": POOLED, "rounded": ROUNDED, "tiled": TILED}


def compiler(text: str) -> Compiler:
    return Compiler(Source("net.cnn", text))


def found(text: str) -> dict[tuple[str, ...], AxisSizes]:
    return {sizes.axes: sizes for sizes in compiler(text).legal_sizes().axes}


def anew(text: str, axes: tuple[str, ...], size: int) -> Design | None:
    """The design at a size, by a compiler of its own."""
    shape = compiler(text).design().network.inputs[0]
    try:
        return compiler(text).design(sizes=shape.replace(**dict.fromkeys(axes, size)).sizes)
    except CnnError:
        return None


@pytest.mark.parametrize("name", SPECS)
def test_each_size_is_as_when_it_is_compiled_anew(name: str) -> None:
    random = Random(name)
    weights = dict(compiler(SPECS[name]).design().network.weights())
    for axes, sizes in found(SPECS[name]).items():
        assert sizes.searched == SEARCHED
        for size in [*range(1, 9), *random.sample(SEARCHED, 30)]:
            design = anew(SPECS[name], axes, size)
            same = design is not None and dict(design.network.weights()) == weights
            assert (size in sizes.same) == same, (axes, size)
            assert (size in sizes.others) == (design is not None and not same), (axes, size)


@pytest.mark.parametrize("name", ["unet", "flat", "pooled", "rounded"])
def test_the_same_weights_run_at_the_sizes_that_keep_them(name: str) -> None:
    text = SPECS[name]
    own = compiler(text).design()
    for axes, sizes in found(text).items():
        some = {sizes.same[0], sizes.same[-1], *Random(name).sample(sizes.same, 2)}
        illegal = sorted(set(SEARCHED) - {*sizes.same, *sizes.others})
        with torch.device("meta"):
            built = module(own).eval()
            for size in some:
                shape = own.network.inputs[0].replace(**dict.fromkeys(axes, size))
                at_size = anew(text, axes, size)
                assert at_size is not None
                module(at_size).load_state_dict(built.state_dict(), strict=True)
                result = built(torch.empty(2, *shape.sizes))
                output = at_size.network.shape(at_size.network.outputs[0].wire)
                assert tuple(result.shape[1:]) == output.sizes
            for size in [*illegal[:2], *illegal[-2:], *sizes.others[:2], *sizes.others[-2:]]:
                shape = own.network.inputs[0].replace(**dict.fromkeys(axes, size))
                with pytest.raises(RuntimeError):
                    built(torch.empty(2, *shape.sizes))


def lines(text: str) -> list[tuple[str, str]]:
    return compiler(text).legal_sizes().rules()


def test_rules_of_networks_are_told_in_words() -> None:
    assert lines(UNET) == [("h, w or both", "multiples of 16")]
    assert lines(POOLED) == [("h or w", "any size from 7")]
    assert lines(ROUNDED) == [("h, w or both", "1 to 4, 4n or 4n + 3 from 7 (1 to 256 searched)")]
    assert lines(FLAT) == [
        (
            "h, w or both",
            "any size from 5; with the same weights 29 to 32 (others change `fc.weight`)",
        )
    ]
    assert lines(TILED)[0] == ("h or both", "8n or 8n + 1")


def test_axes_of_several_inputs_are_not_searched() -> None:
    text = """network Two() {
  input 3x8x8 as a
  input 3x8x8 as b
  add { | @a | @b } -> conv 1x1 2 as c
}"""
    assert "as they are written" in lines(text)[0][1]
    assert "as they are written" in lines("network N() { input 10\n fc 2 as fc }")[0][1]


def test_a_large_network_is_searched_near_its_own_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizes_module, "MOST_NODES", 1)
    sizes = found(UNET)["h",]
    assert sizes.searched == range(48, 80)
    assert sizes.same == (48, 64)
    assert sizes.words == "48, 64 (48 to 79 searched)"


def test_check_tells_sizes_where_it_is_asked_to(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "net.cnn"
    path.write_text(UNET)
    assert run("check", path).stdout == f"{path}: ok, 1 network\n"
    told = run("check", path, "--sizes")
    assert told.stdout == f"{path}: ok, 1 network\n  UNet  h, w or both  multiples of 16\n"
    path.write_text(UNET.replace("3x64x64", "3x60x64"))
    assert "multiples" not in run("check", path, "--sizes").stdout


def meant(words: str, searched: range) -> set[int]:
    """The sizes that the words of a rule mean."""
    words = re.sub(r" \(\d+ to \d+ searched\)$", "", words)
    return set().union(*(_meant(part, searched) for part in words.split(", ")))


def _meant(words: str, searched: range) -> set[int]:
    words, _, start = words.partition(" from ")
    tail = [size for size in searched if size >= int(start or 1)]
    if words == "none":
        return set()
    if words == "any size":
        return set(tail)
    if match := re.fullmatch(r"multiples of (\d+)", words):
        return {size for size in tail if size % int(match[1]) == 0}
    if match := re.fullmatch(r"(\d+)n(?: \+ (\d+))? to \1n \+ (\d+)", words):
        period, first, last = (int(group or 0) for group in match.groups())
        return {
            size for size in tail if any((size - r) % period == 0 for r in range(first, last + 1))
        }
    if "n" in words.replace("only", ""):
        terms = [re.fullmatch(r"(\d+)n(?: \+ (\d+))?", term) for term in words.split(" or ")]
        assert all(terms), words
        return {size for size in tail for t in terms if t and size % int(t[1]) == int(t[2] or 0)}
    low, _, high = words.removeprefix("only ").partition(" to ")
    return set(range(int(low), int(high or low) + 1))


@given(
    period=st.integers(1, 40),
    remainders=st.sets(st.integers(0, 39), min_size=1, max_size=6),
    first=st.integers(1, 120),
    early=st.sets(st.integers(1, 60), max_size=3),
    start=st.sampled_from([1, 30]),
)
@settings(max_examples=400, deadline=None)
def test_words_mean_what_was_found(
    period: int, remainders: set[int], first: int, early: set[int], start: int
) -> None:
    searched = range(start, 257)
    kept = {rest % period for rest in remainders}
    sizes = {s for s in searched if (s >= first and s % period in kept) or s in early}
    words = rule(sorted(sizes), searched)
    if "more runs" not in words:
        assert meant(words, searched) == sizes, words


def test_rules_have_no_bounds_that_are_not_there() -> None:
    assert rule([*range(1, 257)], SEARCHED) == "any size"
    assert rule([*range(33, 257)], SEARCHED) == "any size from 33"
    assert rule([224], SEARCHED) == "only 224"
    assert rule([*range(224, 240)], SEARCHED) == "224 to 239"
    assert rule([], SEARCHED) == "none"
    assert rule([*range(33, 257, 32)], SEARCHED) == "32n + 1 from 33"
    assert rule([7, *range(40, 257)], SEARCHED) == "7, any size from 40 (1 to 256 searched)"
    assert rule([*range(100, 257)], range(90, 257)) == "any size from 100 (90 to 256 searched)"

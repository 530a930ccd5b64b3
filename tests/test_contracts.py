"""Contracts of blocks: what they say that they take and give holds wherever they are used."""

from __future__ import annotations

import pytest

from cnndsl.compiler import Compiler
from cnndsl.errors import CnnError
from cnndsl.source import Source
from tests.small_networks import network


def refusal(body: str, block: str) -> str:
    """The one message of a network that uses a block."""
    text = f"{block}\nnetwork Net() {{\n  input 3x32x32\n  {body}\n}}\n"
    errors = [d for d in Compiler(Source("net.cnn", text)).check() if d.severity.value == "error"]
    assert len(errors) == 1, errors
    return errors[0].message


@pytest.mark.parametrize(
    "contract",
    [
        "c h w -> c h w",
        "c h w -> (c) h w",
        "3 32 32 -> 3 32 32",
        "c h w -> (in.c) (2 * h // 2) w",
        "c h (n * 4) -> c h (n * 4)",
        "c h w -> 3 h (n + 24)",
    ],
)
def test_a_contract_that_holds_changes_nothing(contract: str) -> None:
    design = network("same 8", f"block same(n) : {contract} {{ relu }}")
    assert design.output == design.input


@pytest.mark.parametrize(
    ("contract", "message"),
    [
        ("c -> c", "takes `c` by its contract, but here it gets c 3, h 32, w 32"),
        ("h w c -> h w c", "takes `h w c` by its contract"),
        ("4 h w -> 4 h w", "takes `4 h w` by its contract"),
        ("c h w -> c", "gives `c` by its contract, but here it gives c 3, h 32, w 32"),
        ("c h w -> (2 * c) h w", "gives `6 h w` by its contract"),
        ("c h w -> c h (h / 2)", "a size in a contract is a whole number, not 16.0"),
    ],
)
def test_a_contract_that_does_not_hold_is_told_with_both_sides(contract: str, message: str) -> None:
    assert message in refusal("same", f"block same() : {contract} {{ relu }}")


def test_an_axis_on_both_sides_keeps_its_size() -> None:
    block = "block half() : c h w -> c h w { maxpool 2x2 }"
    assert "gives `c h w` by its contract, but here it gives c 3, h 16, w 16" in refusal(
        "half", block
    )
    network("half", "block half() : c h w -> c (h // 2) (w // 2) { maxpool 2x2 }")


def test_a_parameter_goes_before_an_axis_of_its_name() -> None:
    block = "block unit(c) : c h w -> (c) h w { conv 3x3 c as conv }"
    assert network("unit 8", block).output.sizes == (8, 32, 32)


def test_a_new_axis_has_any_size() -> None:
    network("flat", "block flat() : c h w -> c { flatten }".replace("-> c {", "-> (c * h * w) {"))


def test_names_in_a_contract_are_checked_though_nobody_calls_the_block() -> None:
    with pytest.raises(CnnError, match="there is no value `m`"):
        network("relu", "block unit(n) : c h w -> (m * c) h w { relu }")

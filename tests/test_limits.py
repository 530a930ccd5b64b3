"""Every spec ends, and what is likely not meant is warned of."""

from __future__ import annotations

import pytest

from cnndsl.limits import Limits
from cnndsl.shape import Shape
from tests.small_networks import codes, network

# Limits


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        ("repeat 10**9 { relu }", ""),
        ("repeat 10000 { repeat 10000 { let a = 1 } }", ""),
        ("forever", "block forever() { forever }"),
        ("ping 1", "block ping(n) { pong (n + 1) }\nblock pong(n) { ping (n + 1) }"),
        (
            "b40",
            "block b0() { relu }\n"
            + "\n".join(f"block b{i}() {{ b{i - 1} -> b{i - 1} }}" for i in range(1, 41)),
        ),
        ("let a = 2 ** 100000000000", ""),
        ("let a = 10 ** 18 * 100", ""),
        ("let a = [x for x in range(100000) for y in range(100000)]", ""),
        ("let a = range(10 ** 12)", ""),
        ("let a = [0] * 10 ** 9", ""),
        ('let a = "x"\nfor i in range(100) { let a = "{a}{a}" }\nlet b = [a] * 100000000', ""),
    ],
)
def test_every_spec_ends(body: str, blocks: str) -> None:
    assert set(codes(body, blocks)) <= {"limit", "recursion", "arithmetic", "argument"}


def test_limits_can_be_moved() -> None:
    assert codes("repeat 20 { relu }", limits=Limits(items=10)) == ["limit"]
    text = "block down(n) { if n > 0 { down (n - 1) } else { relu } }"
    assert codes("down 70", text) == ["limit"]
    assert network("down 70", text, limits=Limits(calls=100)).output == Shape.of(c=3, h=32, w=32)


# Warnings


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("conv 1x1 4 as a -> bn as b", ["idle-bias"]),
        ("conv 1x1 4 bias=true as a -> bn as b", []),
        ("conv 1x1 3 as a -> bn as b\nadd { | @a | identity }", []),
        ("conv 1x1 4", ["unlabelled"]),
        ("conv 1x1 4 as a\n@a -> relu\n@a -> relu", ["unused"]),
        ("repeat 2 { maxpool 2x2 }", ["repeat-changes-shape"]),
        ("let max = 3\nconv 1x1 max as a", ["hides"]),
        ("let pad = 3\nconv 7x7 3 pad=pad as a", []),
    ],
)
def test_what_is_likely_not_meant_is_warned_of(body: str, expected: list[str]) -> None:
    assert [warning.code for warning in network(body).warnings] == expected


def test_a_block_that_nothing_calls_is_warned_of() -> None:
    assert [w.code for w in network("relu", "block b() { relu }").warnings] == ["unused-block"]

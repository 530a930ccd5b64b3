"""The names of weights, as the language's reference tells them."""

from __future__ import annotations

import pytest
from torch import nn

from cnndsl.elaborate.names import OWNED_BY_MODULE
from tests.small_networks import codes, keys, network


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("conv 3x3 4 -> relu -> conv 3x3 4", ["0", "2"]),
        ("conv 3x3 4 as a -> relu\nconv 3x3 4", ["a", "2"]),
        ("stem { conv 3x3 4 }\nbody { conv 3x3 4 }", ["0", "1"]),
        ("{ conv 3x3 4 -> relu }\nconv 3x3 4", ["0", "2"]),
        ('let k = 3\nrequire k == 3, "k"\nconv 3x3 4', ["0"]),
        ("part: { conv 3x3 4 -> relu -> conv 3x3 4 }", ["part.0", "part.2"]),
        ("part: conv 3x3 4 -> conv 3x3 4", ["part.0", "part.1"]),
        ("part: conv 3x3 4", ["part"]),
        ("{ conv 3x3 4 -> relu } as part", ["part.0"]),
        ("conv 3x3 4 as @low -> conv 1x1 4", ["0", "1"]),
        ('conv 3x3 4 as "a-{1 + 1}"', ["a-2"]),
    ],
)
def test_items_are_called_by_their_label_or_their_place(body: str, expected: list[str]) -> None:
    assert keys(network(body)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("for i in range(2) { conv 3x3 4 as a }", ["a.0", "a.1"]),
        ("repeat 1 { conv 3x3 4 as a }", ["a.0"]),
        (
            "for i in range(2) { for j in range(2) { conv 3x3 4 as a } }",
            [f"a.{n}" for n in range(4)],
        ),
        ('for i in range(2) { conv 3x3 4 as "a{i}" }', ["a0", "a1"]),
        ("repeat 2 { conv 3x3 4 }\nconv 3x3 4", ["0", "1", "2"]),
        ("repeat 2 { s: { conv 3x3 4 as a } }", ["s.0.a", "s.1.a"]),
        ('for i in [1, 2] { "s{i}": { conv 3x3 4 as a } }', ["s1.a", "s2.a"]),
    ],
)
def test_plain_labels_in_loops_are_lists(body: str, expected: list[str]) -> None:
    assert keys(network(body)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("relu -> add { | conv 1x1 4 -> bn | conv 1x1 4 }", ["1.0.0", "1.0.1", "1.1.0"]),
        ("concat { | conv 1x1 4 | conv 1x1 4 } as both", ["both.0.0", "both.1.0"]),
        ("concat { | conv 1x1 4 as a | b: conv 1x1 4 }\nconv 1x1 4", ["a", "b", "1"]),
        ("concat { | relu -> conv 1x1 4 as a -> conv 1x1 4 | identity }", ["a", "0.0.2"]),
        ("concat { for k in [1, 3] { | conv 4 kernel=k } }", ["0.0.0", "0.1.0"]),
        ("concat { for k in [1, 3] { | conv 4 kernel=k as a } }", ["a.0", "a.1"]),
        ("concat { if true { | conv 1x1 4 } else { | conv 1x1 2 } | identity }", ["0.0.0"]),
    ],
)
def test_unlabelled_items_of_arms_are_called_by_merge_arm_and_place(
    body: str, expected: list[str]
) -> None:
    assert sorted(keys(network(body))) == sorted(expected)


@pytest.mark.parametrize("stride", [1, 2])
def test_items_of_a_projection_are_counted_whether_it_is_used_or_not(stride: int) -> None:
    body = f"""
      residual {{ conv 3x3 3 /{stride} }} project {{ conv 1x1 3 /{stride} -> bn }}
      conv 3x3 4
    """
    used = ["1", "2"] if stride == 2 else []
    assert keys(network(body)) == ["0", *used, "3"]


def test_names_that_nn_module_owns_are_refused() -> None:
    module = nn.Module()
    owned = {name for name in [*dir(module), *vars(module)] if not name.startswith("__")}
    assert owned - OWNED_BY_MODULE == set()
    for label in ("half", "_modules", "__init__"):
        assert codes(f"conv 1x1 4 as {label}") == ["owned-name"]


@pytest.mark.parametrize("label", [r"a\"b", r"a\\b", "", "a.b", "a'b", "{1 / 2}"])
def test_labels_are_plain_letters(label: str) -> None:
    assert codes(f'conv 1x1 4 as "{label}"') == ["label"]


@pytest.mark.parametrize(
    "body",
    [
        "conv 1x1 4 as a\nconv 1x1 4 as a",
        'conv 1x1 4\nconv 1x1 4 as "0"',
        "conv 1x1 4 as a\nrepeat 2 { conv 1x1 4 as a }",
        "repeat 2 { conv 1x1 4 as a }\nconv 1x1 4 as a",
        "head a { relu }\nhead a { relu }",
        "repeat 2 { head a { relu } }",
        'repeat 2 { conv 1x1 4 as "a" }',
        "relu as l\noutput l, l",
        "s: { relu as a }\nt: { relu as a }\noutput s.a, t.a",
    ],
)
def test_one_name_given_twice_is_an_error(body: str) -> None:
    assert codes(body) == ["duplicate-name"]

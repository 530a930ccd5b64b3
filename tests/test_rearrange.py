"""`rearrange` against a reference that moves one element at a time, and what it refuses."""

from __future__ import annotations

from itertools import product
from math import prod

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

import cnndsl
from cnndsl.layers import LAYERS
from cnndsl.layers.base import Expression, ShapeError
from cnndsl.shape import Shape
from tests.layer_inputs import GATE, IMAGE, TOKENS, VIDEO
from tests.layer_torch import build

# Sides of a pattern as the reference has them: the parts' names of each axis.
Side = list[list[str]]


def moved(x: Tensor, before: Side, after: Side, sizes: dict[str, int]) -> Tensor:
    """Each element from its place before to its place after, by the values of all parts."""
    result = torch.empty(len(x), *(prod(sizes[name] for name in axis) for axis in after))
    for places in product(*map(range, sizes.values())):
        value = dict(zip(sizes, places, strict=True))
        old, new = (
            tuple(_joined_place(axis, value, sizes) for axis in side) for side in (before, after)
        )
        result[(slice(None), *new)] = x[(slice(None), *old)]
    return result


def _joined_place(axis: list[str], value: dict[str, int], sizes: dict[str, int]) -> int:
    """The place in a joined axis, of which the last part runs fastest."""
    place = 0
    for name in axis:
        place = place * sizes[name] + value[name]
    return place


@st.composite
def rearrangements(draw: st.DrawFn) -> tuple[str, Shape, Side, Side, dict[str, int], list[str]]:
    """A pattern, the input's shape, the pattern as the reference has it, and the joined names."""
    names = list("abcdef"[: draw(st.integers(1, 6))])
    sizes = {name: draw(st.integers(1, 3)) for name in names}
    before, after = (draw(cut(names)), draw(cut(draw(st.permutations(names)))))
    free = {draw(st.sampled_from(axis)) for axis in before}
    free |= {name for axis in before if len(axis) == 1 for name in axis}
    left = " ".join(
        group([name if name in free else f"{name}={sizes[name]}" for name in axis])
        for axis in before
    )
    right = " ".join(map(group, after))
    # An axis that is split has a name of its own in the input.
    axes = tuple(axis[0] if len(axis) == 1 else "x" + "".join(axis) for axis in before)
    shape = Shape(axes, tuple(prod(sizes[name] for name in axis) for axis in before))
    joined = ["".join([n for n in axis if n in free] or axis) for axis in after]
    return f"{left} -> {right}", shape, before, after, sizes, joined


@st.composite
def cut(draw: st.DrawFn, names: list[str]) -> Side:
    """The names in order, in one or more groups."""
    groups = [[names[0]]]
    for name in names[1:]:
        if draw(st.booleans()):
            groups.append([name])
        else:
            groups[-1].append(name)
    return groups


def group(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"({' '.join(names)})"


@settings(max_examples=200, deadline=None)
@given(rearrangements())
def test_random_patterns(
    case: tuple[str, Shape, Side, Side, dict[str, int], list[str]],
) -> None:
    pattern, shape, before, after, sizes, joined = case
    layer = LAYERS["rearrange"](pattern=pattern)
    x = torch.arange(2.0 * shape.elements).reshape(2, *shape.sizes)
    expected = moved(x, before, after, sizes)
    assert torch.equal(build(layer, (shape,))(x), expected)
    assert layer.output(shape) == Shape(tuple(joined), tuple(expected.shape[1:]))


# How it is written: the methods of a person.


@pytest.mark.parametrize(
    ("pattern", "shape", "methods", "result"),
    [
        ("c h w -> (h w) c", IMAGE, "flatten(2).transpose(1, 2)", "hw 72, c 6"),
        ("c h w -> h w c", IMAGE, "permute(0, 2, 3, 1)", "h 9, w 8, c 6"),
        ("l c -> c l", TOKENS, "transpose(1, 2)", "c 6, l 7"),
        ("c t h w -> (c t) h w", VIDEO, "flatten(1, 2)", "ct 30, h 9, w 8"),
        ("c 1 1 -> c", GATE, "squeeze((2, 3))", "c 6"),
        ("c h=1 w -> c w", GATE, "squeeze(2)", "c 6, w 1"),
        ("l c -> l c n=1", TOKENS, "unsqueeze(3)", "l 7, c 6, n 1"),
        (
            "(2 c) h w -> c (2 h) w",
            IMAGE,
            "unflatten(1, (2, -1)).transpose(1, 2).flatten(2, 3)",
            "c 3, h 18, w 8",
        ),
        (
            "c (h p=3) (w q=4) -> (h w) (p q c)",
            IMAGE,
            "unflatten(3, (-1, 4)).unflatten(2, (-1, 3)).permute(0, 2, 4, 3, 5, 1)"
            ".flatten(3).flatten(1, 2)",
            "hw 6, c 72",
        ),
    ],
)
def test_as_a_person_writes_it(pattern: str, shape: Shape, methods: str, result: str) -> None:
    layer = LAYERS["rearrange"](pattern=pattern)
    assert layer.torch(shape) == Expression(f"{{}}.{methods}")
    assert layer.output(shape).describe() == result


@pytest.mark.parametrize(
    ("pattern", "result"),
    [
        ("(c p=2 q=3) h w -> c (h p) (w q)", "c 1, h 18, w 24"),
        ("c (h=3 p=3) w -> c (h p) w", "c 6, hp 9, w 8"),
        ("(k) h w -> k h w", "k 6, h 9, w 8"),
        ("c h w -> (c h w)", "chw 432"),
        ("(1 c) h w -> (c 1) h w", "c 6, h 9, w 8"),
    ],
)
def test_names_of_joined_axes(pattern: str, result: str) -> None:
    assert LAYERS["rearrange"](pattern=pattern).output(IMAGE).describe() == result


def test_the_source_holds_for_every_size() -> None:
    """Nothing that is emitted hangs on the batch or the size of the picture."""
    model = cnndsl.compile_text("""
        network Net() {
          input 3x8x8
          rearrange "c (h p=2) (w q=2) -> (h w) (p q c)" -> fc 5 as fc
        }
    """).module()
    for batch, h, w in ((1, 8, 8), (3, 2, 10)):
        assert model(torch.randn(batch, 3, h, w)).shape == (batch, h * w // 4, 5)


def test_strings_interpolate() -> None:
    design = cnndsl.compile_text("""
        network Net(patch=4) {
          input 3x8x8
          rearrange "c (h {patch}) (w p={patch}) -> (h w) ({patch} p c)" -> fc 5 as fc
        }
    """)
    assert str(design.output) == "4x5"


# What is refused

REFUSED = [
    ("c h w", "a pattern has one `->` between the axes before and after, and this has none"),
    ("c -> h -> w", "a pattern has one `->` between the axes before and after, and this has 2"),
    ("c ((h w)) -> c h w", "parentheses in parentheses mean nothing more"),
    ("c (h w -> c h w", "a `(` of the pattern is not closed"),
    ("c h w) -> c h w", "a `)` of the pattern closes nothing"),
    ("c h () w -> c h w", "a `)` of the pattern holds no axis"),
    ("c h ... -> c h", "`...` means nothing in a pattern"),
    ("(c p=0) h w -> c h w", "`p=0` is an axis of size 0"),
    (f"(c {'9' * 19}) h w -> c h w", f"`{'9' * 19}` means nothing in a pattern"),
    ("c h c -> c h", "`c` stands twice on the left of the pattern"),
    ("c h w -> (c h) w h", "`h` stands twice on the right of the pattern"),
    ("c (h 2) (w 2) -> c h w", "`2` stands twice on the left of the pattern"),
    ("c h w -> c h", "`w` is on the left of the pattern only"),
    ("c h w -> c h w n", "`n` is on the right of the pattern only"),
    ("c h w -> c h w n=2", "`n` is on the right of the pattern only"),
    ("(c p) h w -> c p=2 h w", "the size of `p` stands on the right of the pattern"),
    ("(2 c) h w -> 2 c h w", "`2` on the right of the pattern has no name"),
    ("c h w -> c h w 1", "`1` on the right of the pattern has no name"),
    ("h w c -> c h w", "the pattern begins with `h w c`, but `rearrange` gets c 6, h 9, w 8"),
    ("c h -> h c", "the pattern begins with `c h`, but `rearrange` gets c 6, h 9, w 8"),
    ("c x w -> w x c", "the pattern begins with `c x w`, but `rearrange` gets c 6, h 9, w 8"),
    (
        "c (w p=3) h -> c w p h",
        "the pattern begins with `c (w p=3) h`, but `rearrange` gets c 6, h 9, w 8",
    ),
    (
        "(a b) h w -> a b h w",
        "`(a b)` splits `c` of c 6, h 9, w 8 into parts of unknown sizes",
    ),
    ("(4 c) h w -> c (4 h) w", "`(4 c)` is a multiple of 4, but `c` of c 6, h 9, w 8 is not"),
    ("(a=2 b=4) h w -> a b h w", "`(a=2 b=4)` is 8, but `c` of c 6, h 9, w 8 is not"),
    ("c h=1 w -> c w", "`h=1` is 1, but `h` of c 6, h 9, w 8 is not"),
    ("(ab 2) (a=3 b=3) w -> ab (2 w) (a b)", "`rearrange` gives two axes that are called `ab`"),
]


@pytest.mark.parametrize(("pattern", "message"), REFUSED)
def test_refusals(pattern: str, message: str) -> None:
    layer = LAYERS["rearrange"](pattern=pattern)
    with pytest.raises(ShapeError) as caught:
        layer.output(IMAGE)
    assert caught.value.message == message
    assert caught.value.option == "pattern"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="chw (12)=->.", max_size=20), st.text(alphabet="chw (12)=", max_size=20))
def test_any_text_is_a_pattern_or_refused(left: str, right: str) -> None:
    layer = LAYERS["rearrange"](pattern=f"{left}->{right}")
    try:
        shape = layer.output(IMAGE)
    except ShapeError:
        return
    x = torch.zeros(2, *IMAGE.sizes)
    assert build(layer, (IMAGE,))(x).shape == (2, *shape.sizes)

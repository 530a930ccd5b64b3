"""Merges against plain torch."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import pytest
import torch
from torch import Tensor

from cnndsl.layers import LAYERS, Layer
from cnndsl.layers.base import Expression
from cnndsl.shape import Shape
from tests.layer_inputs import IMAGE
from tests.layer_torch import USES, batches, build, uses

MERGES: dict[str, Callable[..., Tensor]] = {
    "add": lambda _, *arms: reduce(torch.add, arms),
    "mul": lambda _, *arms: reduce(torch.mul, arms),
    "sub": lambda _, *arms: reduce(torch.sub, arms),
    "max": lambda _, *arms: reduce(torch.maximum, arms),
    "mean": lambda _, *arms: reduce(torch.add, arms) / len(arms),
    "concat": lambda dim, *arms: torch.cat(arms, dim),
    "stack": lambda _, *arms: torch.stack(arms, 1),
}
MERGE_USES = {name: use for name, use in USES.items() if use[0].merges}


def test_every_merge_has_a_reference() -> None:
    assert set(MERGES) == {word for word, layer in LAYERS.items() if layer.merges}


@uses(MERGE_USES)
def test_merge_values(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    arms = batches(shapes)
    axis = getattr(layer, "axis", "c")
    dim = 1 + shapes[0].axes.index(axis) if axis in shapes[0].axes else 1
    expected = MERGES[layer.word](dim, *arms)
    torch.testing.assert_close(build(layer, shapes)(*arms), expected)


def statement(layer: Layer, shapes: tuple[Shape, ...]) -> str:
    """The operator that writes a merge's result over its first arm, if there is one."""
    made = layer.torch(*shapes)
    assert isinstance(made, Expression)
    return made.augmented


@uses({name: use for name, use in MERGE_USES.items() if statement(*use)})
def test_a_merge_that_overwrites_its_first_arm(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    made = layer.torch(*shapes)
    assert isinstance(made, Expression)
    names = {f"x{place}": arm for place, arm in enumerate(batches(shapes))}
    expected = build(layer, shapes)(*(arm.clone() for arm in names.values()))
    exec(f"x0 {made.augmented} {made.join.join(list(names)[1:])}", {}, names)
    torch.testing.assert_close(names["x0"], expected)


@pytest.mark.parametrize(("word", "arms"), [("add", 2), ("add", 3), ("sub", 2)])
def test_equal_arms_can_be_overwritten(word: str, arms: int) -> None:
    assert statement(LAYERS[word](), (IMAGE,) * arms)

"""What random specs emit gives what the interpreter gives, in values, gradients and names."""

from __future__ import annotations

import pytest
import torch

import cnndsl
from tests.agreement import assert_values_agree, assert_weights_agree
from tests.random_networks import random_network

# The tensors are small and the tests run side by side: more threads would only wait for each other.
torch.set_num_threads(1)


def check(seed: int) -> None:
    design = cnndsl.compile_text(random_network(seed))
    assert_weights_agree(design)
    for training in (True, False):
        assert_values_agree(design, training)


@pytest.mark.parametrize("seed", range(30))
def test_random_networks(seed: int) -> None:
    check(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30, 330))
def test_more_random_networks(seed: int) -> None:
    check(seed)


def test_a_seed_always_gives_one_network() -> None:
    assert random_network(7) == random_network(7) != random_network(8)

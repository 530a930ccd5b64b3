"""What the tests of refusals have in common."""

from __future__ import annotations

import pytest

from cnndsl.layers import LAYERS
from cnndsl.layers.base import ShapeError
from tests.layer_inputs import Case

# A word, a use of it that no shape fits, the whole message, the option at fault, the hint.
Refusal = tuple[str, Case, str, str, str]


def assert_refused(word: str, case: Case, message: str, option: str, hint: str) -> None:
    """The layer refuses these shapes, in these words."""
    options, shapes = case
    layer = LAYERS[word](**options)
    with pytest.raises(ShapeError) as caught:
        layer.output(*shapes)
    error = caught.value
    assert (error.message, error.option, error.hint) == (message, option, hint)

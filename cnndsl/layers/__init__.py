"""Every kind of layer, by its word in the language."""

from __future__ import annotations

from cnndsl.layers import (
    activation,
    attention,
    constants,
    convolution,
    gram,
    interpolating,
    layer_norm,
    linear,
    merging,
    normalisation,
    padding,
    pooling,
    rearranging,
    reducing,
    regularisation,
    reshaping,
    resizing,
    selecting,
    shifting,
    softmax,
    tokens,
    transposed,
)
from cnndsl.layers.base import LAYERS, Layer

# The words that options have of their own, such as `same` and `reflect`.
OPTION_WORDS = frozenset(
    choice
    for layer in LAYERS.values()
    for parameter in layer.parameters
    for choice in parameter.accepts.choices
)

__all__ = [
    "LAYERS",
    "OPTION_WORDS",
    "Layer",
    "activation",
    "attention",
    "constants",
    "convolution",
    "gram",
    "interpolating",
    "layer_norm",
    "linear",
    "merging",
    "normalisation",
    "padding",
    "pooling",
    "rearranging",
    "reducing",
    "regularisation",
    "reshaping",
    "resizing",
    "selecting",
    "shifting",
    "softmax",
    "tokens",
    "transposed",
]

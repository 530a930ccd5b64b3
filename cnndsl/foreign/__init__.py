"""Layers that are classes of others: any of torch.nn, and those of the user's own.

What such a class does, nobody but torch can tell, so these are the layers whose check needs it.
"""

from __future__ import annotations

from cnndsl.foreign.layer import ForeignLayer, anything
from cnndsl.foreign.python_classes import python_layer
from cnndsl.foreign.torch_classes import torch_layer

__all__ = ["ForeignLayer", "anything", "python_layer", "torch_layer"]

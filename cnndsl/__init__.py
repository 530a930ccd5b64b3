"""A declarative language for vision networks, and its compiler.

design = cnndsl.compile("resnet50", classes=10)
design.output, design.params, design.macs
model = design.module()
"""

from __future__ import annotations

from cnndsl.design import Design
from cnndsl.errors import CnnError, Diagnostic
from cnndsl.library import compile, compile_text, format_text
from cnndsl.limits import Limits
from cnndsl.weights import load_weights

__all__ = [
    "CnnError",
    "Design",
    "Diagnostic",
    "Limits",
    "compile",
    "compile_text",
    "format_text",
    "load_weights",
]
__version__ = "0.1.0"

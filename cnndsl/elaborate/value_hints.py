"""What to write for a value that an option of a layer does not accept."""

from __future__ import annotations

import re

from cnndsl.layers.base import Parameter
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.values import Value

# What torch's numbers of axes mean, of which the first is the batch.
_AXES_OF_TORCH = {1: "c", 2: "h", 3: "w", -2: "h", -1: "w"}


def value_hint(parameter: Parameter, value: Value, span: Span) -> str:
    """The remedy of a refused value, by what it may be meant to be; else what the option means.

    Args:
        parameter: the option.
        value: what it is given.
        span: the argument, `pad=-1`, `/2` or `64`.
    """
    meant = _meant(parameter, value, span.text)
    return f"did you mean `{meant}`?" if meant else f"`{parameter.name}`: {parameter.doc}"


def _meant(parameter: Parameter, value: Value, text: str) -> str:
    accepts = parameter.accepts.test
    if parameter.accepts.any_word and isinstance(value, int):
        return f"{parameter.name}={_AXES_OF_TORCH.get(value, 'c')}"
    if isinstance(value, str):
        return _unquoted(parameter, value)
    if isinstance(value, Shape):
        return f"{text}.{value.axes[0]}" if accepts(1) and text else ""
    if isinstance(value, tuple) and text and accepts(len(value)):
        return f"len({text})"
    if isinstance(value, float) and value >= 1 and accepts(int(value)) and not accepts(0.5):
        return _whole(*_split(parameter, text), value)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return ""
    if value in (0, 1) and accepts(True):
        return f"{parameter.name}={str(bool(value)).lower()}"
    before, expression = _split(parameter, text)
    if value == 0 and accepts(1):
        rounded = f"max(1, {expression.removeprefix('(').removesuffix(')')})"
        return before + ("1" if expression == "0" else rounded if "//" in expression else "")
    if value < 0 and accepts(-value) and expression == str(value):
        return before + str(-value)
    is_share = accepts(0.5) and not accepts(1.5)
    if is_share and isinstance(value, int) and value > 1 and expression == str(value):
        # A percentage, or a lost point.
        return before + f"{value / (100 if value >= 10 else 10):g}"
    return ""


def _unquoted(parameter: Parameter, text: str) -> str:
    """The word or the number that a string holds, if the option accepts it."""
    if text in parameter.accepts.choices:
        return f"{parameter.name}={text}"
    if text.lower() in ("true", "false") and parameter.accepts.test(True):
        return f"{parameter.name}={text.lower()}"
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    return text if is_number and parameter.accepts.test(int(text)) else ""


def _whole(before: str, expression: str, value: float) -> str:
    """How what is written gives a whole number."""
    if re.fullmatch(r"\d+\.0*", expression):
        return f"{before}{value:.0f}"
    inner = expression
    if expression.startswith("(") and expression.endswith(")"):
        inner = expression[1:-1]
    if inner.count(" / ") == 1 and not set("+-") & set(inner):
        return f"{before}({inner.replace(' / ', ' // ')})"
    return f"{before}(round({inner}))"


def _split(parameter: Parameter, text: str) -> tuple[str, str]:
    """An argument in two: `pad=` and `-1`, `/` and `2`, or nothing and `64`."""
    for before in (f"{parameter.name}=", "/"):
        if text.startswith(before):
            return before, text[len(before) :]
    return "", text

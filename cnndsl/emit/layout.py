"""Lines of a set width: long statements are split at their brackets, as ruff's formatter does."""

from __future__ import annotations

import re

WIDTH = 100
STEP = "    "

_STRING = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"
_TOKEN = re.compile(rf"{_STRING}|[()\[\]{{}},]|[^\"'()\[\]{{}},]+")
# The operators at which a long sum or choice is split, each the next line's first word.
_OPERATOR = re.compile(r" (?=(?:if|else|[+*-]) )")
# What a statement does with its value.
_TARGET = re.compile(rf"((?:[\w.\[\], ]|{_STRING})+ [+-]?=|return) ")
# A generator: what it makes, and how often.
_GENERATOR = re.compile(r"(.+) (for _ in range\(\d+\))")


def wrap(text: str, indent: int = 0) -> list[str]:
    """The statement, given on one line, as lines that are at most `WIDTH` letters where it can be.

    `f(a, b)` becomes `f(`, the arguments, and `)`. A line for each argument has a comma at its end,
    which tells a formatter that the lines are meant so.
    """
    margin = STEP * indent
    if len(margin) + len(text) <= WIDTH:
        return [margin + text]
    target = _TARGET.match(text)
    value = text[target.end() :] if target else ""
    operands = _operands(value)
    if len(operands) == 1:
        operands = _links(value)
    if target and len(operands) > 1:
        room = WIDTH - len(margin) - len(STEP)
        lines = [value] if len(value) <= room else operands
        return [f"{margin}{target[0]}(", *(f"{margin}{STEP}{line}" for line in lines), f"{margin})"]
    # Of a function, the parameters; what it returns stays whole.
    split = _bracket(text, is_last=not text.startswith("def "))
    if split is None:
        return [margin + text]
    head, items, tail = split
    return [margin + head, *_wrap_inner(items, indent + 1), margin + tail]


def _wrap_inner(items: list[str], indent: int) -> list[str]:
    """What stands in brackets; a generator alone in them takes no comma."""
    generator = _GENERATOR.fullmatch(items[0]) if len(items) == 1 else None
    if not generator:
        return _wrap_items(items, indent)
    if len(STEP) * indent + len(items[0]) <= WIDTH:
        return [STEP * indent + items[0]]
    return [line for part in generator.groups() for line in wrap(part, indent)]


def _wrap_items(items: list[str], indent: int) -> list[str]:
    """Plain arguments on one line, if they fit there; calls and long ones on a line each."""
    joined = STEP * indent + ", ".join(items)
    if len(joined) <= WIDTH and not any(bracket in joined for bracket in "({"):
        return [joined]
    return [line for item in items for line in wrap(f"{item},", indent)]


def _operands(value: str) -> list[str]:
    """The parts of a sum or a choice, each with the operator before it; brackets stay whole."""
    parts, depth = [""], 0
    for token in _TOKEN.findall(value):
        depth += (token in "([{") - (token in ")]}")
        first, *more = [token] if depth else _OPERATOR.split(token)
        parts[-1] += first
        parts += more
    return parts


def _links(value: str) -> list[str]:
    """The parts of a chain of three or more methods, each with the point before it, or the whole.

    The first stands with what it is called of.
    """
    parts, depth, before = [""], 0, ""
    for token in _TOKEN.findall(value):
        if depth == 0 and before == ")" and token.startswith("."):
            parts.append("")
        depth += (token in "([{") - (token in ")]}")
        parts[-1] += token
        before = token
    return parts if len(parts) > 2 else [value]


def _bracket(text: str, is_last: bool) -> tuple[str, list[str], str] | None:
    """What stands up to the last or first outermost bracket, the items in it, and the rest.

    None where there is no bracket with something in it.
    """
    tokens = _TOKEN.findall(text)
    depth, first, last = 0, -1, -1
    for place, token in enumerate(tokens):
        if token in "([{":
            is_empty = tokens[place + 1 : place + 2] in ([")"], ["]"], ["}"])
            if depth == 0 and not is_empty and (is_last or first < 0):
                first = place
            depth += 1
        elif token in ")]}":
            depth -= 1
            if depth == 0 and first > last:
                last = place
    if first < 0:
        return None
    items = _split_items(tokens[first + 1 : last])
    return "".join(tokens[: first + 1]), items, "".join(tokens[last:])


def _split_items(tokens: list[str]) -> list[str]:
    """The parts between the outermost commas."""
    items, depth = [""], 0
    for token in tokens:
        depth += (token in "([{") - (token in ")]}")
        if token == "," and depth == 0:
            items.append("")
        else:
            items[-1] += token
    return [item.strip() for item in items if item.strip()]

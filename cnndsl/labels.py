"""The labels of a scope, as far as they are known before anything is expanded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cnndsl import syntax


def labels_of(node: Any) -> Iterator[str | re.Pattern[str]]:
    """The labels that belong to the scope whose body this is; those of scopes in it do not."""
    if isinstance(node, syntax.LabelName):
        yield _pattern(node.text)
    elif is_scope(node):
        yield from labels_of(node.label)
    else:
        for part in syntax.parts(node):
            yield from labels_of(part)


def is_scope(node: Any) -> bool:
    """Whether a construct is a labelled scope, with items and labels of its own."""
    if isinstance(node, syntax.Labelled):
        return isinstance(node.item, syntax.Group)
    if isinstance(node, syntax.Chain) and node.label:
        return len(node.items) > 1 or isinstance(node.items[0], syntax.Group)
    return False


def path_to(node: Any, name: str) -> str:
    """The path of an item called `name` in the scopes within a body, `stem.conv`; "" if none is."""
    if is_scope(node):
        body = node.items if isinstance(node, syntax.Chain) else node.item
        own = node.label.text if isinstance(node.label.text, str) else fixed(node.label.text)
        inner = name if name in set(filter(_is_text, labels_of(body))) else path_to(body, name)
        return f"{own}.{inner}" if own and inner else ""
    return next(filter(None, (path_to(part, name) for part in syntax.parts(node))), "")


def _is_text(label: str | re.Pattern[str]) -> bool:
    return isinstance(label, str)


def _pattern(text: str | syntax.Text) -> str | re.Pattern[str]:
    """A label's text, or what it can be where it interpolates."""
    if isinstance(text, str):
        return text
    letters = fixed(text)
    if letters is not None:
        return letters
    parts = (re.escape(part) if isinstance(part, str) else ".*" for part in text.parts)
    return re.compile("".join(parts), re.DOTALL)


def fixed(text: syntax.Text) -> str | None:
    """The letters of a string that interpolates nothing; None where it does."""
    if all(isinstance(part, str) for part in text.parts):
        return "".join(part for part in text.parts if isinstance(part, str))
    return None


def is_label(label: str | re.Pattern[str], name: str) -> bool:
    """Whether a label is, or may come out as, `name`."""
    return label == name if isinstance(label, str) else bool(label.fullmatch(name))

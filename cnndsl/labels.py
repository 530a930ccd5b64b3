"""The labels of a scope, as far as they are known before anything is expanded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cnndsl import syntax


def labels_of(node: Any) -> Iterator[str | re.Pattern[str]]:
    """The labels that belong to the scope whose body this is; those of scopes in it do not."""
    if isinstance(node, tuple):
        for part in node:
            yield from labels_of(part)
        return
    label = getattr(node, "label", None)
    if isinstance(label, syntax.LabelName):
        yield _pattern(label.text)
    inner: Any = node
    if isinstance(node, syntax.Labelled):
        inner = () if isinstance(node.item, syntax.Group) else (node.item,)
    elif isinstance(node, syntax.Chain) and label:
        scope = len(node.items) > 1 or isinstance(node.items[0], syntax.Group)
        inner = () if scope else node.items
    else:
        fields = getattr(node, "__dataclass_fields__", ())
        inner = tuple(getattr(node, name) for name in fields if name not in ("span", "label"))
    yield from labels_of(inner)


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
    """The letters of a string that interpolates nothing."""
    if all(isinstance(part, str) for part in text.parts):
        return "".join(part for part in text.parts if isinstance(part, str))
    return None


def is_label(label: str | re.Pattern[str], name: str) -> bool:
    """Whether a label is, or may come out as, `name`."""
    return label == name if isinstance(label, str) else bool(label.fullmatch(name))

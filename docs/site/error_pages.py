"""The pages of errors and warnings: those of docs/errors, with what is said of their examples."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from cnndsl import explanations
from cnndsl.codes import CODES, Code
from docs.site.markdown import fenced, table

# What the numbers of a range are about, by the first letters.
TOPICS = {
    "E1": "Syntax",
    "E2": "Names",
    "E3": "Shapes",
    "E4": "Values and arguments",
    "E5": "The structure of a network",
    "E6": "Limits",
    "E7": "Files and requests",
    "E8": "Code of your own",
    "E9": "Weights",
    "W1": "Warnings",
}


def error_pages() -> Iterator[tuple[str, str]]:
    """The pages' paths and texts: one a code, the list of them, and its navigation."""
    topics = [
        (TOPICS[first], list(codes))
        for first, codes in groupby(CODES, key=lambda code: code.number[:2])
    ]
    yield "errors/index.md", _index(topics)
    yield "errors/navigation.md", _navigation(topics)
    for code in CODES:
        yield f"errors/{code.number}.md", error_page(code)


def _index(topics: list[tuple[str, list[Code]]]) -> str:
    parts = [
        "# Errors and warnings\n",
        "Every kind of mistake has a code, and a page with a wrong example and the same mended. "
        "`cnndsl explain E301` shows a page in a terminal.\n",
    ]
    for topic, codes in topics:
        rows = [(f"[{c.number}]({c.number}.md)", f"`{c.name}`", c.title) for c in codes]
        parts += [f"## {topic}\n", table(("code", "name", "meaning"), rows)]
    return "\n".join(parts)


def _navigation(topics: list[tuple[str, list[Code]]]) -> str:
    lines = ["- [All codes](index.md)"]
    for topic, codes in topics:
        lines.append(f"- {topic}")
        lines += [f"    - [{c.number} {c.name}]({c.number}.md)" for c in codes]
    return "\n".join(lines) + "\n"


def error_page(code: Code) -> str:
    """A code's page; under a wrong spec stands what cnndsl says of it."""
    page = explanations.page(code)
    if page.wrong.language != "cnn":
        return page.text
    said = "\n\n".join(map(str, explanations.said_of(page.wrong)))
    before, heading, after = page.text.partition("## Mended\n")
    return f"{before}cnndsl says:\n\n{fenced('text', said)}\n{heading}{after}"

"""The pages that explain diagnostics, one a code; what their examples get is run, not copied.

A page is `docs/errors/E301.md`: a line with the code, its name and its title, what it means, a
wrong example under `## Wrong`, and the same mended under `## Mended`: a spec, or a command.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

from cnndsl.codes import Code
from cnndsl.compiler import Compiler
from cnndsl.errors import CnnError, Diagnostic
from cnndsl.resources import folder
from cnndsl.source import Source

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## ", re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """A spec (`cnn`) or a command (`console`) of a page."""

    language: str
    text: str


@dataclass(frozen=True)
class Page:
    """What a page says, as Markdown."""

    code: Code
    text: str

    @property
    def wrong(self) -> Example:
        """What gives the diagnostic."""
        return self._example("Wrong")

    @property
    def mended(self) -> Example:
        """The same without it."""
        return self._example("Mended")

    def _example(self, heading: str) -> Example:
        parts = [part for part in _HEADING.split(self.text) if part.startswith(f"{heading}\n")]
        assert len(parts) == 1, f"{self.code.number} has one part `{heading}`"
        (block,) = _BLOCK.findall(parts[0])
        return Example(*block)


def page(code: Code) -> Page:
    """The page of a code."""
    path = folder("explanations") / f"{code.number}.md"
    return Page(code, path.read_text(encoding="utf-8"))


def said_of(example: Example) -> list[Diagnostic]:
    """What cnndsl says of an example that is a spec."""
    try:
        return Compiler(Source("net.cnn", example.text)).check()
    except CnnError as error:
        return list(error.diagnostics)


def for_terminal(page: Page) -> str:
    """The page as plain text, with what cnndsl says of the wrong example."""
    title, _, rest = page.text.partition("\n")
    before, heading, after = rest.partition("## Mended\n")
    if page.wrong.language == "cnn":
        said = "\n\n".join(map(str, said_of(page.wrong)))
        before = f"{before}cnndsl says:\n\n```text\n{said}\n```\n\n"
    text = _BLOCK.sub(_indented, f"{before}{heading}{after}")
    return "\n".join([title.removeprefix("# "), _HEADING.sub("", text).rstrip()])


def _indented(block: re.Match[str]) -> str:
    return textwrap.indent(block[2].rstrip(), "    ")

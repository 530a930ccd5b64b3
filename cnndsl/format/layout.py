"""The lines of a spec: words, comments and empty lines."""

from __future__ import annotations

from textwrap import dedent

from cnndsl.format.breaks import INDENT, Breaks
from cnndsl.format.columns import set_columns
from cnndsl.format.spacing import set_spaces
from cnndsl.format.words import OUTSIDE, Words
from cnndsl.parsing.reader import CLOSING

# Definitions with an empty line before them, and what has one after it.
APART = frozenset({"_BLOCK", "_NETWORK"})
APART_AFTER = APART | {"DOC"}


class Layout:
    """The layout of a spec's words."""

    def __init__(self, words: Words) -> None:
        set_spaces(words)
        set_columns(words)
        self._words = words
        self._breaks = Breaks(words)
        self._lines: list[str] = []
        # What the last definition starts with.
        self._definition = ""

    def text(self) -> str:
        """The whole spec."""
        number, count = 0, len(self._words.all)
        while number < count:
            end = self._breaks.line(number)
            self._write_above(number)
            self._write(number, end)
            number = end
        self._lines += _trimmed(self._words.end.lines, above=not count, below=True)
        return "".join(f"{line}\n" for line in self._lines)

    def _write_above(self, number: int) -> None:
        """Write the comments and the empty line above a word that starts a line."""
        word, indent = self._words.all[number], self._breaks.indent(number)
        spaces = " " * (indent + INDENT if word.type in CLOSING else indent)
        self._lines += [spaces + line if line else "" for line in self._above(number)]
        if word.begins and word.opener == OUTSIDE:
            self._definition = word.type

    def _above(self, number: int) -> list[str]:
        word = self._words.all[number]
        is_first = number == 0 or number - 1 in self._breaks.open
        if not word.begins and not self._words.is_in_brackets(number) and word.type not in CLOSING:
            return [line for line in word.gap.lines if line]
        lines = _trimmed(word.gap.lines, above=is_first, below=word.type in CLOSING)
        apart = word.type in APART or self._definition in APART_AFTER
        if word.begins and word.opener == OUTSIDE and apart and not is_first and "" not in lines:
            return ["", *lines]
        return lines

    def _write(self, start: int, end: int) -> None:
        """Write the words from `start` to before `end`, and the comment after them."""
        words = self._words.all
        indent = " " * self._breaks.indent(start)
        first = words[start]
        text = _documentation(first.text, indent) if first.type == "DOC" else first.text
        text += "".join(" " * word.spaces + word.text for word in words[start + 1 : end])
        comma = "," if end < len(words) and self._breaks.ends_list(end) else ""
        comment = self._words.gap(end).comment
        comment = f"  {comment}" if comment else ""
        self._lines.append(f"{indent}{text}{comma}{comment}")


def _trimmed(lines: list[str], above: bool, below: bool) -> list[str]:
    """The lines without an empty one at the ends that are told."""
    start = 1 if above and lines[:1] == [""] else 0
    end = len(lines) - 1 if below and lines[start:][-1:] == [""] else len(lines)
    return lines[start:end]


def _documentation(text: str, indent: str) -> str:
    """Documentation with its later lines as far in as its first one, and their own indentation."""
    first, *rest = text.removesuffix('"""').split("\n")
    *inner, last = dedent("\n".join(rest)).split("\n")
    lines = [first, *(indent + line if line else "" for line in inner), indent + last]
    return "\n".join(lines if rest else [first]) + '"""'

"""The text of a spec with what each line came to, shapes and parameters, as comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from cnndsl import syntax
from cnndsl.analyse.columns import GAP, grouped
from cnndsl.analyse.definitions import definitions, items
from cnndsl.analyse.spec_text import SpecText
from cnndsl.design import Design, Module, Node
from cnndsl.shape import Shape

# Comments stand below each other where they end within so many columns.
WIDTH = 120

_SHAPE = r"(?:scalar|\d+(?:x\d+)*)"
_SHAPES = rf"{_SHAPE}(?: and {_SHAPE}| … {_SHAPE}, [\d,]+ shapes)?"
# What an earlier annotation left before the author's comment, or instead of one.
_EARLIER = re.compile(rf"# {_SHAPES}(?:, [\d,]+ parameters?)?(?: +(?=#)|$)")


@dataclass
class _Facts:
    """What a line came to: the shapes that flowed out of it, each once, and its parameters."""

    shapes: dict[Shape, None] = field(default_factory=dict)
    params: int = 0

    def comment(self) -> str:
        """A comment that tells them."""
        shapes = list(self.shapes)
        words = " and ".join(map(str, shapes))
        if len(shapes) > 2:
            words = f"{shapes[0]} … {shapes[-1]}, {grouped(len(shapes))} shapes"
        if self.params:
            words += f", {grouped(self.params)} parameter{'s' if self.params > 1 else ''}"
        return f"# {words}"


@dataclass
class _Line:
    """A line of the text: what stands before its comments, and those if something is added."""

    text: str
    comment: str = ""


def annotated(design: Design, file: syntax.File) -> str:
    """The text of `file` with a comment after each line that makes something in the design.

    It tells the shape that flows out of the line, or all of them, and the parameters of the line's
    items in all their uses. The text's own comments stay, those of an earlier annotation aside.
    """
    text = SpecText(file.source)
    found = _Finder(file, text).facts(design.network)
    lines = [_line(text, number, found) for number in range(1, text.lines + 1)]
    paragraphs = groupby(lines, key=lambda line: bool(line.text))
    return "\n".join(line for _, run in paragraphs for line in _aligned(list(run)))


def _line(text: SpecText, number: int, found: dict[int, _Facts]) -> _Line:
    if number not in found:
        return _Line(text.line(number))
    words, comment = text.parts(number)
    comments = [found[number].comment(), _EARLIER.sub("", comment)]
    return _Line(words, GAP.join(filter(None, comments)))


def _aligned(lines: list[_Line]) -> Iterator[str]:
    """The lines of a paragraph, with their comments below each other, but for long ones."""
    longest = max(len(line.comment) for line in lines)
    widths = [len(line.text) for line in lines if line.comment]
    column = max((w for w in widths if w + len(GAP) + longest <= WIDTH), default=0)
    for line in lines:
        yield f"{line.text:{column}}{GAP}{line.comment}" if line.comment else line.text


class _Finder:
    """Finds what the lines of a file came to in a network."""

    def __init__(self, file: syntax.File, text: SpecText) -> None:
        self._file = file
        self._text = text
        self._found: dict[int, _Facts] = {}

    def facts(self, network: Module) -> dict[int, _Facts]:
        """The facts of each line that makes something, by its number."""
        self._find_inputs(network)
        for module, uses in definitions(network).items():
            # A line, the letter at which an item on it ends, and what flows out there.
            passes = [(0, 0, Shape((), ()))]
            for owner, node in items(module):
                if node.span.source is self._file.source:
                    line, end = self._end(node)
                    self._at(line).params += uses * owner.node_params(node)
                    if passes[-1][0] == line and passes[-1][1] < end:
                        passes.pop()  # Within one pass of a line, items end one after the other.
                    passes.append((line, end, node.outputs[0]))
            for line, _, shape in passes[1:]:
                self._at(line).shapes[shape] = None
        return self._found

    def _at(self, line: int) -> _Facts:
        return self._found.setdefault(line, _Facts())

    def _end(self, node: Node) -> tuple[int, int]:
        """The line on which an item ends, and the letter; a merge ends with its braces."""
        has_braces = node.layer is not None and node.layer.merges and not node.reuses
        end = self._text.end_of_braces(node.span) if has_braces else node.span.end
        return self._file.source.position(end - 1)[0], end

    def _find_inputs(self, network: Module) -> None:
        """Finds the shapes of inputs where they are not what the spec says there."""
        written = [node for node in self._file.statements if node.span == network.span]
        inputs = list(_inputs(written))
        if len(inputs) == len(network.inputs):
            for node, shape in zip(inputs, network.inputs, strict=True):
                if str(shape) != node.sizes.span.text:
                    self._at(node.sizes.span.line).shapes[shape] = None


def _inputs(construct: object) -> Iterator[syntax.InputShape]:
    for part in construct if isinstance(construct, list) else syntax.parts(construct):
        if isinstance(part, syntax.InputShape):
            yield part
        else:
            yield from _inputs(part)

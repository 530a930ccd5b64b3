"""Picture → Mermaid text, which GitHub and others draw in Markdown.

Mermaid lays it out itself, so what is told by places, such as the sides of a U, is not in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.analyse.differences import Change
from cnndsl.draw.layouts.lines import plain
from cnndsl.draw.layouts.sizes import label
from cnndsl.draw.look import Look
from cnndsl.draw.names import printable
from cnndsl.draw.pictures.picture import Box, Cluster, Edge, Parts, Picture, Style
from cnndsl.draw.theme import Theme, theme
from cnndsl.draw.view import Direction
from cnndsl.layers.base import Kind

# What has a meaning in Mermaid's labels, or in the HTML that they become.
_SAFE = str.maketrans({letter: f"#{ord(letter)};" for letter in '"#&<>[](){}|`\\;*_'})
_SHAPES = {Style.MARK: '(("{}"))', Style.BAR: '["{}"]'}
_ROUND = '("{}")'


def mermaid(picture: Picture, look: Look) -> str:
    """The picture in Mermaid's language.

    Raises:
        CnnError: the theme has mistakes.
    """
    return "\n".join(_Writer(picture, look).rows()) + "\n"


class _Writer:
    def __init__(self, picture: Picture, look: Look) -> None:
        self._picture = picture
        self._look = look
        self._theme: Theme = theme(look.theme)
        self._used: set[str] = set()

    def rows(self) -> Iterator[str]:
        right = self._look.towards(self._picture.flat) is Direction.RIGHT
        title = self._look.heading(self._picture.title)
        if title:
            yield from ("---", f'title: "{_yaml(title)}"', "---")
        yield f"flowchart {'LR' if right else 'TB'}"
        skips: list[int] = []
        edges: list[Edge] = []
        for drawing in self._picture.drawings():
            yield from self._parts(drawing.children, "  ")
            edges += drawing.edges
        for place, edge in enumerate(edges):
            yield f"  {_edge(edge)}"
            if edge.skip:
                skips.append(place)
        yield from self._classes()
        if skips:
            numbers = ",".join(map(str, skips))
            yield f"  linkStyle {numbers} stroke:{self._theme.skip},stroke-width:2px"

    def _parts(self, parts: Parts, indent: str) -> Iterator[str]:
        for part in parts:
            if isinstance(part, Cluster):
                yield from self._cluster(part, indent)
            elif part.title:
                yield f"{indent}{_name(part.number)}{self._box(part)}"
            else:
                yield f'{indent}{_name(part.number)}((" ")):::none'
                self._used.add("none")

    def _cluster(self, cluster: Cluster, indent: str) -> Iterator[str]:
        header = cluster.header
        words = "".join(span.text for span in label(cluster))
        if not cluster.region:
            words = " ".join(plain(header))
        yield f'{indent}subgraph c{header.number}["{_safe(words)}"]'
        if not cluster.region:
            # Edges go to the first box of a part; here it has no header on the trunk.
            yield f'{indent}  {_name(header.number)}((" ")):::none'
            self._used.add("none")
        yield from self._parts(cluster.children, f"{indent}  ")
        yield f"{indent}end"

    def _box(self, box: Box) -> str:
        words = "<br/>".join(map(_safe, plain(box)))
        kind = _class(box)
        self._used.add(kind)
        return f"{_SHAPES.get(box.style, _ROUND).format(words)}:::{kind}"

    def _classes(self) -> Iterator[str]:
        colours = self._theme
        line = f"stroke:{colours.border},color:{colours.box_ink}"
        looks = {kind.words: f"fill:{colours.fill(kind)},{line}" for kind in Kind}
        looks |= {
            "block": f"fill:{colours.block},{line}",
            "io": f"fill:{colours.end},{line}",
            "merge": f"fill:{colours.merge},{line}",
            "training": f"fill:{colours.end},{line},stroke-dasharray:4 3",
            "none": "fill:transparent,stroke:transparent",
        }
        for change in Change:
            dashes = ",stroke-dasharray:4 3" if change is Change.REMOVED else ""
            looks[change.name.lower()] = f"fill:{colours.change(change)},{line}{dashes}"
        for name, look in looks.items():
            if name in self._used:
                yield f"  classDef {name} {look}"


def _class(box: Box) -> str:
    is_end = box.style in (Style.INPUT, Style.OUTPUT)
    if box.change and not is_end:
        return box.change.name.lower()
    if box.training:
        return "training"
    if box.style in (Style.LAYERS, Style.STAGE):
        return box.kind.words
    if is_end:
        return "io"  # `end` closes a subgraph
    return "block" if box.style is Style.BLOCK else "merge"


def _edge(edge: Edge) -> str:
    arrow = "-.->" if edge.is_absent else "==>" if edge.change is Change.ADDED else "-->"
    words = f'|"{_safe(edge.words)}"|' if edge.words else ""
    return f"{_name(edge.source)} {arrow}{words} {_name(edge.target)}"


def _safe(words: str) -> str:
    return printable(words).translate(_SAFE)


def _yaml(words: str) -> str:
    return printable(words).replace("\\", "\\\\").replace('"', '\\"')


def _name(number: int) -> str:
    return f"n{number}"

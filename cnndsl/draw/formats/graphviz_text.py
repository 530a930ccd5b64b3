"""Picture → Graphviz text, to be laid out or changed by others. The same text everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from cnndsl.analyse.differences import Change
from cnndsl.draw.formats import markup
from cnndsl.draw.layouts.dot_syntax import attributes
from cnndsl.draw.layouts.lines import lines
from cnndsl.draw.layouts.sizes import label
from cnndsl.draw.look import Look
from cnndsl.draw.pictures.picture import Box, Cluster, Edge, Picture, Style
from cnndsl.draw.scenes.fills import box_fill
from cnndsl.draw.theme import Theme, theme
from cnndsl.draw.view import Direction

# The engines know Helvetica's widths on every machine, and those of few others.
_FONT = "Helvetica"
_GRAPH = {
    "fontname": _FONT,
    # Ranks over all clusters together; else an edge between clusters may point upward.
    "newrank": "true",
    "nodesep": "0.3",
    "ranksep": "0.2",
    "pad": "0.15",
    "splines": "spline",
    "labelloc": "t",
}
_NODE = {
    "fontname": _FONT,
    "fontsize": "10",
    "shape": "box",
    "style": "rounded,filled",
    "margin": "0.10,0.04",
    "height": "0.3",
    "width": "0.8",
}
_EDGE = {"fontname": _FONT, "fontsize": "8", "arrowsize": "0.6"}
_CIRCLE = {"shape": "circle", "fixedsize": "true", "width": "0.26", "height": "0.26", "margin": "0"}
# A sign of more letters does not fit in the circle.
_LONGEST_SIGN = 2


def graphviz_text(picture: Picture, look: Look) -> str:
    """The picture in Graphviz's language, all edges last.

    Raises:
        CnnError: the theme has mistakes.
    """
    return "\n".join(_Writer(picture, look).rows()) + "\n"


class _Writer:
    def __init__(self, picture: Picture, look: Look) -> None:
        self._picture = picture
        self._look = look
        self._theme: Theme = theme(look.theme)

    def rows(self) -> Iterator[str]:
        colours = self._theme
        right = self._look.towards(self._picture.flat) is Direction.RIGHT
        title = self._look.heading(self._picture.title)
        graph = _GRAPH | {"rankdir": "LR" if right else "TB", "bgcolor": colours.paper}
        if title:
            graph["label"] = markup.title(title, colours)
        yield "digraph {"
        yield f"  graph{attributes(graph)}"
        yield f"  node{attributes(_NODE | {'color': colours.border, 'fontcolor': colours.box_ink})}"
        yield f"  edge{attributes(_EDGE | {'color': colours.edge, 'fontcolor': colours.muted})}"
        for drawing in self._picture.drawings():
            for child in drawing.children:
                yield from self._part(child, "  ", 0)
        for drawing in self._picture.drawings():
            boxes = {box.number: box for box, _ in drawing.boxes()}
            for edge in drawing.edges:
                yield self._edge(edge, boxes[edge.target])
        yield "}"

    def _part(self, part: Box | Cluster, indent: str, depth: int) -> Iterator[str]:
        if isinstance(part, Box):
            yield f"{indent}{_name(part.number)}{attributes(self._node(part))}"
            return
        yield f"{indent}subgraph cluster_{part.header.number} {{"
        inner = f"{indent}  "
        yield f"{inner}graph{attributes(self._frame(part, depth))}"
        if not part.region:
            header = self._named(part.header, part.header.id)
            words = markup.header(lines(part.header), self._theme, depth)
            look = header | {"label": words, "shape": "plain", "style": ""}
            yield f"{inner}{_name(part.header.number)}{attributes(look)}"
        for child in part.children:
            yield from self._part(child, inner, depth if part.region else depth + 1)
        yield f"{indent}}}"

    def _named(self, box: Box, name: str) -> dict[str, str]:
        # Graphviz unescapes a tooltip once more than other attributes.
        return {
            "id": markup.safe(name),
            "tooltip": markup.safe((box.tooltip or box.title or box.id).replace("\\", "\\\\")),
        }

    def _frame(self, cluster: Cluster, depth: int) -> dict[str, str]:
        """The attributes of a frame: a section's is light, that of equal parts is strong."""
        colours, header = self._theme, cluster.header
        look = self._named(header, cluster.id) | {"margin": "10", "label": "", "penwidth": "1"}
        if cluster.region:
            look |= {"label": markup.label((label(cluster),), colours.muted), "labeljust": "l"}
            border, fill = colours.region_border, colours.region
        else:
            fill = colours.inner_frame if depth % 2 else colours.frame
            border = colours.frame_border
        if header.projection:
            border, look["penwidth"] = colours.skip, "1.8"
        elif cluster.count > 1:
            border, look["penwidth"] = colours.edge, "2"
        dashed = ",dashed" if header.training else ""
        return look | {"style": f"rounded,filled{dashed}", "color": border, "fillcolor": fill}

    def _node(self, box: Box) -> dict[str, str]:
        colours = self._theme
        look = self._named(box, box.id)
        words = lines(box)
        if not words:
            return look | {"shape": "point", "style": "invis", "label": ""}
        look["label"] = markup.label(words, colours.box_muted)
        look["fillcolor"] = box_fill(box, colours)
        style = "rounded,filled"
        if box.style is Style.MARK:
            look |= _CIRCLE if len(box.title) <= _LONGEST_SIGN else {"shape": "ellipse"}
        elif box.style is Style.BAR:
            style = "filled"
            look["width"] = "2.5"
        if box.multiple:
            look["peripheries"] = "2"
        if box.projection:
            look |= {"color": colours.skip, "penwidth": "1.8"}
        return look | {"style": style + (",dashed" if box.is_absent else "")}

    def _edge(self, edge: Edge, target: Box) -> str:
        colours = self._theme
        look: dict[str, str] = {"weight": "20"}
        if edge.words:
            look["label"] = f" {markup.safe(edge.words)}"
        head = _name(edge.target)
        if edge.skip:
            look = {"color": colours.skip, "fontcolor": colours.skip, "penwidth": "1.8"} | look
            look |= {"class": "skip", "weight": "1"}
            if target.style is Style.MARK:
                head += ":e"
        elif edge.change is Change.ADDED:
            look["penwidth"] = "1.8"
        if edge.is_absent:
            look["style"] = "dashed"
        return f"  {_name(edge.source)} -> {head}{attributes(look)}"


def _name(number: int) -> str:
    return f"n{number}"

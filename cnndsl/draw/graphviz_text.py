"""Picture → Graphviz text. The same picture gives the same text everywhere."""

from __future__ import annotations

from collections import Counter

import graphviz

from cnndsl.draw import markup, palette
from cnndsl.draw.captions import shape_words
from cnndsl.draw.picture import Box, Cluster, Edge, Picture, Style
from cnndsl.layers.base import Kind

# The engines know Helvetica's widths on every machine, and those of few others.
_FONT = "Helvetica"
_GRAPH = {
    "fontname": _FONT,
    "fontsize": "11",
    "rankdir": "TB",
    # Ranks over all clusters together; else an edge between clusters may point upward.
    "newrank": "true",
    "nodesep": "0.3",
    "ranksep": "0.26",
    "pad": "0.15",
    "splines": "spline",
    "bgcolor": palette.PAPER,
    "labelloc": "t",
}
_NODE = {
    "fontname": _FONT,
    "fontsize": "10",
    "shape": "box",
    "style": "rounded,filled",
    "margin": "0.10,0.04",
    "height": "0.34",
    "width": "1.2",
    "penwidth": "1.1",
    "color": palette.BORDER,
}
_EDGE = {
    "fontname": _FONT,
    "fontsize": "9",
    "fontcolor": palette.GREY,
    "color": palette.BORDER,
    "arrowsize": "0.6",
}
# How strongly edges want to be short and straight: those that nothing joins or leaves, and others.
_TRUNK_WEIGHT = "20"
_BRANCH_WEIGHT = "1"
_CIRCLE = {"shape": "circle", "fixedsize": "true", "width": "0.26", "height": "0.26"}
# A sign of more letters does not fit in the circle.
_LONGEST_SIGN = 2


def graphviz_text(picture: Picture) -> str:
    """The picture in Graphviz's language, all edges last."""
    graph = graphviz.Digraph(
        graph_attr={**_GRAPH, "label": markup.title_label(picture)},
        node_attr=_NODE,
        edge_attr=_EDGE,
    )
    trunk = _trunk(picture.edges)
    lanes = _lanes(trunk)
    for child in picture.children:
        _write(graph, child, lanes)
    boxes = {box.number: box for box, _ in picture.boxes()}
    straight = set(trunk)
    for edge in picture.edges:
        _write_edge(graph, edge, boxes[edge.target], edge in straight)
    return str(graph.source)


def _write(
    graph: graphviz.Digraph, part: Box | Cluster, lanes: dict[int, str], depth: int = 0
) -> None:
    if isinstance(part, Cluster):
        _write_cluster(graph, part, lanes, depth)
        return
    graph.node(
        _name(part.number),
        label=markup.box_label(part),
        id=_plain(part.paths[0]),
        tooltip=_tooltip(part.tooltip),
        group=lanes.get(part.number, ""),
        **_look(part),
    )


def _write_cluster(
    graph: graphviz.Digraph, cluster: Cluster, lanes: dict[int, str], depth: int
) -> None:
    header = cluster.header
    path = cluster.paths[0]
    with graph.subgraph(name=f"cluster_{header.number}") as inner:
        inner.attr(
            id=_plain(path),
            tooltip=_tooltip(header.tooltip),
            label="",
            margin="10",
            **_cluster_look(cluster, depth),
        )
        inner.node(
            _name(header.number),
            label=markup.region_label(header)
            if cluster.region
            else markup.header_label(header, cluster.count, depth),
            id=_plain(f"{path}~header"),
            tooltip=_tooltip(header.tooltip),
            group=lanes.get(header.number, ""),
            shape="plain",
            style="",
        )
        for child in cluster.children:
            _write(inner, child, lanes, depth if cluster.region else depth + 1)


def _cluster_look(cluster: Cluster, depth: int) -> dict[str, str]:
    """The attributes of a frame: a section's is light, that of equal parts is strong."""
    style = "rounded,filled" + (",dashed" if cluster.header.training else "")
    if cluster.region:
        colours = palette.REGION_BORDER, palette.REGION_FILL
    else:
        fill = palette.CLUSTER_FILLS[depth % len(palette.CLUSTER_FILLS)]
        colours = palette.CLUSTER_BORDER, fill
    look = {"style": style, "color": colours[0], "fillcolor": colours[1], "penwidth": "1"}
    if cluster.header.projection:
        look |= {"color": palette.SKIP, "penwidth": "1.8"}
    elif cluster.count > 1:
        look |= {"color": palette.INK, "penwidth": "2"}
    elif cluster.header.training:
        look |= {"color": palette.BORDER}
    return look


def _look(box: Box) -> dict[str, str]:
    """The attributes of a box that is no header."""
    if box.style is Style.MARK:
        circle = _CIRCLE if len(box.title) <= _LONGEST_SIGN else {"shape": "ellipse", "width": "0"}
        look = {**circle, "margin": "0", "fontsize": "11", "fillcolor": palette.PAPER}
    elif box.style is Style.BAR:
        look = {"style": "filled", "width": "3", "height": "0.26", "fillcolor": palette.PAPER}
    elif box.style is Style.LAYERS:
        look = {"fillcolor": box.kind.colour}
        if box.kind is Kind.ACTIVATION:
            look |= {"width": "0.7", "height": "0.26"}
    else:
        look = {"color": palette.END_BORDER, "fillcolor": palette.END_FILL, "height": "0.28"}
    if box.count > 1:
        look |= {"peripheries": "2"}
    if box.projection:
        look |= {"color": palette.SKIP, "penwidth": "1.8"}
    if box.training:
        look |= {
            "style": "rounded,filled,dashed" if box.style is not Style.BAR else "filled,dashed"
        }
    return look


def _write_edge(graph: graphviz.Digraph, edge: Edge, target: Box, trunk: bool) -> None:
    look = {"tooltip": shape_words(edge.shape)}
    if edge.labelled:
        look["label"] = f" {shape_words(edge.shape)}"
    head = _name(edge.target)
    if edge.skip:
        look |= {"color": palette.SKIP, "fontcolor": palette.SKIP, "penwidth": "1.8"}
        look |= {"class": "skip"}
        if target.style is Style.MARK:
            head += ":e"
    look["weight"] = _TRUNK_WEIGHT if trunk else _BRANCH_WEIGHT
    if edge.training:
        look["style"] = "dashed"
    graph.edge(_name(edge.source), head, **look)


def _trunk(edges: tuple[Edge, ...]) -> list[Edge]:
    """The edges that, skips aside, are alone in leaving their source and reaching their target."""
    straight = [edge for edge in edges if not edge.skip]
    leaving = Counter(edge.source for edge in straight)
    reaching = Counter(edge.target for edge in straight)
    return [e for e in straight if leaving[e.source] == 1 and reaching[e.target] == 1]


def _lanes(trunk: list[Edge]) -> dict[int, str]:
    """The group of each box on the trunk: those of one group are laid out in a straight line."""
    lanes: dict[int, str] = {}
    for edge in sorted(trunk, key=lambda edge: edge.source):
        lanes[edge.target] = lanes.setdefault(edge.source, _name(edge.source))
    return lanes


def _name(number: int) -> str:
    return f"n{number}"


def _plain(words: str) -> str:
    """Words for an attribute that is no label."""
    return str(graphviz.nohtml(markup.text(words)))


def _tooltip(words: str) -> str:
    """Words for a tooltip, which Graphviz unescapes once more than other attributes."""
    return _plain(words.replace("\\", "\\\\"))

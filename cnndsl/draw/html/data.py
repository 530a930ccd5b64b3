"""Laid-out drawings → what the page's script reads: places, and the facts of every box."""

from __future__ import annotations

import json
from typing import Any

from cnndsl.analyse.calls import spec_call
from cnndsl.design import Node
from cnndsl.draw.html.inside import Layers, Level
from cnndsl.draw.layouts import lines
from cnndsl.draw.layouts.geometry import Area, Laid, Point
from cnndsl.draw.layouts.labels import words_size
from cnndsl.draw.names import where
from cnndsl.draw.pictures.captions import shape_words
from cnndsl.draw.pictures.picture import MERGES, Box, Style

Json = dict[str, Any]
# Letters that end a script or begin markup in it, as JSON may write them instead.
_ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}


def script_json(data: Json) -> str:
    """The data as JSON that stands safely in the `script` element of a page."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.translate(_ESCAPES)


class Data:
    """Collects the drawings of a page; each line of the spec is kept once."""

    def __init__(self) -> None:
        self._lines: dict[str, str] = {}

    def lines(self) -> dict[str, str]:
        """The text of each line of the spec that something was made from, by its place."""
        return self._lines

    def drawing(self, laid: Laid, level: Level) -> Json:
        """One drawing: boxes, frames and lines in the order in which they are painted."""
        return {
            "size": _point((laid.width, laid.height)),
            "header": level.header,
            "exit": level.exit,
            "boxes": [self._box(box, area, level) for box, area in laid.nodes],
            "frames": [
                {"n": frame.cluster.header.number, "area": _area(frame.area)}
                for frame in laid.frames
            ],
            "lines": [
                {
                    "from": line.edge.source,
                    "to": line.edge.target,
                    "shape": shape_words(line.edge.shape),
                    "points": [_point(point) for point in line.points],
                    "tip": _point(line.tip),
                    "words": _point(line.words) if line.words else None,
                    "room": words_size(line.edge)[0] if line.words else 0,
                }
                for line in laid.lines
            ],
        }

    def _box(self, box: Box, area: Area, level: Level) -> Json:
        found: Json = {
            "n": box.number,
            "c": _point(area.centre),
            "s": _point((area.width, area.height)),
            "painted": bool(lines.lines(box)),
            "title": _title(box),
            "kind": _kind(box),
            "paths": list(box.paths),
            "count": box.count,
            "params": box.params,
            "macs": box.macs,
            "in": [shape_words(shape) for shape in box.inputs],
            "out": shape_words(box.output) if box.output else "",
            "line": box.line,
        }
        if layers := level.layers.get(box.number):
            found["layers"] = [self._layer(*named, layers) for named in layers.nodes]
        if opened := level.opened.get(box.number):
            found["open"] = {"drawing": opened.drawing, "paths": list(opened.paths)}
            found["leaf"] = opened.leaf
        return found

    def _layer(self, name: str, node: Node, layers: Layers) -> Json:
        place = where(node)
        self._lines[place] = node.span.source.line(node.span.line).strip()
        return {
            "name": name,
            "call": spec_call(layers.module, node),
            "line": place,
        }


def _title(box: Box) -> str:
    """What is written on a box, in one line."""
    return " · ".join(lines.plain(box)) or box.tooltip


def _kind(box: Box) -> str:
    return box.kind.words if box.style in (Style.LAYERS, *MERGES) else box.style.value


def _point(point: Point) -> list[float]:
    return [round(number, 2) for number in point]


def _area(area: Area) -> list[float]:
    return [round(number, 2) for number in (area.left, area.top, area.right, area.bottom)]

"""Where in the spec each tensor of a network comes from."""

from __future__ import annotations

from cnndsl.analyse.uses import uses
from cnndsl.design import Design
from cnndsl.source import Span
from cnndsl.weights.entries import Wanted


def wanted(design: Design) -> list[Wanted]:
    """Every tensor of a design with its place, in the order of torch's state_dict."""
    spans = places(design)
    return [
        Wanted(path, weight.shape, weight.trainable, span=spans[path])
        for path, weight in design.network.weights()
    ]


def places(design: Design) -> dict[str, Span]:
    """The place of the layer that each tensor of a design belongs to, by the tensor's path."""
    # What has no name owns no tensor, and may be called like something that has one.
    layers = {u.path: u.node.span for u in uses(design) if u.node.layer and u.node.name}
    return {path: layers[_owner(path, layers)] for path, _ in design.network.weights()}


def _owner(path: str, layers: dict[str, Span]) -> str:
    """The path of a tensor's layer: its own, or what stands before one of its dots."""
    parts = path.split(".")
    heads = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next(head for head in heads if head in layers)

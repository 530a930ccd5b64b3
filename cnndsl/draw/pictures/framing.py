"""Parts → parts in the frames of their sections, and of what repeats."""

from __future__ import annotations

from dataclasses import replace

from cnndsl.draw.pictures.picture import Box, Cluster, Parts


def merged(children: Parts) -> Parts:
    """The parts, a region with nothing but another one in it being one with that."""
    return tuple(_merged(child) for child in children)


def _merged(part: Box | Cluster) -> Box | Cluster:
    if isinstance(part, Box):
        return part
    part = replace(part, children=merged(part.children))
    only = part.children[0] if len(part.children) == 1 else None
    if not (part.region and isinstance(only, Cluster) and only.region):
        return part
    inner = only.header
    title = f"{part.header.title} · {inner.title}"
    training = part.header.training or inner.training
    return replace(only, header=replace(inner, title=title, training=training))


def in_repeats(begun: list[Box | Cluster]) -> Cluster:
    """The frame of what is there several times: its header, and what is in it."""
    header, *parts = begun
    assert isinstance(header, Box)
    return Cluster(header, header.paths, tuple(parts))


def framed(drawn: list[tuple[Box | None, Box | Cluster]]) -> list[Box | Cluster]:
    """The parts, those of a section in its region, which stands where its first part does."""
    inside: dict[Box, list[Box | Cluster]] = {}
    for region, part in drawn:
        if region:
            inside.setdefault(region, []).append(part)
    framed: list[Box | Cluster] = []
    for region, part in drawn:
        if region is None or (_is_head(region) and len(inside[region]) == 1):
            framed.append(part)
        elif part is inside[region][0]:
            framed.append(Cluster(region, region.paths, tuple(inside[region]), region=True))
    return framed


def _is_head(region: Box) -> bool:
    """Whether a section is one of several heads: its output has the same name."""
    return region.title.startswith("head ")

"""The sizes of its input that a network takes, found by elaborating it at all of a range."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from cnndsl.analyse.columns import GAP, aligned
from cnndsl.analyse.definitions import definitions, items
from cnndsl.analyse.size_rules import rule
from cnndsl.design import Design
from cnndsl.shape import Shape

# What is searched: from 1 to this size, or to so many more than the spec's own,
LEAST_SEARCHED = 256
MARGIN = 64
# but only so many sizes that no more nodes than this are worked out, and at least so many.
MOST_NODES = 150_000
FEWEST = 32
# Where axes seem to be alike, one in so many sizes is tried besides the borders.
_SAMPLED = 12

# The design for these sizes of the input; None where they are not legal.
Trial = Callable[[tuple[int, ...]], Design | None]
Weights = dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class AxisSizes:
    """The legal sizes of these axes, of which all have the same, while the others keep the spec's.

    With the sizes `same` the weights are as for the spec's own; with `others` they are not, and
    `changed` is the path of the first that then has another shape.
    """

    axes: tuple[str, ...]
    searched: range
    same: tuple[int, ...]
    others: tuple[int, ...]
    changed: str

    def keeps_weights(self, size: int) -> bool | None:
        """Whether the weights of a size that was searched are the same; None: it is not legal."""
        return True if size in self.same else False if size in self.others else None

    @property
    def words(self) -> str:
        """The rule that they keep: `any size from 33`."""
        legal = rule(sorted(self.same + self.others), self.searched)
        if not self.others:
            return legal
        same = rule(self.same, self.searched)
        return f"{legal}; with the same weights {same} (others change `{self.changed}`)"


@dataclass(frozen=True)
class LegalSizes:
    """The sizes that a network takes along the axes of its input, `c` aside.

    Each axis is tried alone, and `h` and `w` together where the spec has the same for both.
    """

    name: str
    axes: tuple[AxisSizes, ...]

    def rules(self) -> list[tuple[str, str]]:
        """The rules in words, each after the axes that keep it: `h, w or both`."""
        found: dict[str, list[str]] = {}
        for sizes in self.axes:
            found.setdefault(sizes.words, []).append(_axes_words(sizes.axes))
        if not found:
            return [("", "as they are written: there is no axis but `c`, or several inputs")]
        return [(_alternatives(axes), words) for words, axes in found.items()]


def _axes_words(axes: tuple[str, ...]) -> str:
    return axes[0] if len(axes) == 1 else "both"


def _alternatives(words: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def sizes_lines(networks: Iterable[LegalSizes]) -> list[str]:
    """The rules of several networks, a line for each."""
    rows = [(f"{GAP}{sizes.name}", *rule) for sizes in networks for rule in sizes.rules()]
    return aligned(rows, 0) if rows else []


def legal_sizes(design: Design, trial: Trial) -> LegalSizes:
    """The sizes that the network of a design takes; none of one with several inputs."""
    if len(design.network.inputs) > 1:
        return LegalSizes(design.name, ())
    (shape,) = design.network.inputs
    groups: list[tuple[str, ...]] = [(axis,) for axis in shape.axes if axis != "c"]
    if "h" in shape and "w" in shape and shape["h"] == shape["w"]:
        groups.append(("h", "w"))
    nodes = sum(1 for module in definitions(design.network) for _ in items(module))
    most = max(FEWEST, MOST_NODES // nodes) if nodes else FEWEST
    trials = _Trials(shape, _weights(design), trial)
    found: list[AxisSizes] = []
    for axes in groups:
        searched = _searched(shape[axes[0]], most)
        alike = (sizes for sizes in found if trials.agree(axes, searched, sizes))
        like = next(alike, None)
        found.append(replace(like, axes=axes) if like else trials.search(axes, searched))
    return LegalSizes(design.name, tuple(found))


class _Trials:
    """Networks of other sizes beside the one of the spec's own."""

    def __init__(self, shape: Shape, weights: Weights, trial: Trial) -> None:
        self._shape = shape
        self._weights = weights
        self._trial = trial

    def search(self, axes: tuple[str, ...], searched: range) -> AxisSizes:
        """What becomes of every size of a range."""
        changes = {size: self._changed(axes, size) for size in searched}
        same = tuple(size for size, changed in changes.items() if changed == "")
        others = {size: changed for size, changed in changes.items() if changed}
        changed = next(filter(None, others.values()), "")
        return AxisSizes(axes, searched, same, tuple(others), changed)

    def agree(self, axes: tuple[str, ...], searched: range, sizes: AxisSizes) -> bool:
        """Whether sizes along these axes fare as along others: at every border, and between.

        Height and width are alike in nearly every network, so most sizes are tried once.
        """
        if searched != sizes.searched:
            return False
        kept = [sizes.keeps_weights(size) for size in searched]
        for place, size in enumerate(searched):
            is_border = len(set(kept[max(place - 1, 0) : place + 2])) > 1
            if is_border or size % _SAMPLED == 0 or place in (0, len(searched) - 1):
                changed = self._changed(axes, size)
                if (None if changed is None else not changed) is not kept[place]:
                    return False
        return True

    def _changed(self, axes: tuple[str, ...], size: int) -> str | None:
        """The first tensor that another size changes, empty where none; None: it is not legal."""
        design = self._trial(self._shape.replace(**dict.fromkeys(axes, size)).sizes)
        return None if design is None else _changed(self._weights, _weights(design))


def _searched(given: int, most: int) -> range:
    """The sizes to try around the spec's own: all from 1, if those are not too many."""
    stop = max(LEAST_SEARCHED, given + MARGIN) + 1
    if stop - 1 <= most:
        return range(1, stop)
    start = max(1, given - most // 2)
    return range(start, start + most)


def _weights(design: Design) -> Weights:
    return {path: weight.shape for path, weight in design.network.weights()}


def _changed(before: Weights, after: Weights) -> str:
    """The first tensor that is not the same in both; empty where all are."""
    paths = dict.fromkeys([*before, *after])
    return next((path for path in paths if before.get(path) != after.get(path)), "")

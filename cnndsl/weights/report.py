"""What a load did, as data and as text: by the line of the spec that each weight comes from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cnndsl.analyse.columns import GAP, aligned
from cnndsl.resources import folder
from cnndsl.source import Span
from cnndsl.weights.entries import Given, Wanted, size
from cnndsl.weights.matching import Match, Misfit

# More names than this are told by their number.
_MOST_NAMES = 6


@dataclass(frozen=True, slots=True)
class WeightsReport:
    """What `load_weights` did: `str()` of it is a text.

    `network` and `checkpoint` are what both are called. `match` has the pairs, and what has none.
    `kept` are the network's tensors that a rule keeps as they are, `dropped` the checkpoint's that
    a rule leaves out. `notes` tell what else was done on the way. `in_order` tells that the pairs
    were found by their order.
    """

    network: str
    checkpoint: str
    match: Match
    kept: tuple[Wanted, ...] = ()
    dropped: tuple[Given, ...] = ()
    notes: tuple[str, ...] = ()
    in_order: bool = False

    def __str__(self) -> str:
        return report(self)


def report(found: WeightsReport) -> str:
    """The report as text; no newline at the end."""
    match = found.match
    parts = [f"{found.network} from {found.checkpoint}: {counts(match)}"]
    parts.append("\n".join(found.notes))
    parts.append(_pairs(match) if found.in_order else _lines([pair.wanted for pair in match.pairs]))
    parts += [
        _section("different, so not taken", _misfits(match.misfits)),
        _section("missing in the checkpoint", _wanted(match.missing)),
        _section("left over in the checkpoint", _given(match.left_over)),
        _section("kept by the rules", _wanted(found.kept)),
        _section("dropped by the rules", _given(found.dropped)),
    ]
    return "\n\n".join(filter(None, parts))


def counts(match: Match) -> str:
    """How many tensors match, and how many do not: `120 tensors match, 2 are missing`."""
    words = [_count(len(match.pairs), "tensor matches", "tensors match")]
    words += [
        _count(len(match.misfits), "differs", "differ"),
        _count(len(match.missing), "is missing", "are missing"),
        _count(len(match.left_over), "is left over", "are left over"),
    ]
    return ", ".join([words[0], *(word for word in words[1:] if not word.startswith("0 "))])


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def some(names: Sequence[str], most: int = _MOST_NAMES) -> str:
    """Names, of many the first and how many more there are."""
    if len(names) <= most + 1:
        return ", ".join(names)
    return f"{', '.join(names[:most])}, and {len(names) - most} more"


def line_of(span: Span | None) -> str:
    """`net.cnn:12`; of a bundled spec, where it is installed does not matter."""
    if span is None:
        return ""
    bundled = f"{folder('specs')}{os.sep}"
    return f"{span.source.name.removeprefix(bundled)}:{span.line}"


def by_line(wanted: Iterable[Wanted]) -> dict[str, list[Wanted]]:
    """Tensors by the line that they come from, in the order of the lines."""
    groups: dict[str, list[Wanted]] = {}
    numbers: dict[str, tuple[str, int]] = {}
    for one in wanted:
        line = line_of(one.span)
        groups.setdefault(line, []).append(one)
        numbers[line] = (one.span.source.name, one.span.line) if one.span else ("", 0)
    return {line: groups[line] for line in sorted(groups, key=lambda line: numbers[line])}


def _lines(wanted: Sequence[Wanted]) -> str:
    """A line for each line of the spec, with the tensors that come from it."""
    groups = by_line(wanted)
    if "" in groups:
        return ""  # of a module whose spec is not known, the number says all
    rows = [(line, _ends(found), str(len(found))) for line, found in groups.items()]
    return _table(("line", "first … last", "tensors"), rows, numbers=1)


def _ends(found: Sequence[Wanted]) -> str:
    first, last = found[0].name, found[-1].name
    return first if len(found) == 1 else f"{first} … {last}"


def _pairs(match: Match) -> str:
    """Every pair, since an order that fits by chance shows in the names alone."""
    rows = [
        (p.given.original, p.wanted.name, size(p.wanted.shape), line_of(p.wanted.span))
        for p in match.pairs
    ]
    return _table(("checkpoint", "network", "shape", "line"), rows)


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]], numbers: int = 0) -> str:
    if not rows:
        return ""
    lines = aligned([header, *rows], numbers)
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def _misfits(misfits: Iterable[Misfit]) -> Iterator[str]:
    for one in misfits:
        yield " ".join(filter(None, (line_of(one.wanted.span), one.wanted.name, one.text)))


def _wanted(wanted: Iterable[Wanted]) -> list[str]:
    rows = [(line_of(one.span), one.name, size(one.shape)) for one in wanted]
    return aligned(rows, 0) if rows else []


def _given(given: Iterable[Given]) -> list[str]:
    rows = [(one.original, size(one.shape) if one.is_tensor else one.dtype) for one in given]
    return aligned(rows, 0) if rows else []


def _section(title: str, lines: Iterable[str]) -> str:
    found = list(lines)
    return "\n".join([f"{title}:", *(f"{GAP}{line.strip()}" for line in found)]) if found else ""


def listing(network: str, wanted: Sequence[Wanted]) -> str:
    """The tensors of a network, a line each; no newline at the end."""
    rows = [
        (one.name, size(one.shape), "trained" if one.trainable else "buffer", line_of(one.span))
        for one in wanted
    ]
    trained = sum(one.trainable for one in wanted)
    title = f"{network}: {_count(len(wanted), 'tensor', 'tensors')}, {trained} of them trained"
    table = _table(("name", "shape", "kind", "line"), rows)
    return "\n\n".join(filter(None, (title, table)))

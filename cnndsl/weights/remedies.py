"""What would make a checkpoint fit a network, found by trying it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from cnndsl.weights.entries import Given, Wanted, can_be_cast
from cnndsl.weights.matching import Match, by_order

_COUNTER = "num_batches_tracked"
# More names than this are no remedy to paste.
_MOST_NAMES = 6
_MOST_PARTS = 3
_CAST = "convert the numbers: `--cast`, in Python `cast=True`"
_PARTIAL = (
    "load the others alone by `--partial`, in Python `partial=True`; what is not loaded keeps the "
    "numbers that it starts with"
)
_TOLD = {"keep": "let these keep the numbers that they start with", "drop": "leave these out"}
_LARGER = (
    "all of the network is there, and more: is this a checkpoint of a larger one? `--partial`, in "
    "Python `partial=True`, leaves the rest out"
)
_KEEP_COUNTERS = (
    "torch counts batches since version 0.4.1, and only training without `momentum` needs it; let "
    f"the counts stay by a rule:\nkeep:\n  - {_COUNTER}$"
)


def remedy(match: Match, ours: Sequence[Wanted], theirs: Sequence[Given]) -> str:
    """What would make tensors match that don't by name."""
    if match.missing and all(one.name.endswith(_COUNTER) for one in match.missing):
        return _KEEP_COUNTERS
    if found := _prefix_remedy(match):
        return found
    if match.misfits and _is_cast_enough(match):
        return _CAST
    if found := _names_remedy(match):
        return found
    if match.missing and match.left_over and by_order(ours, theirs, cast=False).is_whole:
        return (
            "in their order, all have the shapes of the network: `--match order`, in Python "
            '`match="order"`, pairs them so'
        )
    if 2 * len(match.pairs) > len(ours):
        return _rules_remedy(match) or (_LARGER if len(match.pairs) == len(ours) else _PARTIAL)
    if match.pairs:
        return "most do not match: is this a checkpoint of another network?"
    return (
        "if it is a checkpoint of this network, tell by rules how its names become the network's: "
        "`--rename`, in Python `rename=`"
    )


def remedy_of_order(match: Match, ours: Sequence[Wanted], theirs: Sequence[Given]) -> str:
    """What would make tensors match that don't by their order."""
    if match.misfits and can_be_cast(match.misfits[0].wanted, match.misfits[0].given):
        return _CAST
    counted = [one for one in ours if not one.name.endswith(_COUNTER)]
    if len(counted) < len(ours) and by_order(counted, theirs, cast=True).is_whole:
        return _KEEP_COUNTERS
    return (
        "take out what is not in both by `drop` and `keep` in the rules, or pair them by name with "
        "rules for the names"
    )


def _is_cast_enough(match: Match) -> bool:
    """Whether all would match if only their precision were the network's."""
    others = match.missing or match.left_over
    return not others and all(can_be_cast(one.wanted, one.given) for one in match.misfits)


def _rules_remedy(match: Match) -> str:
    """The rules for the few parts that differ, or that one side alone has: other classes, heads."""
    ours = [*(misfit.wanted for misfit in match.misfits), *match.missing]
    keep = _parts([one.name for one in ours], [pair.wanted.name for pair in match.pairs])
    drop = _parts(
        [one.original for one in match.left_over], [pair.given.original for pair in match.pairs]
    )
    if max(len(keep), len(drop)) > _MOST_PARTS:
        return ""
    rules = {name: found for name, found in (("keep", keep), ("drop", drop)) if found}
    rows = (f"\n{name}:" + "".join(f"\n  - {r}" for r in found) for name, found in rules.items())
    return f"{', and '.join(_TOLD[name] for name in rules)}, by a rule:{''.join(rows)}"


def _parts(names: Sequence[str], matched: Sequence[str]) -> list[str]:
    """Expressions that find these names, as few as can be, and none of those that match."""
    taken = {head for name in matched for head in _heads(name)}
    found = []
    for name in names:
        part = next((head for head in _heads(name) if head not in taken), "")
        found.append(rf"^{re.escape(part)}\." if part else f"^{re.escape(name)}$")
    return list(dict.fromkeys(found))


def _heads(name: str) -> list[str]:
    """What stands before each dot of a name: the parts of the network that it is in."""
    return [name[: dot.start()] for dot in re.finditer(r"\.", name)]


def _names_remedy(match: Match) -> str:
    """The names for the few that are missing, where what is left over has their shapes."""
    if match.misfits or not match.missing or len(match.missing) > _MOST_NAMES:
        return ""
    rest = by_order(match.missing, match.left_over, cast=False)
    if not rest.is_whole:
        return ""
    rows = "".join(f"\n  {pair.given.name}: {pair.wanted.name}" for pair in rest.pairs)
    return f"what is left has the right shapes; if it is meant, by a rule:\nnames:{rows}"


def _prefix_remedy(match: Match) -> str:
    """The rule that takes off, or puts on, what stands before the names of one side alone."""
    ours, theirs = {one.name for one in match.missing}, {one.name for one in match.left_over}
    longer, shorter = _prefix(theirs, ours), _prefix(ours, theirs)
    count, prefix = max(longer, shorter)
    # A single name may end like another by chance.
    if count < 2 or 2 * count < len(ours):
        return ""
    rule = f"^{re.escape(prefix)}: ''" if longer >= shorter else f"^: {prefix}"
    all_fit = count == len(ours) == len(theirs)
    fit = "all names fit" if all_fit else f"{count} of the {len(ours)} that are missing are found"
    return f"{fit} by a rule:\npatterns:\n  {rule}"


def _prefix(longer: set[str], shorter: set[str]) -> tuple[int, str]:
    """What stands before most names of one set that else are in the other, and before how many."""
    found = Counter(
        name[: dot.end()]
        for name in longer
        for dot in re.finditer(r"\.", name)
        if name[dot.end() :] in shorter
    )
    return max(((count, prefix) for prefix, count in found.items()), default=(0, ""))

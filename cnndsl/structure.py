"""Where statements may stand: what is a network's alone, and that its `input` comes first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cnndsl import syntax
from cnndsl.errors import Diagnostic, Report
from cnndsl.unknown import misspelt_statement

NETWORK_ONLY = (syntax.Section, syntax.Head, syntax.InputShape, syntax.OutputNames)

# What may stand above an `input`, since nothing flows through it.
BEFORE_INPUT = (syntax.InputShape, syntax.Let, syntax.Require, syntax.Default, syntax.Init)

# What a block has in place of a network's statements.
_HINTS = {
    syntax.InputShape: "take the line away: a block takes whatever flows in, `in` is its shape",
    syntax.OutputNames: "take the line away: what the last item of a block gives is its result",
}


def check_structure(file: syntax.File, report: Report) -> None:
    """Reports the statements of a file that stand where they have no meaning."""
    for statement in file.statements:
        if isinstance(statement, syntax.Block):
            _check_block(statement, report)
        elif isinstance(statement, syntax.Network):
            meant = {_meant(part) for part in statement.body}
            unread = "input" in file.unread_words or "input" in meant
            _check_network(statement, report, unread)


def _check_block(block: syntax.Block, report: Report) -> None:
    for node in _within(block.body):
        if isinstance(node, NETWORK_ONLY):
            word = node.span.text.split()[0]
            message = f"`{word}` stands in a network, and this is a block"
            hint = _HINTS.get(type(node), "name a part of a block by a label: `part: { … }`")
            report.add(Diagnostic("misplaced", message, node.span, hint=hint))


def _check_network(network: syntax.Network, report: Report, may_have_input: bool) -> None:
    """Checks a network; it `may_have_input` that could not be read, too."""
    starts = [not (isinstance(s, BEFORE_INPUT) or _meant(s)) for s in network.body]
    first_item = starts.index(True) if True in starts else len(starts)
    above = [s for s in network.body[:first_item] if isinstance(s, syntax.InputShape)]
    misplaced = [n for n in _within(network.body) if isinstance(n, syntax.InputShape)]
    for node in misplaced:
        if not any(node is other for other in above):
            message = "an `input` stands at the top of its network, above the first item"
            hint = f"move the line up, below `network {network.name.name}`"
            report.add(Diagnostic("misplaced", message, node.span, hint=hint))
    if not misplaced and not may_have_input:
        message = f"`{network.name.name}` has no `input`"
        hint = "write `input 3x224x224` as its first line"
        report.add(Diagnostic("no-input", message, network.span, hint=hint))


def _meant(statement: syntax.Statement) -> str:
    """`input` for `inptu 3x224x224`, which reads as an item; resolving tells of it."""
    first = statement.items[0] if isinstance(statement, syntax.Chain) else None
    found = misspelt_statement(first.name) if isinstance(first, syntax.Apply) else None
    return found.fix.text if found and found.fix else ""


def _within(node: Any) -> Iterator[Any]:
    """All that a construct holds, at any depth."""
    for part in syntax.parts(node):
        yield part
        yield from _within(part)

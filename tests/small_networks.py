"""Small networks, for the tests of elaboration."""

from __future__ import annotations

import pytest

import cnndsl
from cnndsl.design import Design, Module
from cnndsl.errors import CnnError


def network(body: str, blocks: str = "", **options: object) -> Design:
    """A network of these statements, on 3x32x32."""
    text = f"{blocks}\nnetwork Net(classes=10) {{\ninput 3x32x32\n{body}\n}}"
    return cnndsl.compile_text(text, **options)


def keys(design: Design) -> list[str]:
    """The weights' names without their last word, each once, in order."""
    owners = (name.rpartition(".")[0] for name, _ in design.network.weights())
    return list(dict.fromkeys(owners))


def codes(body: str, blocks: str = "", **options: object) -> list[str]:
    """The codes of the errors of a wrong network."""
    with pytest.raises(CnnError) as caught:
        network(body, blocks, **options)
    return [diagnostic.code for diagnostic in caught.value.diagnostics]


def blocks_of(design: Design) -> list[Module]:
    """The blocks and scopes directly in a network, in order."""
    return [node.module for node in design.network.nodes if node.module]

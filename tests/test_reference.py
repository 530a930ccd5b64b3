"""What `cnndsl layers` tells is what the layers' own declarations say."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from cnndsl.cli import main
from cnndsl.layers import LAYERS


def told(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["layers", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_every_layer_is_told_in_a_line() -> None:
    lines = told().splitlines()[1:]
    assert sorted(line.split()[1] for line in lines) == sorted(LAYERS)
    assert max(map(len, lines)) <= 130


@pytest.mark.parametrize("word", LAYERS)
def test_a_layer_is_told_with_all_its_options(word: str) -> None:
    page = told(word)
    assert page.startswith(word)
    for parameter in LAYERS[word].parameters:
        assert f"\n  {parameter.name}\n    {parameter.doc[:20]}" in page
    assert max(map(len, page.splitlines())) <= 100


def test_how_a_call_is_written() -> None:
    assert told("fc").startswith("fc c …\n")
    assert told("conv").startswith("conv 3x3 c …\n")
    assert told("add").startswith("add { | … | … }\n")
    assert told("gap").startswith("gap\n")


def test_an_unknown_layer_is_answered_with_the_nearest() -> None:
    result = CliRunner().invoke(main, ["layers", "convv"])
    assert result.exit_code == 2
    assert "did you mean `conv`?" in result.stderr

"""The command line: what goes in, what comes out and where, and with which exit code."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from cnndsl import compile
from cnndsl.cli import main
from tests.commands import run

SMALL = """network Small(classes=10, width=8) {
  input 3x32x32
  conv 3x3 width as conv -> relu -> gap -> flatten -> fc classes as fc
}
"""
TWO = SMALL + "variant narrow = Small(width=4)\nvariant wide = Small(width=16)\n"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.cnn"
    path.write_text(SMALL)
    return path


@pytest.fixture
def two(tmp_path: Path) -> Path:
    path = tmp_path / "two.cnn"
    path.write_text(TWO)
    return path


def test_check_confirms_each_good_file(small: Path, two: Path) -> None:
    result = run("check", small, two)
    assert result.exit_code == 0
    assert result.stdout == f"{small}: ok, 1 network\n{two}: ok, 3 networks\n"
    assert result.stderr == ""


def test_check_tells_all_errors_of_all_files(small: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.cnn", tmp_path / "second.cnn"
    first.write_text(SMALL.replace("relu", "rleu").replace("gap", "gpa"))
    second.write_text(SMALL.replace("flatten", "flaten"))
    result = run("check", first, small, second)
    assert result.exit_code == 1
    assert result.stdout == f"{small}: ok, 1 network\n"
    assert result.stderr.count("error[") == 3
    for word in ("`relu`?", "`gap`?", "`flatten`?", "first.cnn:3:", "second.cnn:3:"):
        assert word in result.stderr


def test_check_tells_warnings_and_succeeds(small: Path) -> None:
    small.write_text("block spare() { relu }\n" + SMALL)
    result = run("check", small)
    assert result.exit_code == 0
    assert result.stdout == f"{small}: ok, 1 network, 1 warning\n"
    assert result.stderr.startswith("warning[W102]")


def test_the_worst_exit_code_wins(small: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.cnn"
    wrong.write_text("network")
    assert run("check", wrong, small).exit_code == 1
    assert run("check", tmp_path / "none.cnn", wrong, small).exit_code == 2


@pytest.mark.parametrize("output", [[], ["-o", "-"]])
def test_compile_writes_the_source_to_stdout(small: Path, output: list[str]) -> None:
    result = run("compile", small, *output)
    assert result.exit_code == 0
    assert result.stdout == compile(small).source()
    assert result.stderr == ""


def test_compile_writes_a_file(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "net.py"
    result = run("compile", small, "--output", out)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{out}: Small, written\n"
    assert out.read_text(encoding="utf-8") == compile(small).source()


def test_compile_verifies(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "net.py"
    assert run("compile", small, "--verify", "-o", out).exit_code == 0
    assert out.exists()
    out.unlink()

    def refuse(design: object) -> None:
        raise AssertionError("they differ")

    monkeypatch.setattr("cnndsl.load.verify", refuse)
    with pytest.raises(AssertionError, match="they differ"):
        run("compile", small, "--verify", "-o", out)
    assert not out.exists()


def test_summary_is_the_design_s(small: Path) -> None:
    result = run("summary", small)
    assert result.exit_code == 0
    assert result.stdout == compile(small).summary() + "\n"


def test_compile_does_not_write_over_a_spec(small: Path) -> None:
    before = small.read_text()
    result = run("compile", small, "-o", small)
    assert result.exit_code == 2
    assert "error[E704]" in result.stderr
    assert small.read_text() == before


@pytest.mark.parametrize(
    ("ending", "start"),
    [
        ("svg", b"<?xml"),
        ("png", b"\x89PNG"),
        ("pdf", b"%PDF"),
        ("dot", b"digraph"),
        ("mmd", b"---\ntitle"),
        ("tex", b"% Small"),
    ],
)
def test_render_writes_what_the_ending_says(
    small: Path, tmp_path: Path, ending: str, start: bytes
) -> None:
    out = tmp_path / f"net.{ending}"
    result = run("render", small, "-o", out)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{out}: Small, drawn\n"
    assert out.read_bytes().lstrip().startswith(start)


def test_list_tells_bundled_networks() -> None:
    result = run("list")
    assert result.exit_code == 0
    assert "resnet50" in result.stdout
    assert "25,557,032" in result.stdout


def test_list_tells_a_family_a_network_or_a_file(two: Path) -> None:
    family = run("list", "googlenet").stdout
    assert "googlenet_caffe" in family
    assert "resnet50" not in family
    assert run("list", "resnet:resnet18").stdout.count("resnet") == 2
    assert {"two", "narrow", "wide"} <= set(run("list", two).stdout.split())


def test_list_refuses_a_spec_without_networks() -> None:
    result = run("list", "blocks")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "blocks.cnn has no network that can be compiled as it is" in result.stderr


def test_list_tells_legal_sizes() -> None:
    assert "    h, w or both: any size from 32\n" in run("list", "vgg11", "--sizes").stdout


@pytest.mark.parametrize(
    ("target", "params"),
    [
        ("two.cnn:narrow", 162),
        ("two.cnn:wide", 618),
        ("resnet18", 11_689_512),
        ("resnet:resnet18", 11_689_512),
    ],
)
def test_targets(two: Path, monkeypatch: pytest.MonkeyPatch, target: str, params: int) -> None:
    monkeypatch.chdir(two.parent)
    assert f" {params:,} " in run("summary", target).stdout


def test_parameters_and_input_are_the_network_s(two: Path) -> None:
    result = run(
        "summary", f"{two}:wide", "-p", "classes=2 * 50", "-p", "width=4", "--input", "1x8x8"
    )
    assert result.stdout.startswith("wide: 1x8x8 → 100\n")
    # A convolution of 4 3x3 kernels with bias, and a matrix of 100 x 4 with bias.
    assert f"{4 * 9 + 4 + 400 + 100:,}" in result.stdout.splitlines()[-1]


def test_a_block_can_be_a_parameter() -> None:
    result = run("summary", "resnet50", "-p", "unit=basic")
    # ResNet-34 has these numbers of basic blocks.
    assert "21,797,672" in result.stdout


def test_a_limit_can_be_raised_and_lowered(small: Path) -> None:
    result = run("check", small, "--limit", "items=3")
    assert result.exit_code == 1
    assert "--limit items=N" in result.stderr
    assert run("check", small, "--limit", "items=5", "--limit", "steps=20").exit_code == 0


USAGE = [
    ([], "Usage"),
    (["sumary", "resnet50"], "No such command"),
    (["summary"], "Missing argument"),
    (["summary", "resnet50", "--deep"], "No such option"),
    (["summary", "renset50"], "did you mean `resnet50`?"),
    (["summary", "resnet"], "several networks"),
    (["summary", "resnet:resnet51"], "did you mean `resnet50`?"),
    (["summary", "none.cnn"], "no file"),
    (["summary", "resnet50", "-p", "clases=10"], "did you mean `classes`?"),
    (["summary", "resnet50", "-p", "classes"], "name=value"),
    (["summary", "resnet50", "-p", "classes=1", "-p", "classes=2"], "twice"),
    (["summary", "resnet50", "-p", "classes=1 +"], "-p classes:1:"),
    (["summary", "resnet50", "-p", "classes=tne"], "-p classes:1:1"),
    (["summary", "resnet50", "-p", "classes=range(10**9)"], "limit"),
    (
        ["summary", "resnet50", "-p", "classes=len([a for a in range(10**5) for b in [1, 2]])"],
        "steps",
    ),
    (["summary", "resnet50", "--input", "3x"], "3x224x224"),
    (["summary", "resnet50", "--input", "0x9x9"], "3x224x224"),
    (["summary", "resnet50", "--limit", "item=3"], "did you mean `items`?"),
    (["summary", "resnet50", "--limit", "items=none"], "whole number"),
    (["summary", "resnet50", "--limit", "calls=501"], "500"),
    (["summary", "resnet"], "`resnet:resnet18`"),
    (["summary", "resnet50:ResNet"], "write `resnet50` alone"),
    (["summary", "resnet50", "-p", "unit=wide"], "-p 'unit=\"wide\"'"),
    (["summary", "resnet50", "--input", "0x9x9"], "at least 1"),
    (["summary", "resnet50", "--input", "3, 32, 32"], "such as `3x32x32`"),
    (["summary", "resnet50", "--input", "3X32X32"], "such as `3x32x32`"),
    (["check", "resnet50"], "it comes with cnndsl"),
    (["fmt", "resnet"], "it comes with cnndsl"),
    (["layers", "Conv2d"], "did you mean `conv`?"),
    (["layers", "nn.Conv2d"], "the documentation of torch"),
    (["show", "lenet", "body.conv1"], "did you mean `conv1`?"),
    (["show", "resnet18", "layer2.0.conv3"], "did you mean `layer2.0.conv2`?"),
    (["render", "resnet18"], "Missing option"),
    (["render", "lenet", "-o", "net.gif"], "`.svg`, `.png`, `.pdf`"),
    (["render", "lenet", "-o", "net.svg", "--engine", "neat"], "no engine"),
    (["render", "lenet", "-o", "net.svg", "--level", "blok"], "did you mean `block`?"),
    (["render", "lenet", "-o", "net.svg", "--depth", "-1"], "--depth"),
    (["render", "lenet", "-o", "net.svg", "--width", "wide"], "`88mm`"),
    (["render", "lenet", "-o", "net.svg", "--theme", "lihgt"], "did you mean `light`?"),
    (["render", "resnet18", "-o", "net.svg", "--only", "layer9"], "`resnet18` has no part"),
]


@pytest.mark.parametrize(("arguments", "words"), USAGE, ids=[" ".join(a) for a, _ in USAGE])
def test_bad_usage(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.stdout == ""
    assert words in result.stderr
    # Without any argument, click before 8.2 takes the help for a success.
    assert result.exit_code == 2 or not arguments
    assert list(tmp_path.iterdir()) == []


def test_a_family_without_its_parameters_tells_its_variants() -> None:
    result = run("summary", "ResNet")
    assert result.exit_code == 1
    assert "take a variant of it, such as `resnet18`, or give `unit=…` and `layers=…`" in (
        result.stderr
    )
    given = run("summary", "ResNet", "-p", "unit=basic", "-p", "layers=[2, 2, 2, 2]")
    assert given.stdout.splitlines()[1:] == run("summary", "resnet18").stdout.splitlines()[1:]


def test_a_wrong_value_is_an_error_of_the_network() -> None:
    result = run("summary", "resnet18", "-p", "classes=-1")
    assert result.exit_code == 1
    assert "fc classes" in result.stderr


@pytest.mark.parametrize("name", [None, *sorted(main.commands)])
def test_every_command_and_option_has_help(name: str | None) -> None:
    result = run(*([name] if name else []), "--help")
    assert result.exit_code == 0
    if name is None:
        assert "..." not in result.stdout.partition("Commands:")[2], "a first line is cut"
        return
    documented = main.commands[name]
    assert f"Example: cnndsl {name}" in result.stdout
    for option in documented.params:
        if isinstance(option, click.Option):
            assert option.help, option
            assert "Example: " in option.help, option


def test_version() -> None:
    assert run("--version").stdout == "cnndsl 0.1.0\n"

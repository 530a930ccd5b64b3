"""The command `weights`: checkpoints of every kind read, refused, matched and written whole."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import torch
from click.testing import Result
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save, save_file
from torch import Tensor, nn
from torchvision.models import resnet18

import cnndsl
from cnndsl.errors import CnnError
from cnndsl.weights.checkpoint import read
from tests.commands import run
from tests.test_weights import RULES, SPEC, Plain, random_state

BUNDLED = "resnet18"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the spec, and its weights in both formats."""
    monkeypatch.chdir(tmp_path)
    Path("small.cnn").write_text(SPEC)
    torch.save(state(), "small.pth")
    save_file(state(), "small.safetensors")
    return tmp_path


@cache
def state() -> dict[str, Tensor]:
    return random_state(cnndsl.compile_text(SPEC).module())


def refused(*arguments: str | Path, code: str, exit_code: int) -> str:
    """What is said of a command that fails; it must have written nothing."""
    before = files()
    result = run("weights", *arguments)
    assert files() == before
    assert result.stdout == ""
    assert f"error[{code}]" in result.stderr, result.stderr
    assert result.exit_code == exit_code
    return result.stderr


def files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path().iterdir() if path.is_file()}


def done(*arguments: str | Path) -> Result:
    result = run("weights", *arguments)
    assert result.exit_code == 0, result.stderr
    return result


def test_the_helper_sees_what_is_written(folder: Path) -> None:
    with pytest.raises(AssertionError):
        refused("small.cnn", "small.pth", "-o", "out.safetensors", code="E902", exit_code=1)


@pytest.mark.parametrize("name", ["small.pth", "small.safetensors"])
def test_a_checkpoint_is_matched_without_writing_anything(folder: Path, name: str) -> None:
    before = files()
    result = done("small.cnn", name)
    assert result.stdout.startswith(f"Small from {name}: 14 tensors match\n")
    row = ["small.cnn:3", "conv.weight", "…", "bn.num_batches_tracked", "6"]
    assert row in [line.split() for line in result.stdout.splitlines()]
    assert result.stderr == ""
    assert files() == before


def test_what_is_converted_loads_into_torchvision(folder: Path) -> None:
    theirs = resnet18()
    given = {f"module.{name}": t for name, t in random_state(theirs).items()}
    torch.save({"state_dict": given, "epoch": 90}, "run.pth.tar")
    result = done(BUNDLED, "run.pth.tar", "-o", "out.safetensors")
    assert "the weights are those under `state_dict`\n`module.` was taken off" in result.stdout
    assert result.stderr == "out.safetensors: resnet18, written\n"
    theirs.load_state_dict(load_file("out.safetensors"), strict=True)
    assert all(torch.equal(given[f"module.{n}"], t) for n, t in theirs.state_dict().items())
    done(BUNDLED, "out.safetensors")


def test_other_names_by_rules_and_by_order_come_to_the_same(folder: Path) -> None:
    model = Plain()
    torch.save(random_state(model), "plain.pth")
    rules = "names:\n" + "".join(f"  {a}: {b}\n" for a, b in RULES["names"].items())
    rules += "patterns:\n" + "".join(f"  {a}: {b}\n" for a, b in RULES["patterns"].items())
    Path("rules.yaml").write_text(rules)
    done("small.cnn", "plain.pth", "--rename", "rules.yaml", "-o", "names.safetensors")
    result = done("small.cnn", "plain.pth", "--match", "order", "-o", "order.safetensors")
    assert Path("names.safetensors").read_bytes() == Path("order.safetensors").read_bytes()
    row = ["second.0.weight", "conv2.weight", "4x4x3x3", "small.cnn:4"]
    assert row in [line.split() for line in result.stdout.splitlines()]


def test_what_a_partial_load_leaves_is_written_as_the_network_starts_it(folder: Path) -> None:
    for name in ("first.safetensors", "second.safetensors"):
        done("small.cnn", "-p", "classes=3", "small.pth", "--partial", "-o", name)
    assert Path("first.safetensors").read_bytes() == Path("second.safetensors").read_bytes()
    written = load_file("first.safetensors")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        start = cnndsl.compile("small.cnn", classes=3).module().state_dict()
    for name, tensor in start.items():
        expected = tensor if name.startswith("fc.") else state()[name]
        assert torch.equal(written[name], expected), name


def test_precision_is_converted_to_the_networks(folder: Path) -> None:
    half = {name: t.half() if t.is_floating_point() else t for name, t in state().items()}
    save_file(half, "half.safetensors")
    said = refused("small.cnn", "half.safetensors", code="E902", exit_code=1)
    assert "`--cast`" in said
    done("small.cnn", "half.safetensors", "--cast", "-o", "out.safetensors")
    written = load_file("out.safetensors")
    assert written["fc.weight"].dtype is torch.float32
    assert torch.equal(written["fc.weight"], half["fc.weight"].float())


def test_of_several_sets_of_weights_one_is_chosen(folder: Path) -> None:
    zeros = {name: torch.zeros_like(tensor) for name, tensor in state().items()}
    torch.save({"model": zeros, "ema": {"shadow": state()}}, "two.ckpt")
    said = refused("small.cnn", "two.ckpt", code="E901", exit_code=2)
    assert "`model`, `ema.shadow`" in said
    done("small.cnn", "two.ckpt", "--entry", "ema.shadow", "-o", "out.safetensors")
    assert torch.equal(load_file("out.safetensors")["fc.bias"], state()["fc.bias"])
    said = refused("small.cnn", "two.ckpt", "--entry", "modle", code="E901", exit_code=2)
    assert "did you mean `model`?" in said
    said = refused("small.cnn", "small.pth", "--entry", "model", code="E901", exit_code=2)
    assert "leave `--entry` out" in said


def test_a_failed_load_leaves_an_earlier_output_as_it_was(folder: Path) -> None:
    Path("out.safetensors").write_bytes(b"earlier")
    asked = ("small.cnn", "-p", "classes=3", "small.pth", "-o", "out.safetensors")
    assert "`fc.weight` is 3x4 here" in refused(*asked, code="E902", exit_code=1)
    done("small.cnn", "small.pth", "-o", "out.safetensors")
    assert load_file("out.safetensors").keys() == state().keys()


def test_a_checkpoint_can_be_written_over_itself(folder: Path) -> None:
    done("small.cnn", "small.safetensors", "-o", "small.safetensors")
    assert torch.equal(load_file("small.safetensors")["fc.bias"], state()["fc.bias"])


# --- what can't be read


class Code:
    """What leaves a file behind when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, str]]:
        return (open, ("ran", "w"))


class Command:
    """What runs a command when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return (os.system, ("touch ran",))


def truncated(name: str, length: int) -> bytes:
    return Path(name).read_bytes()[:length]


def script() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.script(nn.Linear(2, 2)).save("bad.pth")


UNREADABLE: dict[str, tuple[Callable[[], object], str]] = {
    "code": (lambda: torch.save({"model": state(), "x": Code()}, "bad.pth"), "would run code"),
    "a command": (lambda: torch.save([Command()], "bad.pth"), "system` in it would run code"),
    "a module": (lambda: torch.save(Plain(), "bad.pth"), "the `tests.test_weights.Plain` in it"),
    "a script": (script, "TorchScript archive"),
    "a tensor": (lambda: torch.save(torch.rand(2), "bad.pth"), "it holds a Tensor"),
    "a list": (lambda: torch.save([torch.rand(2)], "bad.pth"), "it holds a list"),
    "nothing": (lambda: Path("bad.pth").touch(), "it is empty"),
    "text": (lambda: Path("bad.pth").write_text("weights"), "it is damaged"),
    "half a file": (
        lambda: Path("bad.pth").write_bytes(truncated("small.pth", 2000)),
        "it is cut off: the end of the archive is missing",
    ),
    "half a safetensors file": (
        lambda: Path("bad.safetensors").write_bytes(truncated("small.safetensors", 900)),
        "it is damaged, or no safetensors file",
    ),
    "a safetensors file without its end": (
        lambda: Path("bad.safetensors").write_bytes(truncated("small.safetensors", -100)),
        "it is not as long as its header says",
    ),
    "the other format": (
        lambda: Path("bad.safetensors").write_bytes(Path("small.pth").read_bytes()),
        "let its name end in `.pth`",
    ),
    "the other format, the other way": (
        lambda: Path("bad.pth").write_bytes(Path("small.safetensors").read_bytes()),
        "let its name end in `.safetensors`",
    ),
    "a pointer": (
        lambda: Path("bad.pth").write_text("version https://git-lfs.github.com/spec/v1\n"),
        "git lfs pull",
    ),
    "a web page": (
        lambda: Path("bad.pth").write_text("\n<!doctype html>\n"),
        "the download went wrong",
    ),
    "an error of a bucket": (
        lambda: Path("bad.pth").write_text('<?xml version="1.0"?><Error><Code>AccessDenied'),
        "the download went wrong",
    ),
    "another ending": (lambda: Path("bad.zip").touch(), "`.pth`, `.pt`"),
    "no weights": (lambda: torch.save({"epoch": 3}, "bad.pth"), "only `epoch`"),
}


@pytest.mark.parametrize(("make", "words"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_checkpoint_is_refused(
    folder: Path, make: Callable[[], object], words: str
) -> None:
    make()
    (bad,) = Path().glob("bad*")
    said = refused("small.cnn", bad, "-o", "out.safetensors", code="E901", exit_code=2)
    assert words in said
    assert not Path("ran").exists()


def test_a_file_that_is_not_there_or_a_folder_is_refused(folder: Path) -> None:
    said = refused("small.cnn", "smal.pth", code="E701", exit_code=2)
    assert "did you mean `small.pth`?" in said
    Path("smal.pth").symlink_to("gone.pth")
    said = refused("small.cnn", "smal.pth", code="E701", exit_code=2)
    assert "`smal.pth` is a link to `gone.pth`, which is not there" in said
    assert "did you mean `small.pth`?" in said
    Path("folder.pth").mkdir()
    refused("small.cnn", "folder.pth", code="E702", exit_code=2)
    refused("small.cnn", "small.pth", "--rename", "rules.yaml", code="E701", exit_code=2)


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("out.pth", "`-o out.safetensors`"),
        ("none/out.safetensors", "nothing was written"),
        ("folder.safetensors", "is a directory"),
    ],
)
def test_what_can_not_be_written_is_refused(folder: Path, output: str, words: str) -> None:
    Path("folder.safetensors").mkdir()
    said = refused("small.cnn", "small.pth", "-o", output, code="E704", exit_code=2)
    assert words in said
    assert list(Path("folder.safetensors").iterdir()) == []


BYTES = {".safetensors": save({"a.weight": torch.rand(2, 3), "a.bias": torch.rand(2)})}


def pickled() -> bytes:
    from io import BytesIO

    file = BytesIO()
    torch.save({"a.weight": torch.rand(2, 3)}, file)
    return file.getvalue()


BYTES[".pth"] = pickled()


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.sampled_from(sorted(BYTES)), st.integers(0, 1500), st.integers(0, 255), st.booleans())
@example(".pth", 0, 0, True)
def test_damage_is_refused_or_does_no_harm(
    tmp_path: Path, ending: str, place: int, byte: int, cut: bool
) -> None:
    data = BYTES[ending]
    place %= len(data)
    damaged = data[:place] if cut else data[:place] + bytes([byte]) + data[place + 1 :]
    path = tmp_path / f"damaged{ending}"
    path.write_bytes(damaged)
    try:
        read(path)
    except CnnError as error:
        said = str(error)
        assert "error[E901]" in said


# --- the rest of the command


def test_without_a_checkpoint_the_networks_weights_are_listed(folder: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "torch", None)
        result = done("small.cnn")
    lines = result.stdout.splitlines()
    assert lines[0] == "Small: 14 tensors, 8 of them trained"
    model = cnndsl.compile("small.cnn").module()
    trained = {name for name, _ in model.named_parameters()}
    rows = [line.split() for line in lines[4:]]
    assert [row[0] for row in rows] == list(model.state_dict())
    for name, shape, kind, line in rows:
        sizes = tuple(model.state_dict()[name].shape)
        assert shape == ("x".join(map(str, sizes)) or "scalar")
        assert (kind == "trained") == (name in trained)
        assert line.startswith("small.cnn:")


def test_a_network_without_weights_has_an_empty_list(folder: Path) -> None:
    Path("none.cnn").write_text("network None_() {\n  input 3x8x8\n  relu\n}\n")
    assert done("none.cnn").stdout == "None_: 0 tensors, 0 of them trained\n"


@pytest.mark.parametrize(
    "option", [["--partial"], ["--cast"], ["--match", "order"], ["-o", "x.safetensors"]]
)
def test_options_for_a_checkpoint_need_one(folder: Path, option: list[str]) -> None:
    assert "there is none" in refused("small.cnn", *option, code="E708", exit_code=2)


def test_a_format_without_an_order_has_none_to_match_by(folder: Path) -> None:
    said = refused("small.cnn", "small.safetensors", "--match", "order", code="E708", exit_code=2)
    assert "does not keep the order" in said


def test_safetensors_files_indeed_keep_no_order(folder: Path) -> None:
    assert list(load_file("small.safetensors")) != list(state())


def test_what_is_not_installed_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "safetensors", None)
        refused("small.cnn", "small.safetensors", code="E712", exit_code=2)
        refused("small.cnn", "small.pth", "-o", "x.safetensors", code="E712", exit_code=2)
        done("small.cnn", "small.pth")
    monkeypatch.setitem(sys.modules, "torch", None)
    refused("small.cnn", "small.pth", code="E710", exit_code=2)


def test_the_network_comes_before_the_checkpoint(folder: Path) -> None:
    for arguments in (["small.pth"], ["small.pth", "small.cnn"]):
        said = refused(*arguments, code="E708", exit_code=2)
        assert "`cnndsl weights resnet18 small.pth`" in said


def test_a_wrong_spec_or_parameter_is_told_as_ever(folder: Path) -> None:
    refused("smal", "small.pth", code="E706", exit_code=2)
    refused("small.cnn", "-p", "clases=3", "small.pth", code="E708", exit_code=2)

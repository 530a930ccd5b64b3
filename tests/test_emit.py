"""What is emitted has the design's weights, gives what the design says, and reads well."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import torchvision
from torch import Tensor, nn

import cnndsl
from cnndsl.design import Design, Output, Wire
from cnndsl.emit import emit
from cnndsl.emit.layout import WIDTH
from cnndsl.emit.names import MODULE_DICT_OWN, SEQUENTIAL_OWN
from cnndsl.layers import LAYERS
from cnndsl.load import module, verify
from cnndsl.shape import Shape
from tests import designs
from tests.agreement import assert_values_agree, assert_weights_agree, batch
from tests.designs import STREAM, Sketch, layer, network

# The tensors are small and the tests run side by side: more threads would only wait for each other.
torch.set_num_threads(1)

CASES = Path(__file__).parent / "cases"


def resnet50() -> Design:
    text = (CASES / "language" / "resnet.cnn").read_text()
    return cnndsl.compile_text(text, "resnet50", classes=10)


def mobile() -> Design:
    return cnndsl.compile_text((CASES / "language" / "mobile.cnn").read_text(), input="3x32x32")


def case(path: Path) -> Callable[[], Design]:
    def compiled() -> Design:
        return cnndsl.compile_text(path.read_text())

    compiled.__name__ = f"case_{path.stem}"
    return compiled


SPECS = [case(path) for path in sorted((CASES / "emit").glob("*.cnn"))]
ALL = [*designs.ALL, resnet50, mobile, *SPECS]
EVERY = pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)
SMALL = pytest.mark.parametrize(
    "make", [*designs.ALL[1:], mobile, *SPECS], ids=lambda make: make.__name__
)


@EVERY
def test_state_dict_is_the_designs(make: Callable[[], Design]) -> None:
    assert_weights_agree(make())


@SMALL
def test_verify_agrees(make: Callable[[], Design]) -> None:
    verify(make())


@SMALL
@pytest.mark.parametrize("training", [True, False])
def test_outputs_and_gradients_are_those_of_the_design(
    make: Callable[[], Design], training: bool
) -> None:
    assert_values_agree(make(), training)


def test_resnet_is_torchvisions() -> None:
    theirs = torchvision.models.resnet18()
    ours = module(designs.resnet18())
    assert list(ours.state_dict()) == list(theirs.state_dict())
    ours.load_state_dict(theirs.state_dict(), strict=True)
    image = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    for training in (True, False):
        ours.train(training)
        theirs.train(training)
        assert torch.equal(ours(image), theirs(image))


class PlainGoogle(nn.Module):
    """`designs.googlenet`, written by hand without its training-only head."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__()
        self.weights = weights

    def cbr(self, x: Tensor, path: str, kernel: int = 1, stride: int = 1) -> Tensor:
        weights = self.weights
        x = nn.functional.conv2d(
            x, weights[f"{path}.conv.weight"], stride=stride, padding=kernel // 2
        )
        x = nn.functional.batch_norm(
            x,
            weights[f"{path}.bn.running_mean"],
            weights[f"{path}.bn.running_var"],
            weights[f"{path}.bn.weight"],
            weights[f"{path}.bn.bias"],
        )
        return x.relu()

    def inception(self, x: Tensor, path: str) -> Tensor:
        one = self.cbr(x, f"{path}.branch1")
        two = self.cbr(self.cbr(x, f"{path}.branch2.0"), f"{path}.branch2.1", 3)
        three = self.cbr(nn.functional.max_pool2d(x, 3, 1, 1), f"{path}.branch3")
        return torch.cat([one, two, three], dim=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.cbr(x, "conv1", 7, 2)
        x = self.inception(self.inception(x, "inception1"), "inception2")
        return x.mean((2, 3)) @ self.weights["fc.weight"].T + self.weights["fc.bias"]


def test_branches_are_those_written_by_hand() -> None:
    design = designs.googlenet()
    built = module(design).eval()
    (image,) = batch(design)
    torch.testing.assert_close(built(image), PlainGoogle(built.state_dict())(image))


# What people read


def test_emitted_files_are_formatted_and_linted(tmp_path: Path) -> None:
    for make in ALL:
        (tmp_path / f"{make.__name__}.py").write_text(emit(make()))
    ruff = [sys.executable, "-m", "ruff"]
    settings = ["--isolated", "--no-cache", "--line-length", str(WIDTH), str(tmp_path)]
    check = [*ruff, "check", "--select", "E,F,I", *settings]
    form = [*ruff, "format", "--diff", *settings]
    for command in (check, form):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@EVERY
def test_imports_are_torch_and_the_standard_library(make: Callable[[], Design]) -> None:
    tree = ast.parse(emit(make()))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }
    assert imported <= {"torch", "collections", "typing"}


def test_emitted_files_run_without_cnndsl(tmp_path: Path) -> None:
    for make in (designs.googlenet, designs.pyramid):
        (tmp_path / f"{make.__name__}.py").write_text(emit(make()))
    script = (
        "import sys; sys.modules['cnndsl'] = None; sys.path.insert(0, sys.argv[1])\n"
        "import torch, googlenet, pyramid\n"
        "print(tuple(googlenet.Google().eval()(torch.rand(2, 3, 16, 16)).shape))\n"
        "print([tuple(t.shape) for t in pyramid.Pyramid()(torch.rand(2, 3, 16, 16))])\n"
    )
    command = [sys.executable, "-I", "-c", script, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    expected = ["(2, 10)", "[(2, 4, 4, 4), (2, 2, 1, 1), (2, 4, 8, 8)]"]
    assert done.stdout.splitlines() == expected


def test_a_block_is_one_class_of_what_differs() -> None:
    source = emit(resnet50())
    assert source.count("class ") == 2
    head = "def __init__(self, in_channels: int, c: int, stride: int = 1, project: bool = False)"
    assert head in source
    assert "nn.Conv2d(c, 4 * c, 1, bias=False)" in source
    assert "nn.Conv2d(in_channels, 4 * c, 1, stride=stride, bias=False)" in source
    assert "Bottleneck(1024, 512, stride=2, project=True)," in source
    assert "*(Bottleneck(1024, 256) for _ in range(5))," in source
    assert "x += self.downsample(shortcut) if self.project else shortcut" in source


def test_blocks_of_other_structure_are_classes_of_their_own() -> None:
    source = emit(mobile())
    assert source.count("(nn.Sequential):") == 5


def test_an_argument_that_is_a_list_is_passed_as_one() -> None:
    source = emit(designs.googlenet())
    assert "Cbr(in_channels, widths[1])" in source
    assert "Inception(12, (8, 4, 16))" in source


def test_names_that_are_not_pythons() -> None:
    source = emit(case(CASES / "emit" / "lists.cnn")())
    assert 'self["class-1"] = nn.Conv2d(' in source
    assert 'x = self["class-1"](x)' in source


def test_a_label_that_a_container_owns() -> None:
    """`append` can't be a child of nn.Sequential, nor `items` one of nn.ModuleDict."""
    net = network("owned", Shape.of(c=4, h=4, w=4))
    inner = Sketch("inner", net.inputs[0])
    inner.add("append", layer("conv", c=4, kernel=1))
    inner.add("1", layer("bn"))
    net.add("items", inner.done())
    net.add("1", layer("conv", c=4, kernel=1))
    net.add("2", layer("add"), Wire(1), STREAM)
    design = Design("owned", net.done())
    verify(design)
    assert 'self.add_module("1", nn.Conv2d(' in emit(design)


def test_each_list_keeps_its_items_together() -> None:
    """As a container of torch does, wherever the items stand among others."""
    paths = [path for path, _ in designs.unet().network.weights()]
    lists = [path.split(".")[0] for path in paths]
    assert list(dict.fromkeys(lists)) == ["encoder", "up", "decoder", "classifier"]
    assert lists == sorted(lists, key=["encoder", "up", "decoder", "classifier"].index)


def test_what_torch_owns_is_no_attributes_name() -> None:
    owned = set(dir(nn.Module()))
    assert owned.isdisjoint(LAYERS)
    assert set(dir(nn.Sequential())) - owned - {"forward"} <= {
        *SEQUENTIAL_OWN,
        *(name for name in dir(nn.Sequential()) if name.startswith("_")),
    }
    assert {name for name in set(dir(nn.ModuleDict())) - owned if name[0] != "_"} == MODULE_DICT_OWN


def test_training_outputs_are_absent_in_evaluation() -> None:
    built = module(designs.pyramid())
    (image,) = batch(designs.pyramid())
    assert built(image)._fields == ("small", "aux", "large")
    assert built.eval()(image)._fields == ("small", "large")


def test_documentation_may_hold_any_text() -> None:
    doc = 'It says """quoted""" and \\n, and ends in a "quote"'
    net = network("told", Shape.of(c=1), doc=doc)
    net.add("fc", layer("fc", c=1))
    source = emit(Design("told", net.done()))
    assert (ast.get_docstring(ast.parse(source)) or "").startswith(doc)


def test_an_output_may_be_the_input() -> None:
    net = network("through", Shape.of(c=2), doc="")
    net.add("fc", layer("fc", c=2))
    outputs = (Output("class", STREAM), Output("made", Wire(0)))
    design = Design("through", net.done(*outputs))
    value = torch.rand(2, 2)
    result = module(design)(value)
    assert result._fields == ("class_", "made")
    assert result.class_ is value

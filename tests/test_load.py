"""The live module is its source, executed: its lines are found, and it goes where torch goes."""

from __future__ import annotations

import copy
import inspect
import io
import pickle
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

import cnndsl.load
from cnndsl.design import Design
from cnndsl.emit import class_name, emit
from cnndsl.errors import CnnError
from cnndsl.load import load, module, verify
from tests import designs

SIZE = (2, 3, 16, 16)

# Reads what the test wrote, in a process that has compiled nothing.
READER = """
import pickle, sys, torch
image, = [torch.full({size}, 0.5)]
with open(sys.argv[1] + "/model.pickle", "rb") as file:
    first = pickle.load(file)
second = torch.load(sys.argv[1] + "/model.pt", weights_only=False)
for model in (first, second):
    assert not model.training
    torch.save(list(model(image)), sys.argv[1] + "/" + str(id(model)) + ".out")
with open(sys.argv[1] + "/result.pickle", "rb") as file:
    print(pickle.load(file)._fields)
print(type(first).__name__, type(first) is type(second))
"""


@pytest.fixture
def pyramid() -> nn.Module:
    return module(designs.pyramid()).eval()


def test_pickles_into_a_fresh_process(pyramid: nn.Module, tmp_path: Path) -> None:
    result = pyramid(torch.full(SIZE, 0.5))
    (tmp_path / "model.pickle").write_bytes(pickle.dumps(pyramid))
    (tmp_path / "result.pickle").write_bytes(pickle.dumps(result))
    torch.save(pyramid, tmp_path / "model.pt")
    script = READER.replace("{size}", str(SIZE))
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["('small', 'large')", "Pyramid True"]
    outputs = [torch.load(path) for path in tmp_path.glob("*.out")]
    assert len(outputs) == 2
    for found in outputs:
        for one, other in zip(found, result, strict=True):
            torch.testing.assert_close(one, other)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_pickle_protocol(pyramid: nn.Module, protocol: int) -> None:
    again = pickle.loads(pickle.dumps(pyramid, protocol))
    image = torch.rand(SIZE)
    assert torch.equal(again(image).small, pyramid(image).small)


def test_the_source_is_in_a_pickle_once() -> None:
    built = module(designs.resnet18())
    line = b"x += self.downsample(shortcut) if self.project else shortcut"
    assert pickle.dumps(built).count(line) == 1
    file = io.BytesIO()
    torch.save(built, file)
    assert file.getvalue().count(line) == 1


def test_named_tuples_survive_a_pickle(pyramid: nn.Module) -> None:
    with torch.no_grad():
        result = pyramid(torch.rand(SIZE))
    again = pickle.loads(pickle.dumps(result))
    assert type(again) is type(result)
    assert torch.equal(again.large, result.large)
    assert type(copy.deepcopy(result)) is type(result)


def test_a_copy_is_independent(pyramid: nn.Module) -> None:
    other = copy.deepcopy(pyramid)
    assert type(other) is type(pyramid)
    before = {path: tensor.clone() for path, tensor in pyramid.state_dict().items()}
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.add_(1)
    assert all(torch.equal(before[path], now) for path, now in pyramid.state_dict().items())


class Extended(load(emit(designs.unet()), "UNet")):  # type: ignore[misc]
    """A class of a user's own on top of an emitted one."""

    def forward(self, x: Tensor) -> Tensor:
        """Twice what the network gives."""
        result: Tensor = 2 * super().forward(x)
        return result


def test_a_class_derived_from_an_emitted_one_pickles_as_itself() -> None:
    again = pickle.loads(pickle.dumps(Extended()))
    assert type(again) is Extended


def test_tracebacks_show_the_emitted_lines(pyramid: nn.Module) -> None:
    with pytest.raises(RuntimeError) as caught:
        pyramid(torch.rand(2, 5, 16, 16))
    shown = "".join(traceback.format_exception(caught.value))
    assert "backbone, c3, c4 = self.backbone(x)" in shown
    assert "x = self.conv(x)" in shown
    assert "cnndsl.compiled.pyramid_" in shown


def test_inspect_finds_the_source(pyramid: nn.Module) -> None:
    source = emit(designs.pyramid())
    assert inspect.getsource(inspect.getmodule(type(pyramid))) == source  # type: ignore[arg-type]
    text = inspect.getsource(type(pyramid))
    assert text.startswith("class Pyramid(nn.Module):")
    assert text in source
    assert "self.tower(lateral)" in inspect.getsource(type(pyramid).forward)


def test_a_source_is_executed_once() -> None:
    assert type(module(designs.pyramid())) is type(module(designs.pyramid()))
    source = emit(designs.pyramid())
    other = source.replace("class Pyramid(nn.Module):", "class Pyramid(nn.Module):\n    own = 1\n")
    assert load(other, "Pyramid") is not load(source, "Pyramid")


def test_a_source_that_fails_leaves_nothing_behind() -> None:
    with pytest.raises(ZeroDivisionError):
        load("1 / 0\n", "Failing")
    assert not any("Failing" in name for name in sys.modules)


def test_the_class_has_the_name_that_is_foretold() -> None:
    for make in designs.ALL:
        design = make()
        assert type(module(design)).__name__ == class_name(design)


def test_without_torch_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    # An import that finds None among the modules raises as if there were no such module.
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(CnnError) as caught:
        module(designs.pyramid())
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "torch-missing"
    assert diagnostic.hint == "pip install 'cnndsl[torch]'"


def test_emission_needs_no_torch() -> None:
    script = (
        "import sys; sys.modules['torch'] = None\n"
        "from tests import designs\n"
        "import cnndsl.load\n"
        "print(cnndsl.load.emit(designs.pyramid()).count('class '))"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "6"


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("self.tower = nn.Conv2d(8, 4, 1)", "self.tower = nn.Conv2d(8, 5, 1)", "tensors differ"),
        ("self.tower", "self.turret", "tensors differ"),
        ("Outputs(small, large)", "Outputs(large, small)", "outputs in evaluation differ"),
    ],
)
def test_verify_finds_what_differs(
    right: str, wrong: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def emit_wrongly(design: Design) -> str:
        source = emit(design)
        assert right in source
        return source.replace(right, wrong)

    monkeypatch.setattr(cnndsl.load, "emit", emit_wrongly)
    with pytest.raises(AssertionError, match=message):
        verify(designs.pyramid())


def test_verify_leaves_the_random_numbers_alone() -> None:
    design = designs.unet()
    module(design)
    torch.manual_seed(3)
    expected = torch.rand(3)
    torch.manual_seed(3)
    verify(design)
    assert torch.equal(torch.rand(3), expected)

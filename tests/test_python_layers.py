"""Layers of the user's own: only where they are allowed, and then as any other."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

import cnndsl
from cnndsl.compiler import Compiler
from cnndsl.errors import CnnError, Diagnostic
from cnndsl.files import read
from cnndsl.foreign.layer import ForeignLayer
from cnndsl.load import verify
from tests.commands import run

MODULE = '''
import pathlib

import torch
from torch import nn

pathlib.Path(__file__).with_name("it_ran").touch()


class GeM(nn.Module):
    """Generalised mean pooling (Radenović et al., 2018), with a trained exponent."""

    def __init__(self, p=1.0, eps=1e-6):
        super().__init__()
        self.p = nn.Parameter(torch.full((1,), float(p)))
        self.eps = eps

    def forward(self, x):
        means = x.clamp(min=self.eps).pow(self.p).mean((-2, -1), keepdim=True)
        return means.pow(1 / self.p)


class Gate(nn.Module):
    def __init__(self, kind, weights=(1, 2), word=None):
        super().__init__()
        self.told = (kind, weights, word)

    def forward(self, x):
        return x


class Steps(nn.Module):
    def __init__(self):
        super().__init__()
        self.rates = [rate.item() for rate in torch.rand(3)]

    def forward(self, x):
        return x * self.rates[-1]


class Fails(nn.Module):
    def forward(self, x):
        return x + self.missing


class Leaves(nn.Module):
    def forward(self, x):
        raise SystemExit(3)


class Looks(nn.Module):
    def forward(self, x):
        return x if x.sum() > 0 else -x


class Pools:
    Inner = GeM


def function(x):
    return x
'''

GEM = 'layer gem(p=3.0) = python "mylayers:GeM"\n'


@pytest.fixture
def folder(own_modules: Path) -> Path:
    """A folder with a module of the user's own, which no other test sees."""
    (own_modules / "mylayers.py").write_text(MODULE, encoding="utf-8")
    return own_modules


def spec(folder: Path, head: str, body: str, name: str = "net.cnn") -> Path:
    path = folder / name
    path.write_text(f"{head}\nnetwork Net() {{\n  input 6x9x8\n  {body}\n}}\n", encoding="utf-8")
    return path


def refusal(path: Path, allow_python: bool = True) -> Diagnostic:
    """The one error of a spec."""
    with pytest.raises(CnnError) as caught:
        cnndsl.compile(path, allow_python=allow_python)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


# Permission


def test_nothing_runs_unless_it_is_allowed(folder: Path) -> None:
    path = spec(folder, GEM, "gem as pool")
    found = refusal(path, allow_python=False)
    assert (found.code, found.number) == ("code-not-allowed", "E801")
    assert found.span is not None
    assert (found.span.line, found.span.text) == (1, GEM.strip())
    assert "--allow-python" in found.hint
    assert "allow_python=True" in found.hint
    with pytest.raises(CnnError, match="E801"):
        cnndsl.compile_text(path.read_text(), name=str(path))
    assert [d.number for d in Compiler(read(path)).check()] == ["E801"]
    assert not (folder / "it_ran").exists()
    assert "mylayers" not in sys.modules
    assert cnndsl.compile(path, allow_python=True).params == 1
    assert (folder / "it_ran").exists()


def test_nothing_runs_for_another_file_either(folder: Path) -> None:
    (folder / "lib.cnn").write_text(
        GEM + "block pooled(p=2) { gem p=p as gem }\nblock plain() { relu }\n", encoding="utf-8"
    )
    path = spec(folder, 'from "lib.cnn" use pooled, gem as mean', "pooled as a -> mean as b")
    found = refusal(path, allow_python=False)
    assert found.code == "code-not-allowed"
    assert found.span is not None
    assert found.span.source.name.endswith("lib.cnn")
    assert not (folder / "it_ran").exists()
    design = cnndsl.compile(path, allow_python=True)
    assert [name for name, _ in design.network.weights()] == ["a.gem.p", "b.p"]
    assert [use.layer.caption() for use in design.layers()] == ["GeM p=2", "GeM p=3.0"]


def test_what_is_not_used_needs_no_permission(folder: Path) -> None:
    (folder / "lib.cnn").write_text(GEM + "block plain() { relu }\n", encoding="utf-8")
    cnndsl.compile(spec(folder, 'from "lib.cnn" use plain', "plain"))
    (warning,) = Compiler(read(spec(folder, GEM, "relu"))).check()
    assert warning.message == "nothing uses the layer `gem`"
    assert not (folder / "it_ran").exists()


def test_the_command_line_allows_it_by_a_flag(folder: Path) -> None:
    path = spec(folder, GEM, "gem as pool")
    for command in (["check"], ["summary"], ["compile"], ["render", "-o", folder / "net.dot"]):
        refused = run(*command, path)
        assert (refused.exit_code, "E801" in refused.stderr) == (1, True)
        assert not (folder / "it_ran").exists()
    for command in (["check"], ["summary"], ["compile"], ["render", "-o", folder / "net.dot"]):
        allowed = run(*command, path, "--allow-python")
        assert allowed.exit_code == 0, allowed.stderr


# What it means


def test_it_does_what_its_class_does(folder: Path) -> None:
    design = cnndsl.compile(spec(folder, GEM, "gem p=4 as pool"), allow_python=True)
    assert str(design.output) == "6x1x1"
    assert [(name, w.shape, w.trainable) for name, w in design.network.weights()] == [
        ("pool.p", (1,), True)
    ]
    built = design.module()
    images = torch.rand(2, 6, 9, 8)
    torch.testing.assert_close(
        built(images), nn.functional.lp_pool2d(images, 4, (9, 8)) / (9 * 8) ** 0.25
    )
    verify(design)


def test_options_come_from_the_spec(folder: Path) -> None:
    head = 'let exponent = 5\nlayer gem(p=exponent, eps=0.001) = python "mylayers:GeM"\n'
    body = "gem as a -> gem 7 as b -> gem p=1 eps=2 as c"
    source = cnndsl.compile(spec(folder, head, body), allow_python=True).source()
    for call in ("GeM(p=5, eps=0.001)", "GeM(p=7, eps=0.001)", "GeM(p=1, eps=2)"):
        assert call in source
    head += "default gem p=4\n"
    source = cnndsl.compile(spec(folder, head, body), allow_python=True).source()
    assert "GeM(p=4, eps=0.001)" in source
    assert "GeM(p=1, eps=2)" in source


def test_options_may_be_called_as_what_every_layer_has(folder: Path) -> None:
    head = 'layer gate(kind, weights=[1, 2], word=none) = python "mylayers:Gate"\n'
    design = cnndsl.compile(spec(folder, head, 'gate "sum" word="no"'), allow_python=True)
    assert str(design.output) == "6x9x8"
    (gate,) = design.module().children()
    assert gate.told == ("sum", (1, 2), "no")
    assert "Gate kind=" in design.summary()
    found = refusal(spec(folder, head, "gate"))
    assert found.message == "`gate` needs `kind`"
    found = refusal(spec(folder, head, "gate 1 kin=2"))
    assert found.code == "unknown-argument"


def test_defaults_of_two_layers_of_one_name_are_apart(folder: Path) -> None:
    (folder / "lib.cnn").write_text(GEM, encoding="utf-8")
    head = 'from "lib.cnn" use gem as other\n' + GEM + "default other p=8\n"
    design = cnndsl.compile(spec(folder, head, "gem as a -> other as b"), allow_python=True)
    assert [use.layer.caption() for use in design.layers()] == ["GeM p=3.0", "GeM p=8"]


def test_a_class_that_needs_numbers_to_be_made(folder: Path) -> None:
    head = 'layer steps() = python "mylayers:Steps"\n'
    before = torch.random.get_rng_state()
    design = cnndsl.compile(spec(folder, head, "steps"), allow_python=True)
    assert torch.equal(before, torch.random.get_rng_state())
    verify(design)


def test_a_default_can_not_name_another_parameter(folder: Path) -> None:
    # Found though nothing uses it.
    found = refusal(spec(folder, 'layer gem(p=3, eps=p) = python "mylayers:GeM"\n', "relu"))
    assert found.message == "there is no value `p` here"
    found = refusal(spec(folder, 'layer gem(p=in.c) = python "mylayers:GeM"\n', "gem as g"))
    assert found.code == "no-stream"
    found = refusal(spec(folder, 'layer gem(p=relu) = python "mylayers:GeM"\n', "gem as g"))
    assert found.code == "argument"


# What is emitted


def test_the_emitted_file_imports_the_class_and_says_so(folder: Path) -> None:
    source = cnndsl.compile(spec(folder, GEM, "conv 1x1 2 as c -> gem"), allow_python=True).source()
    head, _, body = source.partition('"""\n\n')
    assert "It needs GeM from mylayers, beside torch." in head
    assert "from mylayers import GeM\nfrom torch import" in body
    assert "GeM(p=3.0)" in body


def test_names_that_collide_are_told_apart(folder: Path) -> None:
    (folder / "others.py").write_text("from mylayers import Gate as GeM\n", encoding="utf-8")
    head = (
        GEM
        + 'layer gate(kind=1) = python "others:GeM"\n'
        + 'layer inner(p=2) = python "mylayers:Pools.Inner"\n'
        + "block GeM() { gem as pool -> gate -> inner as last }\n"
    )
    text = spec(folder, head, "GeM as first -> gem as nn").read_text().replace("Net(", "Pools(")
    (folder / "net.cnn").write_text(text, encoding="utf-8")
    design = cnndsl.compile(folder / "net.cnn", allow_python=True)
    source = design.source()
    assert "from mylayers import GeM, Pools as Pools2\n" in source
    assert "from others import GeM as GeM2\n" in source
    assert "class GeM3(" in source
    assert "Pools2.Inner(p=2)" in source
    verify(design)


def test_it_runs_in_a_process_of_its_own_and_pickles(folder: Path) -> None:
    path = spec(folder, GEM, "conv 1x1 2 as c -> gem as pool")
    design = cnndsl.compile(path, allow_python=True)
    model = design.module()
    (folder / "net.py").write_text(design.source(), encoding="utf-8")
    (folder / "model.pickle").write_bytes(pickle.dumps(model))
    torch.save(model.state_dict(), folder / "model.pt")
    script = "import pickle, torch, net\nmodel = net.Net()\n" + (
        'model.load_state_dict(torch.load("model.pt"))\n'
        'other = pickle.load(open("model.pickle", "rb"))\n'
        "images = torch.rand(2, 6, 9, 8)\n"
        "assert torch.equal(model(images), other(images))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert isinstance(pickle.loads(pickle.dumps(model)), type(model))


# Where it is looked for


def test_the_path_of_python_is_left_as_it_was(folder: Path) -> None:
    before = list(sys.path)
    cnndsl.compile(spec(folder, GEM, "gem as pool"), allow_python=True)
    assert sys.path == before
    refusal(spec(folder, 'layer gem() = python "nowhere:GeM"\n', "gem as pool"))
    assert sys.path == before


def test_another_module_of_the_same_name_is_not_taken_for_it(folder: Path) -> None:
    cnndsl.compile(spec(folder, GEM, "gem as pool"), allow_python=True)
    other = folder / "other"
    other.mkdir()
    (other / "mylayers.py").write_text(MODULE, encoding="utf-8")
    found = refusal(spec(other, GEM, "gem as pool"))
    assert found.code == "class-missing"
    assert found.message.startswith("another module `mylayers` is imported already, from ")
    (other / "mylayers.py").unlink()
    assert cnndsl.compile(spec(other, GEM, "gem as pool"), allow_python=True).params == 1


def test_a_package_of_the_users_own(folder: Path) -> None:
    package = folder / "others"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "pools.py").write_text("from mylayers import GeM\n", encoding="utf-8")
    path = spec(folder, GEM.replace("mylayers", "others.pools"), "gem as pool")
    assert "from others.pools import GeM\n" in cnndsl.compile(path, allow_python=True).source()


MISSING = {
    "nowhere:GeM": "there is no module `nowhere`",
    "mylayers.pools:GeM": "there is no module `mylayers.pools`",
    "mylayers:Gem": "`mylayers` has no `Gem`",
    "mylayers:Pools.GeM": "`mylayers` has no `Pools.GeM`",
    "mylayers": "a class is named by its module and its own name",
    "mylayers:": "a class is named by its module and its own name",
    "my layers:GeM": "a class is named by its module and its own name",
    "mylayers:class": "a class is named by its module and its own name",
    "../mylayers:GeM": "a class is named by its module and its own name",
    "{1}:GeM": "a class is named by its module and its own name",
    "broken:GeM": "`broken` can't be imported",
    "leaves:GeM": "`leaves` can't be imported",
}


@pytest.mark.parametrize("target", MISSING)
def test_a_class_that_can_not_be_had(target: str, folder: Path) -> None:
    (folder / "broken.py").write_text("import mylayers\n\nmylayers.what()\n", encoding="utf-8")
    (folder / "leaves.py").write_text("import sys\nsys.exit(3)\n", encoding="utf-8")
    found = refusal(spec(folder, f'layer gem(p=3) = python "{target}"\n', "gem as a -> gem as b"))
    assert (found.code, found.message) == ("class-missing", MISSING[target])
    assert found.span is not None
    assert found.span.text == f'"{target}"'
    if target == "mylayers:Gem":
        assert found.hint == "did you mean `GeM`?"
    if target == "broken:GeM":
        assert found.notes == (
            "AttributeError: module 'mylayers' has no attribute 'what'",
            "raised at broken.py:3, in `<module>`",
        )


REFUSED = {
    'layer own() = python "mylayers:function"': "`mylayers:function` is no class",
    'layer own() = python "mylayers:Pools"': "`mylayers:Pools` is a class, but no `nn.Module`",
    'layer own(q=1) = python "mylayers:GeM"': "`own` can't be made with these options",
    'layer own() = python "mylayers:Fails"': "`own` can't take 6x9x8",
    'layer own() = python "mylayers:Leaves"': "`own` can't take 6x9x8",
    'layer own() = python "mylayers:Looks"': "`own` can't take 6x9x8",
}


@pytest.mark.parametrize("line", REFUSED)
def test_a_class_that_is_no_layer(line: str, folder: Path) -> None:
    found = refusal(spec(folder, line, "own as it_is"))
    assert found.message == REFUSED[line]
    assert found.number in ("E803", "E804")
    if "q=1" in line:
        assert "unexpected keyword argument 'q'" in found.notes[0]
    if "Fails" in line:
        assert "has no attribute 'missing'" in found.notes[0]
        assert found.notes[1].startswith("raised at mylayers.py:")
        assert found.notes[1].endswith("in `forward`")
    if "Looks" in line:
        assert "meta" in found.notes[0]


def test_its_code_runs_once_where_it_fails(folder: Path) -> None:
    (folder / "broken.py").write_text(
        "import pathlib\nwith pathlib.Path(__file__).with_name('log').open('a') as log:\n"
        "    log.write('x')\nraise ValueError('no')\n",
        encoding="utf-8",
    )
    path = spec(folder, 'layer gem() = python "broken:GeM"\n', "gem as a -> gem as b")
    Compiler(read(path), allow_python=True).check()
    assert (folder / "log").read_text() == "x"


def test_equal_calls_are_equal_layers(folder: Path) -> None:
    path = spec(folder, GEM, "gem p=2 as a -> gem p=2 as b -> gem p=2.0 as c")
    first, second, third = (use.layer for use in cnndsl.compile(path, allow_python=True).layers())
    assert isinstance(first, ForeignLayer)
    assert first == second != third


def test_every_command_knows_it(folder: Path) -> None:
    path = spec(folder, 'layer gate(kind, weights=1) = python "mylayers:Gate"\n', 'gate "sum" as g')
    resolved = run("show", path, "--resolved", "--allow-python").stdout
    assert 'g: gate "sum"' in resolved
    assert "6x9x8" in run("annotate", path, "--allow-python").stdout
    assert "Gate" in run("summary", path, "--allow-python").stdout
    # To lay a spec out, nothing has to run.
    assert run("fmt", "--check", path).exit_code == 0

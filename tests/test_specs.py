"""The bundled specs: free of warnings, documented, and fit for other sizes and classes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import cnndsl
from cnndsl import files, syntax
from cnndsl.compiler import Compiler
from cnndsl.emit.layout import WIDTH
from cnndsl.library import bundled
from cnndsl.load import verify
from cnndsl.source import Source

SPECS = bundled()
MEMBERS = {name: Compiler(files.read(path)).members for name, path in SPECS.items()}
VARIANTS = [member for members in MEMBERS.values() for member in members]

# A variant of each network with its input's channels, and sizes that are none of the published.
RESIZED = [
    ("alexnet", "3x100x131"),
    ("convnext_tiny", "1x64x100"),
    ("darknet53", "1x100x131"),
    ("densenet121", "1x63x100"),
    ("densenet40_k12", "1x28x28"),
    ("densenet_d2l", "3x96x100"),
    ("digits_bn", "3x9x11"),
    ("digits_conv_bn", "3x33x31"),
    ("fcn8s", "3x32x61"),
    ("fcn_resnet50", "3x33x65"),
    ("googlenet_aux", "3x96x97"),
    ("googlenet_d2l", "1x60x70"),
    ("lenet", "1x32x36"),
    ("lenet_bn", "1x33x33"),
    ("mobilenet_v3_small", "1x97x64"),
    ("nin", "1x128x100"),
    ("nin_cifar10", "3x40x48"),
    ("preact_resnet110", "1x30x33"),
    ("regnet_y_400mf", "1x63x65"),
    ("regnetx32_d2l", "3x33x65"),
    ("resnet18", "1x63x65"),
    ("resnet18_d2l", "1x50x50"),
    ("resnet20", "1x30x33"),
    ("resnet50_caffe", "1x63x65"),
    ("resnext50_32x4d", "4x33x64"),
    ("swin_t", "3x50x61"),
    ("swin_v2_t", "3x33x64"),
    ("unet", "2x190x205"),
    ("unet_bn", "1x37x50"),
    ("shiftnet_a", "1x63x65"),
    ("shiftresnet20_e1", "1x30x33"),
    ("vgg11_bn", "3x33x64"),
    ("vit_b_32", "3x64x96"),
]

# Inputs that do not fit, and the source text at which the error stands.
UNFIT = [
    ("alexnet", "3x16x16", "3x3"),
    ("alexnet_caffe", "3x224x32", "3x3"),
    ("convnext_tiny", "3x31x224", "2x2"),
    ("densenet121", "3x28x224", "2x2"),
    ("lenet_bn", "1x10x10", "5x5"),
    ("nin", "1x224x20", "3x3"),
    ("resnet18", "3x224", "input 3x224x224"),
    ("swin_t", "3x3x64", "kernel=patch"),
    ("unet", "1x187x572", "3x3"),
    ("unet_bn", "3x256x15", "2x2"),
    ("vgg16", "3x16x16", "2x2"),
    ("vit_b_16", "3x224x225", "in.h % patch == 0 and in.w % patch == 0"),
]


def read(name: str) -> Source:
    return files.read(SPECS[name])


def test_names_are_of_one_spec_each() -> None:
    assert len(set(VARIANTS)) == len(VARIANTS)
    for spec, members in MEMBERS.items():
        for member in members:
            assert cnndsl.compile(member).name == cnndsl.compile(f"{spec}:{member}").name == member


@pytest.mark.parametrize("name", SPECS)
def test_checks_without_a_word(name: str) -> None:
    assert Compiler(read(name)).check() == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_design_has_no_warnings(variant: str) -> None:
    assert cnndsl.compile(variant).warnings == ()


@pytest.mark.parametrize("name", SPECS)
def test_documentation_names_the_paper_first(name: str) -> None:
    title, *_ = Compiler(read(name)).program.file.doc.splitlines()
    assert re.fullmatch(r"[^()]+ \([A-Z][^()]+, (19|20)\d\d\)[.,].*", title)


@pytest.mark.parametrize("name", SPECS)
def test_what_a_network_is_set_up_by_stands_before_its_input(name: str) -> None:
    """As in a figure, the layers follow the input; only what speaks of `in` stands between."""
    settings = (syntax.Let, syntax.Default, syntax.Init, syntax.Require)
    for network in Compiler(read(name)).program.networks.values():
        kinds = [type(statement) for statement in network.body]
        late = network.body[kinds.index(syntax.InputShape) + 1 :]
        assert all("in." in s.span.text for s in late if isinstance(s, settings)), network.name


def test_networks_of_the_book_are_called_so() -> None:
    programs = [Compiler(read(name)).program for name in SPECS]
    variants = {name: v.network for p in programs for name, v in p.variants.items()}
    ours = {name: network.name for name, network in variants.items() if name.endswith("_d2l")}
    assert len(ours) == 4
    assert all(network.startswith("Book") for network in ours.values()), ours


@pytest.mark.parametrize("name", SPECS)
def test_lines_are_as_long_as_those_of_the_code(name: str) -> None:
    text = read(name).text
    assert all(len(line) <= WIDTH and line == line.rstrip() for line in text.split("\n"))
    assert text.endswith("\n")


def test_emitted_files_are_formatted_linted_and_valid(tmp_path: Path) -> None:
    for variant in VARIANTS:
        source = cnndsl.compile(variant).source()
        compile(source, variant, "exec")
        (tmp_path / f"{variant}.py").write_text(source, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    settings = ["--isolated", "--no-cache", "--line-length", str(WIDTH), str(tmp_path)]
    check = [*ruff, "check", "--select", "E,F,I,N,UP,B,SIM,RET", *settings]
    for command in (check, [*ruff, "format", "--diff", *settings]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("variant", "size"), RESIZED)
def test_other_sizes_and_classes_run(variant: str, size: str) -> None:
    design = cnndsl.compile(variant, input=size, classes=7)
    assert str(design.input) == size
    assert design.output.sizes[0] == 7
    verify(design)


@pytest.mark.parametrize(("variant", "size", "place"), UNFIT)
def test_unfit_sizes_are_named_at_their_place(variant: str, size: str, place: str) -> None:
    with pytest.raises(cnndsl.CnnError) as caught:
        cnndsl.compile(variant, input=size)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.span is not None
    assert diagnostic.span.text == place

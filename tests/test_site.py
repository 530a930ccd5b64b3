"""The pages that the docs make of the package itself, and what brings all pages together."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from pygments.token import Keyword, Name, Number

from cnndsl.cli import main
from cnndsl.codes import CODES, Code
from cnndsl.layers import LAYERS, Layer
from cnndsl.library import bundled_compilers
from cnndsl.load import verify
from docs.site.command_page import command_page
from docs.site.error_pages import TOPICS, error_page, error_pages
from docs.site.gallery_pages import families, gallery_files, gallery_pages
from docs.site.highlight import SpecLexer
from docs.site.layer_pages import example, layer_page, layer_pages
from docs.site.markdown import table
from docs.site.staging import ROOT, pages, stage, with_bars, with_diagrams, written_pages

NAVIGATION = ROOT / "docs" / "site" / "navigation.md"


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_the_example_of_a_layer_uses_it_without_a_warning_and_runs(layer: type[Layer]) -> None:
    text, design = example(layer)
    # An identity leaves nothing in the module.
    assert layer.word == "identity" or layer in {type(use.layer) for use in design.layers()}
    assert not layer.example or layer.example.split()[0] == layer.word
    assert design.warnings == ()
    verify(design)
    assert text in layer_page(layer)


def test_a_layer_page_tells_every_option() -> None:
    page = layer_page(LAYERS["conv"])
    for name in LAYERS["conv"].parameter_names:
        assert f"\n| `{name}` |" in page
    assert "\nIt takes 64x56x56 and gives 128x28x28, " in page
    assert "nn.Conv2d(64, 128, 3, stride=2, padding=1)" in page


def test_the_command_page_tells_every_option_of_every_command() -> None:
    sections = dict(re.findall(r"^## (.*)\n((?:(?!## ).*\n?)*)", command_page(), re.MULTILINE))
    assert set(sections) == set(main.commands)
    for name, command in main.commands.items():
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert f"`{parameter.opts[-1]}" in sections[name]


def test_the_text_of_an_example_is_code() -> None:
    assert not re.search(r"Example: [^`]", command_page())


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.number)
def test_the_page_of_an_error_shows_what_is_said(code: Code) -> None:
    page = error_page(code)
    severity = "warning" if code.is_warning else "error"
    if "```cnn" in page:
        assert f"\n{severity}[{code.number}]: " in page
    assert code.number[:2] in TOPICS


def test_lists_link_to_every_page() -> None:
    for generated in (dict(layer_pages()), dict(error_pages()), dict(gallery_pages())):
        folder = next(iter(generated)).partition("/")[0]
        index = f"{folder}/index.md"
        navigation = f"{folder}/navigation.md"
        for text in (generated[index], generated[navigation]):
            linked = {f"{folder}/{target}" for target in re.findall(r"\]\(([^)]+\.md)\)", text)}
            assert linked - {index} == set(generated) - {index, navigation}


def test_the_gallery_has_a_page_a_family_with_its_networks_its_pictures_and_its_spec() -> None:
    generated = dict(gallery_pages())
    files = dict(gallery_files())
    shown = []
    for name, compiler in bundled_compilers():
        if not compiler.members:
            continue
        page = generated[f"gallery/{name}.md"]
        assert all(f"\n| `{member}` | " in page for member in compiler.members)
        assert compiler.source.text in page
        (mark,) = re.findall(r"^<!-- diagram: (\w+) -->$", page, re.MULTILINE)
        assert mark in compiler.members
        linked = re.findall(r"\]\(([^)]+)\)", page)
        assert linked == [f"{mark}-page.html", f"{mark}-stages.svg", f"{mark}-maps.svg"]
        shown += [f"gallery/{target}" for target in linked]
    assert sorted(files) == sorted(shown)
    for path, text in files.items():
        assert text.startswith("<!DOCTYPE html>" if path.endswith(".html") else "<?xml"), path


def test_the_gallery_goes_by_year() -> None:
    years = [family.year for family in families()]
    assert years == sorted(years)
    assert all(years)
    assert [family.title for family in families()][:4] == ["LeNet", "AlexNet", "NiN", "FCN"]


def test_every_page_is_in_the_navigation() -> None:
    linked = set(re.findall(r"\]\(([^)]+)\)", NAVIGATION.read_text(encoding="utf-8")))
    for path, _ in pages():
        if not path.endswith("navigation.md"):
            assert path in linked or f"{path.partition('/')[0]}/" in linked, path


def test_what_is_staged_is_there_with_its_diagrams(tmp_path: Path) -> None:
    stage(tmp_path)
    staged = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.md")}
    assert staged == {path for path, _ in pages()} | {"navigation.md"}
    assert "<svg" in (tmp_path / "index.md").read_text(encoding="utf-8")
    for path in staged:
        text = (tmp_path / path).read_text(encoding="utf-8")
        assert "\n<!-- diagram" not in text, path
        assert not re.search(r"^\|.*`[^`]*\\\|", text, re.MULTILINE), path


def test_a_diagram_is_of_the_spec_above_or_a_bundled_one() -> None:
    spec = "```cnn\nnetwork lenet() {\n  input 8\n  fc 2 as only\n}\n```\n"
    mark = "<!-- diagram: lenet -->\n"
    assert ">fc 2<" in with_diagrams(spec + mark)
    assert ">fc 84<" in with_diagrams(mark)


def test_a_cell_is_one_line_without_bars() -> None:
    assert table(("a",), [("b |\nc",)]) == "| a |\n| --- |\n| b \\| c |\n"


def test_bars_of_code_in_tables_have_no_backslash() -> None:
    page = "| `a \\| b` | c \\| d |\n\n`a \\| b`\n"
    assert with_bars(page) == "| `a | b` | c \\| d |\n\n`a \\| b`\n"


def test_headings_are_in_sentence_case() -> None:
    names = {"LeNet", "AlexNet", "VGG", "GoogLeNet", "ResNet", "CI", "PyTorch", "Python"}
    for page in written_pages():
        text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
        for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
            for word in heading.split()[1:]:
                assert word.islower() or word.strip(".,?") in names or not word.isalpha(), heading


def test_the_colours_of_a_spec() -> None:
    found = list(SpecLexer().get_tokens("network N() {\n  input 3x8x8\n  conv 3x3 c pad=1\n}\n"))
    assert [text for kind, text in found if kind is Keyword] == ["network", "input"]
    assert [text for kind, text in found if kind is Name.Builtin] == ["conv"]
    assert [text for kind, text in found if kind is Name.Attribute] == ["pad"]
    assert [text for kind, text in found if kind in Number] == ["3x8x8", "3x3", "1"]


def test_every_spec_is_coloured_to_its_end() -> None:
    for path in (ROOT / "specs").glob("*.cnn"):
        text = path.read_text(encoding="utf-8")
        assert "".join(part for _, part in SpecLexer().get_tokens(text)) == text

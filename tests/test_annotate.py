"""The annotated spec: the same spec, and comments that are true of every use of a line."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from cnndsl.analyse.annotate import annotated
from cnndsl.analyse.uses import Use, uses
from cnndsl.compiler import Compiler
from cnndsl.design import Design, ModuleKind
from cnndsl.library import bundled_compilers
from cnndsl.shape import Shape
from cnndsl.source import Source
from tests.cases import FOLDER
from tests.commands import run
from tests.random_networks import random_network

SPECS = {
    **{name: compiler.source.text for name, compiler in bundled_compilers()},
    **{path.stem: path.read_text() for path in (FOLDER / "annotate").glob("*.cnn")},
    **{f"random{seed}": random_network(seed) for seed in range(12)},
}
MEMBERS = [
    (name, member)
    for name, text in SPECS.items()
    for member in Compiler(Source("net.cnn", text)).members
]
COMMENT = re.compile(
    r"# ([\dx]+|scalar)(?: (?:and|…) ([\dx]+))?[^#]*?(?:([\d,]+) parameters?)?(?= *#|$)"
)


def each_member() -> pytest.MarkDecorator:
    ids = [f"{name}-{member}" for name, member in MEMBERS]
    return pytest.mark.parametrize(("name", "member"), MEMBERS, ids=ids)


def compiled(text: str, member: str | None = None) -> tuple[Compiler, Design]:
    compiler = Compiler(Source("net.cnn", text))
    return compiler, compiler.design(member)


def annotation(text: str, member: str | None = None) -> str:
    compiler, design = compiled(text, member)
    return annotated(design, compiler.program.file)


@each_member()
def test_it_is_the_same_spec(name: str, member: str) -> None:
    text = annotation(SPECS[name], member)
    before, after = (Compiler(Source("net.cnn", t)) for t in (SPECS[name], text))
    # A construct's representation is all of it but its places.
    assert repr(after.program.file) == repr(before.program.file)
    for old, new in zip(SPECS[name].split("\n"), text.split("\n"), strict=True):
        words, sign, comment = old.partition("#")
        assert new.startswith(words.rstrip())
        assert new.endswith(sign + comment)
    assert annotation(text, member) == text


def items_by_line(design: Design) -> dict[int, list[Use]]:
    """Each use of an item, in all uses of its block, by the line on which its words end."""
    found = defaultdict(list)
    for use in uses(design):
        if not use.node.module or use.node.module.kind is not ModuleKind.SCOPE:
            span = use.node.span
            if span.source.name != "net.cnn":
                continue  # It stands in a file that is imported.
            found[span.source.position(span.end - 1)[0]].append(use)
    return found


@each_member()
def test_parameters_are_those_of_all_uses(name: str, member: str) -> None:
    _, design = compiled(SPECS[name], member)
    if any(use.node.reuses for use in uses(design)):
        return  # the weights of what runs again are counted once
    lines = annotation(SPECS[name], member).split("\n")
    for number, found in items_by_line(design).items():
        expected = sum(use.module.node_params(use.node) for use in found)
        comment = COMMENT.search(lines[number - 1])
        told = comment[3].replace(",", "") if comment and comment[3] else "0"
        assert int(told) == expected, lines[number - 1]


@each_member()
def test_shapes_flow_out_of_the_line(name: str, member: str) -> None:
    _, design = compiled(SPECS[name], member)
    lines = annotation(SPECS[name], member).split("\n")
    for number, found in items_by_line(design).items():
        words = lines[number - 1].partition("#")[0]
        merges = any(use.node.layer and use.node.layer.merges for use in found)
        if merges or "else" in words or "project" in words:
            continue  # A merge is told where its braces close; of two branches, each has an end.
        last = max(use.node.span.end for use in found)
        shapes = list(
            dict.fromkeys(str(u.node.outputs[0]) for u in found if u.node.span.end == last)
        )
        comment = COMMENT.search(lines[number - 1])
        assert comment, lines[number - 1]
        assert comment[1] == shapes[0]
        if comment[2]:
            assert comment[2] == shapes[-1]


def test_what_is_reused_has_no_parameters_of_its_own() -> None:
    text = annotation("""block pair(c) { conv 3x3 c as a -> relu }
network Net() {
  input 3x8x8
  pair 3 as p
  reuse p
}""")
    assert "pair(c) { conv 3x3 c as a -> relu }  # 3x8x8, 84 parameters" in text
    assert re.search(r"pair 3 as p +# 3x8x8, 84 parameters\n", text)
    assert re.search(r"reuse p +# 3x8x8\n", text)


def test_blocks_in_blocks_count_with_all_uses() -> None:
    text = annotation("""block inner(c) { conv 1x1 c bias=false as a }
block outer(c) { inner c as x -> inner c as y }
network Net() {
  input 3x8x8
  repeat 5 { outer 3 }
}""")
    assert re.search(r"conv 1x1 c bias=false as a } +# 3x8x8, 90 parameters\n", text)
    assert re.search(r"inner c as y } +# 3x8x8, 90 parameters\n", text)


def test_the_given_size_of_an_input_is_told() -> None:
    result = run("annotate", "lenet", "--input", "1x32x32")
    assert result.exit_code == 0
    assert re.search(r"input 1x28x28 +# 1x32x32\n", result.stdout)
    assert "  input 1x28x28\n" in run("annotate", "lenet").stdout


def test_a_line_in_a_loop_tells_first_and_last() -> None:
    text = annotation("""network Net() {
  input 3x8x8
  for c in [4, 5, 6] { conv 1x1 c as "c{c}" -> relu }
  for c in [4, 6] { conv 1x1 c as "d{c}" }
}""")
    assert "# 4x8x8 … 6x8x8, 3 shapes, 77 parameters" in text
    assert "# 4x8x8 and 6x8x8, 58 parameters" in text


def test_shapes_print_as_the_comment_takes_them() -> None:
    assert str(Shape((), ())) == "scalar"
    assert str(Shape.of(c=4, h=5)) == "4x5"

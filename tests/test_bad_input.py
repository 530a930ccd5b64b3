"""Bad input: a diagnostic and an exit code, in a short time, and nothing half written."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from click.testing import Result

from cnndsl import CnnError, Limits
from cnndsl.compiler import Compiler
from cnndsl.draw import dot
from cnndsl.errors import Severity
from cnndsl.library import bundled
from cnndsl.source import Source
from tests.commands import run

SMALL = "network Small() { input 3x8x8\n conv 3x3 4 as conv -> relu }\n"


def network(body: str) -> str:
    return f"network Net() {{\n  input 3x16x16\n  {body}\n}}\n"


def check(tmp_path: Path, text: str | bytes) -> Result:
    path = tmp_path / "net.cnn"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return run("check", path)


# Files that can't be read


def test_a_file_that_is_not_there_has_a_near_name(tmp_path: Path) -> None:
    (tmp_path / "resnet.cnn").write_text(SMALL)
    result = run("check", tmp_path / "renset.cnn")
    assert result.exit_code == 2
    assert result.stderr.startswith("error[E701]")
    assert f"did you mean `{tmp_path / 'resnet.cnn'}`?" in result.stderr
    # What all specs end in makes none of them near.
    assert "did you mean" not in run("check", str(tmp_path / "nothing.cnn")).stderr


def test_a_folder_is_no_spec(tmp_path: Path) -> None:
    (tmp_path / "net.cnn").write_text(SMALL)
    result = run("summary", f"{tmp_path}/")
    assert result.exit_code == 2
    assert "is a folder" in result.stderr
    assert "net.cnn" in result.stderr


def test_what_can_not_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    loop = tmp_path / "loop.cnn"
    loop.symlink_to(loop)
    for path in (tmp_path / "file" / "net.cnn", loop, tmp_path / ("n" * 300 + ".cnn"), "a\0.cnn"):
        result = run("check", path)
        assert result.exit_code == 2
        assert result.stderr.startswith("error[E702]")
        assert "can't be read: " in result.stderr


def test_what_is_not_utf8_is_shown(tmp_path: Path) -> None:
    result = check(tmp_path, "# café\n".encode("latin-1") + SMALL.encode())
    assert result.exit_code == 1
    assert "error[E703]" in result.stderr
    assert "net.cnn:1:6" in result.stderr
    assert "0xe9" in result.stderr
    assert check(tmp_path, bytes(range(256))).exit_code == 1


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", '"""Words."""\n'])
def test_an_empty_file_has_nothing_to_check(tmp_path: Path, text: str) -> None:
    result = check(tmp_path, text)
    assert result.exit_code == 1
    assert "error[E119]" in result.stderr


def test_line_ends_and_marks_of_other_systems_are_fine(tmp_path: Path) -> None:
    assert check(tmp_path, b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode()).exit_code == 0


# Output that can't be written


@pytest.mark.parametrize("command", ["compile", "render"])
def test_what_can_not_be_written_leaves_nothing(tmp_path: Path, command: str) -> None:
    spec = tmp_path / "net.cnn"
    spec.write_text(SMALL)
    (tmp_path / "folder.svg").mkdir()
    before = sorted(tmp_path.rglob("*"))
    for out in ("folder.svg", "none/net.svg", "net.cnn/net.svg"):
        result = run(command, spec, "-o", tmp_path / out)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr.startswith("error[E704]")
        assert out in result.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    (tmp_path / "net.cnn").write_text(SMALL)
    result = run("compile", tmp_path / "net.cnn", "-o", "/dev/full")
    assert result.exit_code == 2
    assert "no space left" in result.stderr


def test_errors_leave_the_old_output(tmp_path: Path) -> None:
    spec, out = tmp_path / "net.cnn", tmp_path / "net.py"
    spec.write_text(SMALL.replace("relu", "rleu"))
    out.write_text("old")
    assert run("compile", spec, "-o", out).exit_code == 1
    assert out.read_text() == "old"


# Specs that would not end, or be too large. A test that hangs is one that fails.

DOUBLING = "".join(f"block b{i}() {{ b{i - 1} -> tanh -> b{i - 1} }}\n" for i in range(1, 60))
LISTS = "".join(f"let l{i} = [l{i - 1}, l{i - 1}]\n" for i in range(1, 60))
ROWS = "".join(f"let l{i} = table {{\n a b\n l{i - 1} l{i - 1}\n}}\n" for i in range(1, 60))
BLOCKS = "".join(f"let u{i} = b(x=u{i - 1}, y=u{i - 1})\n" for i in range(1, 60))
NESTED = "block b(n) { if n > 0 { %s } else { relu } }\n" + network("b 60 as x")

ENDLESS = {
    "repeat": network("repeat 10**9 { relu }"),
    "repeat-nested": network("repeat 10**4 { repeat 10**4 { relu } }"),
    "repeat-of-nothing": network("repeat 10**4 { repeat 10**4 { repeat 0 { relu } } } -> relu"),
    "for-nested": network("for i in range(10**4) { for j in range(10**4) { relu } }"),
    "arms": network("add { for i in range(10**4) { for j in range(10**4) { | relu } } }"),
    "repeat-in-projection": network(
        "residual { conv 3x3 3 as a } project { repeat 10**9 { relu } }"
    ),
    "itself": "block b(c) { relu -> b c }\n" + network("b 3 as x"),
    "growing": "block b(c) { relu -> b (c + 1) }\n" + network("b 3 as x"),
    "each-other": "block a(c) { b c }\nblock b(c) { a (c + 1) }\n" + network("a 3 as x"),
    "as-value": "block a(u) { u u }\n" + network("a a as x"),
    "network": "network Net() { input 3x8x8\n Net }\n",
    "doubling": "block b0() { relu }\n" + DOUBLING + network("b59 as x"),
    "doubling-by-value": NESTED % "b (n - 1) -> tanh -> b (n - 1)",
    "scopes": NESTED % ("a: { " * 20 + "b (n - 1) -> relu" + " }" * 20),
    "braces": NESTED % ("{ " * 55 + "b (n - 1) -> relu" + " }" * 55),
    "merges": NESTED % ("add { | identity | " * 30 + "b (n - 1) -> relu" + " }" * 30),
    "size": network("repeat 5000 { concat { | identity | identity } }"),
    "power": "let a = 9**9**9\n",
    "product": "let a = 2**62 * 4\n",
    "list": "let a = [1] * 10**9\n",
    "range": "let a = range(2**62)\n",
    "comprehension": "let a = [i for i in range(10**5) for j in range(10**5)]\n",
    "lists-in-lists": "let l0 = [1, 2]\n" + LISTS + 'let s = "{l59}"\nlet e = l59 == l58\n',
    "rows-in-rows": "let l0 = 1\n" + ROWS + 'let s = "{l59}"\n',
    "blocks-in-blocks": "block b(x=1, y=1) { relu }\nlet u0 = b\n" + BLOCKS + network("u59 as x"),
    "long-lists-in-loops": network(
        "let l = [1] * 10**5\n for i in range(10**5) { let s = sum(l) }\n relu"
    ),
    "string": 'let a = "0123456789"\nlet b = "' + "{a}" * 1001 + '"\n',
    "braces-unclosed": network("add { | " * 5000),
    "brackets": "let a = " + "(" * 5000 + "1" + ")" * 5000 + "\n",
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_what_would_not_end_is_ended(tmp_path: Path, text: str) -> None:
    result = check(tmp_path, text)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "error[" in result.stderr


def test_a_limit_is_enough_for_what_it_lets_be() -> None:
    nested = "block b(n) { if n > 0 { b (n - 1) -> relu } else { relu } }\n" + network("b 61 as x")
    compiler = Compiler(Source("nested.cnn", nested))
    design = compiler.design()
    assert design.summary()
    assert compile(design.source(), "nested.py", "exec")
    assert dot(design)
    with pytest.raises(CnnError, match="64 deep"):
        Compiler(Source("nested.cnn", nested.replace("61", "64"))).design()


# What is said


def test_control_letters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    text = network('require false, "\x1b[31mred"\n conv 3x3 "\x1b[2J" as a')
    result = check(tmp_path, text)
    assert result.exit_code == 1
    assert "\x1b" not in result.stderr


def test_of_a_long_line_the_part_around_the_mistake_is_shown(tmp_path: Path) -> None:
    result = check(tmp_path, network("relu -> " * 1000 + "rleu -> " + "relu -> " * 1000 + "tanh"))
    lines = result.stderr.splitlines()
    source, carets = lines[3], lines[4]
    assert max(map(len, lines)) < 200
    assert source[carets.index("^") :].startswith("rleu")
    assert source.startswith("3 | …")
    assert source.endswith("…")


@pytest.mark.parametrize(
    "text",
    [
        "default conv bias=@a\n" + SMALL,
        "let a = [@a.b]\n" + SMALL,
        "network Net(a=@a) { input 3x8x8\n relu }\n",
        "block b(a=@a) { relu }\n" + SMALL,
        'layer a(x=@a) = python "a:A"\n' + SMALL,
        SMALL + "variant small = Small(@a)\n",
    ],
    ids=["default", "let", "network", "block", "layer", "variant"],
)
def test_references_outside_of_all_items_are_unknown(tmp_path: Path, text: str) -> None:
    result = check(tmp_path, text)
    assert result.exit_code == 1
    assert result.stderr.startswith("error[E203]: only what stands in a block or a network")
    assert result.stderr.count("error[") == 1


def test_an_error_in_what_is_not_used_is_told_where_it_is_used(tmp_path: Path) -> None:
    unused = network("residual { conv 3x3 3 as a } project { wrong as p }")
    used = unused.replace("}\n}", "}\n  wrong as q\n}")
    wrong = "block wrong() { conv 3x3 5 groups=7 as c }\n"
    assert check(tmp_path, wrong + unused).exit_code == 0
    assert run("summary", tmp_path / "net.cnn").exit_code == 0
    result = check(tmp_path, wrong + used)
    assert result.exit_code == 1
    assert "groups=7" in result.stderr


# Random mistakes: bundled specs with words taken out, doubled, moved and replaced.

TOKEN = re.compile(r'"""|\w+|[^\w\s]|\s+')
WORDS = """0 1 2 -1 7 1.5 10**9 2**62 none true "a" [] [1,2] 0x0 3x3 in in.c it @x conv relu
identity add { } ( ) -> | as = :""".split()
ROUNDS = 60


def mutated(text: str, chance: random.Random) -> str:
    words = TOKEN.findall(text)
    for _ in range(chance.randint(1, 4)):
        place, other = chance.randrange(len(words)), chance.randrange(len(words))
        change = chance.choice(["take", "double", "copy", "swap", "replace", "name"])
        if change == "take":
            words[place] = ""
        elif change == "double":
            words[place] *= 2
        elif change == "copy":
            words[place] = words[other]
        elif change == "swap":
            words[place], words[other] = words[other], words[place]
        elif change == "replace":
            words[place] = chance.choice(WORDS)
        else:
            names = [number for number, word in enumerate(words) if re.match(r"[a-z0-9]", word)]
            words[chance.choice(names)] = chance.choice([*WORDS, words[chance.choice(names)]])
    return "".join(words)


def outcome(text: str) -> str:
    """`good` or `wrong`; anything else than a CnnError is raised."""
    try:
        compiler = Compiler(Source("mutated.cnn", text), Limits(steps=10_000))
        found = compiler.check()
        assert all(map(str, found))
        if any(diagnostic.severity is Severity.ERROR for diagnostic in found):
            return "wrong"
        for member in compiler.members[:2]:
            design = compiler.design(member)
            assert design.summary()
            assert compile(design.source(), "mutated.py", "exec")
    except CnnError as error:
        return "wrong" if str(error) else "wrong, without a word"
    return "good"


@pytest.mark.parametrize("name", bundled())
def test_random_mistakes_are_diagnostics(name: str) -> None:
    text = bundled()[name].read_text(encoding="utf-8")
    outcomes = [outcome(mutated(text, random.Random(seed))) for seed in range(ROUNDS)]
    # Some change nothing that matters, most are mistakes.
    assert set(outcomes) == {"good", "wrong"}
    assert outcomes.count("good") < outcomes.count("wrong")

"""After a mistake the work goes on: all that are separate are told at once, and each only once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from cnndsl.compiler import Compiler
from cnndsl.errors import CnnError, Diagnostic, Severity
from cnndsl.library import bundled
from cnndsl.source import Source


def errors(text: str) -> list[Diagnostic]:
    try:
        found = Compiler(Source("net.cnn", text)).check()
    except CnnError as error:
        return list(error.diagnostics)
    return [diagnostic for diagnostic in found if diagnostic.severity is Severity.ERROR]


def told(text: str) -> list[str]:
    """The lines and codes of what is wrong: `7 E301`."""
    return [f"{e.span.line if e.span else 0} {e.number}" for e in errors(text)]


def marked(text: str) -> list[str]:
    """What the comments of a text say should be told."""
    lines = enumerate(text.splitlines(), 1)
    return [f"{n} {code}" for n, line in lines for code in re.findall(r"# ([EW]\d+)", line)]


SYNTAX = """\
network One() {
  width = 8                  # E110
  input 3, 32, 32            # E106
  conv 3x3, 8 as first       # E105
  dropout(0.5)               # E111
  conv 3x3 8 / 2 as second   # E108
  add { relu }               # E114
  conv 3x3 8 as 'third'      # E107
  relu -> repeat 2 { relu }  # E112
}
"""
NAMES = """\
block unit(c) { conv 3x3 c -> rleu }  # E201

network One(classes=10, head2=1) {
  input 3x32x32
  unit 8 as unit
  conv 3x3 widht as wide              # E202
  add { | @uint | identity }          # E203
  linear 10 as fc                     # E201
  let a = clases + in.c               # E202
  conv 3x3 8 bias=flase as last       # E202
}

variant one = Oen()                   # E204
network One() { input 8 }             # E205
"""
SHAPES = """\
block skip(c) {
  residual { conv 3x3 c as conv }    # E305
}

network One() {
  input 3x32x32
  head a { fc }                      # E404
  head b { conv 3x3 8 strid=2 }      # E401
  head c { maxpool 64x64 }           # E303
  head d { conv 3x3 8 groups=3 }     # E304
  head e { add { | conv 3x3 8 /2 as x | conv 3x3 8 as y } }  # E301
  head f { skip 8 as skip }
  head g { conv 3x3 0 }              # E405
  head h { if in.c { relu } }        # E406
  head i { fc 10 as i }              # E302
}
"""
ALL_STAGES = """\
block spoilt(c) {
  conv 3x3, c as conv                # E105
}

block nameless(c) { conv 3x3 c -> rleu }  # E201

block good(c) { conv 3x3 c as conv -> relu }

network Spoilt() {
  input 3x32x32
  spoilt 8 as part -> fc 10 as fc
}

network Nameless() {
  input 3x32x32
  nameless 8 as part -> fc 10 as fc
}

network Both() {
  input 3x32x32;;                    # E105
  rleu                               # E201
  fc 10 as fc
}

network Shapes() {
  input 3x32x32
  good 8 as part -> fc 10 as fc      # E302
}

network Values(n) {
  input 3x32x32
  repeat n { good 8 as part }
  maxpool 99x99 as pool              # E303
}

variant values = Values(2)
"""


# Names, arguments, values and shapes in one network, and in what it uses.
MIXED = """\
default conv bais=false               # E401

block unit(c, stride=1) {
  residual {
    conv 3x3 c /stride as conv1 -> rleu  # E201
    conv 3x3 c kernle=3 as conv2      # E401
  }
}

network One(classes=10, dpeth=2) {
  input 3x32x32
  head { conv 3x3 16 groups=2 as conv }  # E304
  unit 8 as unit
  maxpool 3x3 strid=2                 # E401
  for i in range(depth) { conv 3x3 8 as level }  # E202
  @missing -> conv 3x3 4 as low       # E203
  add { | @missing | @level[0] }
  let wide = 4 / 0                    # E408
  flatten -> fc clases as fc -> fc wide as last  # E202
}
"""


@pytest.mark.parametrize(
    "text", [SYNTAX, NAMES, SHAPES, ALL_STAGES, MIXED], ids="syntax names shapes all mixed".split()
)
def test_separate_mistakes_are_told_at_once_and_without_an_echo(text: str) -> None:
    assert len(marked(text)) >= 6
    assert told(text) == marked(text)


@pytest.mark.parametrize(
    "text",
    [
        # A name whose definition could not be read.
        "let width = 3 3\nnetwork N() {\n input 3x8x8\n conv 3x3 width as a\n}\n",
        "network N() {\n input 3x8x8\n let c = 3 +\n conv 3x3 c as a -> conv 1x1 c as b\n}\n",
        "network N() {\n input 3x8x8\n conv 3x3, 8 as a\n @a -> relu\n fc 10 as b\n}\n",
        'network N() {\n input 3x8x8\n for i in [1] { relu; as "a{i}" }\n @a1 -> relu\n}\n',
        # An input, and a default, that could not be read.
        "network N() {\n input 3x8x\n relu\n}\n",
        "default conv kernel=(3\nnetwork N() {\n input 3x8x8\n conv 8 as a\n}\n",
        # A value, a list and a shape that are unknown.
        "let n = 1 // 0\nnetwork N() {\n input 3x8x8\n conv 3x3 n as a -> fc (n + 1) as b\n}\n",
        "network N() {\n input 3x8x8\n fc 10 as a -> conv 3x3 @a.c as b\n add { | @a | @b }\n}\n",
        "block b() { fc 3 as f }\nnetwork N() {\n input 3x8x8\n b as x -> b as y\n @x.f\n}\n",
        # A default, and a loop whose items have labels.
        "default conv kernel=(1 // 0)\nnetwork N() {\n input 3x8x8\n conv 8 as a\n}\n",
        "network N() {\n input 3x8x8\n for i in [1 // 0] { relu as a }\n @a[0] -> relu\n}\n",
        'network N() {\n input 3x8x8\n repeat 1 // 0 { relu as "a{1}" }\n @a1 -> relu\n}\n',
        # A `default` line for a block, in braces and outside.
        "block b(c) { relu }\nnetwork N() {\n input 8\n default b c=4\n b\n}\n",
        "block b(c) { relu }\ndefault b c=4\nnetwork N() {\n input 8\n b\n}\n",
        # A function, and the word `input`.
        "network N() {\n input 3x8x8\n for i in rnage(3) { relu as a }\n @a[0] -> relu\n}\n",
        "network N() {\n inptu 3x8x8\n conv 3x3 8 as a\n}\n",
        # A network of which there are two variants.
        "network N(n) {\n input 8\n}\nvariant a = M(1)\nvariant b = M(2)\n",
        # A label in two places, and a parameter that calls go by.
        "network N() {\n input 3x8x8\n relu as a\n add { | @x | @x.c } -> @x[0]\n}\n",
        "block b(strid=1) { maxpool 2x2 /stride }\nnetwork N() {\n input 3x8x8\n b /2\n}\n",
        "block b(k) { conv c kernel=k as a }\nnetwork N() {\n input 3x8x8\n b 3 c=8\n}\n",
        # A block that is wrong, called by two networks.
        "block b() { rleu }\nnetwork N() {\n input 8\n b\n}\nnetwork M() {\n input 8\n b\n}\n",
    ],
)
def test_one_mistake_is_told_once(text: str) -> None:
    assert len(told(text)) == 1, "\n\n".join(map(str, errors(text)))


# Ways to spoil a line so that one thing is wrong with it.
SPOIL: dict[str, Callable[[str], str]] = {
    "letter": lambda line: f"{line} $" if line.strip() not in ("", "}") else line,
    "comma": lambda line: re.sub(r"(conv \S+) ", r"\1, ", line, count=1),
    "name": lambda line: re.sub(
        r"(?<!as )\b(conv|bn|relu|fc|concat)\b(?! *[=)])", r"\1qq", line, count=1
    ),
    "argument": lambda line: re.sub(r"\bconv \S+", r"\g<0> zz=3", line, count=1),
}


@pytest.mark.parametrize("name", ["lenet", "alexnet", "googlenet"])
@pytest.mark.parametrize("way", SPOIL)
def test_a_spoilt_line_is_told_once(name: str, way: str) -> None:
    text = bundled()[name].read_text(encoding="utf-8")
    assert errors(text) == []
    lines = text.splitlines()
    spoilt = 0
    documentation = text[: text.rindex('"""')].count("\n")
    for number, line in enumerate(lines):
        changed = SPOIL[way](line)
        if changed != line and number > documentation and not line.lstrip().startswith("#"):
            spoilt += 1
            wrong = "\n".join([*lines[:number], changed, *lines[number + 1 :]])
            (place,) = told(wrong)
            assert place.split()[0] == str(number + 1)
    assert spoilt


def test_what_is_wrong_in_another_file_hides_nothing_here(tmp_path: object) -> None:
    text = 'from "none.cnn" use unit\nnetwork N() {\n input 8\n unit\n}\n'
    other = "network M() {\n input 3x8x8\n fc 10 as fc\n}\n"
    assert told(text + other) == ["1 E208", "8 E302"]


def test_an_unknown_name_is_told_once_a_block() -> None:
    text = "block a(c) { conv 3x3 d as u -> conv 3x3 d as v -> relw -> relw }\n"
    found = told(text + text.replace("block a", "block b"))
    assert len(found) == 4


def test_a_variant_of_what_may_have_been_misread_is_no_failure() -> None:
    text = """network Net(a) {
  input 3x8x8 init conv kaiming_normal nonlinearity=relu
  conv 3x3 a as conv
}
variant one = Net(1)
variant two = relu(1)
"""
    with pytest.raises(CnnError) as caught:
        Compiler(Source("net.cnn", text))
    assert [error.code for error in caught.value.diagnostics] == ["unexpected"]

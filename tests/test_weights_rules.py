"""Rules for the names of weights: what they do, and what is said of those that are wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import cnndsl
from cnndsl.errors import CnnError
from cnndsl.source import Source
from cnndsl.weights.entries import Given, Wanted
from cnndsl.weights.matching import by_name, by_order
from cnndsl.weights.rules import Rules
from cnndsl.weights.rules_file import parsed, rules

WHOLE = """# From a name of theirs to one of ours.
drop:
  - ^aux\\.
names:
  head.weight: fc.weight
patterns:
  ^backbone\\.: ''
  block(\\d+): layers.\\1
  \\.gamma$: .weight
keep:
  - num_batches_tracked$
"""


def given_of(*names: str) -> list[Given]:
    return [Given(name, name, name, (2,), "float32") for name in names]


def test_each_part_does_what_it_says() -> None:
    found = parsed(Source("rules.yaml", WHOLE))
    renamed = found.renamed(
        given_of("aux.weight", "head.weight", "backbone.block12.gamma", "not.aux.bias")
    )
    assert [one.name for one in renamed.given] == [
        "fc.weight",
        "layers.12.weight",
        "not.aux.bias",
    ]
    assert [one.original for one in renamed.given][1] == "backbone.block12.gamma"
    assert [one.name for one in renamed.dropped] == ["aux.weight"]
    assert renamed.idle == ()
    counted = [Wanted("bn.num_batches_tracked", (), False), Wanted("bn.weight", (2,), True)]
    kept, idle = found.kept(counted)
    assert kept == counted[:1]
    assert idle == []


def test_an_exact_name_goes_through_no_pattern() -> None:
    found = parsed(Source("rules.yaml", "names:\n  a.b: c.a\npatterns:\n  a: x\n"))
    assert [one.name for one in found.renamed(given_of("a.b", "a.c")).given] == ["c.a", "x.c"]


def test_rules_that_find_nothing_are_told(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("drop: [^aux]\nnames:\n  old: new\npatterns:\n  ^x:\nkeep:\n- ^y\n")
    model = torch.nn.Linear(2, 2)
    report = cnndsl.load_weights(model, model.state_dict(), rename=path)
    assert report.notes == (
        f"{path}:1: the rule `^aux` finds no name",
        f"{path}:3: the rule `old: new` finds no name",
        f"{path}:5: the rule `^x:` finds no name",
        f"{path}:7: the rule `^y` finds no name",
    )


@pytest.mark.parametrize("text", ["", "# nothing\n", "drop:\nnames:\n", "---\nkeep: []\n"])
def test_no_rules_are_rules(text: str) -> None:
    assert parsed(Source("rules.yaml", text)) == Rules()


def test_names_that_yaml_takes_for_numbers_are_names() -> None:
    found = parsed(Source("rules.yaml", "names:\n  0: 1.0\n  yes: no\n"))
    assert [(old, new.text) for old, new in found.names] == [("0", "1.0"), ("yes", "no")]


def test_a_mapping_says_the_same_as_a_file() -> None:
    mapping = {
        "drop": [r"^aux\."],
        "names": {"head.weight": "fc.weight"},
        "patterns": {r"^backbone\.": "", r"block(\d+)": r"layers.\1", r"\.gamma$": ".weight"},
        "keep": ["num_batches_tracked$"],
    }
    from_file, from_mapping = parsed(Source("rules.yaml", WHOLE)), rules(mapping)
    for part in ("drop", "patterns", "keep"):
        pairs = [
            [(rule.regex, rule.text) for rule in getattr(found, part)]
            for found in (from_file, from_mapping)
        ]
        assert pairs[0] == pairs[1]
    assert [(old, new.text) for old, new in from_mapping.names] == [("head.weight", "fc.weight")]


def timm_names() -> list[Given]:
    """The names of a vision transformer of timm with 12 blocks, `vit_base_patch16_224`, say."""
    layers = ["norm1", "attn.qkv", "attn.proj", "norm2", "mlp.fc1", "mlp.fc2"]
    owners = [f"blocks.{number}.{layer}" for number in range(12) for layer in layers]
    owners = ["patch_embed.proj", *owners, "norm", "head"]
    pairs = [f"{owner}.{end}" for owner in owners for end in ("weight", "bias")]
    return given_of("cls_token", "pos_embed", *pairs)


def test_the_rules_in_the_docs_are_those_for_timms_vision_transformers() -> None:
    page = (Path(__file__).parents[1] / "docs" / "how" / "weights.md").read_text(encoding="utf-8")
    text = re.search(r'^```yaml title="timm_vit.yaml"\n(.*?)^```$', page, re.M | re.S)
    assert text
    found = parsed(Source("timm_vit.yaml", text[1])).renamed(timm_names())
    design = cnndsl.compile("vit_b_16")
    ours = [name for name, _ in design.network.weights()]
    assert sorted(one.name for one in found.given) == sorted(ours)
    assert found.idle == ()


WRONG = {
    "a list": ("- a\n", "1:1", "rules stand in named parts"),
    "a text": ("a\n", "1:1", "rules stand in named parts"),
    "a misspelt part": ("pattern:\n  a: b\n", "1:1", "did you mean `patterns`?"),
    "an unknown part": ("zzz:\n  a: b\n", "1:1", "`drop`, `names`, `patterns` and `keep`"),
    "a part twice": ("drop: [a]\ndrop: [b]\n", "2:1", "line 1 has it, too"),
    "a name twice": ("names:\n  a: b\n  a: c\n", "3:3", "line 2 has it, too"),
    "no list": ("drop: fc\n", "1:7", "a line `- ` for each rule"),
    "no pairs": ("names:\n- a\n", "2:1", "a line `old: new` for each rule"),
    "no name": ("names:\n  a:\n", "2:3", "no name is given for `a`"),
    "brackets": ("drop:\n  - [0-9]\n", "2:5", "single quotes"),
    "a tree": ("patterns:\n  a: {b: c}\n", "2:6", "a text is needed here"),
    "no expression": ("drop:\n  - a(\n", "2:5", "unterminated subpattern"),
    "a repeat of nothing": ("patterns:\n  '*': a\n", "2:3", "nothing to repeat"),
    "no such group": ("patterns:\n  (a): \\2\n", "2:8", "invalid group reference 2"),
    "no group of this name": ("patterns:\n  (a): \\g<b>\n", "2:8", "unknown group name"),
    "a stray backslash": ("patterns:\n  a: \\d\n", "2:6", "bad escape \\d"),
    "no yaml": ("names:\n  a: b: c\n", "2:7", "mapping values are not allowed here"),
    "an alias of nothing": ("drop:\n  - *a\n", "2:5", "undefined alias"),
    "a bracket left open": ("drop: [a\n", "1:9", "while parsing a flow sequence"),
    "two documents": ("drop: [a]\n---\ndrop: [b]\n", "2:1", "single document"),
    "a control letter": ("drop:\n  - a\x01\n", "2:6", "special characters"),
    "a tab": ("drop:\n\t- a\n", "2:1", "this is no YAML"),
    "a code tag": ("!!python/object:os.system [a]\n", "1:1", "rules stand in named parts"),
}


@pytest.mark.parametrize(("text", "place", "words"), WRONG.values(), ids=WRONG)
def test_mistakes_are_told_with_their_place(text: str, place: str, words: str) -> None:
    with pytest.raises(CnnError) as caught:
        parsed(Source("rules.yaml", text))
    said = str(caught.value)
    assert said.startswith("error[E903]: ")
    assert f"--> rules.yaml:{place}\n" in said
    assert words in said
    assert "= help: " in said
    assert len(caught.value.diagnostics) == 1


def test_several_mistakes_are_told_at_once() -> None:
    with pytest.raises(CnnError) as caught:
        parsed(Source("rules.yaml", "drop: a\nnames:\n  a:\npatterns:\n  (: b\n"))
    assert len(caught.value.diagnostics) == 3


@pytest.mark.parametrize(
    "given", [["a"], {"drop": [object()]}, 3, {"patterns": {"a": lambda found: found}}]
)
def test_what_is_no_rules_in_python_is_refused(given: Any) -> None:
    with pytest.raises(CnnError, match="`rename` is a path, or a mapping of texts"):
        rules(given)


def test_mistakes_in_a_mapping_are_shown_as_yaml() -> None:
    with pytest.raises(CnnError) as caught:
        rules({"names": {"a": "b"}, "patterns": {"a(": "b"}})
    said = str(caught.value)
    assert "--> rename:4:3" in said
    assert "4 |   a(: b" in said


def test_two_weights_of_one_name_are_refused_at_the_rules() -> None:
    found = parsed(Source("rules.yaml", "patterns:\n  ^[ab]: c\n"))
    with pytest.raises(CnnError) as caught:
        found.renamed(given_of("a", "b"))
    said = str(caught.value)
    assert said.startswith("error[E904]: ")
    assert "rules.yaml:2:3" in said
    assert "`a` and `b` both become `c`" in said
    one = parsed(Source("rules.yaml", "names:\n  a: b\n"))
    with pytest.raises(CnnError, match="`b` and `a` both become `b`"):
        one.renamed(given_of("b", "a"))


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("drop: names\n-[]{}'\"\\()*&!|>#%@`,?abc\t\x00é" + "patterns:\n  ")))
def test_any_text_is_rules_or_is_refused(text: str) -> None:
    try:
        found = parsed(Source("rules.yaml", text))
    except CnnError as error:
        said = str(error)
    else:
        found.renamed(given_of("a"))
        return
    assert "--> rules.yaml:" in said


# --- the matches themselves

TENSORS = st.tuples(
    st.sampled_from(["a.weight", "a.bias", "b.running_mean", "b.own", "c"]),
    st.sampled_from([(), (2,), (2, 3)]),
    st.sampled_from(["float32", "float16", "int64"]),
    st.booleans(),
)
LISTS = st.lists(TENSORS, unique_by=lambda one: one[0], max_size=5)


@given(LISTS, LISTS, st.booleans(), st.booleans())
def test_every_tensor_is_accounted_for_once(
    ours: list[Any], theirs: list[Any], cast: bool, ordered: bool
) -> None:
    wanted = [Wanted(name, shape, trained, dtype) for name, shape, dtype, trained in ours]
    offered = [Given(name, name, name, shape, dtype) for name, shape, dtype, _ in theirs]
    match = (by_order if ordered else by_name)(wanted, offered, cast)
    met = [(one.wanted, one.given) for one in (*match.pairs, *match.misfits)]
    assert sorted([one.name for one, _ in met] + [one.name for one in match.missing]) == sorted(
        one.name for one in wanted
    )
    assert sorted([one.name for _, one in met] + [one.name for one in match.left_over]) == sorted(
        one.name for one in offered
    )
    for pair in match.pairs:
        assert pair.wanted.shape == pair.given.shape
        assert cast or pair.wanted.dtype == pair.given.dtype
        assert ordered or pair.wanted.name == pair.given.name


@given(LISTS)
def test_a_network_matches_itself(ours: list[Any]) -> None:
    wanted = [Wanted(name, shape, trained, dtype) for name, shape, dtype, trained in ours]
    offered = [Given(name, name, name, shape, dtype) for name, shape, dtype, _ in ours]
    assert by_name(wanted, offered, False).is_whole
    assert by_order(wanted, offered, False).is_whole

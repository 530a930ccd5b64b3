"""Weights into live modules: by name and by order, all or none, told by the lines of the spec."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
import yaml
from torch import Tensor, nn
from torchvision.models import resnet18

import cnndsl
from cnndsl.errors import CnnError
from cnndsl.weights.report import WeightsReport

SPEC = """network Small(classes=10) {
  input 3x8x8
  conv 3x3 4 bias=false as conv -> bn as bn -> relu
  conv 3x3 4 bias=false as conv2 -> bn as bn2 -> relu
  gap -> flatten -> fc classes as fc
}
"""


class Plain(nn.Module):
    """The network of the spec by hand, with names of its own."""

    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        self.first = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU()
        )
        self.second = nn.Sequential(
            nn.Conv2d(4, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU()
        )
        self.head = nn.Linear(4, classes)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.head(self.second(self.first(x)).mean((2, 3)))
        return found


RULES = {
    "names": {"head.weight": "fc.weight", "head.bias": "fc.bias"},
    "patterns": {
        r"^first\.0": "conv",
        r"^first\.1": "bn",
        r"^second\.0": "conv2",
        r"^second\.1": "bn2",
    },
}


def small(**parameters: Any) -> nn.Module:
    return cnndsl.compile_text(SPEC, name="small.cnn", **parameters).module()


def random_state(model: nn.Module) -> dict[str, Tensor]:
    """Other numbers for all tensors of a module; none is as it starts."""
    torch.manual_seed(3)
    return {
        name: torch.rand_like(tensor) + 0.5 if tensor.is_floating_point() else tensor + 7
        for name, tensor in model.state_dict().items()
    }


@pytest.fixture
def plain() -> nn.Module:
    model = Plain().eval()
    model.load_state_dict(random_state(model))
    return model


@pytest.fixture
def state() -> dict[str, Tensor]:
    """Weights of the spec's network with its names."""
    return random_state(small())


def assert_equal_outputs(ours: nn.Module, theirs: nn.Module) -> None:
    torch.manual_seed(0)
    x = torch.rand(2, 3, 8, 8)
    torch.testing.assert_close(ours.eval()(x), theirs.eval()(x))


def refusal(model: nn.Module, state: Any, **options: Any) -> str:
    """What is said of a load that fails; it must have changed nothing."""
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with pytest.raises(CnnError) as caught:
        cnndsl.load_weights(model, state, **options)
    after = model.state_dict()
    assert list(before) == list(after)
    assert all(torch.equal(before[name], after[name]) for name in before)
    return str(caught.value)


def test_the_helper_sees_a_load_that_changes_something(state: dict[str, Tensor]) -> None:
    model = small()

    def load(*_: object, **__: object) -> WeightsReport:
        model.load_state_dict(state)
        raise CnnError([])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cnndsl, "load_weights", load)
        with pytest.raises(AssertionError):
            refusal(model, state)


def test_torchvisions_weights_load_and_are_told_by_the_layer_that_they_come_from() -> None:
    theirs = resnet18()
    theirs.load_state_dict(random_state(theirs))
    ours = cnndsl.compile("resnet18").module()
    report = cnndsl.load_weights(ours, theirs.state_dict())
    loaded = ours.state_dict()
    assert all(torch.equal(loaded[name], t) for name, t in theirs.state_dict().items())
    words = {nn.Conv2d: "conv", nn.BatchNorm2d: "bn", nn.Linear: "fc"}
    for pair in report.match.pairs:
        owner = theirs.get_submodule(pair.wanted.name.rpartition(".")[0])
        assert pair.wanted.span
        assert pair.wanted.span.text.split()[0] == words[type(owner)]
    assert len(report.match.pairs) == len(theirs.state_dict())
    assert str(report).startswith("resnet18 from the state_dict: 122 tensors match\n")
    assert report.match.is_whole


@pytest.mark.parametrize("options", [{"rename": RULES}, {"match": "order"}], ids=["names", "order"])
def test_a_model_by_hand_with_other_names_gives_the_same(
    plain: nn.Module, options: dict[str, Any]
) -> None:
    ours = small()
    cnndsl.load_weights(ours, plain.state_dict(), **options)
    assert_equal_outputs(ours, plain)


def without(*names: str) -> Callable[[dict[str, Tensor]], object]:
    return lambda state: [state.pop(name) for name in names]


def having(**tensors: Tensor) -> Callable[[dict[str, Tensor]], object]:
    return lambda state: state.update({k.replace("_dot_", "."): t for k, t in tensors.items()})


REFUSED: dict[str, tuple[Callable[[dict[str, Tensor]], object], list[str]]] = {
    "missing": (
        without("fc.bias"),
        ["13 tensors match, 1 is missing", "small.cnn:5:21", "`fc.bias` 10 is missing"],
    ),
    "left over": (
        having(aux_dot_weight=torch.rand(2, 3)),
        ["14 tensors match, 1 is left over", "left over: `aux.weight` 2x3"],
    ),
    "another shape": (
        having(conv_dot_weight=torch.rand(4, 3, 5, 5)),
        [
            "`conv.weight` is 4x3x3x3 here, and 4x3x5x5 in the checkpoint",
            "small.cnn:3:3",
            "- ^conv",
        ],
    ),
    "a scalar": (
        having(fc_dot_bias=torch.tensor(1.0)),
        ["`fc.bias` is 10 here, and scalar in the checkpoint"],
    ),
    "another precision": (
        having(fc_dot_bias=torch.rand(10).half()),
        ["`fc.bias` is float32 here, and float16 in the checkpoint", "`--cast`"],
    ),
    "integers": (
        having(fc_dot_bias=torch.arange(10)),
        ["`fc.bias` is float32 here, and int64 in the checkpoint"],
    ),
    "a parameter for a buffer": (
        having(bn_dot_running_mean=nn.Parameter(torch.rand(4))),
        ["`bn.running_mean` is a buffer here, and a parameter in the checkpoint"],
    ),
    "all counters missing": (
        without("bn.num_batches_tracked", "bn2.num_batches_tracked"),
        ["2 are missing", "keep:\n", "- num_batches_tracked$"],
    ),
    "another name": (
        lambda state: state.update({"head.bias": state.pop("fc.bias")}),
        ["left over: `head.bias` 10", "names:\n", "  head.bias: fc.bias"],
    ),
    "no tensor": (
        lambda state: state.update({"epoch": 3}),  # type: ignore[dict-item]
        ["`epoch` (int)", "`drop`"],
    ),
    "a sparse tensor": (
        lambda state: state.update({"fc.weight": state["fc.weight"].to_sparse()}),
        ["`fc.weight` (tensor that is sparse"],
    ),
    "a tensor without numbers": (
        having(fc_dot_bias=torch.rand(10, device="meta")),
        ["`fc.bias` (tensor without numbers)"],
    ),
}


@pytest.mark.parametrize(("change", "words"), REFUSED.values(), ids=REFUSED)
def test_what_does_not_fit_is_refused(
    state: dict[str, Tensor], change: Callable[[dict[str, Tensor]], object], words: list[str]
) -> None:
    change(state)
    said = refusal(small(), state)
    for part in words:
        assert part in said


# What is done to the weights of a network of 10 classes, and the rules that are offered.
RULED: dict[str, tuple[Callable[[dict[str, Tensor]], object], list[str]]] = {
    "another head": (
        lambda s: s.update({"aux.conv.weight": torch.rand(2), "aux.fc.bias": torch.rand(3)}),
        ["leave these out, by a rule:", "drop:", r"- ^aux\."],
    ),
    "a bias more": (
        lambda s: s.update({"conv.bias": torch.rand(4)}),
        ["leave these out, by a rule:", "drop:", r"- ^conv\.bias$"],
    ),
    "a bias less": (
        lambda s: s.pop("fc.bias"),
        ["keep the numbers that they start with, by a rule:", "keep:", r"- ^fc\.bias$"],
    ),
    "another last layer and a tensor more": (
        lambda s: s.update(
            {"fc.weight": torch.rand(3, 4), "fc.bias": torch.rand(3), "t": s["fc.bias"]}
        ),
        ["start with, and leave these out, by a rule:", "keep:", r"- ^fc\.", "drop:", "- ^t$"],
    ),
}


@pytest.mark.parametrize(("change", "lines"), RULED.values(), ids=RULED)
def test_rules_are_offered_for_the_few_parts_that_differ(
    state: dict[str, Tensor], change: Callable[[dict[str, Tensor]], object], lines: list[str]
) -> None:
    change(state)
    said = [line.strip() for line in refusal(small(), state).splitlines()]
    start = next(place for place, line in enumerate(said) if line.endswith("by a rule:"))
    assert said[start].endswith(lines[0])
    assert said[start + 1 : start + len(lines)] == lines[1:]
    rules = yaml.safe_load("\n".join(lines[1:]))
    report = cnndsl.load_weights(small(), state, rename=rules)
    assert report.match.is_whole
    assert not report.notes


def test_a_larger_network_is_told(state: dict[str, Tensor]) -> None:
    more = {f"conv.{i}.weight": torch.rand(3) for i in range(5)}
    said = refusal(small(), {**state, **more})
    assert "of a larger one?" in said
    assert "`--partial`" in said


def test_remedies_mend(state: dict[str, Tensor]) -> None:
    without("bn.num_batches_tracked", "bn2.num_batches_tracked")(state)
    report = cnndsl.load_weights(small(), state, rename={"keep": ["num_batches_tracked$"]})
    assert [one.name for one in report.kept] == [
        "bn.num_batches_tracked",
        "bn2.num_batches_tracked",
    ]
    state["head.bias"] = state.pop("fc.bias")
    rules = {"keep": ["num_batches_tracked$"], "names": {"head.bias": "fc.bias"}}
    assert cnndsl.load_weights(small(), state, rename=rules).match.is_whole
    state["aux"] = torch.rand(3)
    dropping = cnndsl.load_weights(small(), state, rename={**rules, "drop": ["^aux"]})
    assert [one.original for one in dropping.dropped] == ["aux"]


@pytest.mark.parametrize(
    ("before", "rule"),
    [("backbone.", r"^backbone\.: ''"), ("a.b.", r"^a\.b\.: ''"), ("", "^: net.")],
)
def test_a_prefix_is_found(state: dict[str, Tensor], before: str, rule: str) -> None:
    model: nn.Module = small() if before else nn.ModuleDict({"net": small()})
    said = refusal(model, {f"{before}{name}": t for name, t in state.items()})
    assert "all names fit by a rule:" in said
    assert rule in said


def test_the_order_is_offered_where_it_fits(plain: nn.Module) -> None:
    assert "`--match order`" in refusal(small(), plain.state_dict())


def test_another_network_is_asked_for_rather_than_a_part_of_it(state: dict[str, Tensor]) -> None:
    other = {name: torch.rand(7) for name in state}
    other["fc.bias"] = torch.rand(10)
    assert "of another network?" in refusal(small(), other)


def test_part_is_loaded_when_it_is_asked_for(state: dict[str, Tensor]) -> None:
    model = small(classes=3)
    start = copy.deepcopy(model.fc.state_dict())
    report = cnndsl.load_weights(model, state, partial=True)
    assert [one.wanted.name for one in report.match.misfits] == ["fc.weight", "fc.bias"]
    loaded = model.state_dict()
    assert torch.equal(loaded["conv2.weight"], state["conv2.weight"])
    assert all(torch.equal(loaded[f"fc.{name}"], t) for name, t in start.items())
    assert "different, so not taken:\n  small.cnn:5 fc.weight is 3x4 here" in str(report)


def test_a_part_that_is_nothing_is_refused() -> None:
    said = refusal(small(), {"fc.bias": torch.rand(3)}, partial=True)
    assert "no weight of the state_dict is one of Small" in said


def test_rules_keep_a_layer_of_other_classes(state: dict[str, Tensor]) -> None:
    model = small(classes=3)
    start = model.fc.weight.detach().clone()
    report = cnndsl.load_weights(model, state, rename={"keep": [r"^fc\."]})
    assert torch.equal(model.fc.weight, start)
    assert "kept by the rules:\n  small.cnn:5  fc.weight  3x4" in str(report)
    assert "dropped by the rules:\n  fc.weight  10x4" in str(report)


def test_precision_is_converted_when_it_is_asked_for(state: dict[str, Tensor]) -> None:
    model = small()
    half = {name: t.half() if t.is_floating_point() else t for name, t in state.items()}
    cnndsl.load_weights(model, half, cast=True)
    assert model.fc.weight.dtype is torch.float32
    assert torch.equal(model.fc.weight, half["fc.weight"].float())
    whole = state | {"fc.bias": torch.arange(10)}
    assert "int64" in refusal(small(), whole, cast=True)


def test_a_model_in_half_precision_asks_for_half(state: dict[str, Tensor]) -> None:
    assert "is float16 here, and float32" in refusal(small().half(), state)


def test_kinds_are_told_by_torchs_names(state: dict[str, Tensor]) -> None:
    swap = {"names": {"bn.running_mean": "bn.weight", "bn.weight": "bn.running_mean"}}
    said = refusal(small(), state, rename=swap)
    assert "`bn.weight` is a `weight` here, and a `running_mean` in the checkpoint" in said


def test_a_buffer_of_ones_own_may_be_called_weight() -> None:
    class Blur(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("weight", torch.zeros(3))

    model = Blur()
    cnndsl.load_weights(model, {"weight": torch.ones(3)})
    assert torch.equal(model.weight, torch.ones(3))


# --- in order


def test_of_another_length_the_first_difference_is_told_from_both_sides(plain: nn.Module) -> None:
    state = dict(plain.state_dict())
    shorter = dict(list(state.items())[:-1])
    said = refusal(small(), shorter, match="order")
    assert "the checkpoint ends after 13" in said
    assert "small.cnn:5:21" in said
    assert "`fc.bias` 10 would be next" in said
    assert "before it, `fc.weight` is `head.weight` in the checkpoint" in said
    assert "14 tensors are to be filled, and the checkpoint gives 13" in said
    longer = state | {"more.bias": torch.rand(5)}
    said = refusal(small(), longer, match="order")
    assert "the network ends after 14" in said
    assert "in the checkpoint `more.bias` 5 would be next" in said


def test_of_another_shape_the_first_difference_is_told_from_both_sides(plain: nn.Module) -> None:
    state = dict(plain.state_dict()) | {"second.0.weight": torch.rand(4, 4, 1, 1)}
    said = refusal(small(), state, match="order")
    assert "number 7 is another" in said
    assert "small.cnn:4:3" in said
    assert "`conv2.weight` is 4x4x3x3 here, and 4x4x1x1 in the checkpoint" in said
    assert "where `second.0.weight` has its place" in said


def test_equal_shapes_of_other_kinds_are_no_pairs(plain: nn.Module) -> None:
    names = list(plain.state_dict())
    names[1], names[2] = names[2], names[1]
    state = {name: plain.state_dict()[name] for name in names}
    said = refusal(small(), state, match="order")
    assert "`bn.weight` is a `weight` here, and a `bias` in the checkpoint" in said


def test_the_same_names_in_another_order_are_no_pairs(state: dict[str, Tensor]) -> None:
    two = "network Two() { input 4\n fc 4 bias=false as a -> fc 4 bias=false as b\n}\n"
    model = cnndsl.compile_text(two).module()
    said = refusal(model, {n: torch.rand(4, 4) for n in ("b.weight", "a.weight")}, match="order")
    assert "the names of Two, in another order" in said
    assert "`a.weight` would be filled by `b.weight`" in said
    cnndsl.load_weights(model, {n: torch.rand(4, 4) for n in ("b.weight", "a.weight")})


def test_in_order_it_is_all_or_none(state: dict[str, Tensor]) -> None:
    assert "all, or none" in refusal(small(), state, match="order", partial=True)
    assert '`match="name"`' in refusal(small(), state, match="place")
    assert "did you mean `order`?" in refusal(small(), state, match="ordre")


def test_rules_take_out_what_order_has_no_pair_for(plain: nn.Module) -> None:
    state = {n: t for n, t in plain.state_dict().items() if "num_batches" not in n}
    state["extra"] = torch.rand(2)
    ours = small()
    assert "the network ends" not in refusal(ours, state, match="order")
    rules = {"keep": ["num_batches_tracked$"], "drop": ["^extra$"]}
    report = cnndsl.load_weights(ours, state, match="order", rename=rules)
    assert_equal_outputs(ours, plain)
    rows = str(report).splitlines()
    assert any(row.split() == ["head.bias", "fc.bias", "10", "small.cnn:5"] for row in rows)


# --- what is given


def test_wrappers_are_taken_off_and_told(state: dict[str, Tensor]) -> None:
    wrapped = {"epoch": 3, "model": state, "optimizer": {"state": {0: {"exp": torch.rand(2)}}}}
    assert "those under `model`" in str(cnndsl.load_weights(small(), wrapped))
    deeper = {"run": {"state_dict": {f"_orig_mod.module.{n}": t for n, t in state.items()}}}
    said = str(cnndsl.load_weights(small(), deeper))
    assert "those under `run.state_dict`" in said
    assert "`module.` was taken off every name" in said
    assert "`_orig_mod.` was taken off every name" in said


def test_a_loss_beside_the_weights_is_none_of_them(state: dict[str, Tensor]) -> None:
    saved = {"net": state, "loss": torch.rand(()), "mean": torch.rand(3)}
    report = cnndsl.load_weights(small(), saved)
    assert "those under `net`" in str(report)
    assert report.match.is_whole


def test_what_a_module_keeps_beside_its_tensors_is_no_state_dict(state: dict[str, Tensor]) -> None:
    said = refusal(small(), state | {"fc._extra_state": {"scale": torch.rand(2)}})
    assert "`fc._extra_state` (dict)" in said


def test_a_module_that_has_the_prefix_itself_keeps_it(state: dict[str, Tensor]) -> None:
    model = nn.DataParallel(small())
    report = cnndsl.load_weights(model, {f"module.{n}": t for n, t in state.items()})
    assert report.notes == ()
    assert torch.equal(model.module.fc.bias, state["fc.bias"])


def test_of_several_sets_of_weights_none_is_chosen(state: dict[str, Tensor]) -> None:
    said = refusal(small(), {"model": state, "model_ema": state})
    assert "several sets of weights: `model`, `model_ema`" in said


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("weights.pth", "`torch.load(path, weights_only=True)`"),
        ([1, 2], "this is a list"),
        ({}, "it is empty"),
        ({"epoch": 3}, "only `epoch`"),
        ({0: torch.rand(2), "fc.bias": torch.rand(10)}, "these are none: `0`"),
        ({0: {"exp": torch.rand(2)}}, "only `0`"),
    ],
)
def test_what_is_no_state_dict_is_refused(given: Any, words: str) -> None:
    assert words in refusal(small(), given)


def test_what_is_no_module_is_refused(state: dict[str, Tensor]) -> None:
    with pytest.raises(CnnError, match=r"design\.module\(\)"):
        cnndsl.load_weights(cnndsl.compile_text(SPEC), state)  # type: ignore[arg-type]


def test_a_module_without_numbers_is_refused(state: dict[str, Tensor]) -> None:
    with torch.device("meta"):
        model = small()
    with pytest.raises(CnnError, match="meta device"):
        cnndsl.load_weights(model, state)
    with pytest.raises(CnnError, match="has no shape yet"):
        cnndsl.load_weights(nn.LazyLinear(3), {"weight": torch.rand(3, 2), "bias": torch.rand(3)})


def test_a_module_whose_elements_share_numbers_is_refused_before_any_is_filled() -> None:
    model = nn.Linear(2, 2)
    model.register_buffer("mask", torch.ones(1).expand(3))
    state = {name: torch.zeros_like(tensor) for name, tensor in model.state_dict().items()}
    assert "`mask` of the module is expanded" in refusal(model, state)


def test_one_tensor_of_two_names_takes_the_same_numbers_twice_and_no_others() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    model[1].weight = model[0].weight
    state = random_state(model)
    said = refusal(model, state)
    assert "`0.weight` and `1.weight` are one tensor here, and two in the checkpoint" in said
    cnndsl.load_weights(model, state, rename={"keep": [r"^1\.weight$"]})
    assert torch.equal(model[1].weight, state["0.weight"])
    cnndsl.load_weights(model, {**state, "1.weight": state["0.weight"]})


def test_a_modules_own_tensors_can_change_places() -> None:
    model = small()
    conv2, bn, bn2 = (
        model.conv2.weight.detach().clone(),
        model.bn.weight.detach().fill_(1.5).clone(),
        model.bn2.weight.detach().fill_(2.5).clone(),
    )
    swap = {"names": {"bn.weight": "bn2.weight", "bn2.weight": "bn.weight"}}
    cnndsl.load_weights(model, model.state_dict(), rename=swap)
    assert torch.equal(model.bn.weight, bn2)
    assert torch.equal(model.bn2.weight, bn)
    assert torch.equal(model.conv2.weight, conv2)


def test_parameters_stay_the_same_objects_and_still_train(state: dict[str, Tensor]) -> None:
    model = small()
    before = dict(model.named_parameters())
    cnndsl.load_weights(model, state)
    assert all(p is before[name] and p.requires_grad for name, p in model.named_parameters())
    model(torch.rand(2, 3, 8, 8)).sum().backward()
    assert model.conv.weight.grad is not None


def test_a_network_within_a_module_of_ones_own_is_told_by_its_lines(
    state: dict[str, Tensor],
) -> None:
    model = nn.ModuleDict({"body": small(), "more": nn.Linear(2, 2)})
    given = {f"body.{name}": t for name, t in state.items() if name != "conv.weight"}
    said = refusal(model, given | nn.ModuleDict({"more": nn.Linear(2, 2)}).state_dict())
    assert "small.cnn:3:3" in said
    assert "`body.conv.weight` 4x3x3x3 is missing" in said


def test_a_copy_loads_as_well_without_lines(state: dict[str, Tensor]) -> None:
    model = copy.deepcopy(small())
    assert str(cnndsl.load_weights(model, state)) == "Small from the state_dict: 14 tensors match"
    del state["fc.bias"]
    assert "`fc.bias` 10 is missing" in refusal(model, state)

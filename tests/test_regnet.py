"""RegNets' widths come from their line as the paper and torchvision have it, and AnyNet is any."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch
from torchvision.models.regnet import BlockParams, RegNet

import cnndsl
from cnndsl.design import Design
from tests.started import assert_starts_alike
from tests.test_published import figures

torch.set_num_threads(1)

PAPER = figures("regnet")

# The paper's design space, section 3.3, seen at some of its points.
DRAWS = random.Random(0)
LINES = [
    {
        "depth": DRAWS.randint(12, 40),
        "w0": 8 * DRAWS.randint(3, 32),
        "wa": round(DRAWS.uniform(8, 256), 2),
        "wm": round(DRAWS.uniform(1.5, 3), 2),
        "group": 8 * DRAWS.randint(1, 32),
    }
    for _ in range(40)
]

ANY: dict[str, list[dict[str, Any]]] = {
    "X with bottlenecks": [
        {"widths": [32, 64, 96], "depths": [1, 2, 1], "groups": [8, 16, 12]},
        {"bottlenecks": [1, 2, 0.5], "ratio": 0},
    ],
    "Y, of five stages": [
        {"widths": [16, 16, 24, 32, 40], "depths": [1, 1, 2, 1, 1], "groups": [8, 4, 6, 8, 4]},
        {"bottlenecks": [1, 1, 2, 1, 2], "ratio": 0.25},
    ],
}


def stages(design: Design) -> list[tuple[int, int]]:
    """Width and depth of each stage."""
    (trunk,) = (node for node in design.network.nodes if node.name == "trunk_output")
    return [(node.outputs[0].sizes[0], len(node.module.nodes)) for node in trunk.module.nodes]


@pytest.mark.parametrize("row", PAPER, ids=lambda row: row["model"])
def test_has_the_papers_networks(row: dict[str, Any]) -> None:
    line = {"depth": row["d"], **{name: row[name] for name in ("w0", "wa", "wm")}}
    options = {"group": row["group_w"], "ratio": row["se"], "nearest": True}
    design = cnndsl.compile("regnet:RegNet", **line, **options)
    assert stages(design) == list(zip(row["widths"], row["depths"], strict=True))
    assert (design.params, design.macs) == (row["parameters"], row["macs"])


@pytest.mark.parametrize("row", PAPER, ids=lambda row: row["model"])
def test_anynet_has_the_papers_networks(row: dict[str, Any]) -> None:
    groups = [min(row["group_w"], width) for width in row["widths"]]
    shape = {"widths": row["widths"], "depths": row["depths"], "groups": groups}
    design = cnndsl.compile("regnet:AnyNet", **shape, ratio=row["se"])
    assert (design.params, design.macs) == (row["parameters"], row["macs"])


@pytest.mark.parametrize("line", LINES, ids=lambda line: "-".join(map(str, line.values())))
def test_fits_any_line_as_torchvision_does(line: dict[str, Any]) -> None:
    names = {"depth": "depth", "w_0": "w0", "w_a": "wa", "w_m": "wm", "group_width": "group"}
    theirs = BlockParams.from_init_params(**{name: line[ours] for name, ours in names.items()})
    design = cnndsl.compile("regnet:RegNet", **line, input="3x32x32")
    assert stages(design) == list(zip(theirs.widths, theirs.depths, strict=True))
    # As many parameters are as many groups.
    shape = {"widths": theirs.widths, "depths": theirs.depths, "groups": theirs.group_widths}
    assert design.params == cnndsl.compile("regnet:AnyNet", **shape, input="3x32x32").params


@pytest.mark.parametrize("name", ANY)
def test_anynet_is_torchvisions(name: str) -> None:
    torch.manual_seed(0)
    shape, options = ANY[name]
    design = cnndsl.compile("regnet:AnyNet", **shape, **options, classes=10, input="3x64x64")
    multipliers = [1 / ratio for ratio in options["bottlenecks"]]
    strides = [2] * len(multipliers)
    params = BlockParams(*shape_lists(shape), multipliers, strides, options["ratio"] or None)
    ours, theirs = design.module().double(), RegNet(params, num_classes=10).double()
    assert list(ours.state_dict()) == list(theirs.state_dict())
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(2, 3, 64, 64, dtype=torch.double)
    torch.testing.assert_close(ours(x), theirs(x))
    torch.testing.assert_close(ours.eval()(x), theirs.eval()(x))


def test_anynet_starts_as_that_of_torchvision() -> None:
    torch.manual_seed(0)
    shape, options = ANY["X with bottlenecks"]
    ours = cnndsl.compile("regnet:AnyNet", **shape, **options, input="3x64x64").module()
    params = BlockParams(*shape_lists(shape), [1, 1 / 2, 2], [2] * 3, None)
    assert_starts_alike(ours, RegNet(params))


def shape_lists(shape: dict[str, list[int]]) -> list[list[int]]:
    """Depths, widths and widths of groups, as torchvision takes them."""
    return [shape["depths"], shape["widths"], shape["groups"]]


@pytest.mark.parametrize(
    "change", [{"w0": 0}, {"wa": -1}, {"wm": 1}], ids=lambda change: next(iter(change))
)
def test_lines_that_do_not_grow_are_refused(change: dict[str, int]) -> None:
    line = {"depth": 13, "w0": 24, "wa": 36.44, "wm": 2.49, "group": 8, **change}
    with pytest.raises(cnndsl.CnnError, match="widths grow from w0 by wa and wm"):
        cnndsl.compile("regnet:RegNet", **line)


def test_anynet_asks_for_as_many_of_each() -> None:
    with pytest.raises(cnndsl.CnnError, match="as many of each as stages"):
        cnndsl.compile("regnet:AnyNet", widths=[32, 64], depths=[1], groups=[8, 8])

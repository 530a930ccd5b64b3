"""The bundled specs have the figures that papers, a book and torchvision publish."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

import cnndsl
from cnndsl.design import Design, Module, Node
from cnndsl.library import bundled_compilers
from cnndsl.shape import Shape

FOLDER = Path(__file__).parent / "reference"


def figures(name: str) -> Any:
    """The published figures of one file, by variant or row by row."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


TORCHVISION: dict[str, dict[str, Any]] = figures("torchvision")
BOOK: dict[str, dict[str, Any]] = figures("dive_into_deep_learning")
PAPERS: dict[str, dict[str, Any]] = figures("papers")
PUBLISHED = {**TORCHVISION, **BOOK, **PAPERS}
SIZES = [(name, size) for name, facts in PUBLISHED.items() for size in facts["macs"]]

# The rows of the papers' blocks by the paths of our items; a block that is not here is an item.
CAFFE_BLOCKS = {"conv1": ["conv1"], "conv2": ["conv2", "conv3"], "linear": ["fc"]}


def kind(node: Node, module: Module) -> str:
    """The torch class of an item, with blocks and scopes as the book has them."""
    if node.layer is None:
        return "DenseBlock" if node.name.startswith("denseblock") else "Sequential"
    return node.layer.torch(*module.input_shapes(node)).function.removeprefix("nn.")


def rows(design: Design) -> list[list[Any]]:
    """The book's summary: class, output shape and parameters of each item of the network."""
    network = design.network
    return [
        [kind(node, network), list(node.outputs[0].sizes), network.node_params(node)]
        for node in network.nodes
    ]


def sizes(output: Shape | dict[str, Shape]) -> list[int] | dict[str, list[int]]:
    """The shape of the output, or those of several by their names."""
    if isinstance(output, dict):
        return {name: list(shape.sizes) for name, shape in output.items()}
    return list(output.sizes)


def items(design: Design) -> dict[str, Node]:
    return {node.name: node for node in design.network.nodes}


def test_every_variant_has_published_figures() -> None:
    assert sorted(m for _, c in bundled_compilers() for m in c.members) == sorted(PUBLISHED)


@pytest.mark.parametrize(("name", "size"), SIZES)
def test_has_the_published_figures(name: str, size: str) -> None:
    facts = PUBLISHED[name]
    design = cnndsl.compile(name, input=size)
    weights = [weight for _, weight in design.network.weights()]
    parameters = sum(weight.elements for weight in weights if weight.trainable)
    buffers = sum(weight.elements for weight in weights if not weight.trainable)
    assert parameters == facts["parameters"]
    assert buffers == facts.get("buffer_elements", buffers)
    assert design.macs == (facts["macs"][size] or design.macs)
    assert sizes(design.output) == facts["output"]
    without_heads = facts.get("parameters_without_heads") or facts.get("weights_num_params")
    assert design.params == (without_heads or parameters)
    assert len(weights) == facts.get("state_dict_entries", len(weights))


@pytest.mark.parametrize("name", PUBLISHED)
def test_spec_has_the_published_input(name: str) -> None:
    assert str(cnndsl.compile(name).input) in PUBLISHED[name]["macs"]


@pytest.mark.parametrize("name", [n for n in TORCHVISION if "weights_ops" in TORCHVISION[n]])
def test_has_the_operations_of_the_weights(name: str) -> None:
    assert round(cnndsl.compile(name).macs / 1e9, 3) == TORCHVISION[name]["weights_ops"]


@pytest.mark.parametrize("name", [n for n in TORCHVISION if "min_size" in TORCHVISION[n]])
def test_takes_sizes_down_to_the_published_one(name: str) -> None:
    sizes = tuple(map(int, TORCHVISION[name]["min_size"].split("x")))
    cnndsl.compile(name, input=sizes)
    channels, height, width = sizes
    for smaller in ((channels, height - 1, width), (channels, height, width - 1)):
        with pytest.raises(cnndsl.CnnError) as caught:
            cnndsl.compile(name, input=smaller)
        expected = "parameter" if 0 in smaller else "window"
        assert [diagnostic.code for diagnostic in caught.value.diagnostics] == [expected]


@pytest.mark.parametrize("name", BOOK)
def test_has_the_rows_of_the_book(name: str) -> None:
    design = cnndsl.compile(name, input=BOOK[name]["layers_input"])
    assert [row for row in rows(design) if row[0] != "Identity"] == BOOK[name]["layers"]


def test_has_the_layers_of_caffes_alexnet() -> None:
    design = cnndsl.compile("alexnet_caffe")
    network = design.network
    weighted = [(n, p, m) for n, k, _, p, m in PAPERS["alexnet_caffe"]["layers"] if k != "Pooling"]
    pooled = [s for _, k, s, _, _ in PAPERS["alexnet_caffe"]["layers"] if k == "Pooling"]
    assert weighted == [
        (node.name, network.node_params(node), network.node_macs(node))
        for node in network.nodes
        if network.node_params(node)
    ]
    assert pooled == [shape for k, shape, _ in rows(design) if k == "MaxPool2d"]


def test_has_the_blocks_of_caffes_googlenet() -> None:
    design = cnndsl.compile("googlenet_caffe")
    found = items(design)
    for block, parameters, macs in PAPERS["googlenet_caffe"]["blocks"]:
        nodes = [found[name] for name in CAFFE_BLOCKS.get(block, [f"inception{block}"])]
        assert sum(map(design.network.node_params, nodes)) == parameters
        assert sum(map(design.network.node_macs, nodes)) == macs
    pools = [shape for k, shape, _ in rows(design) if "Pool" in k]
    for name, shape in PAPERS["googlenet_caffe"]["shapes"]:
        item = found.get(name)
        assert shape == (list(item.outputs[0].sizes) if item else pools.pop(0)), name
    assert not pools


@pytest.mark.parametrize("name", PUBLISHED)
def test_torch_counts_the_same_operations(name: str) -> None:
    design = cnndsl.compile(name)
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        design.module().eval()(torch.empty(1, *design.input.sizes))
    assert counter.get_total_flops() == 2 * design.macs

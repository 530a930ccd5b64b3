"""Every spec of a network that torchvision has is that network: its weights, outputs, gradients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf
from typing import TypeVar

import pytest
import torch
import torchvision
from torch import Tensor, nn
from torch.linalg import vector_norm

import cnndsl
from tests.on_meta import on_meta
from tests.trained import start

torch.set_num_threads(1)

T = TypeVar("T")

# The largest difference, of outputs in their own size or in units of the largest if that is below
# one, and of gradients and statistics in units of each tensor's largest.
TOLERANCE = 1e-5

# The sizes at which the networks are run by default: as small as they allow where 224x224 is slow.
QUICK = {
    "alexnet": "3x224x224",
    "convnext_tiny": "3x64x64",
    "densenet121": "3x64x64",
    "mobilenet_v3_large": "3x64x64",
    "mobilenet_v3_small": "3x224x224",
    "regnet_x_400mf": "3x64x64",
    "regnet_y_400mf": "3x64x64",
    "fcn_resnet50_aux": "3x41x50",
    "vgg11": "3x32x32",
    "vgg11_bn": "3x32x32",
    "googlenet": "3x224x224",
    "googlenet_aux": "3x64x64",
    "resnet18": "3x224x224",
    "resnet50": "3x64x64",
    "resnet50_caffe": "3x65x64",
    "resnext50_32x4d": "3x64x64",
    "swin_t": "3x72x96",
    "swin_v2_t": "3x72x96",
    "vit_b_32": "3x96x96",
}
SLOW = {
    "convnext_small": "3x64x64",
    "convnext_base": "3x64x64",
    "convnext_large": "3x32x32",
    "densenet161": "3x64x64",
    "densenet169": "3x64x64",
    "densenet201": "3x224x224",
    "regnet_x_800mf": "3x64x64",
    "regnet_x_1_6gf": "3x64x64",
    "regnet_x_3_2gf": "3x64x64",
    "regnet_x_8gf": "3x64x64",
    "regnet_x_16gf": "3x64x64",
    "regnet_x_32gf": "3x64x64",
    "regnet_y_800mf": "3x224x224",
    "regnet_y_1_6gf": "3x64x64",
    "regnet_y_3_2gf": "3x64x64",
    "regnet_y_8gf": "3x64x64",
    "regnet_y_16gf": "3x64x64",
    "regnet_y_32gf": "3x32x32",
    "fcn_resnet50": "3x64x64",
    "fcn_resnet101": "3x41x50",
    "fcn_resnet101_aux": "3x65x64",
    "vgg13": "3x64x64",
    "vgg16": "3x64x64",
    "vgg19": "3x64x64",
    "vgg13_bn": "3x64x64",
    "vgg16_bn": "3x64x64",
    "vgg19_bn": "3x64x64",
    "googlenet_aux": "3x224x224",
    "resnet34": "3x224x224",
    "resnet50": "3x224x224",
    "resnet101": "3x64x64",
    "resnet101_caffe": "3x64x64",
    "resnet152": "3x224x224",
    "resnet152_caffe": "3x64x64",
    "wide_resnet50_2": "3x64x64",
    "wide_resnet101_2": "3x64x64",
    "resnext101_32x8d": "3x64x64",
    "resnext101_64x4d": "3x64x64",
    "swin_t": "3x224x224",
    "swin_s": "3x72x96",
    "swin_b": "3x72x96",
    "swin_v2_t": "3x256x256",
    "swin_v2_s": "3x72x96",
    "swin_v2_b": "3x72x96",
    "vit_b_16": "3x224x224",
    "vit_l_16": "3x48x48",
    "vit_l_32": "3x96x96",
}
# Those whose numbers are too many to hold four times; tests/test_transformers.py has ViT shorter.
HUGE = ["regnet_y_128gf", "vit_h_14"]
VARIANTS = sorted({*QUICK, *SLOW, *HUGE})
# Where torchvision lists a norm before what it follows.
UNORDERED = {"swin_v2_t", "swin_v2_s", "swin_v2_b"}
# Where gradients are sums of so many terms that their last digits hang on the order of the sum.
IN_DOUBLE = UNORDERED
RUNS = [
    *QUICK.items(),
    *(pytest.param(name, size, marks=pytest.mark.slow) for name, size in SLOW.items()),
]


def peer(name: str, size: str = "3x224x224") -> nn.Module:
    """torchvision's network for a variant of ours, and a size of its input."""
    if name.startswith("googlenet"):
        return torchvision.models.get_model(
            "googlenet", aux_logits=name == "googlenet_aux", init_weights=False
        )
    if name.startswith("fcn"):
        return torchvision.models.get_model(
            name.removesuffix("_aux"), weights_backbone=None, aux_loss=name.endswith("_aux")
        )
    if name.endswith("_caffe"):
        return stride_first(torchvision.models.get_model(name.removesuffix("_caffe")))
    if name.startswith("vit"):
        return torchvision.models.get_model(name, image_size=int(size.rpartition("x")[2]))
    return torchvision.models.get_model(name)


def stride_first(model: nn.Module) -> nn.Module:
    """A ResNet of torchvision with strides where the paper has them, in the first 1x1."""
    for module in model.modules():
        if isinstance(module, torchvision.models.resnet.Bottleneck):
            module.conv1.stride, module.conv2.stride = module.conv2.stride, (1, 1)
    return model


def tensors(model: nn.Module) -> list[tuple[str, tuple[int, ...], torch.dtype]]:
    """Names, shapes and types of all weights in the order of the state_dict."""
    return [(name, tuple(t.shape), t.dtype) for name, t in model.state_dict().items()]


def listed(name: str, entries: Iterable[T]) -> list[T]:
    """The weights of a variant, sorted where their order is not that of the forward pass."""
    return sorted(entries, key=str) if name in UNORDERED else list(entries)


def batch(size: str) -> Tensor:
    """Two inputs, large enough that an activation with an upper bound would tell."""
    return 10 * torch.randn(2, *map(int, size.split("x")))


def outputs(result: Tensor | tuple[Tensor, ...] | dict[str, Tensor]) -> dict[str, Tensor]:
    """A network's outputs by the names of our specs."""
    if isinstance(result, Tensor):
        return {"output": result}
    ours = {"logits": "output", "aux_logits1": "aux1", "aux_logits2": "aux2"}
    if isinstance(result, dict):  # of one output, ours is by itself
        return {"output": result["out"]} if len(result) == 1 else result
    return {ours.get(name, name): tensor for name, tensor in result._asdict().items()}


def assert_same(what: str, ours: Tensor, theirs: Tensor, most: float = 1.0) -> None:
    """Holds two tensors against each other, relative to the largest number but at most `most`."""
    assert ours.shape == theirs.shape, what
    largest = vector_norm(theirs, inf).item()
    difference = vector_norm(ours - theirs, inf).item()
    assert difference <= TOLERANCE * min(largest, most), (what, difference, largest)


def assert_same_outputs(ours: dict[str, Tensor], theirs: dict[str, Tensor]) -> None:
    assert ours.keys() == theirs.keys()
    for name, tensor in theirs.items():
        assert not torch.equal(tensor[0], tensor[1]), "the outputs tell nothing of the inputs"
        assert_same(name, ours[name], tensor)


def named(model: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Gradients and statistics, after a step of training."""
    yield from sorted((name, parameter.grad) for name, parameter in model.named_parameters())
    yield from sorted((name, buffer.double()) for name, buffer in model.named_buffers())


@pytest.mark.parametrize("name", VARIANTS)
def test_has_the_same_weights(name: str) -> None:
    design = cnndsl.compile(name)
    with on_meta():
        ours, theirs = design.module(), peer(name)
    assert listed(name, tensors(ours)) == listed(name, tensors(theirs))
    trained = [[n for n, _ in model.named_parameters()] for model in (ours, theirs)]
    assert listed(name, trained[0]) == listed(name, trained[1])
    assert [(n, w.shape) for n, w in design.network.weights()] == [
        (n, tuple(t.shape)) for n, t in ours.state_dict().items()
    ]
    ours.load_state_dict(theirs.state_dict(), strict=True)
    theirs.load_state_dict(ours.state_dict(), strict=True)
    heads = (n for n in ("aux1", "aux2") if n in dict(theirs.named_children()))
    training_only = sum(p.numel() for n in heads for p in theirs.get_submodule(n).parameters())
    assert design.params + training_only == sum(p.numel() for p in theirs.parameters())


@pytest.mark.parametrize(("name", "size"), RUNS)
def test_evaluates_to_the_same(name: str, size: str) -> None:
    torch.manual_seed(0)
    ours, theirs = cnndsl.compile(name, input=size).module().eval(), peer(name, size).eval()
    start(ours)
    theirs.load_state_dict(ours.state_dict(), strict=True)
    x = batch(size)
    with torch.no_grad():
        assert_same_outputs(outputs(ours(x)), outputs(theirs(x)))


@pytest.mark.parametrize(("name", "size"), RUNS)
def test_trains_to_the_same(name: str, size: str) -> None:
    torch.manual_seed(0)
    ours, theirs = cnndsl.compile(name, input=size).module().train(), peer(name, size).train()
    start(ours)
    start(theirs)
    ours.load_state_dict(theirs.state_dict(), strict=True)
    x = batch(size)
    if name in IN_DOUBLE:
        ours, theirs, x = ours.double(), theirs.double(), x.double()
    results = [outputs(model(x)) for model in (ours, theirs)]
    assert_same_outputs(*results)
    weights = {output: torch.randn_like(tensor) for output, tensor in results[0].items()}
    for result in results:
        sum((tensor * weights[output]).sum() for output, tensor in result.items()).backward()
    for (tensor_name, mine), (_, other) in zip(named(ours), named(theirs), strict=True):
        assert_same(tensor_name, mine, other, most=inf)

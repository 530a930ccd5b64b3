"""Every spec of a network that torchvision has is that network: its weights, outputs, gradients."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

import pytest
import torch
import torchvision
from torch import Tensor, nn
from torch.linalg import vector_norm
from torchvision.ops import StochasticDepth

import cnndsl

torch.set_num_threads(1)

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
    "vgg11": "3x32x32",
    "vgg11_bn": "3x32x32",
    "googlenet": "3x224x224",
    "googlenet_aux": "3x64x64",
    "resnet18": "3x224x224",
    "resnet50": "3x64x64",
    "resnext50_32x4d": "3x64x64",
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
    "resnet152": "3x224x224",
    "wide_resnet50_2": "3x64x64",
    "wide_resnet101_2": "3x64x64",
    "resnext101_32x8d": "3x64x64",
    "resnext101_64x4d": "3x64x64",
}
# Those that are too large to be run here, and too slow to be made.
LARGE = ["regnet_y_128gf"]
BIG = ("regnet_x_16gf", "regnet_x_32gf", "regnet_y_16gf", "regnet_y_32gf", *LARGE)
WEIGHTS = [
    pytest.param(name, marks=pytest.mark.slow) if name in BIG else name
    for name in sorted({*QUICK, *SLOW, *LARGE})
]
RUNS = [
    *QUICK.items(),
    *(pytest.param(name, size, marks=pytest.mark.slow) for name, size in SLOW.items()),
]


def peer(name: str) -> nn.Module:
    """torchvision's network for a variant of ours."""
    if name.startswith("googlenet"):
        return torchvision.models.get_model(
            "googlenet", aux_logits=name == "googlenet_aux", init_weights=False
        )
    return torchvision.models.get_model(name)


def tensors(model: nn.Module) -> list[tuple[str, tuple[int, ...], torch.dtype]]:
    """Names, shapes and types of all weights in the order of the state_dict."""
    return [(name, tuple(t.shape), t.dtype) for name, t in model.state_dict().items()]


def is_droppath(module: nn.Module) -> bool:
    """Whether it is that of an emitted file, which brings the class."""
    return type(module).__name__ == "DropPath"


def start(model: nn.Module) -> None:
    """Gives norms and scales weights and statistics as after training, and ends what is random."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d | nn.LayerNorm):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.1)
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
            module.num_batches_tracked.fill_(7)
        elif (
            isinstance(module, nn.Dropout | StochasticDepth) or type(module).__name__ == "DropPath"
        ):
            module.p = 0.0
    for name, parameter in model.named_parameters():
        if name.endswith("layer_scale"):
            nn.init.uniform_(parameter, 0.1, 0.5)


def batch(size: str) -> Tensor:
    """Two inputs, large enough that an activation with an upper bound would tell."""
    return 10 * torch.randn(2, *map(int, size.split("x")))


def outputs(result: Tensor | tuple[Tensor, ...]) -> dict[str, Tensor]:
    """A network's outputs by the names of our specs."""
    if isinstance(result, Tensor):
        return {"output": result}
    ours = {"logits": "output", "aux_logits1": "aux1", "aux_logits2": "aux2"}
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
    yield from ((name, parameter.grad) for name, parameter in model.named_parameters())
    yield from ((name, buffer.double()) for name, buffer in model.named_buffers())


@pytest.mark.parametrize("name", WEIGHTS)
def test_has_the_same_weights(name: str) -> None:
    design = cnndsl.compile(name)
    # RegNet's widths are worked out with tensors, which have no numbers on the meta device.
    with torch.device("cpu" if name.startswith("regnet") else "meta"):
        ours, theirs = design.module(), peer(name)
    assert tensors(ours) == tensors(theirs)
    assert [n for n, _ in ours.named_parameters()] == [n for n, _ in theirs.named_parameters()]
    assert [(n, w.shape) for n, w in design.network.weights()] == [
        (n, tuple(t.shape)) for n, t in theirs.state_dict().items()
    ]
    ours.load_state_dict(theirs.state_dict(), strict=True)
    theirs.load_state_dict(ours.state_dict(), strict=True)
    heads = (n for n in dict(theirs.named_children()) if n.startswith("aux"))
    training_only = sum(p.numel() for n in heads for p in theirs.get_submodule(n).parameters())
    assert design.params + training_only == sum(p.numel() for p in theirs.parameters())


@pytest.mark.parametrize(("name", "size"), RUNS)
def test_evaluates_to_the_same(name: str, size: str) -> None:
    torch.manual_seed(0)
    ours, theirs = cnndsl.compile(name, input=size).module().eval(), peer(name).eval()
    start(ours)
    theirs.load_state_dict(ours.state_dict(), strict=True)
    x = batch(size)
    with torch.no_grad():
        result = ours(x)
        assert isinstance(result, Tensor)
        assert_same_outputs(outputs(result), outputs(theirs(x)))


@pytest.mark.parametrize(("name", "size"), RUNS)
def test_trains_to_the_same(name: str, size: str) -> None:
    torch.manual_seed(0)
    ours, theirs = cnndsl.compile(name, input=size).module().train(), peer(name).train()
    start(ours)
    start(theirs)
    ours.load_state_dict(theirs.state_dict(), strict=True)
    x = batch(size)
    weights = torch.randn(2, 1000)
    results = [outputs(model(x)) for model in (ours, theirs)]
    assert_same_outputs(*results)
    for result in results:
        sum((tensor * weights).sum() for tensor in result.values()).backward()
    for (tensor_name, mine), (_, other) in zip(named(ours), named(theirs), strict=True):
        assert_same(tensor_name, mine, other, most=inf)

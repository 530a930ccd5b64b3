"""Calls of layers and blocks with what their arguments came to, as a spec and as torch has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnndsl.design import Module, Node
from cnndsl.layers.base import Call, Expression, Layer
from cnndsl.layers.options import Accepts, Port
from cnndsl.layers.owned import Owned
from cnndsl.layers.windows import SPATIAL
from cnndsl.origin import Origin
from cnndsl.shape import Shape
from cnndsl.values import Value, interpolated

# The names of inputs in an expression of torch.
_INPUTS = "xyzuvw"


def spec_call(module: Module, node: Node) -> str:
    """How a spec calls what a node of `module` runs: `conv 3x3 64 /2 bias=false`.

    All is written out that is not the layer's own default, whatever line of the spec gave it.
    """
    if node.reuses:
        return f"reuse {node.reuses}"
    if node.layer:
        return _layer_call(node.layer, module.input_shapes(node)[0], node.given)
    assert node.module is not None, "a node runs a module or a layer"
    arguments = block_arguments(node.module, node.given)
    words = (f"{name}={interpolated(arguments[name])}" for name in node.given if name in arguments)
    return " ".join([node.module.name, *words])


def block_arguments(module: Module, given: Mapping[str, Origin]) -> dict[str, Value]:
    """The values of a block's parameters and `let`s; of a reference, how it was written."""
    references = {
        name: written_argument(name, origin)
        for name, origin in given.items()
        if name not in dict(module.arguments)
    }
    return {**references, **dict(module.arguments)}


def written_argument(name: str, origin: Origin) -> str:
    """The text of an argument where it was given."""
    return origin.span.text.removeprefix(f"{name}=") if origin.span else ""


def option_text(layer: Layer, name: str, given: Mapping[str, Origin]) -> str:
    """The value of a layer's option as an argument by name: `1x7`, `same`, `"h w"`."""
    value, accepts = layer.values[name], _accepts(layer, name)
    if isinstance(value, Port):
        return written_argument(name, given[name])
    if isinstance(value, str) and not (accepts.any_word or value in accepts.choices):
        return f'"{value}"'
    if _is_size(value):
        return "x".join(map(str, value))
    return interpolated(value)


def _layer_call(layer: Layer, shape: Shape, given: Mapping[str, Origin]) -> str:
    """The options that are not the layer's own: a size, plain values, a stride, and by name."""
    chosen = {name for name, (value, own) in layer.option_values().items() if value != own}
    sizes: list[str] = []
    strides: list[str] = []
    for name in ("kernel", "size"):
        if name in chosen and not sizes and (size := _size(layer, name, shape)):
            sizes.append(size)
            chosen.remove(name)
    if "stride" in chosen and isinstance(layer.values["stride"], int):
        strides.append(f"/{layer.values['stride']}")
        chosen.remove("stride")
    plain: list[str] = []
    for name in layer.positional_names:
        if name not in chosen or _is_size(layer.values[name]):
            break
        plain.append(option_text(layer, name, given))
        chosen.remove(name)
    named = [
        f"{name}={option_text(layer, name, given)}"
        for name in layer.parameter_names
        if name in chosen
    ]
    return " ".join([layer.word, *sizes, *plain, *strides, *named])


def _is_size(value: Value) -> bool:
    return isinstance(value, tuple) and len(value) > 1 and all(type(v) is int for v in value)


def _size(layer: Layer, name: str, shape: Shape) -> str:
    """The size of each spatial axis, `3x3`; empty where the option does not take them so."""
    value = layer.values[name]
    if isinstance(value, int) and shape.axes in SPATIAL:
        value = (value,) * (len(shape) - 1)
    takes_them = _is_size(value) and _accepts(layer, name).test(value)
    return "x".join(map(str, value)) if takes_them else ""


def _accepts(layer: Layer, name: str) -> Accepts[Any]:
    return next(p.accepts for p in layer.parameters if p.name == name)


def torch_call(layer: Layer, *inputs: Shape) -> str:
    """What runs in torch: `nn.Conv2d(3, 64, 7, stride=2, padding=3)`."""
    made = layer.torch(*inputs)
    if isinstance(made, Call):
        return _called(made)
    expression = made.expression if isinstance(made, Owned) else made
    assert isinstance(expression, Expression), "a layer is a call, or an expression"
    names = [_INPUTS[i] if i < len(_INPUTS) else f"x{i}" for i in range(len(inputs))]
    return expression.over(names, "weight")


def _called(call: Call) -> str:
    options = (f"{name}={_argument(value)}" for name, value in call.options)
    return f"{call.function}({', '.join([*map(_argument, call.args), *options])})"


def _argument(value: Any) -> str:
    return _called(value) if isinstance(value, Call) else repr(value)

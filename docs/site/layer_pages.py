"""A page a kind of layer, from what its class says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import cnndsl
from cnndsl.analyse import reference
from cnndsl.analyse.reference import documentation, usage, written
from cnndsl.design import Design
from cnndsl.errors import CnnError
from cnndsl.layers import LAYERS, Layer
from cnndsl.layers.base import Parameter
from docs.site.markdown import fenced, table

# What an example is tried on: an image, a vector, tokens, and a map with its channels last.
INPUTS = ("64x56x56", "512", '196x768 "l c"', '56x56x96 "h w c"')

_ON_ONE = """\
network Example() {{
  input {input}
  {call}
}}
"""


def layer_pages() -> Iterator[tuple[str, str]]:
    """The pages' paths and texts: one a layer, the list of them, and its navigation."""
    by_kind = [
        (kind.name.capitalize(), list(layers))
        for kind, layers in groupby(
            sorted(LAYERS.values(), key=lambda layer: (layer.kind.name, layer.word)),
            key=lambda layer: layer.kind,
        )
    ]
    yield "layers/index.md", _index(by_kind)
    yield "layers/navigation.md", _navigation(by_kind)
    for layer in LAYERS.values():
        yield f"layers/{layer.word}.md", layer_page(layer)


def _index(by_kind: list[tuple[str, list[type[Layer]]]]) -> str:
    parts = [
        "# Layers\n",
        "Each layer is torch's, under torch's name for its options unless a shorter one is usual "
        "in papers. `cnndsl layers` tells the same in a terminal.\n",
    ]
    for topic, layers in by_kind:
        rows = [(f"[`{usage(layer)}`]({layer.word}.md)", _summary(layer)) for layer in layers]
        parts += [f"## {topic}\n", table(("call", "meaning"), rows)]
    return "\n".join(parts)


def _navigation(by_kind: list[tuple[str, list[type[Layer]]]]) -> str:
    lines = ["- [All layers](index.md)"]
    for topic, layers in by_kind:
        lines.append(f"- {topic}")
        lines += [f"    - [{layer.word}]({layer.word}.md)" for layer in layers]
    return "\n".join(lines) + "\n"


def _summary(layer: type[Layer]) -> str:
    return documentation(layer).partition("\n")[0]


def layer_page(layer: type[Layer]) -> str:
    """All about one layer: meaning, options, and an example with what becomes of it."""
    parts = [f"# {layer.word}\n", f"{documentation(layer)}\n", fenced("text", usage(layer))]
    if layer.parameters:
        head = ("option", "accepts", "default", "meaning")
        parts += ["## Options\n", table(head, map(_option, layer.parameters))]
        if len(layer.positional_names) > 0:
            names = " and ".join(f"`{name}`" for name in layer.positional_names)
            parts.append(f"A plain value goes to {names}; all can be given by name.\n")
    spec, design = example(layer)
    parts += ["## Example\n", fenced('cnn title="example.cnn"', spec), f"{_facts(design)}\n"]
    parts += ["## In PyTorch\n", fenced("python", design.source())]
    return "\n".join(parts)


def _option(parameter: Parameter) -> tuple[str, str, str, str]:
    default = "needed" if parameter.required else f"`{written(parameter.default)}`"
    return f"`{parameter.name}`", parameter.accepts.words, default, parameter.doc


def example(layer: type[Layer]) -> tuple[str, Design]:
    """A network of this layer on the first of the inputs that it takes, as text and elaborated."""
    call = reference.example(layer)
    for shape in INPUTS:
        spec = _ON_ONE.format(input=shape, call=call)
        try:
            design = cnndsl.compile_text(spec)
        except CnnError as error:
            refusal = error
            continue
        if not design.warnings:
            return spec, design
        # Weights are warned of that have no name of their own.
        spec = _ON_ONE.format(input=shape, call=f"{call} as example")
        return spec, cnndsl.compile_text(spec)
    raise ValueError(f"the example of `{layer.word}` takes none of the inputs") from refusal


def _facts(design: Design) -> str:
    return (
        f"It takes {design.input} and gives {design.output}, with {design.params:,} parameters "
        f"and {design.macs:,} MACs."
    )

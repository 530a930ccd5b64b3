"""What there is to know of the layers, from their own declarations, as text."""

from __future__ import annotations

import textwrap

from cnndsl.analyse.columns import aligned
from cnndsl.errors import RequestError, request_error, suggestion
from cnndsl.layers import LAYERS, Layer
from cnndsl.layers.base import Parameter
from cnndsl.other_words import OTHER_WORDS
from cnndsl.unknown import is_torch_layer
from cnndsl.values import Value, show

# Of a page, in letters.
WIDTH = 96


def layers() -> str:
    """Every layer with its kind, how a call of it is written, and its first line."""
    rows = [
        (layer.kind.words, usage(layer), documentation(layer).partition("\n")[0])
        for layer in sorted(LAYERS.values(), key=lambda layer: (layer.kind.words, layer.word))
    ]
    return "\n".join(aligned([("kind", "call", "meaning"), *rows], 0))


def layer(word: str) -> str:
    """All about one layer: how it is called, what it does, and its options.

    Raises:
        CnnError: there is no such layer.
    """
    if word not in LAYERS:
        raise _unknown(word)
    found = LAYERS[word]
    lines = [usage(found), "", *documentation(found).splitlines()]
    for parameter in found.parameters:
        lines += ["", *_option(parameter)]
    return "\n".join(lines)


def _option(parameter: Parameter) -> list[str]:
    """What an option means and accepts, as an entry of a list."""
    default = "needed" if parameter.required else f"by default {written(parameter.default)}"
    text = f"{parameter.doc}. It is {parameter.accepts.words}; {default}."
    return [
        f"  {parameter.name}",
        *textwrap.wrap(text, WIDTH, initial_indent="    ", subsequent_indent="    "),
    ]


def usage(layer: type[Layer]) -> str:
    """How a call is written: what it needs, then `…` where there are options."""
    needed = [parameter for parameter in layer.parameters if parameter.required]
    words = [layer.word, *("3x3" for parameter in needed if parameter.name == "kernel")]
    words += [
        parameter.name if parameter.positional else f"{parameter.name}=…"
        for parameter in needed
        if parameter.name != "kernel"
    ]
    if any(not parameter.required for parameter in layer.parameters):
        words.append("…")
    return " ".join([*words, "{ | … | … }"] if layer.merges else words)


def example(layer: type[Layer]) -> str:
    """A call of it as a spec has it."""
    return layer.example or layer.word


def documentation(layer: type[Layer]) -> str:
    """What a layer's class says of it: a line, and more where there is more to say."""
    first, _, rest = (layer.__doc__ or "").strip().partition("\n")
    return f"{first}\n{textwrap.dedent(rest)}".strip()


def written(value: Value) -> str:
    """A value as a spec has it; a word of an option's own stands bare."""
    return value if isinstance(value, str) else show(value)


def _unknown(word: str) -> RequestError:
    hint = suggestion(word, LAYERS, "`cnndsl layers` tells what there is")
    if other := OTHER_WORDS.get(word.lower()):
        hint = f"did you mean `{other}`?"
    elif is_torch_layer(word):
        hint = "of the classes of torch.nn, the documentation of torch tells"
    return request_error("unknown-layer", f"there is no layer `{word}`", hint)

"""The diagnostics of names that mean nothing, with the nearest that does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from cnndsl import syntax
from cnndsl.errors import Diagnostic, misspelt, nearest, replaced_name, suggestion
from cnndsl.functions import FUNCTION_NAMES
from cnndsl.labels import labels_of, path_to
from cnndsl.layers import LAYERS
from cnndsl.layers.base import Layer
from cnndsl.other_words import NO_ITEMS, OTHER_ARGUMENTS, OTHER_FUNCTIONS, OTHER_WORDS
from cnndsl.parsing.misspelt_statements import as_statement
from cnndsl.source import Span

# What an input is called where it has no name.
_INPUT_NAMES = ("input", "inputs", "image", "in", "x")


def is_torch_layer(name: str) -> bool:
    """Whether it names a class of torch.nn, `nn.Softplus`; whether there is one, torch knows."""
    return name.startswith("nn.")


def misspelt_statement(name: syntax.Name, known: Iterable[str] = LAYERS) -> Diagnostic | None:
    """That what is called as an item was most likely meant to begin a statement."""
    found = as_statement(name.span)
    meant = found.fix.text if found and found.fix else ""
    return found if meant and nearest(name.name, [*known, meant]) == meant else None


def other_argument(name: str, known: Sequence[str]) -> str | None:
    """The parameter that someone from a framework means by `name`, if it is there."""
    meant = OTHER_ARGUMENTS.get(name.lower())
    return meant if meant and meant in known else None


def meant(layer: type[Layer], name: str) -> str:
    """The parameter of a layer that is likely meant by the name of an argument, or the name."""
    known = layer.parameter_names
    return name if name in known else other_argument(name, known) or nearest(name, known) or name


def unknown_function(name: syntax.Name, known: Iterable[str], labelled: bool = False) -> Diagnostic:
    """That an expression calls something that there is not."""
    known = list(known)
    hint = OTHER_FUNCTIONS.get(name.name, "")
    fix = None if hint else misspelt(name.span, name.name, known)
    functions = f"the functions are {', '.join(sorted(FUNCTION_NAMES))}"
    message = f"there is no function, block or layer `{name.name}`"
    hint = hint or suggestion(name.name, known, functions)
    if labelled:
        hint, fix = _as_reference(name), None
    return Diagnostic("unknown-value", message, name.span, hint=hint, fix=fix)


def unknown_unit(name: syntax.Name, known: Iterable[str], labelled: bool = False) -> Diagnostic:
    """That an item or a call applies something that there is not, `labelled` if an item is so."""
    known = list(known)
    if found := misspelt_statement(name, known):
        return found
    fix = misspelt(name.span, name.name, known)
    # `torch.nn.ReLU` and `nn.functional.relu` are known by their last words.
    word = name.name.rpartition(".")[2] if name.name.startswith("torch.") else name.name
    near = OTHER_WORDS.get(word.lower()) or (word.lower() if word.lower() in LAYERS else None)
    if near:
        fix = replaced_name(name.span, name.name, near)
    near = near or nearest(name.name, known)
    hint = f"did you mean `{near}`?" if near else "`cnndsl layers` tells all layers"
    owner, dot, part = name.name.rpartition(".")
    if dot and owner.partition(".")[0] in known:
        hint = f"give it a name of its own first: `let {part} = {name.name}`, then `{part}`"
    if labelled:
        hint, fix = _as_reference(name), None
    elif name.name in NO_ITEMS:
        hint, fix = NO_ITEMS[name.name], None
    message = f"there is no block or layer `{name.name}`"
    return Diagnostic("unknown-layer", message, name.span, hint=hint, fix=fix)


def _as_reference(name: syntax.Name) -> str:
    return f"what the item `{name.name}` gave is `@{name.name}`"


def unknown_layer(name: syntax.Name, is_block: bool) -> Diagnostic:
    """That a `default` or an `init` line names something that is no layer."""
    if is_block:
        message = f"`{name.name}` is a block, and this line is for a layer"
        hint = "a block's parameters have their defaults at its head: `(c, stride=2)`"
        return Diagnostic("misplaced", message, name.span, hint=hint)
    hint = suggestion(name.name, LAYERS, "such a line is for one of the layers")
    fix = misspelt(name.span, name.name, LAYERS)
    message = f"there is no layer `{name.name}`"
    return Diagnostic("unknown-layer", message, name.span, hint=hint, fix=fix)


def unknown_value(
    name: syntax.Name, known: Iterable[str], labelled: bool = False, wanted: str = ""
) -> Diagnostic:
    """That an expression names something that there is not, `labelled` if an item is so.

    `wanted` says what an argument takes in its place.
    """
    known = ["true", "false", *known]
    otherwise = wanted or f"name a value above, `let {name.name} = …`, or make it a parameter"
    hint = suggestion(name.name, known, otherwise)
    fix = misspelt(name.span, name.name, known)
    if name.name in FUNCTION_NAMES:
        hint, fix = f"`{name.name}` is a function: write `{name.name}(…)`", None
    if labelled:
        hint, fix = _as_reference(name), None
    message = f"there is no value `{name.name}` here"
    return Diagnostic("unknown-value", message, name.span, hint=hint, fix=fix)


def value_given_later(name: syntax.Name) -> Diagnostic:
    """That a value is used above the `let` that gives it."""
    message = f"there is no value `{name.name}` yet"
    hint = f"put `let {name.name} = …` above this line"
    return Diagnostic("unknown-value", message, name.span, hint=hint)


def wanted_by(layer: type[Layer], argument: syntax.Argument) -> str:
    """What is meant by an unknown bare word as this argument of a layer, in words for a hint."""
    word = argument.value
    if not isinstance(word, syntax.Name):
        return ""
    if argument.kind == "plain" and word.name in layer.parameter_names:
        return f"an argument goes by its name: `{word.name}=…`"
    own = next((p for p in layer.parameters if p.name == argument.name), None)
    return f"`{own.name}` is {own.accepts.words}" if own else ""


def unknown_network(
    name: syntax.Name, networks: Iterable[str], is_block: bool = False
) -> Diagnostic:
    """That a variant is of a network that there is not."""
    networks = list(networks)
    known = f"a variant is of a network: {', '.join(f'`{n}`' for n in networks) or 'none is here'}"
    hint = suggestion(name.name, networks, known)
    fix = misspelt(name.span, name.name, networks)
    message = f"there is no network `{name.name}`"
    if is_block:
        message, hint, fix = f"`{name.name}` is a block, and no network", known, None
    return Diagnostic("unknown-network", message, name.span, hint=hint, fix=fix)


def reference_outside(span: Span) -> Diagnostic:
    """That a reference stands where there are no items: in a default, or a value of the file."""
    message = "only what stands in a block or a network can be named, and only there"
    hint = "make it a parameter, and give the item where the block is called"
    return Diagnostic("unknown-reference", message, span, hint=hint)


def unknown_reference(
    name: str,
    span: Span,
    labels: Sequence[str],
    definitions: Mapping[str, syntax.Definition | None],
    body: tuple[syntax.Statement, ...] = (),
) -> Diagnostic:
    """That `@name`, at the start of a place, names no item.

    The one meant may be in a block, or in another scope of the same `body`.
    """
    near = nearest(name, labels)
    # `output` and `reuse` name items without the sign.
    sign = "@" if span.text.startswith("@") else ""
    hint = f"did you mean `{sign}{near}`?" if near else f"label the item: `… as {name}`"
    unnamed = [s for s in body if isinstance(s, syntax.InputShape) and s.label is None]
    if unnamed and not near and name in _INPUT_NAMES:
        hint = f"name the input: `{unnamed[0].span.text} as {name}`"
    for unit, node in definitions.items():
        inner = isinstance(node, syntax.Block | syntax.Network) and labels_of(node.body)
        if not near and inner and name in inner:
            hint = f"`{name}` is inside of `{unit}`: begin with the item that calls it, "
            hint += f"`{sign}item.{name}`"
    if path := path_to(body, name):
        hint = f"it stands in another scope: write `{sign}{path}`"
    elif not near and (name in definitions or name in LAYERS):
        hint = f"that is what is called; label the item, `{name} … as name`, for `@name`"
    fix = misspelt(Span(span.source, span.start, span.start + len(sign + name)), name, labels)
    numbered = re.fullmatch(r"([^\W\d]\w*?)_?(\d+)", name)
    if numbered and numbered[1] in labels and sign:
        hint, fix = f"of a list, the element is `@{numbered[1]}[{numbered[2]}]`", None
    message = f"nothing here is called `{name}`"
    return Diagnostic("unknown-reference", message, span, hint=hint, fix=fix)

"""What can only be judged of a whole network: weights used twice, and what is warned of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cnndsl.design import INPUT, Design, Module, ModuleKind, Node, Wire
from cnndsl.elaborate.uneven import warn_of_uneven_strides
from cnndsl.errors import Diagnostic, Label, Report, Severity
from cnndsl.layers.convolution import Convolution
from cnndsl.layers.normalisation import ChannelNorm
from cnndsl.source import Span


def check(design: Design, inputs: Mapping[int, Span], report: Report, *, warn: bool) -> None:
    """Reports what is wrong with a network as a whole, and with `warn` what is likely not meant.

    `inputs` are the places of its `input` lines by their numbers.
    """
    distinct = list(modules(design.network))
    if warn:
        _warn_of_unused_inputs(design.network, inputs, report)
        warn_of_uneven_strides(design, distinct, report)
    for module in distinct:
        if warn:
            _warn_of(module, report)
        for node in module.nodes:
            _check_reuse(module, node, report)


def _warn_of(module: Module, report: Report) -> None:
    _warn_of_unused(module, report)
    for node in module.nodes:
        _warn_of_idle_bias(module, node, report)
        _warn_of_unlabelled(module, node, report)


def modules(network: Module) -> Iterator[Module]:
    """Every module of a network once, however often it is used; those around come first."""
    seen: set[int] = set()
    waiting = [network]
    while waiting:
        module = waiting.pop()
        if id(module) not in seen:
            seen.add(id(module))
            yield module
            waiting += [node.module for node in reversed(module.nodes) if node.module]


def _check_reuse(module: Module, node: Node, report: Report) -> None:
    if not node.reuses:
        return
    first = next(other for other in module.nodes if other.name == node.reuses)
    here, there = _weights(module, node), _weights(module, first)
    message = f"the weights of `{node.reuses}` can't run here"
    if here.keys() == there.keys() and here != there:
        name = next(name for name in here if here[name] != there[name])
        cause = f"`{name}` has the shape {there[name]}, and here it would have {here[name]}"
        hint = "bring the input to the same number of channels first"
    elif not _nodes_alike((module, node), (module, first)):
        cause = "what it does, or what is named in it from outside, is not the same for both shapes"
        hint = "call it again, with weights of its own, or bring the input to the same shape"
    else:
        return
    made = (Label(first.span, "the weights are made here"),)
    report.add(Diagnostic("reuse", message, node.span, "", made, (cause,), hint))


def _nodes_alike(first: tuple[Module, Node], second: tuple[Module, Node]) -> bool:
    """Whether two nodes, each with its module, do the same, whatever the shapes are."""
    (outer, node), (other_outer, other) = first, second
    if node.module and other.module:
        return node.module is other.module or _modules_alike(node.module, other.module)
    if node.layer is None or node.layer != other.layer:
        return False
    call = node.layer.torch(*outer.input_shapes(node))
    return call == node.layer.torch(*other_outer.input_shapes(other))


def _modules_alike(first: Module, second: Module) -> bool:
    facts = [
        ([output.wire for output in m.outputs], [(n.name, n.inputs, n.role) for n in m.nodes])
        for m in (first, second)
    ]
    return facts[0] == facts[1] and all(
        _nodes_alike((first, node), (second, other))
        for node, other in zip(first.nodes, second.nodes, strict=True)
    )


def _weights(module: Module, node: Node) -> dict[str, tuple[int, ...]]:
    if node.module:
        return {path: weight.shape for path, weight in node.module.weights()}
    assert node.layer is not None, "a node runs a module or a layer"
    weights = node.layer.weights(*module.input_shapes(node))
    return {weight.name: weight.shape for weight in weights}


def _warn_of_unused(module: Module, report: Report) -> None:
    used = {wire.node for node in module.nodes for wire in node.inputs}
    used |= {output.wire.node for output in module.outputs}
    for number, node in enumerate(module.nodes):
        if number not in used:
            what = f"`{node.name}`" if node.labelled else "this item"
            name = node.name if node.labelled and node.name.isidentifier() else "name"
            hint = f"take it up by a reference, `@{name}`, or take the item away"
            _warn(report, "unused", f"nothing uses what {what} gives", node, hint)


def _warn_of_unused_inputs(network: Module, places: Mapping[int, Span], report: Report) -> None:
    used = {wire for node in network.nodes for wire in node.inputs}
    used |= {output.wire for output in network.outputs}
    for port, name in enumerate(network.input_names):
        if Wire(INPUT, port) not in used and port in places:
            message, hint = f"nothing uses the input `{name}`", f"begin a chain with `@{name}`"
            warning = Severity.WARNING
            report.add(Diagnostic("unused", message, places[port], hint=hint, severity=warning))


def _warn_of_idle_bias(module: Module, node: Node, report: Report) -> None:
    """A norm subtracts the mean, and with it the bias of the convolution before it."""
    if not isinstance(node.layer, ChannelNorm) or node.inputs[0].node < 0:
        return
    wire = node.inputs[0]
    before = module.nodes[wire.node]
    readers = [wire in other.inputs for other in module.nodes].count(True)
    readers += [wire == output.wire for output in module.outputs].count(True)
    has_bias = isinstance(before.layer, Convolution) and before.layer.bias
    if has_bias and "bias" not in before.given and readers == 1:
        hint = "write `bias=false`, or `bias=true` to keep it without this warning"
        message = "the bias of this convolution is cancelled by the norm after it"
        _warn(report, "idle-bias", message, before, hint)


def _warn_of_unlabelled(module: Module, node: Node, report: Report) -> None:
    """Weights that are named by their place move when a line is put in before them."""
    in_arm = "." in node.name
    if node.labelled or node.reuses or not (module.kind is ModuleKind.NETWORK or in_arm):
        return
    if node.name and _weights(module, node):
        text = node.span.text if "\n" not in node.span.text else "…"
        hint = f"give it a label: `{text} as name`"
        message = f"these weights are called by their place, `{node.name}`"
        _warn(report, "unlabelled", message, node, hint)


def _warn(report: Report, code: str, message: str, node: Node, hint: str = "") -> None:
    report.add(Diagnostic(code, message, node.span, hint=hint, severity=Severity.WARNING))

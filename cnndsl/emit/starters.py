"""The functions of an emitted file by which layers start: one for each different start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from keyword import iskeyword

from cnndsl.design import Module, Node
from cnndsl.emit.layout import STEP, wrap
from cnndsl.emit.names import RESERVED, identifier, literal, quoted, unique
from cnndsl.layers.base import Call
from cnndsl.layers.starting import Start


@dataclass(eq=False)
class _Starter:
    """One function: how the tensors of a torch class start, and the nodes that it is for.

    `absent` are the tensors that some of these have not.
    """

    word: str
    kind: str
    starts: dict[str, Start]
    nodes: list[Node] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)

    def serves(self, kind: str, tensors: set[str], starts: dict[str, Start]) -> bool:
        """Whether it does for a layer with these tensors just what is wanted.

        Torch's own classes have None for a tensor that is absent, where dots reach it.
        """
        here = {name: start for name, start in self.starts.items() if name in tensors}
        is_torchs = kind.startswith("nn.") and kind != "nn.Module"
        has_none = is_torchs and all(map(_is_dotted, self.starts))
        is_whole = len(here) == len(self.starts) or has_none
        return self.kind == kind and here == starts and is_whole

    def names(self) -> Iterator[str]:
        """What to call it, the best first."""
        plain = f"start_{identifier(self.word)}"
        yield plain
        labels = {node.name if node.labelled else "" for node in self.nodes}
        if len(labels) == 1 and all(labels):
            yield f"start_{identifier(labels.pop())}"
        yield f"{plain}_{next(iter(self.starts.values())).function}"

    def lines(self, name: str) -> Iterator[str]:
        """Its text in Python."""
        layer = unique(identifier(self.word), RESERVED)
        yield from wrap(f"def {name}({layer}: {self.kind}) -> {self.kind}:")
        for tensor, start in self.starts.items():
            path = f"{layer}.{tensor}"
            if not _is_dotted(tensor):
                path = f"{layer}.get_parameter({quoted(tensor)})"
            if tensor in self.absent:
                yield f"{STEP}if {path} is not None:"
            yield from wrap(_written(start.call(path)), 2 if tensor in self.absent else 1)
        yield f"{STEP}return {layer}"


class Starters:
    """Which function starts each layer of these modules."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self._by_node: dict[Node, _Starter] = {}
        self._starters: list[_Starter] = []
        told = [(m, node) for m in modules for node in m.nodes if node.layer and node.starts]
        # One that starts more may serve a layer that has less.
        for module, node in sorted(told, key=lambda use: -len(use[1].starts)):
            self._enter(module, node)
        first = {starter: place for place, starter in enumerate(self._in_order(told))}
        self._starters.sort(key=first.__getitem__)
        self._names = self._named()

    def name(self, node: Node) -> str:
        """The function by which a layer starts; empty where torch's own start is left."""
        return self._names[self._by_node[node]] if node in self._by_node else ""

    @property
    def names(self) -> set[str]:
        """The names of all the functions."""
        return set(self._names.values())

    def definitions(self) -> list[str]:
        """The functions, in order of their first use."""
        return ["\n".join(starter.lines(self._names[starter])) for starter in self._starters]

    def _in_order(self, told: list[tuple[Module, Node]]) -> Iterable[_Starter]:
        found = (self._by_node.get(node) for _, node in told)
        return dict.fromkeys(starter for starter in found if starter)

    def _enter(self, module: Module, node: Node) -> None:
        layer, shapes = node.layer, module.input_shapes(node)
        call = layer.torch(*shapes) if layer else None
        if layer is None or not isinstance(call, Call):
            return
        kind = "nn.Module" if layer.imported else call.function
        tensors = {weight.name for weight in layer.weights(*shapes)}
        starts = dict(node.starts)
        starter = next((s for s in self._starters if s.serves(kind, tensors, starts)), None)
        if starter is None:
            # Of a class of torch by its own name, nn.PReLU, what stands after the dot.
            starter = _Starter(layer.word.rpartition(".")[2].lower(), kind, starts)
            self._starters.append(starter)
        starter.nodes.append(node)
        starter.absent |= starter.starts.keys() - tensors
        self._by_node[node] = starter

    def _named(self) -> dict[_Starter, str]:
        """`start_conv` for what starts most of a kind; others by a label or by their function."""
        names: dict[_Starter, str] = {}
        for starter in sorted(self._starters, key=lambda starter: -len(starter.nodes)):
            taken = {*names.values(), *RESERVED}
            name = next((n for n in starter.names() if n not in taken), [*starter.names()][-1])
            names[starter] = unique(name, taken)
        return names


def _is_dotted(path: str) -> bool:
    """Whether the path of a tensor is Python as it stands, as that of an item in a list is not."""
    return all(part.isidentifier() and not iskeyword(part) for part in path.split("."))


def _written(call: Call) -> str:
    """A call on a tensor, whose name is its first argument, in Python."""
    tensor, *args = call.args
    options = [f"{name}={literal(value)}" for name, value in call.options]
    return f"{call.function}({', '.join([tensor, *map(literal, args), *options])})"

"""The result of elaboration: a network whose every wire has a shape.

A `Design` keeps the hierarchy of its spec and shares what is equal: a block that is used twice
with the same arguments on the same shape is one `Module` with two `Node`s. Everything here is
immutable. Flat lists of layers are views of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cnndsl.errors import Diagnostic
from cnndsl.layers.base import Layer, Weight
from cnndsl.layers.starting import Start
from cnndsl.origin import Origin
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.weight_order import in_torch_order

if TYPE_CHECKING:
    from os import PathLike

    from torch import nn
# The node number by which a wire says that it comes from its module's own input.
INPUT = -1


@dataclass(frozen=True, slots=True)
class Wire:
    """Output `port` of node `node` of the same module; for INPUT, the module's input `port`."""

    node: int
    port: int = 0


class Role(Enum):
    """What a node has to do with a skip connection."""

    TRUNK = "trunk"
    # The sum at which a residual's body (its input 0) and its shortcut (input 1) meet.
    RESIDUAL = "residual"
    # Part of the projection on a residual's shortcut; absent where the shapes agree.
    PROJECTION = "projection"


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One use of a layer or of a module.

    `name` is the path of its weights within its module (`conv1`, `encoder.2`, `3.0.1`), unique
    there; empty for what owns no place of its own, such as the sum of a residual. `labelled`
    tells whether the author chose it. A node that `reuses` another owns no weights: it runs those
    of the node of that name.
    """

    name: str
    operation: Layer | Module
    inputs: tuple[Wire, ...]
    outputs: tuple[Shape, ...]
    span: Span
    labelled: bool = False
    role: Role = Role.TRUNK
    section: str = ""
    head: str = ""
    training: bool = False
    reuses: str = ""
    # Where the options come from that the spec gives.
    given: Mapping[str, Origin] = field(default_factory=dict)
    # How its layer's tensors start, by their names, where the spec says so.
    starts: tuple[tuple[str, Start], ...] = ()

    @property
    def layer(self) -> Layer | None:
        return self.operation if isinstance(self.operation, Layer) else None

    @property
    def module(self) -> Module | None:
        return self.operation if isinstance(self.operation, Module) else None


@dataclass(frozen=True, slots=True)
class Output:
    """A wire that a module gives to the outside; a `training` one in training mode only."""

    name: str
    wire: Wire
    training: bool = False


class ModuleKind(Enum):
    """What a module was written as."""

    NETWORK = "network"
    BLOCK = "block"
    # A labelled `{ }` or chain: a name for a part, written where it is used.
    SCOPE = "scope"


@dataclass(frozen=True, eq=False)
class Module:
    """A network, a block with its arguments, or a labelled scope, for one shape of input.

    `nodes` stand in the order written, so each comes after those that it takes from. `arguments`
    are the values of a block's parameters, or of a scope's `let`s, by name. Output 0 is the
    stream's result; further ones are what the outside refers to by name.

    `input_names` tell what the author calls each input; the stream has no name but "".
    """

    name: str
    kind: ModuleKind
    span: Span
    arguments: tuple[tuple[str, object], ...]
    inputs: tuple[Shape, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[Output, ...]
    doc: str = ""
    input_names: tuple[str, ...] = ()

    def __repr__(self) -> str:
        shapes = ", ".join(map(str, self.inputs))
        return f"<{self.kind.value} {self.name} on {shapes}>"

    def shape(self, wire: Wire) -> Shape:
        """The shape on a wire of this module."""
        if wire.node == INPUT:
            return self.inputs[wire.port]
        return self.nodes[wire.node].outputs[wire.port]

    def input_shapes(self, node: Node) -> tuple[Shape, ...]:
        """The shapes that a node of this module takes."""
        return tuple(map(self.shape, node.inputs))

    @cached_property
    def params(self) -> int:
        """Numbers to train, those of training-only heads not counted."""
        return sum(self.node_params(node) for node in self.nodes if not node.training)

    @cached_property
    def macs(self) -> int:
        """Multiplications for one sample, those of training-only heads not counted."""
        return sum(self.node_macs(node) for node in self.nodes if not node.training)

    def node_params(self, node: Node) -> int:
        """Numbers to train in one node of this module."""
        if isinstance(node.operation, Module) and not node.reuses:
            return node.operation.params
        return sum(weight.elements for _, weight in self._node_weights(node) if weight.trainable)

    def node_macs(self, node: Node) -> int:
        """Multiplications of one node of this module, for one sample."""
        if isinstance(node.operation, Module):
            return node.operation.macs
        return node.operation.macs(*self.input_shapes(node))

    def weights(self) -> Iterator[tuple[str, Weight]]:
        """Every tensor with its path, in the order of torch's state_dict.

        Those that are a layer by themselves come first.
        """
        owned = ((node.name, self._node_weights(node)) for node in self.nodes)
        return in_torch_order((name, found) for name, found in owned if found)

    def _node_weights(self, node: Node) -> list[tuple[str, Weight]]:
        if node.reuses:
            return []
        if isinstance(node.operation, Module):
            return [(f"{node.name}.{path}", weight) for path, weight in node.operation.weights()]
        weights = node.operation.weights(*self.input_shapes(node))
        return [(f"{node.name}.{weight.name}".rstrip("."), weight) for weight in weights]


@dataclass(frozen=True, slots=True, eq=False)
class LayerUse:
    """One layer of the expanded network: a row of its flat view.

    `path` is that of its weights; in it, the sum of a residual is called `add`.
    """

    path: str
    layer: Layer
    inputs: tuple[Shape, ...]
    output: Shape
    params: int
    macs: int
    training: bool


@dataclass(frozen=True, eq=False)
class Design:
    """A network, elaborated: what `cnndsl.compile` returns.

    `network` holds the hierarchy. `warnings` are the diagnostics that are no errors.
    """

    name: str
    network: Module
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def input(self) -> Shape | tuple[Shape, ...]:
        """The shape that it takes, without the batch; of several inputs, all."""
        shapes = self.network.inputs
        return shapes[0] if len(shapes) == 1 else shapes

    @property
    def output(self) -> Shape | dict[str, Shape]:
        """The shape that it gives in evaluation, without the batch; of several, by their names."""
        evaluated = [output for output in self.network.outputs if not output.training]
        shapes = {output.name: self.network.shape(output.wire) for output in evaluated}
        return next(iter(shapes.values())) if len(shapes) == 1 else shapes

    @property
    def params(self) -> int:
        """Numbers to train; training-only heads are not counted."""
        return self.network.params

    @property
    def macs(self) -> int:
        """Multiplications for one sample of convolutions, linear maps and matrix products.

        Biases are not counted, and neither are training-only heads. FLOPs are twice that.
        """
        return self.network.macs

    def layers(self) -> tuple[LayerUse, ...]:
        """Every layer of the expanded network with its path, in the order in which they run."""
        return tuple(_layers(self.network, "", False))

    def __repr__(self) -> str:
        return f"<Design {self.name}: {self.params:,} parameters, {self.macs:,} MACs>"

    # The back ends, each imported when it is asked for: most uses of a design need only one.

    def source(self) -> str:
        """The network as Python: it imports torch, and the classes of layers of your own."""
        from cnndsl.emit import emit

        return emit(self)

    def module(self) -> nn.Module:
        """The network as a torch module: what `source` gives, executed.

        Raises:
            CnnError: torch is not installed.
        """
        from cnndsl.load import module

        return module(self)

    def summary(self) -> str:
        """The tree of the network with shapes, parameters and MACs, as text."""
        from cnndsl.analyse.summary import summary

        return summary(self)

    def render(
        self, path: str | PathLike[str] | None = None, *, engine: str = "", **options: Any
    ) -> str | None:
        """The network's diagram as SVG; with a path it is written there, and nothing given.

        Args:
            path: a file whose ending tells the format, such as `.svg` or `.pdf`.
            engine: `"dot"` for an installed Graphviz, else the one that comes with the package.
            options: what `cnndsl.draw.choose` takes, such as `level="stage"`.

        Raises:
            CnnError: the file can't be written, or the diagram can't be had as it is asked for.
        """
        from cnndsl import draw

        view, look = draw.choose(**options)
        chosen = engine or draw.BUNDLED
        if path is None:
            return draw.svg(self, view, look, chosen)
        draw.render(self, path, chosen, view, look)
        return None

    def _repr_svg_(self) -> str | None:
        return self.render()


def _layers(module: Module, prefix: str, training: bool) -> Iterator[LayerUse]:
    for node in module.nodes:
        trains = training or node.training
        if isinstance(node.operation, Module):
            yield from _layers(node.operation, f"{prefix}{node.name}.", trains)
            continue
        layer, inputs = node.operation, module.input_shapes(node)
        params, macs = module.node_params(node), module.node_macs(node)
        path = f"{prefix}{node.name or layer.word}"
        yield LayerUse(path, layer, inputs, node.outputs[0], params, macs, trains)

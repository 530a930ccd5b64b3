"""Designs put together by hand, for what is hard to come by from a spec."""

from __future__ import annotations

from cnndsl.design import INPUT, Design, Module, ModuleKind, Node, Output, Role, Wire
from cnndsl.layers import LAYERS
from cnndsl.layers.base import Layer
from cnndsl.shape import Shape
from cnndsl.source import Source, Span

STREAM = Wire(INPUT)


def layer(word: str, **options: object) -> Layer:
    """A layer by its word."""
    return LAYERS[word](**options)


class Sketch:
    """A module in the making; each `add` returns the wire of what was added."""

    def __init__(
        self,
        name: str,
        *inputs: Shape,
        kind: ModuleKind = ModuleKind.BLOCK,
        doc: str = "",
        **arguments: object,
    ) -> None:
        self.name = name
        self.inputs = inputs
        self.kind = kind
        self.doc = doc
        self.arguments = tuple(arguments.items())
        self.nodes: list[Node] = []

    def add(
        self,
        name: str,
        operation: Layer | Module,
        *inputs: Wire,
        labelled: bool | None = None,
        role: Role = Role.TRUNK,
        training: bool = False,
        head: str = "",
        reuses: str = "",
    ) -> Wire:
        """Adds a node, on the last one's output unless told otherwise."""
        wires = inputs or (Wire(len(self.nodes) - 1),)
        shapes = tuple(map(self.shape, wires))
        if isinstance(operation, Module):
            outputs = tuple(operation.shape(output.wire) for output in operation.outputs)
        else:
            outputs = (operation.output(*shapes),)
        if labelled is None:
            labelled = not name.replace(".", "").isdigit() and bool(name)
        self.nodes.append(
            Node(
                name,
                operation,
                wires,
                outputs,
                span(self.name),
                labelled=labelled,
                role=role,
                training=training,
                head=head,
                reuses=reuses,
            )
        )
        return Wire(len(self.nodes) - 1)

    def shape(self, wire: Wire) -> Shape:
        """The shape on a wire."""
        if wire.node == INPUT:
            return self.inputs[wire.port]
        return self.nodes[wire.node].outputs[wire.port]

    def done(self, *outputs: Output) -> Module:
        """The module, which gives its last node's result unless told otherwise."""
        last = Output("output", Wire(len(self.nodes) - 1))
        return Module(
            self.name,
            self.kind,
            span(self.name),
            self.arguments,
            self.inputs,
            tuple(self.nodes),
            outputs or (last,),
            self.doc,
        )


_SPANS: dict[str, Span] = {}


def span(name: str) -> Span:
    """The place of a definition: the same for all modules of one block."""
    return _SPANS.setdefault(name, Span(Source("sketch.cnn", "x" * 1000), len(_SPANS), 1000))


def network(name: str, *inputs: Shape, doc: str = "") -> Sketch:
    """A network in the making."""
    return Sketch(name, *inputs, kind=ModuleKind.NETWORK, doc=doc)


def scope(name: str, *inputs: Shape) -> Sketch:
    """A labelled scope in the making."""
    return Sketch(name, *inputs, kind=ModuleKind.SCOPE)


def basic(shape: Shape, c: int, stride: int) -> Module:
    """The block of ResNet-18, with a projection where the shapes differ."""
    block = Sketch("basic", shape, c=c, stride=stride)
    block.add("conv1", layer("conv", c=c, kernel=3, stride=stride, bias=False))
    block.add("bn1", layer("bn"))
    block.add("2", layer("relu"))
    block.add("conv2", layer("conv", c=c, kernel=3, bias=False))
    body = block.add("bn2", layer("bn"))
    shortcut = STREAM
    if block.shape(body) != shape:
        inner = scope("downsample", shape)
        inner.add("0", layer("conv", c=c, kernel=1, stride=stride, bias=False))
        inner.add("1", layer("bn"))
        shortcut = block.add("downsample", inner.done(), STREAM, role=Role.PROJECTION)
    block.add("", layer("add"), body, shortcut, role=Role.RESIDUAL)
    block.add("6", layer("relu"))
    return block.done()


def resnet18() -> Design:
    """ResNet-18, with torchvision's names."""
    net = network("ResNet", Shape.of(c=3, h=224, w=224), doc="Deep residual learning.")
    net.add("conv1", layer("conv", c=64, kernel=7, stride=2, bias=False))
    net.add("bn1", layer("bn"))
    net.add("2", layer("relu"))
    last = net.add("3", layer("maxpool", kernel=3, stride=2, pad=1))
    for place in range(4):
        shape = net.shape(last)
        stage = scope(f"layer{place + 1}", shape)
        last = stage.add("0", basic(shape, 64 * 2**place, 1 if place == 0 else 2))
        stage.add("1", basic(stage.shape(last), 64 * 2**place, 1))
        last = net.add(f"layer{place + 1}", stage.done())
    net.add("8", layer("gap"))
    net.add("9", layer("flatten"))
    net.add("fc", layer("fc", c=1000))
    return Design("resnet18", net.done())


def conv_bn(shape: Shape, c: int, kernel: int = 1, stride: int = 1) -> Module:
    """A block of three layers, the last of which has no label."""
    block = Sketch("cbr", shape, c=c, kernel=kernel, stride=stride)
    block.add("conv", layer("conv", c=c, kernel=kernel, stride=stride, bias=False))
    block.add("bn", layer("bn"))
    block.add("2", layer("relu"))
    return block.done()


def inception(shape: Shape, widths: tuple[int, int, int]) -> Module:
    """A block of three arms, one of them of two items."""
    block = Sketch("inception", shape, widths=widths)
    arm1 = block.add("branch1", conv_bn(shape, widths[0]), STREAM)
    arm2 = scope("branch2", shape)
    arm2.add("0", conv_bn(shape, widths[1]))
    arm2.add("1", conv_bn(arm2.shape(Wire(0)), widths[2], 3))
    branch2 = block.add("branch2", arm2.done(), STREAM)
    block.add("2", layer("maxpool", kernel=3, stride=1, pad=1), STREAM, labelled=False)
    branch3 = block.add("branch3", conv_bn(shape, 8))
    block.add("3", layer("concat"), arm1, branch2, branch3)
    return block.done()


def googlenet() -> Design:
    """Two inceptions, the first with a training-only head on it."""
    net = network("Google", Shape.of(c=3, h=16, w=16))
    first = net.add("conv1", conv_bn(net.inputs[0], 12, 7, 2))
    trunk = net.add("inception1", inception(net.shape(first), (8, 4, 16)))
    net.add("2", layer("gap"), training=True, head="aux")
    net.add("3", layer("flatten"), training=True, head="aux")
    aux = net.add("aux", layer("fc", c=10), training=True, head="aux")
    net.add("inception2", inception(net.shape(trunk), (8, 8, 24)), trunk)
    net.add("5", layer("gap"))
    net.add("6", layer("flatten"))
    net.add("7", layer("dropout", p=0.5))
    last = net.add("fc", layer("fc", c=10))
    return Design("google", net.done(Output("output", last), Output("aux", aux, training=True)))


def unet() -> Design:
    """Lists of encoders and decoders, whose numbers interleave."""
    net = network("UNet", Shape.of(c=3, h=16, w=16))
    skips, last = [], STREAM
    for depth in range(2):
        last = net.add(f"encoder.{depth}", conv_bn(net.shape(last), 8 * 2**depth, 3), last)
        skips.append(last)
        last = net.add(str(2 * depth + 1), layer("maxpool", kernel=2))
    for depth in (1, 0):
        mixed = net.add(f"up.{1 - depth}", conv_bn(net.shape(last), 8, 3), last)
        mixed = net.add("", layer("add"), mixed, last) if net.shape(last)["c"] == 8 else mixed
        pooled = net.add("", layer("adaptive_avgpool", size=16), mixed)
        skip = net.add("", layer("adaptive_avgpool", size=16), skips[depth])
        both = net.add("", layer("concat"), skip, pooled)
        last = net.add(f"decoder.{1 - depth}", conv_bn(net.shape(both), 8, 3), both)
    net.add("classifier", layer("conv", c=2, kernel=1))
    return Design("unet", net.done())


def gate(shape: Shape, ratio: int) -> Module:
    """Squeeze and excitation: a product of the input and what is made of it."""
    block = Sketch("se", shape, ratio=ratio)
    block.add("0", layer("gap"))
    block.add("reduce", layer("conv", c=shape["c"] // ratio, kernel=1))
    block.add("2", layer("relu"))
    block.add("expand", layer("conv", c=shape["c"], kernel=1))
    gated = block.add("4", layer("sigmoid"))
    block.add("5", layer("mul"), STREAM, gated)
    return block.done()


def pyramid() -> Design:
    """Several outputs, one for training alone; a scope with taps; weights used twice."""
    net = network("pyramid", Shape.of(c=3, h=16, w=16))
    inner = scope("backbone", net.inputs[0])
    c3 = inner.add("c3", conv_bn(net.inputs[0], 8, 3, 2))
    c4 = inner.add("c4", conv_bn(inner.shape(c3), 8, 3, 2))
    last = inner.add("2", gate(inner.shape(c4), 4))
    taps = (Output("output", last), Output("c3", c3), Output("c4", c4))
    net.add("backbone", inner.done(*taps))
    lateral = net.add("lateral", layer("conv", c=8, kernel=1), Wire(0, 1))
    pooled = net.add("2", layer("maxpool", kernel=2), lateral)
    p4 = net.add("p4", layer("add"), pooled, Wire(0, 0))
    tower = net.add("tower", layer("conv", c=4, kernel=1), p4, head="small")
    again = net.add("", layer("conv", c=4, kernel=1), lateral, head="large", reuses="tower")
    net.add("6", layer("gap"), Wire(0, 2), training=True, head="aux")
    aux = net.add("head", layer("conv", c=2, kernel=1), training=True, head="aux")
    outputs = (Output("small", tower), Output("aux", aux, training=True), Output("large", again))
    return Design("pyramid", net.done(*outputs))


def detours(shape: Shape, c: int) -> Module:
    """Two residuals, each with a projection of two items of its own where the shapes differ."""
    block = Sketch("detours", shape, c=c)
    last = STREAM
    for place in range(2):
        entered = last
        width = c * (place + 1)
        block.add(f"norm{place}", layer("bn"), entered)
        block.add(str(3 * place), layer("relu"))
        body = block.add(f"conv{place}", layer("conv", c=width, kernel=3))
        shortcut = entered
        if block.shape(entered)["c"] != width:
            options = {"role": Role.PROJECTION}
            block.add(f"fit{place}", layer("conv", c=width, kernel=1), entered, **options)  # type: ignore[arg-type]
            shortcut = block.add(f"bn{place}", layer("bn"), **options)  # type: ignore[arg-type]
        last = block.add("", layer("add"), body, shortcut, role=Role.RESIDUAL)
    return block.done()


def detoured() -> Design:
    """A block with a projection on the first residual, on the second, or on both."""
    net = network("detoured", Shape.of(c=8, h=8, w=8))
    last = STREAM
    for place, c in enumerate((8, 8, 16, 4)):
        last = net.add(f"block{place}", detours(net.shape(last), c), last)
    return Design("detoured", net.done())


def in_place_traps() -> Design:
    """Activations and sums where writing over the input would spoil the gradients, or raise."""
    net = network("traps", Shape.of(c=4, h=8, w=8))
    first = net.add("0", layer("relu"), STREAM)  # on the input itself
    conv = net.add("conv1", layer("conv", c=4, kernel=3), first)
    used = net.add("2", layer("relu"), conv)  # on what the sum takes too
    gated = net.add("3", layer("sigmoid"), used)
    net.add("4", layer("relu"))  # on what sigmoid keeps
    total = net.add("5", layer("add"), gated, conv)
    held = net.add("6", layer("sigmoid"), total)
    same = net.add("7", layer("identity"), held)
    over = net.add("8", layer("add"), same, conv)  # over what sigmoid keeps, seen through identity
    net.add("conv2", layer("conv", c=4, kernel=3), over)
    flat = net.add("flat", layer("flatten"))
    net.add("11", layer("relu"))  # on a view, of which nobody else knows
    twice = net.add("12", layer("identity"), flat)
    net.add("13", layer("add"), Wire(11), twice)
    return Design("traps", net.done())


ALL = (
    resnet18,
    googlenet,
    unet,
    pyramid,
    detoured,
    in_place_traps,
)

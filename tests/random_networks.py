"""Random specs: small networks with whatever the language has to route values and share weights."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

ACTIVATIONS = ("relu", "relu", "leaky_relu 0.2", "sigmoid", "tanh", "silu", "hardswish")
# Layers that are one tensor.
TENSORS = ("scale 0.5", "scale 2", "position")
MERGES = ("add", "add", "sub", "mean", "max", "mul")
# What gives the shape that it takes, with an even number of channels, by way of views and others.
DETOURS = (
    "channel_shuffle 2",
    'rearrange "(2 c) h w -> (c 2) h w"',
    'rearrange "c h w -> w h c" -> {act} -> rearrange "w h c -> c h w"',
    "concat {{ | chunk 1 2 -> {act} | chunk 0 2 }}",
    "concat {{ | slice 1 it.c -> {act} | slice 0 1 }}",
    "pad 1 -> {act} -> crop [it.h - 2, it.w - 2]",
    "pad 1 mode=replicate -> {act} -> crop [it.h - 2, it.w - 2] offset=1",
    "upsample 2 -> {act} -> maxpool 2x2",
    "stack axis=n {{ | identity | {act} }} -> take -1",
    "mulby 0.5 -> addto -1 -> abs",
)
PROJECTIONS = (
    "conv 1x1 c /stride as p",
    "conv 1x1 c /stride as p -> bn",
    "avgpool 1x1 /stride -> conv 1x1 c",
    "concat { | conv 1x1 (c // 2) /stride | maxpool 1x1 /stride -> conv 1x1 (c - c // 2) }",
)


def random_network(seed: int) -> str:
    """A spec with blocks, scopes, loops, merges, references, reuses and heads; always legal.

    All that it computes has to do with an output. What has not, an emitted network does not run,
    and then draws other random numbers for its dropout.
    """
    random = Random(seed)
    blocks = [_block(random, f"block{number}") for number in range(random.randint(0, 2))]
    text = _Network(random, {name: labels for name, labels, _ in blocks}).text()
    return "\n".join([*(block for _, _, block in blocks), text])


class _Scope:
    """Writes statements that keep the shape of the stream, which has `channels`.

    `labels` are the references to what has that shape, and `owners` the layers with weights, which
    may run again.
    """

    def __init__(self, random: Random, channels: str, blocks: dict[str, list[str]]) -> None:
        self.random = random
        self.channels = channels
        self.blocks = blocks
        self.labels: list[str] = []
        self.owners: list[str] = []
        self.items: list[Callable[[int], str]] = [
            *(self.conv, self.conv, self.activation, self.activation, self.norm, self.merge),
            *(self.concat, self.residual, self.scope, self.loop, self.reuse, self.call),
            *(self.tensor, self.resize),
            self.detour,
        ]
        self._count = 0

    def body(self, depth: int) -> str:
        """One to three chains, each on its line."""
        return "\n".join(self.chain(depth) for _ in range(self.random.randint(1, 3)))

    def chain(self, depth: int) -> str:
        """One to three items."""
        chosen = self.random.choices(self.items, k=self.random.randint(1, 3))
        return " -> ".join(item(depth) for item in chosen)

    def label(self) -> str:
        """A name that nothing has yet."""
        self._count += 1
        return f"n{self._count}"

    def labelled(self, item: str, chance: float = 0.4) -> str:
        """The item, perhaps with a label."""
        if self.random.random() > chance:
            return item
        label = self.label()
        self.labels.append(label)
        if item.startswith(("conv", *TENSORS)):
            self.owners.append(label)
        return f"{item} as {label}"

    def conv(self, depth: int) -> str:
        return self.labelled(f"conv {self.random.choice(('1x1', '3x3'))} {self.channels}")

    def activation(self, depth: int) -> str:
        return self.labelled(self.random.choice(ACTIVATIONS), 0.2)

    def tensor(self, depth: int) -> str:
        return self.labelled(self.random.choice(TENSORS))

    def resize(self, depth: int) -> str:
        """To another size, and back to that of what has the stream's shape."""
        if not self.labels:
            return self.tensor(depth)
        target = self.random.choice(self.labels)
        mode = self.random.choice(("nearest", "bilinear"))
        return f"maxpool 2x2 /1 pad=1 -> interpolate @{target} mode={mode}"

    def norm(self, depth: int) -> str:
        return self.labelled(self.random.choice(("bn", "bn", "identity", "dropout 0.5")))

    def detour(self, depth: int) -> str:
        act = self.random.choice(ACTIVATIONS)
        return f"{{ {self.random.choice(DETOURS).format(act=act)} }}"

    def merge(self, depth: int) -> str:
        if not depth:
            return self.conv(depth)
        return self.labelled(f"{self.random.choice(MERGES)} {self.arms(depth)}")

    def concat(self, depth: int) -> str:
        if not depth:
            return self.conv(depth)
        return f"concat {self.arms(depth)} -> conv 1x1 {self.channels}"

    def arms(self, depth: int) -> str:
        """Two or three arms, of which the first takes the stream."""
        arms = [self.chain(depth - 1)]
        for _ in range(self.random.randint(1, 2)):
            refers = self.labels and self.random.random() < 0.3
            arms.append(f"@{self.random.choice(self.labels)}" if refers else self.chain(depth - 1))
        return f"{{ | {' | '.join(arms)} }}"

    def residual(self, depth: int) -> str:
        return f"residual {{ {self.body(depth - 1)} }}" if depth else self.activation(depth)

    def scope(self, depth: int) -> str:
        """A labelled scope, whose own names are reached through its label."""
        if not depth:
            return self.norm(depth)
        inner = _Scope(self.random, self.channels, self.blocks)
        text = inner.body(depth - 1)
        label = self.label()
        self.labels += [label, *(f"{label}.{name}" for name in inner.labels)]
        return f"{{ {text} }} as {label}"

    def loop(self, depth: int) -> str:
        label = self.label()
        self.labels.append(f"{label}[-1]")
        times = self.random.randint(1, 4)
        item = self.random.choice((f"conv 3x3 {self.channels}", *TENSORS))
        return f"{{ repeat {times} {{ {item} as {label} -> relu }} }}"

    def reuse(self, depth: int) -> str:
        return f"reuse {self.random.choice(self.owners)}" if self.owners else self.conv(depth)

    def call(self, depth: int) -> str:
        if not self.blocks:
            return self.conv(depth)
        name = self.random.choice(list(self.blocks))
        label = self.label()
        self.labels += [label, *(f"{label}.{inner}" for inner in self.blocks[name])]
        return f"{name} {self.channels} as {label}"


class _Network(_Scope):
    """Writes a network, in which blocks also change the shape."""

    def __init__(self, random: Random, blocks: dict[str, list[str]]) -> None:
        super().__init__(random, "4", blocks)

    def text(self) -> str:
        lines = [f"conv 3x3 {self.channels} as stem"]
        heads = 0
        for _ in range(self.random.randint(1, 3)):
            lines += [self.change(), self.body(2)]
            if self.random.random() < 0.5:
                training = self.random.choice(("", " training"))
                lines.append(f"head head{heads}{training} {{ {self.head()} }}")
                heads += 1
        body = "\n".join(lines)
        return f"network Net() {{ input 3x8x8\n{body}\nhead last {{ {self.head()} }}\n}}"

    def change(self) -> str:
        """A block's call of another width or size, after which older names don't fit."""
        self.labels, self.owners = [], []
        if not self.blocks:
            return f"conv 3x3 {self.channels}"
        self.channels = str(self.random.choice((2, 4, 6)))
        name = self.random.choice(list(self.blocks))
        stride = self.random.choice(("", " /2"))
        return f"{name} {self.channels}{stride} as {self.label()}"

    def head(self) -> str:
        """What a head holds; its names are its own."""
        labels, owners = list(self.labels), list(self.owners)
        text = self.body(1)
        self.labels, self.owners = labels, owners
        return text


def _block(random: Random, name: str) -> tuple[str, list[str], str]:
    """A block's name, the names of its items, and its text."""
    scope = _Scope(random, "c", {})
    first = f"residual {{ conv 3x3 c /stride as a\n{scope.body(1)} }}"
    text = f"{first} project {{ {random.choice(PROJECTIONS)} }}\n{scope.body(1)}"
    return name, scope.labels, f"block {name}(c, stride=1) {{\n{text}\n}}"

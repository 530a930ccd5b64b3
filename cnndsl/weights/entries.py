"""The tensors that a network has and those that a checkpoint gives, without their numbers."""

from __future__ import annotations

from dataclasses import dataclass

from cnndsl.source import Span

# What the last part of a name says in torch's own layers, and whether that is trained.
_TRAINED_BY_ROLE = {
    "weight": True,
    "bias": True,
    "running_mean": False,
    "running_var": False,
    "num_batches_tracked": False,
}
_FLOATS = ("float", "bfloat")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A tensor of a network: a parameter, or a buffer where it is not `trainable`.

    `dtype` is torch's, such as `float32`; empty where no module tells it. `span` is the layer that
    it belongs to, where the spec is known.
    """

    name: str
    shape: tuple[int, ...]
    trainable: bool
    dtype: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A tensor of a checkpoint, or what stands there instead of one.

    `key` is its name in the file, `original` that without what a wrapper put before all names, and
    `name` what rules made of it. `is_parameter` tells that it is one for certain: most checkpoints
    don't say so.
    """

    name: str
    original: str
    key: str
    shape: tuple[int, ...]
    dtype: str
    is_tensor: bool = True
    is_parameter: bool = False

    @property
    def told(self) -> str:
        """Its name as a message tells it, with the one that it had before."""
        renamed = f" (renamed from `{self.original}`)" if self.name != self.original else ""
        return f"`{self.name}`{renamed}"


def size(shape: tuple[int, ...]) -> str:
    """A shape in words: `64x3x7x7`, or `scalar`."""
    return "x".join(map(str, shape)) or "scalar"


def difference(wanted: Wanted, given: Given, cast: bool) -> str:
    """How a tensor of the network and one that is to fill it differ; empty where it can fill it.

    `cast` lets floating-point numbers be of another precision.
    """
    if wanted.shape != given.shape:
        return f"is {size(wanted.shape)} here, and {size(given.shape)} in the checkpoint"
    if kinds := _kinds(wanted, given):
        return f"is {kinds[0]} here, and {kinds[1]} in the checkpoint"
    if is_other_dtype(wanted, given) and not (cast and _are_floats(wanted, given)):
        return f"is {wanted.dtype} here, and {given.dtype} in the checkpoint"
    return ""


def is_other_dtype(wanted: Wanted, given: Given) -> bool:
    """Whether the numbers are of different types."""
    return bool(wanted.dtype) and wanted.dtype != given.dtype


def can_be_cast(wanted: Wanted, given: Given) -> bool:
    """Whether the precision of its numbers is all that keeps a tensor from its place."""
    return bool(difference(wanted, given, False)) and not difference(wanted, given, True)


def _are_floats(wanted: Wanted, given: Given) -> bool:
    return wanted.dtype.startswith(_FLOATS) and given.dtype.startswith(_FLOATS)


def _kinds(wanted: Wanted, given: Given) -> tuple[str, str] | None:
    """What both are, where that can't be the same: a bias and a weight, say."""
    ours, theirs = _role(wanted.name), _role(given.original)
    if given.is_parameter and not wanted.trainable:
        return "a buffer", "a parameter"
    # Names of the user's own say nothing of what the tensor is.
    if theirs not in _TRAINED_BY_ROLE or theirs == ours:
        return None
    if ours in _TRAINED_BY_ROLE:
        return f"a `{ours}`", f"a `{theirs}`"
    if _TRAINED_BY_ROLE[theirs] != wanted.trainable:
        return "a parameter" if wanted.trainable else "a buffer", f"a `{theirs}`"
    return None


def _role(name: str) -> str:
    return name.rpartition(".")[2]

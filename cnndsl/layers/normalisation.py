"""Normalisation of channels by statistics of their own: batch, instance, group, response."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from cnndsl.layers.axes import check_axes
from cnndsl.layers.base import Call, Kind, Layer, ShapeError, Weight, option
from cnndsl.layers.divisors import nearest_divisor
from cnndsl.layers.options import count, flag, number, positive
from cnndsl.layers.windows import SPATIAL, spatial_sizes
from cnndsl.shape import Shape


class Norm(Layer):
    """What norms with a trained scale and shift for each channel have in common."""

    kind = Kind.NORMALISATION

    eps: float = option(number(0), 1e-5, doc="added to the variance")
    affine: bool = option(flag(), True, doc="a trained scale and shift for each channel")
    bias: bool = option(flag(), True, doc="where it is `affine`: the shift too")

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        channels = (inputs[0]["c"],)
        trained = (Weight("weight", channels), *(Weight("bias", channels),) * self.bias)
        return trained * self.affine


class ChannelNorm(Norm):
    """What norms of each channel by itself have in common: they take its mean away."""

    momentum: float = option(number(0, 1), 0.1, doc="share of a batch in the running statistics")
    track_running_stats: bool = option(
        flag(), True, doc="keeps running statistics, and uses them in evaluation"
    )

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        channels = (inputs[0]["c"],)
        running = (
            Weight("running_mean", channels, trainable=False),
            Weight("running_var", channels, trainable=False),
            Weight("num_batches_tracked", (), trainable=False),
        )
        return super().weights(*inputs) + running * self.track_running_stats

    def torch_options(self) -> dict[str, tuple[object, object]]:
        """Its options, with torch's defaults, in torch's order."""
        options = self.option_values()
        order = ("eps", "momentum", "affine", "track_running_stats", "bias")
        return {name: options[name] for name in order}


class BatchNorm(ChannelNorm):
    """Batch normalisation of each channel of `c`, `c h w` or `c t h w`."""

    word = "bn"

    # Torch trains with no other.
    eps: float = option(positive(), 1e-5, doc="added to the variance")

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        tokens = len(shape) > 1 and shape.axes[-1] == "c"
        hint = "`ln` is over `c` where it is last" if tokens else ""
        check_axes(self.word, shape, ("c",), *SPATIAL, hint=hint)
        return shape

    def torch(self, *inputs: Shape) -> Call:
        (shape,) = inputs
        rank = max(len(shape) - 1, 1)
        return Call.of(f"nn.BatchNorm{rank}d", {"num_features": shape["c"]}, self.torch_options())

    def caption(self, *inputs: Shape) -> str:
        return "BN"


class InstanceNorm(ChannelNorm):
    """Normalisation of each channel of each sample, over `h w` or `t h w`."""

    word = "instancenorm"

    affine: bool = option(flag(), False, doc="a trained scale and shift for each channel")
    track_running_stats: bool = option(
        flag(), False, doc="keeps running statistics, and uses them in evaluation"
    )

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        sizes = spatial_sizes(self.word, shape)
        if set(sizes) == {1}:
            raise ShapeError(
                f"`instancenorm` is over the places of a channel, "
                f"but {shape.describe()} has one place in each",
                hint="`ln` after `flatten`, which is over the channels",
            )
        return shape

    def torch(self, *inputs: Shape) -> Call:
        (shape,) = inputs
        features = {"num_features": shape["c"]}
        return Call.of(f"nn.InstanceNorm{len(shape) - 1}d", features, self.torch_options())

    def caption(self, *inputs: Shape) -> str:
        return "IN"


class GroupNorm(Norm):
    """Normalisation of groups of channels of each sample; `c` is the first axis."""

    word = "gn"
    example = "gn 32"

    groups: int = option(count(), doc="parts of the channels; it divides `c`", positional=True)

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if shape.axes[:1] != ("c",):
            raise ShapeError(
                f"`gn` wants `c` first, but gets {shape.describe()}",
                hint="`ln` is over `c` where it is last" if shape.axes[-1:] == ("c",) else "",
            )
        if shape["c"] % self.groups:
            raise ShapeError(
                f"`gn` has {self.groups} groups, which do not divide {shape['c']} channels",
                hint=f"`gn {nearest_divisor(self.groups, shape['c'])}`, "
                f"or another that divides {shape['c']}",
                option="groups",
                code="indivisible",
            )
        if self.groups == shape.elements:
            raise ShapeError(
                f"each of the {self.groups} groups of `gn` is one number of {shape.describe()}",
                hint="fewer groups: `gn 1` normalises all channels together",
                option="groups",
            )
        return shape

    def torch(self, *inputs: Shape) -> Call:
        sizes = {"num_groups": self.groups, "num_channels": inputs[0]["c"]}
        return Call.of("nn.GroupNorm", sizes, self.option_values("groups"))

    def caption(self, *inputs: Shape) -> str:
        return f"GN {self.groups}"


class LocalResponseNorm(Layer):
    """Local response normalisation over neighbouring channels of `c h w` (AlexNet)."""

    word = "lrn"
    example = "lrn 5"
    kind = Kind.NORMALISATION

    size: int = option(count(), doc="neighbouring channels that are summed", positional=True)
    alpha: float = option(number(), 1e-4, doc="weight of the mean square")
    beta: float = option(number(), 0.75, doc="exponent")
    k: float = option(number(), 1.0, doc="added to the weighted mean square")

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        spatial_sizes(self.word, shape)
        return shape

    def torch(self, *inputs: Shape) -> Call:
        return Call.of("nn.LocalResponseNorm", {"size": self.size}, self.option_values("size"))

    def caption(self, *inputs: Shape) -> str:
        return f"LRN {self.size}"


_GLOBAL_RESPONSE_NORM = '''\
class GlobalResponseNorm(nn.Module):
    """Scales each channel by its norm over all places, against the mean norm of the channels."""

    def __init__(self, num_features: int, channel_dim: int = 1, eps: float = 1e-6) -> None:
        super().__init__()
        self.channel_dim = channel_dim
        self.eps = eps
        self.weight = nn.Parameter(torch.zeros(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))

    def forward(self, input: Tensor) -> Tensor:
        x = input.movedim(self.channel_dim, -1)
        places = tuple(range(1, x.dim() - 1))
        norm = torch.linalg.vector_norm(x, dim=places, keepdim=True)
        scaled = x * (norm / (norm.mean(dim=-1, keepdim=True) + self.eps))
        x = self.weight * scaled + self.bias + x
        return x.movedim(-1, self.channel_dim)'''


class GlobalResponseNorm(Layer):
    """Global response normalisation, of ConvNeXt V2 (Woo et al., 2023, arXiv:2301.00808).

    Of `c h w`, `h w c` or `l c`. Its weights start at zero, where it gives what it takes.
    """

    word = "grn"
    kind = Kind.NORMALISATION
    definitions: ClassVar[Mapping[str, str]] = {"GlobalResponseNorm": _GLOBAL_RESPONSE_NORM}

    eps: float = option(number(0), 1e-6, doc="added to the mean norm of the channels")

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if len(shape) < 2 or "c" not in (shape.axes[0], shape.axes[-1]):
            raise ShapeError(
                f"`grn` wants `c` first or last and other axes, but gets {shape.describe()}"
            )
        return shape

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        channels = (inputs[0]["c"],)
        return (Weight("weight", channels), Weight("bias", channels))

    def torch(self, *inputs: Shape) -> Call:
        (shape,) = inputs
        dim = 1 if shape.axes[0] == "c" else -1
        return Call.of(
            "GlobalResponseNorm",
            {"num_features": shape["c"]},
            {"channel_dim": (dim, 1), "eps": (self.eps, 1e-6)},
        )

    def caption(self, *inputs: Shape) -> str:
        return "GRN"

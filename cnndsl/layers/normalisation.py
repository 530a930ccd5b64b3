"""Normalisation."""

from __future__ import annotations

from cnndsl.layers.base import Call, Kind, Layer, ShapeError, Weight, option
from cnndsl.layers.options import count, flag, number
from cnndsl.layers.windows import SPATIAL, spatial_sizes
from cnndsl.shape import Shape


class BatchNorm(Layer):
    """Batch normalisation of each channel of `c`, `c h w` or `c t h w`."""

    word = "bn"
    kind = Kind.NORMALISATION

    eps: float = option(number(0), 1e-5, doc="added to the variance")
    momentum: float = option(number(0, 1), 0.1, doc="share of a batch in the running statistics")
    affine: bool = option(flag(), True, doc="a trained scale and shift for each channel")
    track_running_stats: bool = option(
        flag(), True, doc="keeps running statistics, and uses them in evaluation"
    )
    bias: bool = option(flag(), True, doc="where it is `affine`: the shift too")

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if shape.axes != ("c",) and shape.axes not in SPATIAL:
            raise ShapeError(f"`bn` takes `c`, `c h w` or `c t h w`, but gets {shape.describe()}")
        return shape

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        channels = (inputs[0]["c"],)
        trained = (Weight("weight", channels), *(Weight("bias", channels),) * self.bias)
        running = (
            Weight("running_mean", channels, trainable=False),
            Weight("running_var", channels, trainable=False),
            Weight("num_batches_tracked", (), trainable=False),
        )
        return trained * self.affine + running * self.track_running_stats

    def torch(self, *inputs: Shape) -> Call:
        (shape,) = inputs
        rank = max(len(shape) - 1, 1)
        return Call.of(f"nn.BatchNorm{rank}d", {"num_features": shape["c"]}, self.option_values())

    def caption(self, *inputs: Shape) -> str:
        return "BN"


class LocalResponseNorm(Layer):
    """Local response normalisation over neighbouring channels of `c h w` (AlexNet)."""

    word = "lrn"
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

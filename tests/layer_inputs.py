"""What the tests of layers put into them: for each word, options and the inputs' shapes."""

from __future__ import annotations

from typing import Any

from cnndsl.layers.options import Port
from cnndsl.shape import Shape

VECTOR = Shape.of(c=6)
IMAGE = Shape.of(c=6, h=9, w=8)
VIDEO = Shape.of(c=6, t=5, h=9, w=8)
TOKENS = Shape(("l", "c"), (7, 6))
GATE = Shape.of(c=6, h=1, w=1)
MAP = Shape.of(h=9, w=8, c=6)

Case = tuple[dict[str, Any], tuple[Shape, ...]]


def on(*inputs: Shape, **options: Any) -> Case:
    """One use of a layer."""
    return options, inputs


CASES: dict[str, tuple[Case, ...]] = {
    "conv": (
        on(IMAGE, c=4, kernel=3),
        on(IMAGE, c=4, kernel=2),
        on(IMAGE, c=8, kernel=(1, 7), stride=2, bias=False),
        on(IMAGE, c=4, kernel=(2, 3), stride=(2, 1), pad=(0, 2)),
        on(IMAGE, c=9, kernel=3, groups=3, dilation=2),
        on(IMAGE, c=12, kernel=5, groups=6, pad=1, pad_mode="reflect"),
        on(IMAGE, c=4, kernel=4, pad="same"),
        on(IMAGE, c=4, kernel=(3, 2), stride=2, pad="same"),
        on(IMAGE, c=8, kernel=3, stride=2, pad="same", groups=2, bias=False),
        on(IMAGE, c=4, kernel=4, stride=(3, 1), pad="same", dilation=2, pad_mode="reflect"),
        on(VIDEO, c=4, kernel=(2, 3, 3), stride=2, pad="same", pad_mode="circular"),
        on(IMAGE, c=4, kernel=3, pad="same", pad_mode="circular"),
        on(VIDEO, c=4, kernel=3, stride=(1, 2, 2)),
        on(VIDEO, c=4, kernel=3, pad_mode="replicate"),
    ),
    "dwconv": (
        on(IMAGE, kernel=3),
        on(IMAGE, kernel=(5, 2), stride=2, multiplier=2, bias=False),
        on(IMAGE, kernel=3, stride=2, pad="same", dilation=2),
        on(VIDEO, kernel=3, pad=1, pad_mode="reflect"),
    ),
    "upconv": (
        on(IMAGE, c=4, kernel=2, stride=2),
        on(IMAGE, c=9, kernel=(3, 4), stride=(1, 3), pad=(1, 0), groups=3, bias=False),
        on(IMAGE, c=4, kernel=3, stride=2, dilation=2, pad=1, output_pad=1),
        on(VIDEO, c=4, kernel=(1, 2, 2), stride=(1, 2, 2)),
    ),
    "shift": (
        on(IMAGE.replace(c=20), kernel=3),
        on(IMAGE.replace(c=9), kernel=(3, 3), dilation=2),
        on(IMAGE.replace(c=27, h=1), kernel=5),
    ),
    "bn": (
        on(VECTOR),
        on(IMAGE, eps=0.001, momentum=0.01),
        on(VIDEO, affine=False),
        on(IMAGE, track_running_stats=False),
        on(IMAGE, bias=False),
        on(IMAGE, affine=False, bias=True),
    ),
    "instancenorm": (
        on(IMAGE),
        on(VIDEO, affine=True, eps=0.001),
        on(IMAGE, affine=True, bias=False),
        on(IMAGE, track_running_stats=True, momentum=0.01),
    ),
    "gn": (
        on(IMAGE, groups=3),
        on(VIDEO, groups=6, eps=0.001),
        on(IMAGE, groups=1, affine=False),
        on(VECTOR, groups=2, bias=False),
    ),
    "ln": (
        on(TOKENS),
        on(VECTOR, eps=1e-6),
        on(MAP, affine=False),
        on(TOKENS, bias=False),
    ),
    "ln2d": (on(IMAGE), on(IMAGE, eps=1e-6), on(GATE, bias=False), on(IMAGE, affine=False)),
    "rmsnorm": (on(TOKENS), on(MAP, eps=1e-6), on(VECTOR, affine=False)),
    "grn": (on(IMAGE), on(MAP, eps=1e-5), on(TOKENS), on(VIDEO)),
    "lrn": (on(IMAGE, size=5), on(VIDEO, size=4, alpha=0.01, beta=0.5, k=2)),
    "maxpool": (
        on(IMAGE, kernel=2),
        on(IMAGE, kernel=3, stride=2, pad=1),
        on(IMAGE, kernel=(3, 2), stride=(2, 3), ceil_mode=True),
        on(IMAGE, kernel=3, dilation=2, stride=1),
        on(VIDEO, kernel=(1, 2, 2)),
    ),
    "avgpool": (
        on(IMAGE, kernel=2),
        on(IMAGE, kernel=3, stride=2, pad=1, count_include_pad=False),
        on(IMAGE, kernel=3, stride=(1, 2), ceil_mode=True, divisor_override=4),
        on(VIDEO, kernel=2),
    ),
    "lppool": (
        on(IMAGE, kernel=2, p=2),
        on(IMAGE, kernel=(3, 2), stride=(2, 1), p=2, ceil_mode=True),
        on(VIDEO, kernel=2, p=4, stride=1),
    ),
    "gap": (on(IMAGE), on(VIDEO)),
    "gmp": (on(IMAGE), on(VIDEO)),
    "adaptive_avgpool": (on(IMAGE, size=3), on(IMAGE, size=(12, 1)), on(VIDEO, size=2)),
    "adaptive_maxpool": (on(IMAGE, size=3), on(IMAGE, size=(12, 1)), on(VIDEO, size=2)),
    "reduce": (
        on(IMAGE, reduction="mean"),
        on(IMAGE, reduction="max", axis="c"),
        on(IMAGE, reduction="min", axis=("w", "h")),
        on(TOKENS, reduction="sum", axis=("l",)),
        on(VECTOR, reduction="max"),
    ),
    "flatten": (on(IMAGE), on(VIDEO), on(VECTOR), on(TOKENS)),
    "rearrange": (
        on(IMAGE, pattern="c h w -> (h w) c"),
        on(IMAGE, pattern="(2 c) h w -> c (2 h) w"),
        on(IMAGE, pattern="c (h p=3) (w q=2) -> (h w) (p q c)"),
        on(TOKENS, pattern="(l) c -> c l n=1"),
        on(GATE, pattern="c 1 1 -> c"),
        on(VIDEO, pattern="c t h w -> t c h w"),
    ),
    "pixel_shuffle": (on(IMAGE.replace(c=8), factor=2), on(IMAGE, factor=1)),
    "pixel_unshuffle": (on(IMAGE.replace(h=6), factor=2), on(IMAGE, factor=1)),
    "channel_shuffle": (on(IMAGE, groups=2), on(VIDEO, groups=3), on(IMAGE, groups=1)),
    "upsample": (
        on(IMAGE, scale=2),
        on(IMAGE, scale=(2, 1.5), mode="bilinear", align_corners=True),
        on(IMAGE, size=(9, 30), mode="bicubic"),
        on(VIDEO, scale=1.3, mode="trilinear", align_corners=False),
        on(VIDEO, scale=1),
    ),
    "pad": (
        on(IMAGE, size=1),
        on(IMAGE, size=((0, 1), (2, 3)), value=0.5),
        on(IMAGE, size=(1, (0, 7)), mode="reflect"),
        on(IMAGE, size=0, mode="replicate"),
        on(VIDEO, size=(1, 2, 3), mode="circular"),
        on(VIDEO, size=(0, 0, (2, 1))),
        on(IMAGE, size=((1, 2),), axis="c", value=-1),
        on(TOKENS, size=2, axis="l"),
    ),
    "crop": (
        on(IMAGE, size=4),
        on(IMAGE, size=(9, 3)),
        on(IMAGE, size=(3, 5), offset=(4, 0)),
        on(VIDEO, size=2, offset=1),
        on(VIDEO, size=(2, 9, 5)),
        on(IMAGE, IMAGE.replace(c=2, h=4, w=3), size=Port(1)),
        on(IMAGE, IMAGE.replace(c=2, h=4, w=3), size=Port(1), offset=(0, 3)),
    ),
    "slice": (
        on(IMAGE, start=0, stop=4),
        on(IMAGE, start=2, stop=8, axis="w"),
        on(TOKENS, start=1, stop=2, axis="l"),
        on(VECTOR, start=3, stop=6),
    ),
    "chunk": (
        on(IMAGE, index=0, chunks=2),
        on(IMAGE, index=2, chunks=3, axis="h"),
        on(TOKENS, index=1, chunks=2),
        on(VECTOR, index=0, chunks=1),
    ),
    "take": (on(TOKENS, index=0), on(IMAGE, index=-1, axis="h"), on(VECTOR, index=2)),
    "gram": (
        on(IMAGE),
        on(VIDEO, divide_by="places"),
        on(IMAGE, divide_by="nothing"),
    ),
    "abs": (on(IMAGE), on(VECTOR)),
    "mulby": (on(IMAGE, factor=0.1), on(TOKENS, factor=-2)),
    "addto": (on(IMAGE, value=3), on(IMAGE, value=-0.5)),
    "normalize": (
        on(IMAGE, mean=(0.1, 0.2, 0.3, 0.4, 0.5, 1), std=(1, 2, 3, 4, 5.0, 6)),
        on(VIDEO, mean=0, std=2),
        on(VECTOR, mean=(0.5,) * 6, std=0.25),
    ),
    "fc": (on(VECTOR, c=10), on(TOKENS, c=10, bias=False)),
    "dropout": (on(IMAGE), on(VECTOR, p=0.1), on(TOKENS, p=0)),
    "dropout2d": (on(IMAGE), on(IMAGE, p=0.1)),
    "droppath": (on(IMAGE, p=0.5), on(TOKENS, p=0), on(VECTOR, p=1)),
    "identity": (on(IMAGE), on(TOKENS)),
    "interpolate": (
        on(IMAGE, size=5),
        on(IMAGE, size=(12, 5), mode="bilinear", align_corners=True),
        on(VIDEO, size=(7, 4, 9), mode="trilinear"),
        on(IMAGE, IMAGE.replace(c=2, h=12, w=20), size=Port(1), mode="bicubic", antialias=True),
        on(VIDEO, VIDEO.replace(t=2), size=Port(1)),
    ),
    "prepend": (on(TOKENS), on(TOKENS, n=3)),
    "position": (on(TOKENS), on(IMAGE), on(VECTOR)),
    "scale": (on(IMAGE, value=1e-6), on(TOKENS, value=0.1), on(VECTOR, value=1)),
    "attention": (
        on(TOKENS, heads=2),
        on(TOKENS, heads=3, bias=False),
        on(TOKENS, heads=6, dropout=0.1),
    ),
    "window_attention": (
        on(MAP, heads=2, window=3),
        on(MAP, heads=3, window=(4, 3), shift=(2, 1), attention_dropout=0.1, dropout=0.2),
        on(MAP, heads=2, window=5, shift=2, qkv_bias=False, proj_bias=False),
        on(MAP, heads=1, window=(9, 4), shift=(4, 2)),
        on(MAP, heads=2, window=3, version=2),
        on(MAP, heads=3, window=(10, 4), shift=(5, 2), version=2, dropout=0.1),
        on(MAP, heads=2, window=(1, 3), shift=(0, 1), qkv_bias=False, version=2),
    ),
    "patch_merge": (on(MAP), on(MAP.replace(h=1)), on(MAP, version=2)),
    "relu": (on(IMAGE), on(VECTOR)),
    "relu6": (on(IMAGE),),
    "leaky_relu": (on(IMAGE), on(IMAGE, negative_slope=0.2)),
    "prelu": (on(IMAGE), on(IMAGE, num_parameters=6, slope=0.1), on(TOKENS, num_parameters=7)),
    "rrelu": (on(IMAGE), on(IMAGE, lower=0.1), on(IMAGE, upper=0.5), on(IMAGE, lower=0, upper=1)),
    "elu": (on(IMAGE), on(IMAGE, alpha=0.5)),
    "selu": (on(IMAGE),),
    "celu": (on(IMAGE), on(IMAGE, alpha=0.5)),
    "gelu": (on(IMAGE), on(TOKENS, approximate="tanh")),
    "silu": (on(IMAGE),),
    "mish": (on(IMAGE),),
    "softplus": (on(IMAGE), on(IMAGE, beta=2, threshold=10.0)),
    "softshrink": (on(IMAGE), on(IMAGE, lambd=0.2)),
    "softsign": (on(IMAGE),),
    "hardshrink": (on(IMAGE), on(IMAGE, lambd=0.2)),
    "hardsigmoid": (on(IMAGE),),
    "hardswish": (on(IMAGE),),
    "hardtanh": (on(IMAGE), on(IMAGE, min_val=0.0, max_val=6.0)),
    "logsigmoid": (on(IMAGE),),
    "sigmoid": (on(IMAGE),),
    "tanh": (on(IMAGE),),
    "tanhshrink": (on(IMAGE),),
    "threshold": (on(IMAGE, threshold=0.1, value=20.0), on(IMAGE, threshold=0, value=-1)),
    "softmax": (on(IMAGE), on(TOKENS), on(TOKENS, axis="l")),
    "log_softmax": (on(IMAGE), on(IMAGE, axis="h")),
    "softmin": (on(IMAGE), on(TOKENS, axis="l")),
    "add": (on(IMAGE, IMAGE), on(IMAGE, IMAGE, GATE), on(GATE, IMAGE), on(TOKENS)),
    "mul": (on(IMAGE, GATE), on(GATE, IMAGE, IMAGE), on(IMAGE)),
    "sub": (on(IMAGE, IMAGE), on(IMAGE, IMAGE, IMAGE), on(IMAGE)),
    "max": (on(IMAGE, IMAGE), on(IMAGE, IMAGE, IMAGE), on(IMAGE)),
    "mean": (on(IMAGE, IMAGE), on(IMAGE, IMAGE, IMAGE), on(IMAGE)),
    "concat": (
        on(IMAGE, IMAGE.replace(c=2), GATE.replace(h=9, w=8)),
        on(IMAGE, IMAGE.replace(h=1), axis="h"),
        on(TOKENS, TOKENS.replace(l=1), axis="l"),
        on(IMAGE),
    ),
    "stack": (
        on(IMAGE, IMAGE, axis="view"),
        on(VECTOR, VECTOR, VECTOR, axis="l"),
        on(VECTOR, axis="l"),
    ),
}

"""What the tests of layers put into them: for each word, options and the inputs' shapes."""

from __future__ import annotations

from typing import Any

from cnndsl.shape import Shape

VECTOR = Shape.of(c=6)
IMAGE = Shape.of(c=6, h=9, w=8)
VIDEO = Shape.of(c=6, t=5, h=9, w=8)
TOKENS = Shape(("l", "c"), (7, 6))
GATE = Shape.of(c=6, h=1, w=1)

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
    "bn": (
        on(VECTOR),
        on(IMAGE, eps=0.001, momentum=0.01),
        on(VIDEO, affine=False),
        on(IMAGE, track_running_stats=False),
        on(IMAGE, bias=False),
        on(IMAGE, affine=False, bias=True),
    ),
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
    "gap": (on(IMAGE), on(VIDEO)),
    "gmp": (on(IMAGE), on(VIDEO)),
    "adaptive_avgpool": (on(IMAGE, size=3), on(IMAGE, size=(12, 1)), on(VIDEO, size=2)),
    "adaptive_maxpool": (on(IMAGE, size=3), on(IMAGE, size=(12, 1)), on(VIDEO, size=2)),
    "flatten": (on(IMAGE), on(VIDEO), on(VECTOR), on(TOKENS)),
    "fc": (on(VECTOR, c=10), on(TOKENS, c=10, bias=False)),
    "dropout": (on(IMAGE), on(VECTOR, p=0.1), on(TOKENS, p=0)),
    "dropout2d": (on(IMAGE), on(IMAGE, p=0.1)),
    "identity": (on(IMAGE), on(TOKENS)),
    "relu": (on(IMAGE), on(VECTOR)),
    "relu6": (on(IMAGE),),
    "leaky_relu": (on(IMAGE), on(IMAGE, negative_slope=0.2)),
    "prelu": (on(IMAGE), on(IMAGE, num_parameters=6, init=0.1), on(TOKENS, num_parameters=7)),
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

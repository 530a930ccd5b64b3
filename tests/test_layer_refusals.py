"""What a layer refuses: the values of options, and inputs that don't fit."""

from __future__ import annotations

from typing import Any

import pytest

from cnndsl.layers import LAYERS
from cnndsl.layers.base import OptionError, ShapeError
from tests.layer_inputs import GATE, IMAGE, TOKENS, VECTOR, VIDEO, Case, on

# Uses that no shape fits: the word, the use, the whole message, the option at fault, the hint.
REFUSED: tuple[tuple[str, Case, str, str, str], ...] = (
    (
        "conv",
        on(IMAGE, c=6, kernel=3, groups=4),
        "`groups=4` does not divide 6 input channels",
        "groups",
        "`groups=6`, or another that divides both 6 and 6",
    ),
    (
        "conv",
        on(IMAGE, c=4, kernel=3, groups=3),
        "`groups=3` does not divide 4 output channels",
        "groups",
        "`groups=2`, or another that divides both 6 and 4",
    ),
    (
        "conv",
        on(IMAGE, c=4, kernel=11, pad=1),
        "a 11x11 window does not fit 9x8, padded to 11x10",
        "kernel",
        "a smaller `kernel`, a greater `pad`, or a smaller stride before it",
    ),
    (
        "conv",
        on(IMAGE, c=4, kernel=4, dilation=4),
        "a 4x4 window, dilated to 13x13, does not fit 9x8, padded to 9x8",
        "kernel",
        "a smaller `kernel`, a greater `pad`, or a smaller stride before it",
    ),
    (
        "conv",
        on(IMAGE, c=4, kernel=3, pad=8, pad_mode="reflect"),
        "`pad_mode=reflect` can add at most 7 at an end of an axis of 8, but `pad` is 8",
        "pad_mode",
        "`pad_mode=zeros` or `pad_mode=replicate`",
    ),
    (
        "conv",
        on(IMAGE, c=4, kernel=(3, 3, 3)),
        "`kernel` has 3 numbers, but the input has 2 spatial axes, 9x8",
        "kernel",
        "`kernel=3x3`",
    ),
    (
        "conv",
        on(VECTOR, c=4, kernel=3),
        "`conv` takes `c h w` or `c t h w`, but gets c 6",
        "",
        "put `conv` before what takes `h w` away",
    ),
    (
        "maxpool",
        on(IMAGE, kernel=9),
        "a 9x9 window does not fit 9x8, padded to 9x8",
        "kernel",
        "a smaller `kernel`, a greater `pad`, or a smaller stride before it",
    ),
    (
        "avgpool",
        on(IMAGE, kernel=3, pad=2),
        "`pad=2` is more than half of the 3x3 window",
        "pad",
        "`pad=1` at most",
    ),
    (
        "avgpool",
        on(VIDEO, kernel=6, pad=1),
        "a 6x6x6 window is greater than 5x9x8, and along `t h w` padding does not make up for it",
        "kernel",
        "`kernel=5x6x6` at most",
    ),
    (
        "adaptive_avgpool",
        on(VIDEO, size=(1, 1)),
        "`size` has 2 numbers, but the input has 3 spatial axes, 5x9x8",
        "size",
        "`size=1x1x1`",
    ),
    ("gap", on(TOKENS), "`gap` takes `c h w` or `c t h w`, but gets l 7, c 6", "", ""),
    ("bn", on(TOKENS), "`bn` takes `c`, `c h w` or `c t h w`, but gets l 7, c 6", "", ""),
    ("dropout2d", on(VECTOR), "`dropout2d` takes `c h w`, but gets c 6", "", ""),
    (
        "fc",
        on(IMAGE, c=10),
        "`fc` wants `c` last, but gets c 6, h 9, w 8",
        "",
        "put `flatten` before it",
    ),
    (
        "prelu",
        on(IMAGE, num_parameters=4),
        "`prelu` has 4 slopes, but the first axis of c 6, h 9, w 8 has 6",
        "num_parameters",
        "`prelu` for one slope, or `prelu it.c` for one for each channel",
    ),
    (
        "rrelu",
        on(IMAGE, lower=0.5, upper=0.25),
        "`lower=0.5` has to be at most `upper=0.25`",
        "upper",
        "`lower=0.25 upper=0.5`",
    ),
    (
        "hardtanh",
        on(IMAGE, min_val=1, max_val=1),
        "`min_val=1` has to be less than `max_val=1`",
        "max_val",
        "`hardtanh` for -1 to 1, `relu6` for 0 to 6",
    ),
    (
        "softmax",
        on(TOKENS, axis="h"),
        "`softmax` goes along `h`, but gets l 7, c 6",
        "axis",
        "one of `axis=l`, `axis=c`",
    ),
    ("add", on(), "`add` has no arms", "", "`add { | … | … }`"),
    (
        "add",
        on(IMAGE, TOKENS),
        "`add` needs the same axes, but arm 1 gives c 6, h 9, w 8 and arm 2 gives l 7, c 6",
        "",
        "",
    ),
    (
        "mul",
        on(GATE, IMAGE, IMAGE.replace(h=4)),
        "`mul` needs equal sizes or 1 along `h`, "
        "but arm 2 gives c 6, h 9, w 8 and arm 3 gives c 6, h 4, w 8",
        "",
        "",
    ),
    (
        "max",
        on(IMAGE, GATE),
        "`max` needs equal shapes, but arm 1 gives c 6, h 9, w 8 and arm 2 gives c 6, h 1, w 1",
        "",
        "",
    ),
    (
        "concat",
        on(IMAGE, IMAGE, GATE),
        "`concat` needs equal sizes but for `c`, "
        "but arm 1 gives c 6, h 9, w 8 and arm 3 gives c 6, h 1, w 1",
        "",
        "",
    ),
    (
        "concat",
        on(TOKENS, TOKENS, axis="w"),
        "`concat` goes along `w`, but the arms give l 7, c 6",
        "axis",
        "one of `axis=l`, `axis=c`",
    ),
    (
        "stack",
        on(TOKENS, TOKENS, axis="l"),
        "`stack` makes a new axis, but the arms have an axis `l` already: l 7, c 6",
        "axis",
        "`concat axis=l` lays them along it",
    ),
)


@pytest.mark.parametrize(("word", "case", "message", "option", "hint"), REFUSED)
def test_refusals(word: str, case: Case, message: str, option: str, hint: str) -> None:
    options, shapes = case
    layer = LAYERS[word](**options)
    with pytest.raises(ShapeError) as caught:
        layer.output(*shapes)
    error = caught.value
    assert (error.message, error.option, error.hint) == (message, option, hint)


@pytest.mark.parametrize(
    ("word", "options", "message"),
    [
        ("conv", {"c": 0, "kernel": 3}, "`c` must be a whole number of at least 1"),
        ("conv", {"c": True, "kernel": 3}, "`c` must be a whole number of at least 1"),
        ("conv", {"c": 1, "kernel": 3, "pad": "valid"}, "or `same`"),
        ("bn", {"momentum": 1.5}, "`momentum` must be a number from 0 to 1"),
        ("dropout", {"p": float("nan")}, "`p` must be a number from 0 to 1"),
        ("softplus", {"beta": float("inf")}, "`beta` must be a number"),
        ("celu", {"alpha": 0}, "`alpha` must be a number above 0"),
        ("relu", {"slope": 1}, "`relu` has no option `slope`"),
    ],
)
def test_values_that_an_option_refuses(word: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError) as caught:
        LAYERS[word](**options)
    assert message in caught.value.message

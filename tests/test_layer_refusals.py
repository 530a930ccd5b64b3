"""What a layer refuses: the values of options, and inputs that don't fit."""

from __future__ import annotations

from typing import Any

import pytest

from cnndsl.layers import LAYERS
from cnndsl.layers.base import OptionError
from tests.layer_inputs import GATE, IMAGE, TOKENS, VECTOR, VIDEO, Case, on
from tests.layer_refusals import Refusal, assert_refused

REFUSED: tuple[Refusal, ...] = (
    (
        "conv",
        on(IMAGE, c=6, kernel=3, groups=4),
        "`groups=4` does not divide 6 input channels",
        "groups",
        "`groups=3`, or another that divides 6",
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
        "`kernel=11x10` at most, smaller strides before it, or a larger input",
    ),
    (
        "conv",
        on(IMAGE, c=4, kernel=4, dilation=4),
        "a 4x4 window, dilated to 13x13, does not fit 9x8",
        "kernel",
        "a smaller `dilation`, smaller strides before it, or a larger input",
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
        "put `conv` before what takes `h w` away, such as `flatten`",
    ),
    (
        "maxpool",
        on(IMAGE, kernel=9),
        "a 9x9 window does not fit 9x8",
        "kernel",
        "`kernel=9x8` at most, smaller strides before it, or a larger input",
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
        "a 6x6x6 window is greater than 5x9x8, and along `t h w` it has to fit without padding",
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
    (
        "gap",
        on(TOKENS),
        "`gap` takes `c h w` or `c t h w`, but gets l 7, c 6",
        "",
        "put `reduce mean axis=l -> take 0` in its place",
    ),
    (
        "dwconv",
        on(IMAGE, kernel=11, pad=1),
        "a 11x11 window does not fit 9x8, padded to 11x10",
        "kernel",
        "`kernel=11x10` at most, smaller strides before it, or a larger input",
    ),
    (
        "upconv",
        on(IMAGE, c=4, kernel=2, groups=4),
        "`groups=4` does not divide 6 input channels",
        "groups",
        "`groups=2`, or another that divides both 6 and 4",
    ),
    (
        "upconv",
        on(IMAGE, c=4, kernel=2, stride=2, output_pad=2),
        "`output_pad=2` has to be less than the stride, 2, or the dilation, 1",
        "output_pad",
        "`output_pad=1` at most",
    ),
    (
        "upconv",
        on(IMAGE, c=4, kernel=3, pad=5),
        "`pad=5` takes 10 places off `w`, which has 10",
        "pad",
        "`pad=4` at most",
    ),
    (
        "upconv",
        on(TOKENS, c=4, kernel=2),
        "`upconv` takes `c h w` or `c t h w`, but gets l 7, c 6",
        "",
        'make it a map first: `rearrange "(h=1 w) c -> c h w"`',
    ),
    (
        "shift",
        on(IMAGE, kernel=(1, 3)),
        "`shift` moves by a window that is square and has a middle, but `kernel` is 1x3",
        "kernel",
        "`kernel=3`, or another odd number",
    ),
    (
        "shift",
        on(IMAGE, kernel=2),
        "`shift` moves by a window that is square and has a middle, but `kernel` is 2x2",
        "kernel",
        "`kernel=3`, or another odd number",
    ),
    (
        "shift",
        on(IMAGE, kernel=3),
        "a 3x3 window has 9 offsets, but there are only 6 channels to move",
        "kernel",
        "more channels before it, or a smaller `kernel`",
    ),
    ("shift", on(VIDEO, kernel=1), "`shift` takes `c h w`, but gets c 6, t 5, h 9, w 8", "", ""),
    (
        "lppool",
        on(VIDEO, kernel=6, stride=6, p=2, ceil_mode=True),
        "a 6x6x6 window is greater than 5x9x8, and along `t h w` it has to fit without padding",
        "kernel",
        "`kernel=5x6x6` at most",
    ),
    (
        "reduce",
        on(TOKENS, reduction="mean", axis=("l", "h")),
        "`reduce` goes along `h`, but gets l 7, c 6",
        "axis",
        "one of `axis=l`, `axis=c`",
    ),
    (
        "reduce",
        on(IMAGE, reduction="mean", axis=("h", "h")),
        "`reduce` names the axis `h` twice",
        "axis",
        "take one of the two away",
    ),
    (
        "gn",
        on(IMAGE, groups=4),
        "`gn` has 4 groups, which do not divide 6 channels",
        "groups",
        "`gn 3`, or another that divides 6",
    ),
    (
        "gn",
        on(GATE, groups=6),
        "each of the 6 groups of `gn` is one number of c 6, h 1, w 1",
        "groups",
        "fewer groups: `gn 1` normalises all channels together",
    ),
    (
        "gn",
        on(TOKENS, groups=2),
        "`gn` wants `c` first, but gets l 7, c 6",
        "",
        "`ln` is over `c` where it is last",
    ),
    (
        "ln",
        on(IMAGE),
        "`ln` wants `c` last, but gets c 6, h 9, w 8",
        "",
        "`ln2d` is over `c` of `c h w`",
    ),
    (
        "ln",
        on(VIDEO),
        "`ln` wants `c` last, but gets c 6, t 5, h 9, w 8",
        "",
        'put `rearrange "c t h w -> t h w c"` before it',
    ),
    (
        "ln2d",
        on(TOKENS),
        "`ln2d` takes `c h w`, but gets l 7, c 6",
        "",
        "`ln` is over `c` where it is last",
    ),
    (
        "rmsnorm",
        on(IMAGE),
        "`rmsnorm` wants `c` last, but gets c 6, h 9, w 8",
        "",
        'put `rearrange "c h w -> h w c"` before it',
    ),
    (
        "instancenorm",
        on(GATE),
        "`instancenorm` is over the places of a channel, but c 6, h 1, w 1 has one place in each",
        "",
        "`ln` after `flatten`, which is over the channels",
    ),
    ("grn", on(VECTOR), "`grn` wants `c` first or last and other axes, but gets c 6", "", ""),
    (
        "bn",
        on(TOKENS),
        "`bn` takes `c`, `c h w` or `c t h w`, but gets l 7, c 6",
        "",
        "`ln` is over `c` where it is last",
    ),
    (
        "dropout2d",
        on(VECTOR),
        "`dropout2d` takes `c h w`, but gets c 6",
        "",
        "`dropout` is for any axes",
    ),
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
    (
        "add",
        on(),
        "`add` has no arms",
        "",
        "its `for` and `if` have to give one at least: `add { | … | … }`",
    ),
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
    assert_refused(word, case, message, option, hint)


@pytest.mark.parametrize(
    ("word", "options", "message"),
    [
        ("conv", {"c": 0, "kernel": 3}, "`c` must be a whole number of at least 1"),
        ("conv", {"c": True, "kernel": 3}, "`c` must be a whole number of at least 1"),
        ("conv", {"c": 1, "kernel": 3, "pad": "valid"}, "or `same`"),
        ("bn", {"momentum": 1.5}, "`momentum` must be a number from 0 to 1"),
        ("dropout", {"p": float("nan")}, "`p` must be a number from 0 to 1"),
        ("droppath", {"p": 1.5}, "`p` must be a number from 0 to 1"),
        ("lppool", {"kernel": 2, "p": 0}, "`p` must be a number above 0"),
        ("shift", {"kernel": 3, "dilation": (1, 1)}, "`dilation` must be a whole number"),
        ("reduce", {"reduction": "prod"}, "must be `mean` or `max` or `min` or `sum`"),
        ("reduce", {"reduction": "sum", "axis": ()}, "the name of an axis, or a list of such"),
        ("gn", {}, "`gn` needs `groups`"),
        ("softplus", {"beta": float("inf")}, "`beta` must be a number"),
        ("celu", {"alpha": 0}, "`alpha` must be a number above 0"),
        ("relu", {"slope": 1}, "`relu` has no option `slope`"),
    ],
)
def test_values_that_an_option_refuses(word: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError) as caught:
        LAYERS[word](**options)
    assert message in caught.value.message

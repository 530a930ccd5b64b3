"""What the layers refuse that give a part, another size or another order of what they take."""

from __future__ import annotations

from typing import Any

import pytest

from cnndsl.layers import LAYERS
from cnndsl.layers.base import OptionError
from cnndsl.layers.options import Port
from cnndsl.shape import Shape
from tests.layer_inputs import IMAGE, TOKENS, VECTOR, VIDEO, Case, on
from tests.layer_refusals import Refusal, assert_refused

REFUSED: tuple[Refusal, ...] = (
    (
        "slice",
        on(IMAGE, start=2, stop=2),
        "`slice 2 2` holds no place",
        "stop",
        "the second number is the place after the last one",
    ),
    (
        "slice",
        on(IMAGE, start=2, stop=7),
        "`slice 2 7` ends after the last place of `c` of c 6, h 9, w 8",
        "stop",
        "at most `slice 2 6`",
    ),
    (
        "slice",
        on(IMAGE, start=0, stop=1, axis="l"),
        "`slice` goes along `l`, but gets c 6, h 9, w 8",
        "axis",
        "one of `axis=c`, `axis=h`, `axis=w`",
    ),
    (
        "chunk",
        on(IMAGE, index=0, chunks=4),
        "`chunk` cannot divide `c` of c 6, h 9, w 8 into 4 equal parts",
        "chunks",
        "`slice` takes a part of any size: `slice 0 1`",
    ),
    (
        "chunk",
        on(IMAGE, index=2, chunks=2),
        "`chunk 2 2` asks for part 2, but the last of 2 is 1",
        "index",
        "parts are counted from 0",
    ),
    (
        "take",
        on(TOKENS, index=7),
        "`take 7` is outside of `l` of l 7, c 6",
        "index",
        "0 to 6 from the start, or -1 to -7 from the end",
    ),
    (
        "take",
        on(TOKENS, index=0, axis="h"),
        "`take` goes along `h`, but gets l 7, c 6",
        "axis",
        "one of `axis=l`, `axis=c`",
    ),
    (
        "take",
        on(Shape.of(), index=0),
        "`take` takes one element of an axis, but gets no axes",
        "",
        "",
    ),
    (
        "crop",
        on(IMAGE, size=9),
        "`crop` cuts 9x9 out of 9x8, which is smaller",
        "size",
        "`pad` or `upsample` before it",
    ),
    (
        "crop",
        on(IMAGE, size=4, offset=5),
        "`crop` cuts 4x4 from offset 5 on out of 9x8, which is smaller",
        "offset",
        "a smaller `offset`",
    ),
    (
        "crop",
        on(VECTOR, size=4),
        "`crop` takes `c h w` or `c t h w`, but gets c 6",
        "",
        "put `crop` before what takes `h w` away, such as `flatten`",
    ),
    (
        "crop",
        on(IMAGE, TOKENS, size=Port(1)),
        "`crop` takes the size of `c h w`, but the item has l 7, c 6",
        "size",
        "",
    ),
    (
        "crop",
        on(IMAGE, size=(1, 2, 3)),
        "`size` has 3 numbers, but the input has 2 spatial axes, 9x8",
        "size",
        "`size=1x1`",
    ),
    (
        "pad",
        on(IMAGE, size=(1, 2, 3)),
        "`pad` has 3 numbers or pairs, but pads `h w` of c 6, h 9, w 8",
        "size",
        "one for each, `pad 1x1`, or its two ends, `pad [[0, 1], [0, 1]]`",
    ),
    (
        "pad",
        on(IMAGE, size=(1, 2), axis="c"),
        "`pad` has 2 numbers or pairs, but pads `c` of c 6, h 9, w 8",
        "size",
        "one for each, `pad 1`, or its two ends, `pad [[0, 1]]`",
    ),
    (
        "pad",
        on(IMAGE, size=8, mode="reflect"),
        "`mode=reflect` can add at most 7 at an end of an axis of 8, but `pad` is 8",
        "mode",
        "`mode=constant` or `mode=replicate`",
    ),
    (
        "pad",
        on(IMAGE, size=1, mode="reflect", value=1),
        "`value` of `pad` has no meaning for `mode=reflect`",
        "value",
        "`mode=constant`, or no `value`",
    ),
    (
        "pad",
        on(IMAGE, size=1, mode="circular", axis="c"),
        "`axis` of `pad` has no meaning for `mode=circular`",
        "axis",
        "`mode=constant`, or no `axis`",
    ),
    (
        "pad",
        on(TOKENS, size=1),
        "`pad` takes `c h w` or `c t h w`, but gets l 7, c 6",
        "",
        'make it a map first: `rearrange "(h=1 w) c -> c h w"`',
    ),
    (
        "upsample",
        on(IMAGE),
        "`upsample` takes a factor or a size, and gets neither",
        "",
        "`upsample 2` or `upsample size=56x56`",
    ),
    (
        "upsample",
        on(IMAGE, scale=2, size=30),
        "`upsample` takes a factor or a size, and gets both",
        "size",
        "`upsample 2` or `upsample size=56x56`",
    ),
    (
        "upsample",
        on(IMAGE, size=(2, 2)),
        "`upsample` to the size 2x2 would make 9x8 smaller",
        "size",
        "a factor is one number, `upsample 2`, or `scale=[2, 2]`",
    ),
    (
        "upsample",
        on(IMAGE, scale=(2, 2, 2)),
        "`scale` has 3 factors, but the input has 2 spatial axes, 9x8",
        "scale",
        "one number is for all axes",
    ),
    (
        "upsample",
        on(VIDEO, scale=2, mode="bilinear"),
        "`mode=bilinear` is for 2 spatial axes, but the input has 3, 5x9x8",
        "mode",
        "`mode=trilinear` or `mode=nearest`",
    ),
    (
        "upsample",
        on(IMAGE, scale=2, align_corners=False),
        "`align_corners` has no meaning for `mode=nearest`",
        "align_corners",
        "one of `mode=bilinear`, `mode=bicubic`, `mode=trilinear`",
    ),
    (
        "upsample",
        on(IMAGE, scale=2, mode="trilinear"),
        "`mode=trilinear` is for 3 spatial axes, but the input has 2, 9x8",
        "mode",
        "`mode=bilinear` or `mode=nearest`",
    ),
    (
        "pixel_shuffle",
        on(IMAGE, factor=2),
        "`pixel_shuffle 2` makes 2x2 places out of each 4 channels, and 4 does not divide 6",
        "factor",
        "`conv 1x1 8` before it gives a multiple",
    ),
    (
        "pixel_unshuffle",
        on(IMAGE, factor=2),
        "`pixel_unshuffle 2` cannot divide 9x8 evenly",
        "factor",
        "`pad` or `crop` to a multiple before it",
    ),
    (
        "channel_shuffle",
        on(IMAGE, groups=4),
        "`channel_shuffle` has 4 groups, which do not divide 6 channels",
        "groups",
        "`channel_shuffle 3`, or another that divides 6",
    ),
    (
        "pixel_shuffle",
        on(VIDEO, factor=2),
        "`pixel_shuffle` takes `c h w`, but gets c 6, t 5, h 9, w 8",
        "",
        "",
    ),
    (
        "gram",
        on(TOKENS),
        "`gram` takes `c h w` or `c t h w`, but gets l 7, c 6",
        "",
        'make it a map first: `rearrange "(h=1 w) c -> c h w"`',
    ),
    (
        "normalize",
        on(TOKENS, mean=0, std=1),
        "`normalize` wants `c` first, but gets l 7, c 6",
        "",
        "`rearrange` brings it there",
    ),
    (
        "normalize",
        on(IMAGE, mean=(0, 1, 2), std=1),
        "`mean` has 3 numbers, but the input has c 6",
        "mean",
        "as many numbers as channels, or one for all: `mean=0`",
    ),
)


@pytest.mark.parametrize(("word", "case", "message", "option", "hint"), REFUSED)
def test_a_shape(word: str, case: Case, message: str, option: str, hint: str) -> None:
    assert_refused(word, case, message, option, hint)


@pytest.mark.parametrize(
    ("word", "options", "message"),
    [
        ("rearrange", {"pattern": 1}, "`pattern` must be a string"),
        ("slice", {"start": 0, "stop": 0}, "`stop` must be a whole number of at least 1"),
        ("slice", {"start": 0}, "`slice` needs `stop`"),
        ("chunk", {"index": -1, "chunks": 2}, "`index` must be a whole number of at least 0"),
        ("take", {"index": True}, "`index` must be a whole number"),
        ("pad", {"size": (1, (1, 2, 3))}, "or two for the ends of each such as [[0, 1], [0, 1]]"),
        ("pad", {"size": (1, -1)}, "`size` must be a whole number of at least 0"),
        ("pad", {"size": 1, "mode": "zeros"}, "`mode` must be `constant` or `reflect` or"),
        ("upsample", {"scale": 0.5}, "`scale` must be a number from 1 to 1000000"),
        ("upsample", {"scale": ()}, "or a list of such"),
        ("gram", {"divide_by": "channels"}, "`elements` or `places` or `nothing`"),
        ("mulby", {"factor": float("inf")}, "`factor` must be a number"),
        ("normalize", {"mean": 0, "std": (1, 0)}, "`std` must be a number above 0, or a list"),
    ],
)
def test_a_value(word: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError) as caught:
        LAYERS[word](**options)
    assert message in caught.value.message

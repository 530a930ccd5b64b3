"""What is opened on a page has its room: held to what the browser shows, in pixels."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome

import cnndsl
from tests.browser import browser
from tests.draw_specs import SPECS
from tests.pages import Page, opened

Rect = list[float]
BUNDLED = ("resnet50", "googlenet", "unet_bn", "yolox_s", "densenet121")


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


def overlap(one: Rect, two: Rect, by: float) -> bool:
    """Whether two rectangles have more than `by` pixels in common, both ways."""
    wide = min(one[2], two[2]) - max(one[0], two[0])
    high = min(one[3], two[3]) - max(one[1], two[1])
    return wide > by and high > by


def within(one: Rect, two: Rect, by: float) -> bool:
    """Whether a rectangle lies in another one."""
    return (
        one[0] > two[0] - by
        and one[1] > two[1] - by
        and one[2] < two[2] + by
        and one[3] < two[3] + by
    )


def holds(rect: Rect, point: Rect, by: float) -> bool:
    """Whether a point lies in a rectangle, `by` pixels larger on every side."""
    x, y = point
    return rect[0] - by < x < rect[2] + by and rect[1] - by < y < rect[3] + by


def faults(found: dict[str, Any]) -> list[str]:
    """What does not stand as it should."""
    boxes: dict[str, Rect] = found["boxes"]
    scale = found["scale"]
    told = [
        f"{one} and {two} overlap"
        for one, two in combinations(boxes, 2)
        if overlap(boxes[one], boxes[two], scale)
    ]
    for name, box in boxes.items():
        for frame in found["frames"]:
            if overlap(box, frame, scale) and not within(box, frame, scale):
                told.append(f"{name} lies across a frame")
    for one, two in combinations(found["frames"], 2):
        apart = not overlap(one, two, scale)
        if not (apart or within(one, two, scale) or within(two, one, scale)):
            told.append(f"frames {one} and {two} lie across each other")
    for way in found["ways"]:
        told += way_faults(way, boxes, found["opened"], scale)
    return told


def way_faults(
    way: dict[str, Any], boxes: dict[str, Rect], opened: dict[str, Rect], scale: float
) -> Iterator[str]:
    ends = {way["from"]: way["places"][0], way["to"]: way["places"][-1]}
    for name, place in ends.items():
        # The arrow lies between a line and its box.
        if name in boxes and not holds(opened.get(name, boxes[name]), place, 7 * scale):
            yield f"the line {way['from']} → {way['to']} does not reach {name}"
    for name, box in boxes.items():
        if name not in ends and any(holds(box, place, -scale) for place in way["places"]):
            yield f"the line {way['from']} → {way['to']} goes through {name}"


def start(driver: Chrome, folder: Path, name: str) -> Page:
    return opened(driver, folder, name if name in SPECS else cnndsl.compile(name))


@pytest.mark.parametrize("name", [*sorted(SPECS), *BUNDLED])
def test_nothing_overlaps_and_lines_go_round_whatever_is_opened(
    driver: Chrome, tmp_path: Path, name: str
) -> None:
    page = start(driver, tmp_path, name)
    keys = page.run("return everyKey(() => true)")
    chance = random.Random(name)
    for share in (0.0, 0.3, 0.6, 1.0):
        chosen = [key for key in keys if chance.random() < share]
        page.run("state.open = new Set(arguments[0]); draw(); fit(1)", chosen)
        assert faults(page.geometry()) == [], chosen


def test_faults_are_seen() -> None:
    boxes = {"a": [0.0, 0.0, 10.0, 10.0], "b": [5.0, 5.0, 20.0, 20.0], "c": [40.0, 0.0, 50.0, 9.0]}
    way = {"from": "a", "to": "c", "places": [[9.0, 9.0], [15.0, 15.0], [30.0, 5.0]]}
    frames = [[0.0, 0.0, 45.0, 30.0], [42.0, 20.0, 60.0, 40.0]]
    told = faults({"boxes": boxes, "opened": {}, "frames": frames, "ways": [way], "scale": 1.0})
    assert told == [
        "a and b overlap",
        "c lies across a frame",
        f"frames {frames[0]} and {frames[1]} lie across each other",
        "the line a → c does not reach c",
        "the line a → c goes through b",
    ]

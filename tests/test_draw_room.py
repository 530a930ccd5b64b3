"""Where the network and the blocks of its legend stand on a page, and how close."""

from __future__ import annotations

from cnndsl import compile_text
from cnndsl.draw.layouts.arrange import arranged
from cnndsl.draw.layouts.engine import BUNDLED
from cnndsl.draw.layouts.geometry import Area, Laid, joined
from cnndsl.draw.layouts.layout import layout, tightened
from cnndsl.draw.layouts.room import filled
from cnndsl.draw.pictures.make import picture
from cnndsl.draw.pictures.picture import Box, Style
from cnndsl.draw.view import Direction, View
from tests.draw_specs import SPECS


def solid(*areas: Area) -> Laid:
    """A drawing of boxes in some places."""
    nodes = tuple((Box(i, Style.LAYERS, "box"), area) for i, area in enumerate(areas))
    return Laid(max(a.right for a in areas), max(a.bottom for a in areas), nodes, (), ())


def test_blocks_of_the_legend_fill_the_room_beside_a_narrow_part() -> None:
    network = solid(Area(0, 0, 100, 300), Area(0, 300, 400, 400))
    panel = solid(Area(0, 0, 120, 100))
    found = filled(network, [panel] * 5, 400, 10)
    places = [(area.left, area.top) for _, area in found.nodes[2:]]
    assert places == [(110, 0), (240, 0), (110, 110), (240, 110), (0, 410)]
    assert (found.width, found.height) == (400, 510)


def test_what_has_no_boxes_has_no_room_beside_it() -> None:
    panel = solid(Area(0, 0, 120, 100))
    found = filled(joined((), 400, 400), [panel], 400, 10)
    assert [(area.left, area.top) for _, area in found.nodes] == [(0, 410)]


def test_the_arrangement_that_fits_best_is_taken() -> None:
    network = solid(Area(0, 0, 100, 600), Area(0, 600, 500, 700))
    panels = [solid(Area(0, 0, 180, 180))] * 6
    assert (arranged(network, panels).width, arranged(network, panels).height) == (500, 700)


def test_a_tight_drawing_is_shorter_and_as_wide() -> None:
    design = compile_text(SPECS["residual"])
    (easy, *_) = layout(picture(design, View()).drawings(), Direction.DOWN, BUNDLED)
    tight = tightened(easy, Direction.DOWN)
    assert tight.height < easy.height
    assert tight.width <= easy.width

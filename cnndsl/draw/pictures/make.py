"""Design → Picture: what a view shows of a network."""

from __future__ import annotations

from cnndsl.design import Design
from cnndsl.draw.names import titles
from cnndsl.draw.pictures.ladder import as_ladder
from cnndsl.draw.pictures.picture import Panel, Picture
from cnndsl.draw.pictures.stages import stages
from cnndsl.draw.pictures.walk import Walk
from cnndsl.draw.view import View, check_patterns, part_at


def picture(design: Design, view: View) -> Picture:
    """The network, or the part of it that is asked for, as the view shows it.

    Raises:
        CnnError: the view names a part that the network does not have.
    """
    network = design.network
    check_patterns(design, view)
    module = part_at(design, view.only) if view.only else network
    no_panels: tuple[Panel, ...] = ()
    if view.is_overview:
        main, panels = stages(module, view.only, view.level), no_panels
    else:
        walk = Walk(network, view)
        main, panels = walk.main(module, view.only), walk.panels()
    main = as_ladder(main)
    flat = view.is_overview and not main.is_ladder
    return Picture(*titles(design, module, view.only), main, panels, flat)

"""Design → Picture: what a view shows of a network."""

from __future__ import annotations

from cnndsl.design import Design
from cnndsl.draw.ladder import as_ladder
from cnndsl.draw.names import quantity
from cnndsl.draw.painter import Painter
from cnndsl.draw.picture import Panel, Picture
from cnndsl.draw.stages import stages
from cnndsl.draw.view import Level, View, check_patterns, part_at

# What is drawn from left to right, in a few boxes.
_FLAT = (Level.NETWORK, Level.STAGE)


def picture(design: Design, view: View) -> Picture:
    """The network, or the part of it that is asked for, as the view shows it.

    Raises:
        CnnError: the view names a part that the network does not have.
    """
    network = design.network
    check_patterns(design, view)
    module = part_at(design, view.only) if view.only else network
    no_panels: tuple[Panel, ...] = ()
    few = view.level in _FLAT and not (view.depth or view.expand or view.collapse)
    if few:
        main, panels = stages(module, view.only, view.level), no_panels
    else:
        painter = Painter(network, view)
        main, panels = painter.main(module, view.only), painter.panels()
    main = as_ladder(main)
    title = f"{design.name} · {view.only}" if view.only else design.name
    flat = few and not main.is_ladder
    summary = f"{quantity(module.params)} parameters · {quantity(module.macs)} MACs"
    return Picture(title, summary, main, panels, flat)

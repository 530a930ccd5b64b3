"""Nodes → boxes: their words, and the facts that a reader may ask them for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cnndsl.design import Module, Node, Role
from cnndsl.draw.names import join, node_name, where
from cnndsl.draw.pictures import captions
from cnndsl.draw.pictures.families import Families
from cnndsl.draw.pictures.picture import Box, Style
from cnndsl.draw.pictures.place import Place
from cnndsl.draw.pictures.repeats import Repeats
from cnndsl.draw.pictures.units import Unit
from cnndsl.shape import Shape


@dataclass(frozen=True, slots=True)
class Boxes:
    """Makes the boxes of one picture; the `number` of each is given by the caller."""

    families: Families

    def layers(self, number: int, module: Module, unit: Unit, place: Place) -> Box:
        """The box of a group of layers, and of the equal ones that follow it."""
        nodes = [module.nodes[index] for index in unit.first]
        first = nodes[0]
        layer = first.layer
        assert layer is not None
        inputs = module.input_shapes(first)

        def say(other: Module) -> tuple[str, str]:
            if layer.merges:
                node = other.nodes[unit.first[0]]
                assert node.layer is not None
                return captions.merge_words(node.layer, other.input_shapes(node))
            title, *others = captions.layer_words(other, unit.first)
            return title, " · ".join(others)

        paths = _paths(module, unit, place)
        lent = captions.lent_words(module, [module.nodes[index] for index in unit.nodes])
        named = "  ".join(filter(None, (place.label, lent)))
        box = Box(
            number,
            captions.merge_style(layer, inputs) if layer.merges else Style.LAYERS,
            place.words(module, lambda other: say(other)[0]),
            place.words(module, lambda other: say(other)[1]),
            note=captions.reuse_words(first) or named or ("shared" if place.reuses else ""),
            kind=layer.kind,
            count=len(place.paths) * len(unit.repeats),
            times=self._times(module, unit, place),
            reshapes=nodes[-1].outputs[0] != inputs[0],
            output=nodes[-1].outputs[0],
        )
        return _with_facts(box, module, unit, replace(place, paths=paths))

    def block(self, number: int, module: Module, unit: Unit, place: Place, key: str) -> Box:
        """The box of a part that is not opened, and of the equal ones that follow it."""
        nodes = [module.nodes[index] for index in unit.nodes]
        inner = nodes[0].module
        assert inner is not None
        title, detail = captions.part_words(place.drawn_as(module, unit))
        beside = _beside(nodes, detail, key, bool(place.alike))

        def arguments(other: Module) -> str:
            # Those that are drawn as one may differ in rates; of a row there may be fewer here.
            shared = [group[0] for group in unit.repeats if group[0] < len(other.nodes)]
            folded = [other.nodes[index].module for index in shared]
            each = [self.families.telling(one) for one in folded if one]
            return captions.argument_words(captions.ranges(each))

        times = self._times(module, unit, place)
        words = place.words(module, arguments)
        if unit.grows:
            words = captions.growth_words(inner.inputs[0], len(nodes), unit.grows)
        box = Box(
            number,
            Style.BLOCK,
            title,
            words,
            note=" ".join(filter(None, ("" if times else beside, place.label))),
            key=key,
            count=len(place.paths),
            times=times,
            grows=unit.grows,
            reshapes=inner.inputs[0] != nodes[-1].outputs[0],
            output=nodes[-1].outputs[0],
        )
        return _with_facts(box, module, unit, place)

    def header(self, number: int, module: Module, unit: Unit, place: Place) -> Box:
        """The name of a frame, with the shapes that go in and come out."""
        nodes = [module.nodes[index] for index in unit.nodes]
        inner = nodes[0].module
        assert inner is not None
        title, detail = captions.part_words(place.drawn_as(module, unit))
        output = inner.shape(inner.outputs[0].wire)
        # Of varied ones each has shapes of its own.
        shapes = [] if place.varied else [*inner.inputs[:1], output]
        # What is in the frame is counted there.
        return Box(
            number,
            Style.HEADER,
            title,
            detail,
            note=" → ".join(map(captions.shape_words, shapes)),
            count=len(place.paths),
            times=self._times(module, unit, place),
            paths=place.paths,
            line=where(nodes[0]),
            tooltip=captions.tooltip(place.paths[0], nodes[0], module.node_params(nodes[0])),
            inputs=inner.inputs,
            output=output,
            training=place.training,
            projection=place.projection,
            reuses=nodes[0].reuses,
        )

    def _times(self, module: Module, unit: Unit, place: Place) -> str:
        """How long a row is, in words, where those that share the drawing differ in that."""
        if not self.families.is_row(module) or len(unit.first) != 1:
            return ""
        lengths = [len(other.nodes) for other in place.alike]
        return place.symbols.count(lengths) if place.symbols and len(set(lengths)) > 1 else ""


def end(number: int, style: Style, title: str, shape: Shape, training: bool = False) -> Box:
    """The box of an input or an output of the network."""
    side = "in" if style is Style.INPUT else "out"
    return Box(
        number,
        style,
        title,
        note=captions.shape_words(shape),
        paths=(f"~{side}:{title}",),
        tooltip=f"{title} · {shape.describe()}",
        output=shape,
        training=training,
    )


def repeats_header(number: int, repeats: Repeats, paths: tuple[str, ...]) -> Box:
    """The header of equal groups of layers that no part is around."""
    return Box(
        number,
        Style.HEADER,
        repeats.title,
        count=len(paths),
        paths=paths,
        tooltip=repeats.title,
        varied=repeats.varied,
    )


def section(number: int, title: str, prefix: str, training: bool) -> Box:
    """The name of a section's region."""
    return Box(
        number,
        Style.HEADER,
        title,
        "",
        paths=(join(prefix, f"~{title}"),),
        tooltip=title,
        training=training,
    )


def _paths(module: Module, unit: Unit, place: Place) -> tuple[str, ...]:
    names = [node_name(module.nodes[index], index) for index in unit.nodes]
    return tuple(join(path, name) for path in place.paths for name in names)


def _with_facts(box: Box, module: Module, unit: Unit, place: Place) -> Box:
    """The box with what can be told of its nodes; `place` has its paths."""
    first = module.nodes[unit.first[0]]
    # Copies share what the place stands for already, so they are counted from its paths.
    copies = box.count // len(unit.repeats)
    params = 0 if place.reuses else place.total(module, unit.nodes, Module.node_params) * copies
    one = 0 if place.reuses else sum(module.node_params(module.nodes[i]) for i in unit.first)
    return replace(
        box,
        params=params,
        macs=place.total(module, unit.nodes, Module.node_macs) * copies,
        paths=place.paths,
        line=where(first),
        tooltip=captions.tooltip(place.paths[0], first, one),
        inputs=module.input_shapes(first),
        projection=place.projection or first.role is Role.PROJECTION,
        training=place.training or first.training,
        reuses=first.reuses or place.reuses,
    )


def _beside(nodes: list[Node], detail: str, key: str, inside: bool) -> str:
    """What joins a part's name: neither its block, if that is in the legend, nor its number there.

    It is `inside` a block of the legend.
    """
    told = key and nodes[0].labelled
    alone = inside and len(nodes) == 1 and not nodes[0].labelled
    return captions.reuse_words(nodes[0]) if told or alone else detail

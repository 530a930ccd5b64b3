"""What names mean at a place of a spec: values, defaults, and the block around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from cnndsl import syntax
from cnndsl.elaborate.units import Unit
from cnndsl.functions import FUNCTION_NAMES
from cnndsl.layers import LAYERS, OPTION_WORDS, Layer
from cnndsl.scope import Abandoned
from cnndsl.shape import Shape
from cnndsl.source import Span
from cnndsl.unknown import (
    is_torch_layer,
    reference_outside,
    unknown_function,
    unknown_value,
    value_given_later,
)
from cnndsl.values import Value

if TYPE_CHECKING:
    from cnndsl.elaborate.binding import Bound
    from cnndsl.elaborate.elaborator import Elaborator
    from cnndsl.elaborate.references import Site


# The value of a name whose expression is wrong, which has been reported.
UNKNOWN: Value = object()


class Frame:
    """The names that are set within one pair of braces, and the frame around it.

    The outermost frame is the file's; it alone has no parent. `site` is the block or network whose
    body this is, if it is one.
    """

    def __init__(
        self, elaborator: Elaborator, parent: Frame | None = None, site: Site | None = None
    ) -> None:
        self.elaborator = elaborator
        self.parent = parent
        self.site: Site | None = site or (parent.site if parent else None)
        self.values: dict[str, Value] = {}
        # Arguments of `default` lines, by the kind of layer.
        self.defaults: dict[type[Layer], dict[str, Bound]] = {}
        # What finds the block, network or layer of each name that a file defines.
        self.definitions: dict[str, Callable[[], Unit]] = {}

    def inner(self, values: Mapping[str, Value] | None = None) -> Frame:
        """A frame within this one."""
        frame = Frame(self.elaborator, self)
        frame.values.update(values or {})
        return frame

    def with_values(self, values: Mapping[str, Value]) -> Frame:
        return self.inner(values)

    def find(self, name: str) -> tuple[bool, Value]:
        """Whether `name` is a value here, and that value."""
        frame: Frame | None = self
        while frame:
            if name in frame.values:
                return True, frame.values[name]
            frame = frame.parent
        return False, None

    def default_arguments(self, layer: type[Layer]) -> dict[str, Bound]:
        """The arguments that `default` lines give to calls of this kind of layer here."""
        outer = self.parent.default_arguments(layer) if self.parent else {}
        own = self.defaults.get(layer)
        return {**outer, **own} if own else outer

    def unit(self, name: syntax.Name) -> Unit | None:
        """The block, network or layer of that name; a variant is its network with arguments.

        Raises:
            Abandoned: a variant's arguments are wrong, or a class is, which has been reported.
        """
        if is_torch_layer(name.name):
            return self.elaborator.foreign_layers.of_torch(name.name, name.span)
        if name.name in self.definitions:
            return self.definitions[name.name]()
        if self.parent:
            return self.parent.unit(name)
        return Unit(LAYERS[name.name]) if name.name in LAYERS else None

    def layer(self, name: syntax.Name) -> Unit | None:
        """The kind of layer of that name, though a block may hide it."""
        return Unit(LAYERS[name.name]) if name.name in LAYERS else self.unit(name)

    def known_names(self) -> list[str]:
        """Every value's name here, the innermost first."""
        return [*self.values, *(self.parent.known_names() if self.parent else [])]

    def known_units(self) -> list[str]:
        """Every block's, network's and layer's name."""
        outer = self.parent.known_units() if self.parent else list(LAYERS)
        return [*self.definitions, *outer]

    # What an expression asks of its scope.

    def value(self, name: syntax.Name) -> Value:
        """The value of a bare word: a value, else a block or a layer, else an option's word."""
        known, value = self.find(name.name)
        if value is UNKNOWN:
            raise Abandoned
        if known:
            return value
        if name.name == "none":
            return None
        unit = self.unit(name)
        if unit:
            return unit
        if name.name in OPTION_WORDS:
            return name.name
        known_words = [*self.known_names(), *self.known_units(), *OPTION_WORDS]
        if isinstance(self.elaborator.program.definitions.get(name.name), syntax.Let):
            self.elaborator.report.add(value_given_later(name))
        else:
            self.elaborator.report.add(unknown_value(name, known_words))
        raise Abandoned

    def stream_shape(self, span: Span) -> Shape:
        if self.site is None:
            self.elaborator.evaluator.fail(
                "no-stream", "`in` has a meaning only in a block or a network", span
            )
        return self.site.entering_shape(span)

    def reference(self, reference: syntax.Reference) -> Value:
        if self.site is None:
            self.elaborator.report.add(reference_outside(reference.span))
            raise Abandoned
        return self.site.value(reference, self)

    def partial(self, call: syntax.Call) -> Unit:
        """A block or a layer with arguments already given, `bn(eps=0.001)`."""
        name = call.name
        known, value = self.find(call.function)
        unit = value if known else self.unit(name)
        if unit is UNKNOWN:
            raise Abandoned
        if not isinstance(unit, Unit):
            known_words = [*FUNCTION_NAMES, *self.known_units()]
            self.elaborator.report.add(unknown_function(name, known_words))
            raise Abandoned
        bound = self.elaborator.binder.values(unit, call.arguments, self)
        return unit.with_given({name: b.value for name, b in bound.items()}, call.span)

"""The kinds of layers that are classes of others, each made for one class."""

from __future__ import annotations

from math import isfinite
from types import new_class
from typing import TYPE_CHECKING, Any, ClassVar

from cnndsl.foreign.trial import Trial, attempt, written
from cnndsl.layers.base import REQUIRED, Call, Layer, Parameter, ShapeError, Weight
from cnndsl.layers.options import Accepts
from cnndsl.shape import AXES_BY_RANK, Shape
from cnndsl.values import show

if TYPE_CHECKING:
    from torch import nn


class ForeignLayer(Layer):
    """A layer whose torch class is not known here: what it does is found out by running it."""

    # The backward pass may read whatever it gives.
    keeps_output = True

    target: ClassVar[type[nn.Module]]
    # What an emitted file calls the class, unless another has that name.
    function: ClassVar[str]
    _trials: ClassVar[dict[tuple[Layer, Shape], Trial]]

    @property
    def values(self) -> dict[str, Any]:
        # Apart from the attributes: an option may be called `kind` or `output`.
        values: dict[str, Any] = self.__dict__.setdefault("options", {})
        return values

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        sizes = self._trial(shape).sizes
        if len(sizes) == len(shape):
            return Shape(shape.axes, sizes)
        if len(sizes) in AXES_BY_RANK:
            return Shape.from_sizes(sizes)
        given = f"`{self.word}` gives {written(sizes)} for {shape}"
        raise ShapeError(
            f"{given}, and nothing tells what its axes are called",
            hint="as many axes as it takes keep their names; 1, 3 and 4 are called "
            + ", ".join(f"`{' '.join(axes)}`" for axes in AXES_BY_RANK.values()),
            code="not-a-layer",
        )

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        return self._trial(inputs[0]).weights

    def macs(self, *inputs: Shape) -> int:
        return self._trial(inputs[0]).macs

    def torch(self, *inputs: Shape) -> Call:
        return self._call()

    def caption(self, *inputs: Shape) -> str:
        call = self._call()
        options = (f"{name}={show(value)}" for name, value in call.options)
        return " ".join([self.function.rpartition(".")[2], *map(show, call.args), *options])

    def _call(self) -> Call:
        """The class with the required options in their order, and the others that are given."""
        required = [parameter.name for parameter in self.parameters if parameter.required]
        options = self.option_values()
        plain = {name: options.pop(name)[0] for name in required}
        return Call.of(self.function, plain, options)

    def _trial(self, shape: Shape) -> Trial:
        if (self, shape) not in self._trials:
            call = self._call()

            def make() -> nn.Module:
                return self.target(*call.args, **dict(call.options))

            self._trials[self, shape] = attempt(self.word, make, shape.sizes)
        return self._trials[self, shape]


class PythonLayer(ForeignLayer):
    """A layer of the user's own, whose class takes all its options by their names."""

    def _call(self) -> Call:
        # Its own defaults are not known, and need not be those of the spec.
        values = {name: value for name, (value, _) in self.option_values().items()}
        return Call(
            self.function,
            options=tuple(values.items()),
            defaults=tuple((name, REQUIRED) for name in values),
        )


def _is_plain(value: object) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    return isinstance(value, bool | int | str) or (isinstance(value, float) and isfinite(value))


def anything() -> Accepts[Any]:
    """Any value of the language that Python has, too."""
    return Accepts(_is_plain, "a number, true or false, a text in quotes, or a list of these")


def kind_of_layer(
    base: type[ForeignLayer],
    word: str,
    target: type[nn.Module],
    parameters: tuple[Parameter, ...],
    function: str,
    **more: Any,
) -> type[ForeignLayer]:
    """The kind of layer that is the class `target`, called `word` in a spec.

    `parameters` are its options, and `more` the attributes in which it differs from other kinds.
    """
    attributes: dict[str, Any] = {
        "word": word,
        "target": target,
        "function": function,
        "_trials": {},
        "__doc__": target.__doc__,
        "__module__": __name__,
        **more,
    }
    made: type[ForeignLayer] = new_class(
        target.__name__, (base,), {"options": parameters}, lambda body: body.update(attributes)
    )
    return made

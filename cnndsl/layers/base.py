"""What a kind of layer is: one class that holds everything that is known about it.

A layer's class declares its options as typed fields; checking arguments, "did you mean", help
and the reference all come from these declarations. A new kind of layer is one class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from cnndsl.compat import dataclass_transform
from cnndsl.layers.calls import Call as Call
from cnndsl.layers.calls import Expression as Expression
from cnndsl.layers.options import Accepts
from cnndsl.shape import Shape

if TYPE_CHECKING:
    from cnndsl.layers.owned import Owned

T = TypeVar("T")


class Kind(Enum):
    """What a layer is for, in words, by which the themes of diagrams colour it."""

    CONVOLUTION = "conv"
    NORMALISATION = "norm"
    ACTIVATION = "activation"
    POOLING = "pool"
    LINEAR = "linear"
    ATTENTION = "attention"
    OTHER = "other"

    @property
    def words(self) -> str:
        return self.value


class _Required:
    def __repr__(self) -> str:
        return "required"


REQUIRED: Any = _Required()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One option of a layer: what it accepts, its default, and what it means."""

    name: str
    accepts: Accepts[Any]
    default: Any
    doc: str
    positional: bool

    @property
    def required(self) -> bool:
        return self.default is REQUIRED


def option(
    accepts: Accepts[T], default: Any = REQUIRED, *, doc: str, positional: bool = False
) -> T:
    """Declares an option of a layer, as a class attribute of its type.

    A `positional` one takes a plain value of a call, `64` in `conv 3x3 64`.
    """
    parameter: Any = Parameter("", accepts, default, doc, positional)
    return parameter  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Weight:
    """One tensor of a layer: a parameter, or a buffer where it is not `trainable`.

    The tensor that is a layer by itself has no `name`: it is called as the layer is.
    """

    name: str
    shape: tuple[int, ...]
    trainable: bool = True

    @property
    def elements(self) -> int:
        total = 1
        for size in self.shape:
            total *= size
        return total


class ShapeError(Exception):
    """A layer can't take this input; elaboration adds the place.

    Args:
        message: what does not fit, with both sides.
        hint: what would mend it.
        option: the name of the option that is at fault, if one is.
        code: the kind of diagnostic, if not the one of all that do not fit.
        notes: what else tells the cause.
        arms: the numbers of the two inputs that don't fit each other, from 0.
    """

    def __init__(
        self,
        message: str,
        hint: str = "",
        option: str = "",
        code: str = "",
        notes: tuple[str, ...] = (),
        arms: tuple[int, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.option = option
        self.code = code
        self.notes = notes
        self.arms = arms


class OptionError(Exception):
    """An option has a value that it does not accept; elaboration adds the place."""

    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option
        self.message = message


# Every kind of layer by its word in the language; each class enters itself.
LAYERS: dict[str, type[Layer]] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(option,))
class Layer:
    """One layer with its options' values. Immutable, hashable, and equal by class and values.

    A subclass with a `word` enters itself in `LAYERS`. It says what shape it gives (`output`), what
    tensors it owns (`weights`), what it costs (`macs`), how torch builds it (`torch`), and how a
    diagram calls it (`caption`). All take the shapes of the inputs, without the batch.
    """

    word: ClassVar[str] = ""
    # A call of it as a spec has it, for its page in the docs; its word alone need not be said.
    example: ClassVar[str] = ""
    kind: ClassVar[Kind] = Kind.OTHER
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    parameter_names: ClassVar[tuple[str, ...]] = ()
    # The options that plain values of a call go to, in order.
    positional_names: ClassVar[tuple[str, ...]] = ()
    # Takes a list of inputs, one an arm, rather than one.
    merges: ClassVar[bool] = False
    # Its torch module can write its result over its input (`inplace=True`).
    overwrites: ClassVar[bool] = False
    # The backward pass reads its result, so nothing may be written over that.
    keeps_output: ClassVar[bool] = False
    # Its result can be its input itself or a view of it, so writing over one writes over both.
    # So can that of a merge with a single arm, which is not marked.
    returns_input: ClassVar[bool] = False
    # The Python classes, by name, that its calls may name and torch does not have. They derive from
    # torch's, so that weights and pickles are as theirs.
    definitions: ClassVar[Mapping[str, str]] = {}
    # The class that its calls name, if that is neither torch's nor one of the `definitions`: its
    # module and its name there.
    imported: ClassVar[tuple[str, str] | None] = None

    @property
    def is_idle(self) -> bool:
        """Whether it does nothing at all with these options, as a dropout that drops none."""
        return False

    def __init_subclass__(cls, options: tuple[Parameter, ...] | None = None) -> None:
        """Takes the options that the class declares; one that is given them is in no list."""
        own = {
            name: Parameter(name, value.accepts, value.default, value.doc, value.positional)
            for name, value in vars(cls).items()
            if isinstance(value, Parameter)
        }
        own.update({parameter.name: parameter for parameter in options or ()})
        # Positional ones come first; one that is declared anew keeps its place.
        known = {parameter.name: parameter for parameter in cls.parameters} | own
        cls.parameters = tuple(sorted(known.values(), key=lambda p: not p.positional))
        cls.parameter_names = tuple(p.name for p in cls.parameters)
        cls.positional_names = tuple(p.name for p in cls.parameters if p.positional)
        if (word := vars(cls).get("word")) and options is None:
            if word in LAYERS:
                raise ValueError(f"two layers are called {word}: {LAYERS[word]} and {cls}")
            LAYERS[word] = cls

    def __init__(self, **values: Any) -> None:
        """The layer with these options; those left out have their defaults.

        Raises:
            OptionError: an option is unknown, missing, or has a value that it does not accept.
        """
        for parameter in self.parameters:
            value = values.pop(parameter.name, None)
            if value is None:
                value = parameter.default
            if value is REQUIRED:
                raise OptionError(parameter.name, f"`{self.word}` needs `{parameter.name}`")
            if value is not parameter.default and (wrong := parameter.accepts.refusal(value)):
                raise OptionError(parameter.name, f"`{parameter.name}` {wrong}")
            self.values[parameter.name] = value
        for name in values:
            raise OptionError(name, f"`{self.word}` has no option `{name}`")

    @property
    def values(self) -> dict[str, Any]:
        """The options' values, by name: the object's attributes."""
        return self.__dict__

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def _identity(self) -> tuple[object, ...]:
        # 1, 1.0 and true are equal in Python but not as options.
        values = self.values.values()
        return (type(self), *values, *map(type, values))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Layer) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{type(self).__name__}({options})"

    def option_values(self, *without: str) -> dict[str, tuple[Any, Any]]:
        """Each option's value and default, in the order declared, but for those `without`."""
        return {
            parameter.name: (self.values[parameter.name], parameter.default)
            for parameter in self.parameters
            if parameter.name not in without
        }

    @classmethod
    def takes_any_word(cls, name: str) -> bool:
        """Whether the option `name` takes a bare word of any kind, such as the name of an axis."""
        return any(p.accepts.any_word for p in cls.parameters if p.name == name)

    @classmethod
    def takes_reference(cls, name: str) -> bool:
        """Whether the option `name` takes a reference, as a further input of the layer."""
        return any(p.accepts.reference for p in cls.parameters if p.name == name)

    # What a kind of layer says of itself. A layer takes one input, unless it merges.

    def output(self, *inputs: Shape) -> Shape:
        """The shape that it gives; raises ShapeError where the inputs don't fit."""
        return inputs[0]

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        """The tensors that it owns, by their torch names, in torch's order."""
        return ()

    def macs(self, *inputs: Shape) -> int:
        """Multiplications of convolutions, linear maps and matrix products for one sample.

        Biases, norms, activations, pooling and elementwise work are not counted.
        """
        return 0

    def torch(self, *inputs: Shape) -> Call | Expression | Owned:
        """How torch makes it."""
        raise NotImplementedError(type(self).__name__)

    def caption(self, *inputs: Shape) -> str:
        """A few words for a diagram, in the notation of papers: `3×3 conv, 64, /2`."""
        return self.word

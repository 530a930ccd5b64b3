"""The parameters of an emitted class: what differs between its uses, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from cnndsl.design import Module
from cnndsl.emit.construction import ABSENT, Constant, is_always, same
from cnndsl.emit.names import identifier, literal, unique
from cnndsl.layers.base import REQUIRED

# The greatest factor by which one number is written as a multiple or a part of another.
_MOST = 32


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a constructor, with its value in each module.

    `usual` is the default of all that it is passed on to as it is, or REQUIRED.
    """

    name: str
    values: tuple[Any, ...]
    usual: Any = REQUIRED

    @property
    def annotation(self) -> str:
        """The type of its values: `int | tuple[int, int]`."""
        return " | ".join(dict.fromkeys(map(_type_name, self.values)))

    @property
    def differs(self) -> bool:
        """Whether it has more than one value."""
        return not all(same(value, self.values[0]) for value in self.values)

    @property
    def default(self) -> Any:
        """False for a flag; else the usual value, if half of the modules or more have it."""
        if all(isinstance(value, bool) for value in self.values):
            return False
        uses = sum(same(self.usual, known) for known in self.values)
        return self.usual if 2 * uses >= len(self.values) else REQUIRED

    def elements(self) -> list[Parameter]:
        """What stands at each place, where all values are tuples of one length."""
        if not all(isinstance(value, tuple) for value in self.values):
            return []
        columns = zip(*self.values, strict=True) if len(set(map(len, self.values))) == 1 else ()
        return [Parameter(f"{self.name}[{place}]", tuple(c)) for place, c in enumerate(columns)]

    def declaration(self) -> str:
        """As it stands in the constructor's head: `stride: int = 1`."""
        default = "" if self.default is REQUIRED else f" = {literal(self.default)}"
        return f"{self.name}: {self.annotation}{default}"


class Parameters:
    """How the constants of a class are written, and the parameters that they are written by.

    A constant that differs between modules is a parameter of the block, `in_channels`, a multiple
    or a part of one of these, or else a parameter of its own.
    """

    def __init__(
        self, modules: Iterable[Module], constants: Iterable[Constant], reserved: frozenset[str]
    ) -> None:
        self._modules = list(modules)
        self._reserved = reserved
        self._offered = list(self._offers())
        self._used: dict[str, Parameter] = {}
        self._texts: dict[object, str] = {}
        self._usual: dict[object, Any] = {}
        varying = [c for c in constants if self._varies(c)]
        for constant in varying:
            key, usual = self._key(constant), _usual(constant)
            self._usual[key] = usual if same(self._usual.get(key, usual), usual) else REQUIRED
        for find in (self._exact, self._derived, self._new):
            for constant in varying:
                if self._key(constant) not in self._texts and (text := find(constant)):
                    self._texts[self._key(constant)] = text

    def text(self, constant: Constant) -> str:
        """The constant as it is written in the class."""
        written = self._texts.get(self._key(constant)) if self._varies(constant) else None
        return written or literal(_first(constant.values))

    def declared(self) -> list[Parameter]:
        """The parameters in order: those without a default first."""
        order = [parameter.name for parameter in self._offered]
        known = [self._used[name] for name in order if name in self._used]
        new = [parameter for name, parameter in self._used.items() if name not in order]
        known.sort(key=lambda parameter: parameter.name != "in_channels")
        return sorted([*known, *new], key=lambda parameter: parameter.default is not REQUIRED)

    def arguments(self, module: Module) -> Iterator[tuple[str, Any, Any]]:
        """Each parameter's name, its value in a module, and its default."""
        place = self._modules.index(module)
        for parameter in self.declared():
            yield parameter.name, parameter.values[place], parameter.default

    def _offers(self) -> Iterator[Parameter]:
        """The block's parameters and `let`s that differ, then the channels of its input."""
        tables = [dict(module.arguments) for module in self._modules]
        names = [name for name in tables[0] if all(name in table for table in tables)]
        taken = set(self._reserved)
        for name in names:
            values = [table[name] for table in tables]
            if all(isinstance(value, int | float | str | tuple | list) for value in values):
                own = unique(identifier(name), taken)
                taken.add(own)
                yield Parameter(own, _compact(values))
        shapes = [module.inputs[0] for module in self._modules if module.inputs]
        if len(shapes) == len(self._modules) and all("c" in shape for shape in shapes):
            channels = tuple(shape["c"] for shape in shapes)
            yield Parameter(unique("in_channels", taken), channels)

    def _varies(self, constant: Constant) -> bool:
        """Whether it is more than one value; an optional `stride=2` is the block's `stride`."""
        if not is_always(constant, _first(constant.values)):
            return True
        named = [p for p in self._offered if p.name == constant.keyword and p.differs]
        return ABSENT in constant.values and any(self._agrees(constant, p) for p in named)

    def _agrees(self, constant: Constant, parameter: Parameter) -> bool:
        return all(same(a, b) for a, b in _pairs(constant, parameter))

    def _exact(self, constant: Constant) -> str | None:
        """The parameter of the same values."""
        for parameter in self._offered:
            if self._agrees(constant, parameter):
                return self._pass_on(parameter, constant)
            for place, element in enumerate(parameter.elements()):
                if self._agrees(constant, element):
                    return f"{self._use(parameter)}[{place}]"
        return None

    def _derived(self, constant: Constant) -> str | None:
        """A multiple or a part of a parameter; of one that is there anyway, if that can be."""
        for parameter in sorted(self._offered, key=lambda p: p.name not in self._used):
            pairs = list(_pairs(constant, parameter))
            if not all(type(a) is type(b) is int and b > 0 for a, b in pairs):
                continue
            for factor in range(2, _MOST + 1):
                if all(a == factor * b for a, b in pairs):
                    return f"{factor} * {self._use(parameter)}"
                if all(a * factor == b for a, b in pairs):
                    return f"{self._use(parameter)} // {factor}"
            if all(a == b // 2 for a, b in pairs):
                return f"{self._use(parameter)} // 2"
        return None

    def _new(self, constant: Constant) -> str:
        taken = {*self._reserved, *(parameter.name for parameter in self._offered), *self._used}
        some = _first(constant.values)
        values = tuple(some if value is ABSENT else value for value in constant.values)
        name = unique(identifier(self._told(constant) or constant.word), taken)
        return self._pass_on(Parameter(name, values), constant)

    def _told(self, constant: Constant) -> str | None:
        """The parameter of the block that says what it is, wherever that is not `none`."""
        tables = [dict(module.arguments) for module in self._modules]
        for name in tables[0]:
            values = _compact([table.get(name) for table in tables])
            pairs = zip(constant.values, values, strict=True)
            told = [(a, b) for a, b in pairs if a is not ABSENT and b is not None]
            if name not in self._used and told and all(same(a, b) for a, b in told):
                return name
        return None

    def _use(self, parameter: Parameter) -> str:
        self._used.setdefault(parameter.name, parameter)
        return parameter.name

    def _pass_on(self, parameter: Parameter, constant: Constant) -> str:
        """Uses the parameter as the constant itself, whose usual value is then its own."""
        usual = self._usual[self._key(constant)]
        known = self._used.get(parameter.name)
        common = REQUIRED if known and not same(known.usual, usual) else usual
        self._used[parameter.name] = replace(parameter, usual=common)
        return parameter.name

    def _key(self, constant: Constant) -> object:
        return tuple((type(value), value) for value in constant.values)


def _pairs(constant: Constant, parameter: Parameter) -> Iterator[tuple[Any, Any]]:
    """The two values in each module that has the constant."""
    pairs = zip(constant.values, parameter.values, strict=True)
    return (pair for pair in pairs if pair[0] is not ABSENT)


def _usual(constant: Constant) -> Any:
    """What a person leaves out: torch's default, or the one place of a 1x1 convolution."""
    if constant.default is REQUIRED and constant.word.endswith("kernel_size"):
        return 1
    return constant.default


def _first(values: tuple[Any, ...]) -> Any:
    return next(value for value in values if value is not ABSENT)


def _compact(values: list[Any]) -> tuple[Any, ...]:
    """Sizes of equal numbers as one number, which is how torch's calls have them: 3x3 is 3.

    Unless all are tuples and some of them are of different numbers: then all stay tuples.
    """
    values = [tuple(value) if isinstance(value, list) else value for value in values]
    if all(isinstance(value, tuple) for value in values) and not all(map(_is_square, values)):
        return tuple(values)
    return tuple(value[0] if _is_square(value) else value for value in values)


def _is_square(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and all(same(n, value[0]) for n in value)


def _type_name(value: object) -> str:
    if isinstance(value, tuple):
        return f"tuple[{', '.join(map(_type_name, value))}]"
    return "None" if value is None else type(value).__name__

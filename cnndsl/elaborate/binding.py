"""Arguments of a call to the parameters of a block or a layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, NoReturn

from cnndsl import syntax
from cnndsl.elaborate.frame import UNKNOWN, Frame
from cnndsl.elaborate.units import Definition, Result, Unit
from cnndsl.elaborate.value_hints import value_hint
from cnndsl.errors import Diagnostic, Fix, Label, misspelt, nearest, replaced_name
from cnndsl.expressions import Evaluator
from cnndsl.layers import LAYERS
from cnndsl.layers.base import Layer, OptionError, Parameter
from cnndsl.origin import Giver
from cnndsl.other_words import NO_ARGUMENTS
from cnndsl.scope import Abandoned
from cnndsl.source import Span
from cnndsl.unknown import other_argument
from cnndsl.values import Value, kind, show

# The parameters that a size goes to, the first that there is.
SIZE_PARAMETERS = ("kernel", "size")
# What stands for each where a call is shown.
_SIZES = {"kernel": "3x3", "size": "56x56"}


class Bound(NamedTuple):
    """The value of an argument, and where it is given."""

    value: Value
    span: Span | None
    giver: Giver = Giver.CALL


class Binder:
    """Binds arguments by how they are written; every mistake among them is reported."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.report = evaluator.report

    def values(
        self, unit: Unit, arguments: tuple[syntax.Argument, ...], frame: Frame
    ) -> dict[str, Bound]:
        """The arguments' values by the names of the parameters that they go to.

        Raises:
            Abandoned: an argument is wrong; all that are have been reported.
        """
        found, good = self.attempt(unit, arguments, frame)
        if not good:
            raise Abandoned
        return found

    def attempt(
        self, unit: Unit, arguments: tuple[syntax.Argument, ...], frame: Frame
    ) -> tuple[dict[str, Bound], bool]:
        """The arguments' values, UNKNOWN where one has none, and whether all are right."""
        bound, good = self._bind(unit, arguments)
        found: dict[str, Bound] = {}
        for name, argument in bound.items():
            value = UNKNOWN
            try:
                value = self._value(unit, name, argument.value, frame)
            except Abandoned:
                good = False
            found[name] = Bound(value, argument.span)
        return found, good

    def _value(self, unit: Unit, name: str, expression: syntax.Expression, frame: Frame) -> Value:
        """The value of an argument: a bare word may be a word of the option's own."""
        if isinstance(unit.target, Definition):
            return self.evaluator.evaluate(expression, frame)
        if isinstance(expression, syntax.Name):
            parameter = _parameter(unit.target, name)
            if parameter and not frame.find(expression.name)[0]:
                if expression.name == "none":
                    return None
                if parameter.accepts.any_word or expression.name in parameter.accepts.choices:
                    return expression.name
        if isinstance(expression, syntax.ListOf) and unit.target.takes_any_word(name):
            return tuple(self._value(unit, name, item, frame) for item in expression.items)
        is_shape = isinstance(expression, syntax.StreamShape)
        if is_shape and frame.site and unit.target.takes_reference(name):
            return frame.site.entering_result(expression.span)
        return self.evaluator.evaluate(expression, frame)

    def _bind(
        self, unit: Unit, arguments: tuple[syntax.Argument, ...]
    ) -> tuple[dict[str, syntax.Argument], bool]:
        """The arguments by parameter, and whether each has somewhere to go."""
        bound: dict[str, syntax.Argument] = {}
        good = True
        plain: list[syntax.Argument] = []
        for argument in arguments:
            if argument.kind == "plain":
                plain.append(argument)
                continue
            name = self._goal(unit, argument)
            good &= name is not None and self._enter(bound, name, argument, unit)
        given = {name for name, _ in unit.given}
        free = [name for name in unit.positional_names if name not in bound and name not in given]
        for name, argument in zip(free, plain, strict=False):
            good &= self._enter(bound, name, argument, unit)
        for i, argument in enumerate(plain[len(free) :], len(free)):
            self._surplus(unit, argument, plain[i - 1] if i else None, "kernel" in bound)
            good = False
        return bound, good

    def _goal(self, unit: Unit, argument: syntax.Argument) -> str | None:
        """The parameter that a named argument, a size or a stride goes to."""
        names = unit.parameter_names
        if argument.kind == "size":
            wanted = [name for name in SIZE_PARAMETERS if name in names]
            what, name = "a size", wanted[0] if wanted else ""
        elif argument.kind == "stride":
            what, name = "a stride", "stride"
        else:
            what, name = f"`{argument.name}`", argument.name
        if name in names:
            return name
        near = None
        if argument.kind == "named":
            near = other_argument(argument.name, names) or nearest(argument.name, names)
        known = f"it takes {', '.join(f'`{n}`' for n in names)}" if names else "it takes nothing"
        hint = f"did you mean `{near}`?" if near else known
        if not near and argument.name in NO_ARGUMENTS and not isinstance(unit.target, Definition):
            hint = NO_ARGUMENTS[argument.name]
        if names and argument.kind != "named" and isinstance(unit.target, Definition):
            hint = _unnamed_hint(unit, argument)
        self.report.add(
            Diagnostic(
                "unknown-argument",
                f"{unit.kind.split()[-1]} `{unit.name}` does not take {what}",
                argument.span,
                hint=hint,
                fix=_renamed(argument, names),
            )
        )
        return None

    def _enter(
        self, bound: dict[str, syntax.Argument], name: str, argument: syntax.Argument, unit: Unit
    ) -> bool:
        other = bound.setdefault(name, argument)
        if other is argument:
            return True
        self.report.add(
            Diagnostic(
                "argument-twice",
                f"`{name}` of `{unit.name}` is given twice",
                argument.span,
                related=(Label(other.span, "given here first"),),
                hint="take one of the two away",
            )
        )
        return False

    def _surplus(
        self, unit: Unit, argument: syntax.Argument, before: syntax.Argument | None, sized: bool
    ) -> None:
        takes = ", ".join(f"`{name}`" for name in unit.positional_names) or "none"
        text = argument.span.text
        named = [name for name in unit.parameter_names if name not in unit.positional_names]
        hint = f"the others go by name: {', '.join(f'`{name}=`' for name in named)}"
        if not named or not unit.positional_names:
            hint = f"take `{text}` away"
        if isinstance(argument.value, syntax.Name) and text in LAYERS:
            hint = f"to pass the result on to `{text}`, write `-> {text}`"
        elif before and text[0] == "[" and isinstance(before.value, syntax.Name):
            hint = f"a bracket of an index touches its list: `{before.span.text}{text}`"
        elif (
            before
            and text.isdigit()
            and before.span.text.isdigit()
            and unit.positional_names == ("kernel",)
            and "stride" in named
        ):
            hint = f"a stride has a slash: `{unit.name} {before.span.text} /{text}`"
        elif before and before.span.text.isdigit() and unit.positional_names == ("c",):
            hint = f"how many come in is known: write `{unit.name} {text}`"
            if "kernel" in unit.parameter_names:
                hint = f"how many come in is known: write `{unit.name} 3x3 {text}`"
                if not sized:
                    hint += f", or `{unit.name} {text}x{text} {before.span.text}` for a window"
        self.report.add(
            Diagnostic(
                "surplus-argument",
                f"`{unit.name}` has no place for one more plain value",
                argument.span,
                f"plain values go to: {takes}",
                hint=hint,
            )
        )

    def check(self, unit: Unit, options: Mapping[str, Bound]) -> None:
        """Checks options of a layer that is not made here, such as those of a `default` line.

        Raises:
            Abandoned: an option does not accept its value.
        """
        assert not isinstance(unit.target, Definition)
        for name, bound in options.items():
            parameter = _parameter(unit.target, name)
            if isinstance(bound.value, Result) and unit.target.takes_reference(name):
                continue
            if parameter is None or bound.value is None:
                continue
            if wrong := parameter.accepts.refusal(bound.value):
                self._refuse(parameter, f"`{name}` {wrong}", bound)

    def _refuse(self, parameter: Parameter, message: str, bound: Bound) -> NoReturn:
        label = f"this is {kind(bound.value)}, {show(bound.value)}"
        assert bound.span is not None, "a wrong value was given somewhere"
        hint = value_hint(parameter, bound.value, bound.span)
        self.evaluator.fail("argument", message, bound.span, label, hint)

    def layer(self, word: type[Layer], options: dict[str, Bound], span: Span) -> Layer:
        """The layer with these options.

        Raises:
            Abandoned: an option does not accept its value, or one is missing.
        """
        try:
            return word(**{name: bound.value for name, bound in options.items()})
        except OptionError as error:
            parameter = _parameter(word, error.option)
            bound = options.get(error.option, Bound(None, None))
            if parameter and bound.value is not None:
                self._refuse(parameter, error.message, bound)
            hint = f"write {_example(word)}; `{error.option}`: {parameter.doc}" if parameter else ""
            self.evaluator.fail("missing-argument", error.message, span, hint=hint)


def _renamed(argument: syntax.Argument, names: Sequence[str]) -> Fix | None:
    """The fix of an argument's misspelt name."""
    if argument.kind != "named":
        return None
    start = argument.span.start
    place = Span(argument.span.source, start, start + len(argument.name))
    if other := other_argument(argument.name, names):
        return replaced_name(place, argument.name, other)
    return misspelt(place, argument.name, names)


def _parameter(layer: type[Layer], name: str) -> Parameter | None:
    return next((p for p in layer.parameters if p.name == name), None)


def _example(layer: type[Layer]) -> str:
    """How a call of a layer is written, and an example where it needs more than a size."""
    if any(p.required and p.name == "size" for p in layer.parameters) and layer.example:
        return f"`{layer.example}`"  # how many axes a size has is the layer's own
    more = any(p.required and p.name not in SIZE_PARAMETERS for p in layer.parameters)
    such = f", such as `{layer.example}`" if more and layer.example else ""
    return usage(Unit(layer)) + such


def _unnamed_hint(unit: Unit, argument: syntax.Argument) -> str:
    """What to do where a block has no parameter that a size or a stride goes to."""
    if argument.kind == "stride":
        return f"give `{unit.name}` a parameter `stride=1`, and use it: `conv 3x3 c /stride`"
    name = "k" if "k" in unit.parameter_names else unit.parameter_names[-1]
    text = argument.span.text
    return f"it goes to a parameter called `kernel` or `size`; to another by name, `{name}={text}`"


def usage(unit: Unit, *, is_variant: bool = False) -> str:
    """How it is called, with what it needs: `` `conv 3x3 c` ``, in a variant `` `Net(c=…)` ``."""
    if isinstance(unit.target, Definition):
        needed = [p.name for p in unit.target.syntax.parameters if p.default is None]
    else:
        needed = [p.name for p in unit.target.parameters if p.required]
    given = {name for name, _ in unit.given}
    names = [name for name in needed if name not in given]
    if is_variant:
        return f"`{unit.name}({', '.join(f'{name}=…' for name in names)})`"
    sizes = [_SIZES[name] for name in names if name in SIZE_PARAMETERS]
    words = [
        name if name in unit.positional_names else f"{name}=…"
        for name in names
        if name not in SIZE_PARAMETERS
    ]
    return f"`{' '.join([unit.name, *sizes, *words])}`"

"""Arguments of a call to the parameters of a block or a layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, NoReturn

from cnndsl import syntax
from cnndsl.elaborate.frame import Frame
from cnndsl.elaborate.units import Definition, Unit
from cnndsl.errors import Diagnostic, Label, nearest
from cnndsl.expressions import Evaluator
from cnndsl.layers.base import Layer, OptionError, Parameter
from cnndsl.origin import Giver
from cnndsl.scope import Abandoned
from cnndsl.source import Span
from cnndsl.unknown import other_argument
from cnndsl.values import Value, kind, show

# The parameters that a size goes to, the first that there is.
SIZE_PARAMETERS = ("kernel", "size")


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
        bound = self.bind(unit, arguments)
        found: dict[str, Bound] = {}
        failed = bound is None
        for name, argument in (bound or {}).items():
            try:
                value = self._value(unit, name, argument.value, frame)
                found[name] = Bound(value, argument.span)
            except Abandoned:
                failed = True
        if failed:
            raise Abandoned
        return found

    def _value(self, unit: Unit, name: str, expression: syntax.Expression, frame: Frame) -> Value:
        """The value of an argument: a bare word may be a word of the option's own."""
        if isinstance(expression, syntax.Name) and not isinstance(unit.target, Definition):
            parameter = _parameter(unit.target, name)
            if parameter and not frame.find(expression.name)[0]:
                if expression.name == "none":
                    return None
                if parameter.accepts.any_word or expression.name in parameter.accepts.choices:
                    return expression.name
        return self.evaluator.evaluate(expression, frame)

    def bind(
        self, unit: Unit, arguments: tuple[syntax.Argument, ...]
    ) -> dict[str, syntax.Argument] | None:
        """The arguments by parameter, or None where one has nowhere to go."""
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
        for argument in plain[len(free) :]:
            self._surplus(unit, argument)
            good = False
        return bound if good else None

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
        self.report.add(
            Diagnostic(
                "unknown-argument",
                f"{unit.kind.split()[-1]} `{unit.name}` does not take {what}",
                argument.span,
                hint=hint,
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

    def _surplus(self, unit: Unit, argument: syntax.Argument) -> None:
        takes = ", ".join(f"`{name}`" for name in unit.positional_names) or "none"
        text = argument.span.text
        named = [name for name in unit.parameter_names if name not in unit.positional_names]
        hint = f"the others go by name: {', '.join(f'`{name}=`' for name in named)}"
        if not named:
            hint = f"take `{text}` away"
        if isinstance(argument.value, syntax.Name):
            hint = f"to pass the result on to `{text}`, write `-> {text}`"
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
            if parameter and bound.value is not None and not parameter.accepts.test(bound.value):
                self._refuse(f"`{name}` must be {parameter.accepts.words}", bound)

    def _refuse(self, message: str, bound: Bound) -> NoReturn:
        label = f"this is {kind(bound.value)}, {show(bound.value)}"
        assert bound.span is not None, "a wrong value was given somewhere"
        self.evaluator.fail("argument", message, bound.span, label)

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
            label = hint = ""
            if bound.value is not None:
                label = f"this is {kind(bound.value)}, {show(bound.value)}"
            elif parameter:
                hint = f"write {usage(Unit(word))}; `{error.option}`: {parameter.doc}"
            self.evaluator.fail("argument", error.message, bound.span or span, label, hint)


def _parameter(layer: type[Layer], name: str) -> Parameter | None:
    return next((p for p in layer.parameters if p.name == name), None)


def usage(unit: Unit) -> str:
    """How a call of the unit is written, with what it needs: `` `conv 3x3 c` ``."""
    if isinstance(unit.target, Definition):
        needed = [p.name for p in unit.target.syntax.parameters if p.default is None]
    else:
        needed = [p.name for p in unit.target.parameters if p.required]
    given = {name for name, _ in unit.given}
    names = [name for name in needed if name not in given]
    sizes = ["3x3" for name in names if name in SIZE_PARAMETERS]
    words = [
        name if name in unit.positional_names else f"{name}=…"
        for name in names
        if name not in SIZE_PARAMETERS
    ]
    return f"`{' '.join([unit.name, *sizes, *words])}`"

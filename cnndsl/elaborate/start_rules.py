"""`init` lines: from what is written to a function of torch.nn.init for each tensor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from cnndsl import syntax
from cnndsl.elaborate.frame import Frame
from cnndsl.errors import misspelt, nearest, suggestion
from cnndsl.expressions import Evaluator
from cnndsl.functions import FUNCTION_NAMES
from cnndsl.layers.base import Parameter
from cnndsl.layers.starting import STARTS, Start
from cnndsl.source import Span
from cnndsl.values import Value, is_number, kind, show

_OPTIONS = {parameter.name for start in STARTS.values() for parameter in start.parameters}
# The tensor that the first word of a line is for.
FIRST = "weight"


@dataclass(frozen=True, eq=False)
class StartRule:
    """What an `init` line says, worked out in the frame where it stands.

    `starts` are by the names that the line gives to tensors, each with its place. `function` is the
    line's first word, if it has one.
    """

    node: syntax.Init
    frame: Frame
    function: str
    starts: Mapping[str, tuple[Start, Span]]

    def name_for(self, tensor: str) -> str | None:
        """The name in the line that means a tensor: the longest that its own ends with.

        So `bias` is for `in_proj_bias`, too. A layer that is one tensor has no name for it.
        """
        own = tensor.replace(".", "_") or FIRST
        meant = [name for name in self.starts if own == name or own.endswith(f"_{name}")]
        return max(meant, key=len, default=None)


def read(node: syntax.Init, frame: Frame, evaluator: Evaluator) -> StartRule:
    """What a line says.

    Raises:
        Abandoned: it names no function, or gives it what it does not take, which is reported.
    """
    return _Reader(node, frame, evaluator).rule()


def _options_of(function: str) -> list[str]:
    return [p.name for p in STARTS[function].parameters] if function else []


class _Reader:
    def __init__(self, node: syntax.Init, frame: Frame, evaluator: Evaluator) -> None:
        self._node = node
        self._frame = frame
        self._evaluator = evaluator

    def rule(self) -> StartRule:
        plain, named = self._sorted(self._node.arguments)
        if not (plain or named):
            self._fail("this line says no way to start", self._node.span)
        starts: dict[str, tuple[Start, Span]] = {}
        function = ""
        if plain:
            first = self._start(plain[0])
            function = first.function
            options = dict(first.options) | self._options(function, plain[1:], named)
            self._check_whole(function, options, plain[0].span, "{} {}=…")
            starts[FIRST] = Start(function, tuple(options.items())), plain[0].span
        for name, argument in named.items():
            self._check_tensor(name, function, argument.span)
            start = self._start(argument)
            self._check_whole(start.function, dict(start.options), argument.span, "{}({}=…)")
            starts[name] = start, argument.span
        return StartRule(self._node, self._frame, function, starts)

    def _sorted(
        self, arguments: tuple[syntax.Argument, ...]
    ) -> tuple[list[syntax.Argument], dict[str, syntax.Argument]]:
        """The plain arguments, and the others by name."""
        plain: list[syntax.Argument] = []
        named: dict[str, syntax.Argument] = {}
        for argument in arguments:
            if argument.kind == "plain":
                plain.append(argument)
            elif argument.kind != "named":
                self._fail(f"an `init` line takes no {argument.kind}", argument.span)
            elif named.setdefault(argument.name, argument) is not argument:
                message = f"`{argument.name}` is given twice"
                hint = "take one of the two away"
                self._evaluator.fail("argument-twice", message, argument.span, hint=hint)
        return plain, named

    def _word(self, expression: syntax.Expression) -> str | None:
        """The word that stands bare, unless it is the name of a value."""
        if not isinstance(expression, syntax.Name) or self._frame.find(expression.name)[0]:
            return None
        return expression.name

    def _start(self, argument: syntax.Argument) -> Start:
        """A function by its name, or called with options; a number starts every element at it."""
        expression = argument.value
        if isinstance(expression, syntax.Call) and expression.function not in FUNCTION_NAMES:
            return self._called(expression)
        value: Value = self._word(expression)
        if value is None:
            value = self._evaluator.evaluate(expression, self._frame)
        if is_number(value):
            (parameter,) = STARTS["constant"].parameters
            self._check_value(parameter, value, expression.span)
            return Start("constant", ((parameter.name, value),))
        if not isinstance(value, str):
            message = "weights start by a function of torch.nn.init, or at a number"
            self._fail(message, expression.span, f"this is {kind(value)}")
        self._check_function(value, expression.span)
        return Start(value)

    def _called(self, call: syntax.Call) -> Start:
        function = call.function
        self._check_function(function, call.name.span)
        plain, named = self._sorted(call.arguments)
        options = self._options(function, plain, named)
        for name, argument in named.items():
            self._refuse_option(name, function, argument.span)
        return Start(function, tuple(options.items()))

    def _check_function(self, name: str, span: Span) -> None:
        if name not in STARTS:
            message = f"there is no function `{name}` in torch.nn.init"
            hint = suggestion(name, STARTS, f"there are {', '.join(STARTS)}")
            fix = misspelt(span, name, STARTS)
            self._evaluator.fail("init", message, span, hint=hint, fix=fix)

    def _options(
        self, function: str, plain: list[syntax.Argument], named: dict[str, syntax.Argument]
    ) -> dict[str, Value]:
        """The function's options, which are taken out of `named`; the rest names tensors."""
        found: dict[str, Value] = {}
        places = [p for p in STARTS[function].parameters if p.positional]
        if len(plain) > len(places):
            surplus = plain[len(places)]
            hint = "its options go by name, and so do other tensors: `bias=zeros`"
            message = f"`{function}` has no place for one more plain value"
            self._evaluator.fail("surplus-argument", message, surplus.span, hint=hint)
        for parameter, argument in zip(places, plain, strict=False):
            named.setdefault(parameter.name, argument)
        for parameter in STARTS[function].parameters:
            if parameter.name in named:
                found[parameter.name] = self._value(parameter, named.pop(parameter.name).value)
        return found

    def _value(self, parameter: Parameter, expression: syntax.Expression) -> Value:
        value = self._word(expression) if parameter.accepts.choices else None
        if value is None:
            value = self._evaluator.evaluate(expression, self._frame)
        self._check_value(parameter, value, expression.span)
        return value

    def _check_value(self, parameter: Parameter, value: Value, span: Span) -> None:
        if wrong := parameter.accepts.refusal(value):
            label = f"this is {kind(value)}, {show(value)}"
            self._evaluator.fail("argument", f"`{parameter.name}` {wrong}", span, label)

    def _check_tensor(self, name: str, function: str, span: Span) -> None:
        """Refuses the name of a tensor that is rather meant as an option."""
        if name in _OPTIONS or (name != "bias" and nearest(name, _options_of(function))):
            self._refuse_option(name, function, span)

    def _refuse_option(self, name: str, function: str, span: Span) -> NoReturn:
        options = _options_of(function)
        known = ", ".join(f"`{option}`" for option in options) or "none"
        message = f"`{function}` has no option `{name}`"
        if not function:
            message = f"`{name}` is an option, and there is no function before it"
        hint = suggestion(name, options, f"its options are: {known}" if function else "")
        fix = misspelt(Span(span.source, span.start, span.start + len(name)), name, options)
        self._evaluator.fail("unknown-argument", message, span, hint=hint, fix=fix)

    def _check_whole(
        self, function: str, options: dict[str, Value], span: Span, remedy: str
    ) -> None:
        for parameter in STARTS[function].parameters:
            if parameter.required and parameter.name not in options:
                message = f"`{function}` needs `{parameter.name}`, {parameter.doc}"
                hint = f"write `{remedy.format(function, parameter.name)}`"
                self._evaluator.fail("missing-argument", message, span, hint=hint)
        bounds = {p.name: options.get(p.name, p.default) for p in STARTS[function].parameters}
        if {"a", "b"} <= bounds.keys() and bounds["a"] > bounds["b"]:
            message = f"`a` is {show(bounds['a'])}, and `b` only {show(bounds['b'])}"
            self._evaluator.fail("argument", message, span, "its numbers are from `a` to `b`")

    def _fail(self, message: str, span: Span, label: str = "") -> NoReturn:
        hint = "write, for example, `init conv kaiming_normal mode=fan_out bias=zeros`"
        self._evaluator.fail("init", message, span, label, hint)

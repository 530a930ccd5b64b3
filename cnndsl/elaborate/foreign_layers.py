"""The layers whose classes are torch's or the user's own, found when they are first used."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cnndsl import syntax
from cnndsl.elaborate.frame import Frame
from cnndsl.elaborate.units import Unit
from cnndsl.errors import Diagnostic
from cnndsl.expressions import Evaluator
from cnndsl.labels import fixed
from cnndsl.layers.base import REQUIRED, Parameter, ShapeError
from cnndsl.scope import Abandoned
from cnndsl.source import Span
from cnndsl.values import kind, show

if TYPE_CHECKING:
    from cnndsl.foreign import ForeignLayer


class ForeignLayers:
    """Finds the kinds of layers that are classes of others; the user's own only if that is allowed.

    What can't be had is reported where it is called, or where its `layer` line stands.
    """

    def __init__(self, evaluator: Evaluator, allow_python: bool) -> None:
        self._evaluator = evaluator
        self._report = evaluator.report
        self._allow_python = allow_python
        # What each `layer` line leads to; the code behind it runs once, whether it fails or not.
        self._found: dict[syntax.LayerFromPython, type[ForeignLayer] | Diagnostic] = {}

    def of_torch(self, name: str, span: Span) -> Unit:
        """The class of torch.nn of that name, `nn.Softplus`.

        Raises:
            Abandoned: it can't be had.
        """
        from cnndsl.foreign import torch_layer  # only who uses such layers pays for their import

        try:
            return Unit(torch_layer(name))
        except ShapeError as error:
            self._report.add(_diagnostic(error, span))
            raise Abandoned from None

    def of_python(self, statement: syntax.LayerFromPython, frame: Frame) -> Unit:
        """The class of the user's own that a `layer` line names; its defaults are those of `frame`.

        Raises:
            Abandoned: it can't be had, or no code may be run.
        """
        if statement not in self._found:
            parameters = tuple(self._parameter(p, frame) for p in statement.parameters)
            self._found[statement] = self._find(statement, parameters)
        found = self._found[statement]
        if isinstance(found, Diagnostic):
            self._report.add(found)
            raise Abandoned
        return Unit(found)

    def _find(
        self, statement: syntax.LayerFromPython, parameters: tuple[Parameter, ...]
    ) -> type[ForeignLayer] | Diagnostic:
        word = statement.name.name
        if not self._allow_python:
            return Diagnostic(
                "code-not-allowed",
                f"the layer `{word}` is Python code, and none may be run",
                statement.span,
                "this would import and run it",
                hint="if you trust it, `--allow-python` on the command line, "
                "or `allow_python=True` in Python",
            )
        from cnndsl.foreign import python_layer

        folder = os.path.dirname(os.path.abspath(statement.span.source.name))
        try:
            return python_layer(word, fixed(statement.target) or "", parameters, folder)
        except ShapeError as error:
            return _diagnostic(error, statement.target.span)

    def _parameter(self, node: syntax.ParameterName, frame: Frame) -> Parameter:
        """An option of a layer of the user's own, with its default."""
        from cnndsl.foreign import anything

        accepts, default = anything(), REQUIRED
        if node.default is not None:
            default = self._evaluator.evaluate(node.default, frame)
            if default is not None and not accepts.test(default):
                label = f"this is {kind(default)}, {show(default)}"
                message = f"`{node.name}` must be {accepts.words}"
                self._evaluator.fail("argument", message, node.default.span, label)
        return Parameter(node.name, accepts, default, "as its class has it", positional=True)


def _diagnostic(error: ShapeError, span: Span) -> Diagnostic:
    return Diagnostic(error.code, error.message, span, notes=error.notes, hint=error.hint)

"""The text of one class."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from textwrap import fill

from cnndsl.emit.attributes import Attributes
from cnndsl.emit.forward import Forward
from cnndsl.emit.layout import STEP, WIDTH, wrap
from cnndsl.emit.outputs import Returns
from cnndsl.emit.plan import ClassPlan


def write_class(plan: ClassPlan) -> list[str]:
    """The lines of a class, with those of the named tuples that it returns before it."""
    module = plan.pattern.module
    attributes = Attributes(plan)
    returns = Returns(plan.pattern.name, module)
    lines: list[str] = []
    for name, fields in returns.tuples().items():
        lines += [f"class {name}(NamedTuple):", *(f"{STEP}{f}: Tensor" for f in fields), "", ""]
    lines.append(f"class {plan.pattern.name}({attributes.base}):")
    if module.doc and module.kind.value == "block":
        lines += [*docstring(module.doc, 1), ""]
    lines += _constructor(plan, attributes)
    if not attributes.is_sequential:
        lines += _forward(plan, attributes, returns)
    return lines


def _constructor(plan: ClassPlan, attributes: Attributes) -> list[str]:
    """`__init__`; nothing where it would do nothing."""
    parameters = [parameter.declaration() for parameter in plan.parameters.declared()]
    if not (parameters or attributes.assignments or attributes.is_sequential):
        return []
    lines = wrap(f"def __init__({', '.join(['self', *parameters])}) -> None:", 1)
    lines += wrap(attributes.initial(), 2)
    lines += _guarded(attributes.assignments)
    return [*lines, ""]


def _forward(plan: ClassPlan, attributes: Attributes, returns: Returns) -> list[str]:
    forward = Forward(plan, attributes)
    inputs = ", ".join(f"{name}: Tensor" for name in forward.inputs)
    statements = [*forward.lines, *returns.statements(forward.outputs)]
    head = wrap(f"def forward(self, {inputs}) -> {returns.annotation()}:", 1)
    return [*head, *_guarded(_join_return(statements))]


def _join_return(statements: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """`x = f(x)` and `return x` as `return f(x)`."""
    if len(statements) < 2:
        return statements
    (condition, last), (end_condition, end) = statements[-2:]
    name = end.removeprefix("return ")
    if condition == end_condition == "" and last.startswith(f"{name} = "):
        return [*statements[:-2], ("", f"return {last.removeprefix(f'{name} = ')}")]
    return statements


def _guarded(statements: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The statements of a method, those with a condition under an `if`."""
    for condition, group in groupby(statements, key=lambda statement: statement[0]):
        if condition:
            yield from wrap(f"if {condition}:", 2)
        for _, statement in group:
            yield from wrap(statement, 3 if condition else 2)


def docstring(text: str, indent: int = 0) -> list[str]:
    """A documentation as a string of Python, each line at its margin."""
    margin = STEP * indent
    escaped = text.strip().replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if escaped.endswith('"'):
        escaped = f'{escaped[:-1]}\\"'
    quotes = '"""'
    paragraphs = re.split(r"\n(?:[ \t]*\n)+", f"{quotes}{escaped}")
    filled = "\n\n".join(_filled(paragraph, WIDTH - len(margin)) for paragraph in paragraphs)
    lines = [f"{margin}{line}".rstrip() for line in filled.splitlines()]
    if len(lines) == 1 and len(lines[0]) + len(quotes) <= WIDTH:
        return [f"{lines[0]}{quotes}"]
    return [*lines, f"{margin}{quotes}"]


def _filled(paragraph: str, width: int) -> str:
    """The paragraph as it is where its lines fit, else with its lines broken anew."""
    if all(len(line) <= width for line in paragraph.splitlines()):
        return paragraph
    return fill(paragraph, width, break_long_words=False, break_on_hyphens=False)

"""Long statements are split where ruff's formatter would split them, which then agrees."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cnndsl.emit.layout import WIDTH, wrap


@pytest.mark.parametrize(
    ("statement", "lines"),
    [
        ("x = f(a, b)", ["x = f(a, b)"]),
        (
            f"x = f({'a' * 60}, {'b' * 60})",
            ["x = f(", f"    {'a' * 60},", f"    {'b' * 60},", ")"],
        ),
        (f"x = f({'a' * 50}, {'b' * 44})", ["x = f(", f"    {'a' * 50}, {'b' * 44}", ")"]),
        (
            f"self.{'a' * 50} = g({'b' * 50}, (1, 2), h())",
            [f"self.{'a' * 50} = g(", f"    {'b' * 50},", "    (1, 2),", "    h(),", ")"],
        ),
        (
            f"x = {'a' * 50} + {'b' * 50} + c",
            ["x = (", f"    {'a' * 50}", f"    + {'b' * 50}", "    + c", ")"],
        ),
        (f"sum = {'a' * 48} + {'b' * 45}", ["sum = (", f"    {'a' * 48} + {'b' * 45}", ")"]),
        (
            f"x += f({'a' * 50}) if {'b' * 50} else c",
            ["x += (", f"    f({'a' * 50})", f"    if {'b' * 50}", "    else c", ")"],
        ),
        (
            f"{'a' * 20} = {'b' * 55}.f(1, (2, 3)).g(4).{'h' * 20}()",
            [
                f"{'a' * 20} = (",
                f"    {'b' * 55}.f(1, (2, 3)).g(4).{'h' * 20}()",
                ")",
            ],
        ),
        (
            f"x = {'b' * 60}.f(1, (2, 3)).g(4).{'h' * 30}()",
            [
                "x = (",
                f"    {'b' * 60}.f(1, (2, 3))",
                "    .g(4)",
                f"    .{'h' * 30}()",
                ")",
            ],
        ),
        (
            f's("({"a" * 60}", *(f({"b" * 60}) for _ in range(3)))',
            ["s(", f'    "({"a" * 60}",', f"    *(f({'b' * 60}) for _ in range(3)),", ")"],
        ),
        (
            f"s(*({'f' * 60}({'b' * 60}) for _ in range(3)))",
            [
                "s(",
                "    *(",
                f"        {'f' * 60}(",
                f"            {'b' * 60}",
                "        )",
                "        for _ in range(3)",
                "    ),",
                ")",
            ],
        ),
        (
            f"self.s = nn.ModuleList(f({'b' * 70}) for _ in range(3))",
            ["self.s = nn.ModuleList(", f"    f({'b' * 70}) for _ in range(3)", ")"],
        ),
        (
            f"x = s({'f' * 60}({'b' * 60}) for _ in range(3))",
            [
                "x = s(",
                f"    {'f' * 60}(",
                f"        {'b' * 60}",
                "    )",
                "    for _ in range(3)",
                ")",
            ],
        ),
        (
            f"self['\"a = '] = f({'a' * 60}, {'b' * 60})",
            ["self['\"a = '] = f(", f"    {'a' * 60},", f"    {'b' * 60},", ")"],
        ),
        (
            f"def {'f' * 40}(a: Tensor, {'b' * 30}: Tensor) -> tuple[Tensor]: ...",
            [f"def {'f' * 40}(", f"    a: Tensor, {'b' * 30}: Tensor", ") -> tuple[Tensor]: ..."],
        ),
    ],
)
def test_long_statements_are_split_as_ruff_does(statement: str, lines: list[str]) -> None:
    assert wrap(statement) == lines
    ruff = [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "-"]
    text = "\n".join(lines) + "\n"
    command = [*ruff, "--line-length", str(WIDTH)]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    assert done.stdout == text

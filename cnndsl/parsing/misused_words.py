"""The mistakes that have to do with words: labels, quotes that are missing, and what stands last.

Each function knows one mistake, as those in `mistakes` do.
"""

from __future__ import annotations

import re

from cnndsl.errors import Diagnostic, Fix
from cnndsl.parsing.remedies import error, is_statement
from cnndsl.parsing.tokens import END, NEWLINE, Mistake, span_of
from cnndsl.resources import folder
from cnndsl.source import Span


def label_letters(mistake: Mistake) -> Diagnostic | None:
    """`as conv-1`, `as 0`: a label that is no word, and has no quotes."""
    if "_AS" not in [token.type for token in mistake.before[-2:]]:
        return None
    as_ = next(token for token in reversed(mistake.before) if token.type == "_AS")
    found = re.compile(r"\s+([\w-]+(?:\.[\w-]+)*)").match(mistake.source.text, as_.end)
    if not found or not found.start(1) <= mistake.span.start < found.end():
        return None
    span, written = Span(mistake.source, *found.span(1)), f'"{found[1]}"'
    message = "a label without quotes is one word"
    if "." in found[1]:
        hint = "the dot comes from a scope: `{} {{ … as {} }}`".format(
            found[1].partition(".")[0] + ":", found[1].rpartition(".")[2]
        )
        return Diagnostic("label", message, span, hint=hint)
    return Diagnostic("label", message, span, hint=f"write `{written}`", fix=Fix(span, written))


def unquoted_file(mistake: Mistake) -> Diagnostic | None:
    """`from blocks.cnn use cbr`, `python mylayers:GeM`."""
    before = {token.type for token in mistake.before[-2:]}
    if not before & {"_FROM", "_PYTHON"} or not mistake.previous:
        return None
    start = mistake.span.start if mistake.previous.type == "_PYTHON" else mistake.previous.start
    found = re.compile(r"[\w./\\-]+(?::\w+)?").match(mistake.source.text, start)
    if not found or not re.search(r"[./:]", found[0]):
        return None
    span = Span(mistake.source, *found.span())
    what = "a class" if "_PYTHON" in before else "a file"
    message, written = f"{what} is named by a text in quotes", f'"{found[0]}"'
    if what == "a class" and ":" not in found[0]:
        written = '"{}:{}"'.format(*found[0].rpartition(".")[::2])
    stem = found[0].removesuffix(".cnn")
    if what == "a file" and (folder("specs") / f"{stem}.cnn").is_file():
        hint = f"write `{written}` for a file, or `{stem}` for the bundled spec"
        return Diagnostic("string", message, span, hint=hint)
    hint, fix = f"write `{written}`", Fix(span, written)
    return Diagnostic("string", message, span, hint=hint, fix=fix)


def variant_call(mistake: Mistake) -> Diagnostic | None:
    """`variant small = Net`, `variant small = Net [2, 2]`."""
    before = [token.type for token in mistake.before[-4:]]
    if before != ["_VARIANT", "NAME", "EQUAL", "NAME"] or not mistake.previous:
        return None
    network = mistake.previous
    rest = mistake.source.text[network.end :].partition("\n")[0].partition("#")[0].strip()
    given = rest if is_statement(f"let x = [{rest}]") else "…"
    hint = f"write `{network.text}({given})`"
    return error(mistake, "unexpected", "a variant calls its network", "expected `(`", hint)


def requirement_alone(mistake: Mistake) -> Diagnostic | None:
    """`require c > 0`, without the message that it gives."""
    if mistake.token.type not in (NEWLINE, END, "RBRACE") or "COMMA" not in mistake.expected:
        return None
    text = mistake.source.text
    line = text[text.rfind("\n", 0, mistake.span.start) + 1 : mistake.span.start].strip()
    if not re.match(r"require\b", line):
        return None
    message = "a `require` ends with what it says where the condition does not hold"
    return error(mistake, "unfinished", message, hint=f'write `{line}, "…"`')


def contract_formula(mistake: Mistake) -> Diagnostic | None:
    """`block down(c) : c h w -> (2 * c) h / 2 w / 2`."""
    left = mistake.previous
    found = re.compile(r"(\*\*|//|[-+*/%])[ \t]*(\w+)").match(
        mistake.source.text, mistake.span.start
    )
    is_side = {"LPAR", "NAME", "NUMBER"} <= mistake.expected and "LSQB" not in mistake.expected
    if not found or not is_side or left is None or left.type not in ("NAME", "NUMBER"):
        return None
    span = Span(mistake.source, left.start, found.end())
    # A size is a whole number.
    written = f"({left.text} {'//' if found[1] == '/' else found[1]} {found[2]})"
    message = "a size that is worked out stands in parentheses"
    return Diagnostic("operator", message, span, hint=f"write `{written}`")


def table_row(mistake: Mistake) -> Diagnostic | None:
    """`3, 16, 1` and `2 * c  16` in a table."""
    opener = mistake.openers[-1] if mistake.openers else None
    if opener is None or mistake.previous is None:
        return None
    if not re.search(r"\btable\s*$", mistake.source.text[: opener.start]):
        return None
    if mistake.token.type == "COMMA":
        message, fix = "the values of a row are separated by spaces", Fix(mistake.span, " ")
        return error(mistake, "separator", message, hint="take the commas away", fix=fix)
    found = re.compile(r"(\*\*|//|[-+*/%])[ \t]*(\w+)").match(
        mistake.source.text, mistake.span.start
    )
    if not found:
        return None
    if found[1] == "/" and found.start(2) == found.end(1) and mistake.previous.end < found.start():
        message, number = "a stride in a table is a number", found[2]
        span = Span(mistake.source, *found.span())
        fix = Fix(span, number)
        return Diagnostic("operator", message, span, hint=f"write `{number}`", fix=fix)
    written = f"({span_of(mistake.source, mistake.previous).text} {found[1]} {found[2]})"
    message = f"the operator `{found[1]}` stands outside of parentheses"
    return error(mistake, "operator", message, hint=f"put it in parentheses: `{written}`")

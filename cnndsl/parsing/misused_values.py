"""The mistakes that have to do with values: strings, numbers, sizes, lists, operators and brackets.

Each function knows one mistake, as those in `mistakes` do.
"""

from __future__ import annotations

import re

from cnndsl.errors import Diagnostic, Fix
from cnndsl.parsing.remedies import error, item_words
from cnndsl.parsing.terminals import RESERVED, describe
from cnndsl.parsing.tokens import NEWLINE, STRAY, Mistake
from cnndsl.source import Span

MEANT = {"&": "and", "|": "or", "!": "not", "^": "**"}


def single_quotes(mistake: Mistake) -> Diagnostic | None:
    token = mistake.token
    if token.type != STRAY or token.text[0] != "'":
        return None
    text = token.text.strip("'")
    in_front = re.compile(r"\s*:").match(mistake.source.text, token.end)
    if "DOC" in mistake.expected and not in_front:
        hint = 'write `"""` at both ends' if "\n" in text else f'write `"""{text}"""`'
        return error(mistake, "string", "documentation stands in triple double quotes", hint=hint)
    fix = None
    if "\n" in text:
        hint = "a string is on one line; documentation stands first in a file, block or network"
    else:
        escaped = text.replace('"', '\\"')
        hint = f'write `"{escaped}"`' if text else 'write `"…"`'
        if mistake.token.text == f"'{text}'":
            fix = Fix(mistake.span, f'"{escaped}"')
    return error(mistake, "string", "a string stands in double quotes", hint=hint, fix=fix)


def wrong_operator(mistake: Mistake) -> Diagnostic | None:
    """`a && b`, `a || b`, `!a`, as in other languages."""
    found = re.compile(r"&&?|\|\||!|\^").match(mistake.source.text, mistake.span.start)
    if not found or mistake.token.type not in (STRAY, "VBAR"):
        return None
    span = Span(mistake.source, *found.span())
    message, meant = f"there is no operator `{found[0]}`", MEANT[found[0][0]]
    fix = _as_word(span, meant) if mistake.token.type == STRAY else None
    return Diagnostic("operator", message, span, hint=f"write `{meant}`", fix=fix)


def _as_word(span: Span, word: str) -> Fix:
    """The fix that puts a word, with spaces around it, in the place of an operator."""
    text = span.source.text
    before = "" if text[span.start - 1 : span.start] in " \t\n([" else " "
    after = "" if text[span.end : span.end + 1] in " \t\n" else " "
    return Fix(span, f"{before}{word}{after}")


def half_a_number(mistake: Mistake) -> Diagnostic | None:
    """`1_000`, `224px`, `3X3`: what begins as a number, and is none."""
    text = mistake.token.text
    if mistake.token.type != STRAY or not text[0].isdigit():
        return None
    size = re.fullmatch(r"\d+(?:[xX]\d+)+", text)
    number = re.fullmatch(r"\d+(?:_\d+)+", text)
    meant = size[0].lower() if size else number[0].replace("_", "") if number else ""
    message = f"`{text}` is neither a number nor a size"
    if meant:
        hint, fix = f"write `{meant}`", Fix(mistake.span, meant)
        return error(mistake, "size", message, hint=hint, fix=fix)
    unit = re.fullmatch(r"(\d+)(?:px|pt|k|K|M|f|d|L)", text)
    hint = "a size is one word, as in `3x3` or `3x224x224`"
    if unit:
        hint = f"a number has no letters after it: write `{unit[1]}{_zeros(text[-1])}`"
    return error(mistake, "size", message, hint=hint)


def _zeros(unit: str) -> str:
    return {"k": "000", "K": "000", "M": "000000"}.get(unit, "")


def point_first(mistake: Mistake) -> Diagnostic | None:
    """`dropout .5`, `se.25`: a number without its first digit."""
    text, point = mistake.source.text, mistake.token
    if mistake.previous and mistake.previous.type == "DOT":
        point = mistake.previous
    found = re.compile(r"\.\d+(?:[eE][+-]?\d+)?(?!\w)").match(text, point.start)
    if not found:
        return None
    span, written = Span(mistake.source, *found.span()), f"0{found[0]}"
    message = "a number begins with a digit"
    word = re.compile(r"[^\W\d]\w*$").search(text[: point.start])
    if word is None:
        fix = Fix(span, written)
        return Diagnostic("size", message, span, hint=f"write `{written}`", fix=fix)
    if text[word.start() - 1] == "@" and found[0][1:].isdigit():
        span = Span(mistake.source, word.start() - 1, found.end())
        message, written = (
            "an element of a list is named by its number",
            f"@{word[0]}[{found[0][1:]}]",
        )
        fix = Fix(span, written)
        return Diagnostic("size", message, span, hint=f"write `{written}`", fix=fix)
    # Whether the word is what is called, or the name of an argument.
    words = item_words(mistake.before)
    is_callee = bool(words) and words[0].start == word.start()
    sign = " " if is_callee else "="
    span = Span(mistake.source, word.start(), found.end())
    return Diagnostic("size", message, span, hint=f"write `{word[0]}{sign}{written}`")


def percentage(mistake: Mistake) -> Diagnostic | None:
    """`dropout 50%`."""
    number = mistake.previous
    if mistake.token.type != "PERCENT" or number is None or number.type != "NUMBER":
        return None
    after = mistake.source.text[mistake.span.end : mistake.span.end + 1]
    if number.end != mistake.span.start or re.match(r"[\w(]", after):
        return None
    span = Span(mistake.source, number.start, mistake.span.end)
    written = f"{float(number.text) / 100:g}"
    message, fix = "a share is a number from 0 to 1", Fix(span, written)
    return Diagnostic("size", message, span, hint=f"write `{written}`", fix=fix)


def input_sizes(mistake: Mistake) -> Diagnostic | None:
    """`input 3, 32, 32` and `input 3 32 32`."""
    words = [i for i, token in enumerate(mistake.before) if token.type == "_INPUT"]
    if not words or any(token.type == NEWLINE for token in mistake.before[words[-1] :]):
        return None
    sizes = re.compile(
        r"[ \t]*(?:\w+[ \t]*=[ \t]*)?[(\[]?[ \t]*((?!as\b)\w+(?:[ \t,]+(?!as\b)\w+)+)"
    )
    found = sizes.match(mistake.source.text, mistake.before[words[-1]].end)
    if not found or not found.start() <= mistake.span.start <= found.end():
        return None
    if re.search(r"\dx", found[1]) or not RESERVED.isdisjoint(re.findall(r"\w+", found[1])):
        return None
    value = _list(found[1])
    closed = re.compile(r"[ \t]*[)\]]|").match(mistake.source.text, found.end())
    end = closed.end() if closed else found.end()
    span = Span(mistake.source, found.end() - len(found[0].lstrip()), end)
    message, hint = "an input's sizes are one value", f"write `input {value}`"
    return Diagnostic("size", message, span, hint=hint, fix=Fix(span, value))


def list_in_parentheses(mistake: Mistake) -> Diagnostic | None:
    """`kernel=(1, 7)` and `conv (1, 7) 64`."""
    if mistake.token.type != "COMMA" or not mistake.openers or mistake.openers[-1].type != "LPAR":
        return None
    start = mistake.openers[-1].start
    found = re.compile(r"\(([^()\[\]\n]*)\)").match(mistake.source.text, start)
    inside = found[1].strip(" \t,") if found else "a, b"
    size, several = _list(inside), f"[{inside}]"
    before = next((t.type for t in reversed(mistake.before) if t.end <= start), "")
    if before in ("NAME", "WORD", "NUMBER", "SIZE"):  # A list has to say which option it is for.
        several = f"kernel={several}"
    either = f"`{size}` or `{several}`" if re.fullmatch(r"\d+(?:x\d+)+", size) else f"`{several}`"
    return error(mistake, "size", "a list stands in square brackets", hint=f"write {either}")


def _list(text: str) -> str:
    """Values with commas or spaces between them as one value."""
    values = re.split(r"[\s,]+", text)
    return "x".join(values) if all(map(str.isdigit, values)) else f"[{', '.join(values)}]"


def spaced_bracket(mistake: Mistake) -> Diagnostic | None:
    """`max (a, b)`: in an expression a bracket must touch its word. `in[0]`: it has names."""
    touching = {"LPAR": "_CALL", "LSQB": "_INDEX"}.get(mistake.token.type)
    if touching not in mistake.expected or mistake.previous is None:
        return None
    if mistake.previous.type == "IN":
        message = f"{describe(mistake.previous)} is a shape, and its sizes go by their axes"
        return error(mistake, "unexpected", message, hint="write `in.c`")
    inside = re.compile(r"\([^()\n]*\)|\[[^\[\]\n]*\]|.").match(
        mistake.source.text, mistake.span.start
    )
    assert inside is not None
    return error(
        mistake,
        "spacing",
        "a bracket of a call or an index touches the word before it",
        hint=f"write `{mistake.previous.text}{inside[0]}`",
        fix=Fix(Span(mistake.source, mistake.previous.end, mistake.span.start), ""),
    )

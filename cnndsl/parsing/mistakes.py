"""What a syntax error means: the mistakes that people make, each told by name.

Each function here, in `misused_items` and in `unclosed` knows one mistake: it takes the place where
reading stopped, and gives None if it is another. The first that knows answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from cnndsl.errors import Diagnostic
from cnndsl.parsing.misused_items import (
    assignment,
    item_as_call,
    no_arms,
    operator,
    statement_as_item,
)
from cnndsl.parsing.remedies import error, is_among_arms
from cnndsl.parsing.terminals import ITEMS, RESERVED, VALUES, describe, expected_words
from cnndsl.parsing.tokens import END, NEWLINE, STRAY, Mistake, span_of
from cnndsl.parsing.unclosed import closes_nothing, open_block, unclosed, unclosed_string
from cnndsl.source import Span

UNFINISHED = frozenset({NEWLINE, END, "RBRACE", "ARROW", "VBAR", "_AS"})
MEANT = {"&": "and", "|": "or", "!": "not", "^": "**"}


def explain(mistake: Mistake) -> Diagnostic:
    """The diagnostic of a mistake: by its own name, else by what could have stood there."""
    for known in KNOWN:
        if diagnostic := known(mistake):
            return diagnostic
    return _unexpected(mistake)


def _single_quotes(mistake: Mistake) -> Diagnostic | None:
    token = mistake.token
    if token.type != STRAY or token.text[0] != "'":
        return None
    text = token.text.strip("'")
    in_front = re.compile(r"\s*:").match(mistake.source.text, token.end)
    if "DOC" in mistake.expected and not in_front:
        hint = 'write `"""` at both ends' if "\n" in text else f'write `"""{text}"""`'
        return error(mistake, "documentation stands in triple double quotes", hint=hint)
    if "\n" in text:
        hint = "a string is on one line; documentation stands first in a file, block or network"
    else:
        escaped = text.replace('"', '\\"')
        hint = f'write `"{escaped}"`' if text else 'write `"…"`'
    return error(mistake, "a string stands in double quotes", hint=hint)


def _wrong_operator(mistake: Mistake) -> Diagnostic | None:
    """`a && b`, `a || b`, `!a`, as in other languages."""
    found = re.compile(r"&&?|\|\||!|\^").match(mistake.source.text, mistake.span.start)
    if not found or mistake.token.type not in (STRAY, "VBAR"):
        return None
    span = Span(mistake.source, *found.span())
    message = f"there is no operator `{found[0]}`"
    return Diagnostic("syntax", message, span, hint=f"write `{MEANT[found[0][0]]}`")


def _half_a_number(mistake: Mistake) -> Diagnostic | None:
    if mistake.token.type != STRAY or not mistake.token.text[0].isdigit():
        return None
    message = f"`{mistake.token.text}` is neither a number nor a size"
    return error(mistake, message, hint="a size is one word, as in `3x3` or `3x224x224`")


def _semicolon(mistake: Mistake) -> Diagnostic | None:
    if mistake.token.text != ";":
        return None
    if mistake.openers and mistake.openers[-1].type != "LBRACE":
        return error(mistake, "values are separated by commas, not by `;`", hint="write `,`")
    rest = re.compile(r"[ \t]*([^\s#}]?\w*)").match(mistake.source.text, mistake.token.end)
    if not rest or not rest[1]:
        hint = "leave it out: the end of the line ends a statement"
    elif "ARROW" not in mistake.expected or rest[1] in RESERVED:
        hint = "begin a new line in its place"
    elif is_among_arms(mistake):
        hint = "write `->` in its place"
    else:
        hint = "write `->` in its place, or begin a new line"
    return error(mistake, "statements are not separated by `;`", hint=hint)


def _stray(mistake: Mistake) -> Diagnostic | None:
    if mistake.token.type != STRAY:
        return None
    letter = mistake.token.text
    shown = f"`{letter}`" if letter.isprintable() and not letter.isspace() else "the character"
    hint = "a size is written with the letter x, as in `3x3`" if letter == "×" else ""
    return error(mistake, f"{shown} (U+{ord(letter[0]):04X}) has no meaning here", hint=hint)


def _named_before(mistake: Mistake, *kinds: str) -> bool:
    return len(mistake.before) > 1 and mistake.before[-2].type in kinds


def _comma(mistake: Mistake) -> Diagnostic | None:
    if mistake.token.type != "COMMA" or not _in_arguments(mistake):
        return None
    left = mistake.previous.text if mistake.previous else ""
    right = re.compile(r"\s*([\w.]+)").match(mistake.source.text, mistake.span.end)
    hint = f"write `{left} {right[1]}`" if left and right else "leave out the comma"
    return error(mistake, "arguments are separated by spaces, not by commas", hint=hint)


def _input_sizes(mistake: Mistake) -> Diagnostic | None:
    """`input 3, 32, 32` and `input 3 32 32`."""
    words = [i for i, token in enumerate(mistake.before) if token.type == "_INPUT"]
    if not words or any(token.type == NEWLINE for token in mistake.before[words[-1] :]):
        return None
    sizes = re.compile(r"[ \t]*\(?[ \t]*((?!as\b)\w+(?:[ \t,]+(?!as\b)\w+)+)")
    found = sizes.match(mistake.source.text, mistake.before[words[-1]].end)
    if not found or not found.start() <= mistake.span.start <= found.end():
        return None
    if re.search(r"\dx", found[1]):
        return None
    return error(mistake, "an input's sizes are one value", hint=f"write `input {_list(found[1])}`")


def _list(text: str) -> str:
    """Values with commas or spaces between them as one value."""
    values = re.split(r"[\s,]+", text)
    return "x".join(values) if all(map(str.isdigit, values)) else f"[{', '.join(values)}]"


def _list_in_parentheses(mistake: Mistake) -> Diagnostic | None:
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
    return error(mistake, "a list stands in square brackets", hint=f"write {either}")


def _in_arguments(mistake: Mistake) -> bool:
    """Whether another argument of an item could have stood here."""
    return {"NUMBER", "SLASH", "ARROW"} <= mistake.expected


def _stride_alone(mistake: Mistake) -> Diagnostic | None:
    if mistake.previous is None or mistake.previous.type != "SLASH":
        return None
    return error(mistake, "`/` stands before a stride", hint="write `/2`, or `/(a + b)`")


def _equals(mistake: Mistake) -> Diagnostic | None:
    """`if a = b`, and `x = 1` without `let`."""
    if mistake.token.type != "EQUAL":
        return None
    if "COMPARISON" in mistake.expected:
        return error(mistake, "`=` gives a name its value", hint="write `==` to compare")
    return None


def _reserved(mistake: Mistake) -> Diagnostic | None:
    word = mistake.token.text
    if word not in RESERVED or "NAME" not in mistake.expected:
        return None
    message, label = f"`{word}` is a reserved word", "it can't be a name"
    return error(mistake, message, label, "choose another name", "reserved-word")


def _reserved_label(mistake: Mistake) -> Diagnostic | None:
    """`head: fc 10`, where a word that begins a statement was meant as a label."""
    word = mistake.previous
    if mistake.token.type != "COLON" or word is None or word.text not in RESERVED:
        return None
    return Diagnostic(
        "reserved-word",
        f"`{word.text}` is a reserved word",
        span_of(mistake.source, word),
        "it can't be a label at the head of a line",
        hint=f'write it in quotes, `"{word.text}": …`, or after the item, `… as {word.text}`',
    )


def _else_alone(mistake: Mistake) -> Diagnostic | None:
    before = {"_ELSE": ("else", "if"), "_PROJECT": ("project", "residual")}
    is_name = "NAME" in mistake.expected and not mistake.expected >= ITEMS
    if mistake.token.type not in before or is_name:
        return None
    word, owner = before[mistake.token.type]
    hint = f"`{word}` follows the closing brace of `{owner} … {{ … }}`"
    return error(mistake, f"`{word}` without `{owner}`", hint=hint)


def _no_parameters(mistake: Mistake) -> Diagnostic | None:
    if mistake.token.type != "LBRACE" or not _named_before(mistake, "_BLOCK", "_NETWORK"):
        return None
    kind, name = (token.text for token in mistake.before[-2:])
    return error(
        mistake,
        f"the parameters of {kind} `{name}` are missing",
        hint=f"write `{kind} {name}() {{`, also where it has none",
    )


def _top_level(mistake: Mistake) -> Diagnostic | None:
    if not {"_BLOCK", "_NETWORK"} <= mistake.expected:
        return None
    hint = "items and other statements stand in the braces of a block or a network"
    return error(
        mistake,
        f"{describe(mistake.token)} at the top level of a file",
        "expected `block`, `network`, `variant`, `let` or `default`",
        hint,
    )


def _unfinished(mistake: Mistake) -> Diagnostic | None:
    """What the line began, and the next one does not go on with."""
    previous = mistake.previous
    if previous is None or mistake.token.type not in UNFINISHED:
        return None
    missing = {
        "ARROW": "an item must follow `->`",
        "COLON": "an item must follow the label",
        "VBAR": "an arm must follow `|`",
    }.get(previous.type)
    if missing is None:
        return None
    return Diagnostic("syntax", missing, span_of(mistake.source, previous), "nothing follows")


def _spaced_bracket(mistake: Mistake) -> Diagnostic | None:
    """`max (a, b)`: in an expression a bracket must touch its word."""
    touching = {"LPAR": "_CALL", "LSQB": "_INDEX"}.get(mistake.token.type)
    if touching not in mistake.expected or mistake.previous is None:
        return None
    inside = re.compile(r"\([^()\n]*\)|\[[^\[\]\n]*\]|.").match(
        mistake.source.text, mistake.span.start
    )
    assert inside is not None
    return error(
        mistake,
        "a bracket of a call or an index touches the word before it",
        hint=f"write `{mistake.previous.text}{inside[0]}`",
    )


def _unexpected(mistake: Mistake) -> Diagnostic:
    expected = expected_words(mistake.expected)
    label = f"expected {expected}" if expected else ""
    if not VALUES.isdisjoint(mistake.expected) and mistake.token.type in (NEWLINE, END):
        return error(mistake, "something is missing at the end of the line", label)
    return error(mistake, f"{describe(mistake.token)} can't stand here", label)


KNOWN: tuple[Callable[[Mistake], Diagnostic | None], ...] = (
    unclosed_string,
    _single_quotes,
    _wrong_operator,
    _half_a_number,
    _semicolon,
    _stray,
    open_block,
    closes_nothing,
    unclosed,
    no_arms,
    _no_parameters,
    item_as_call,
    _input_sizes,
    _list_in_parentheses,
    _comma,
    operator,
    _stride_alone,
    _equals,
    assignment,
    _unfinished,
    _else_alone,
    statement_as_item,
    _reserved,
    _reserved_label,
    _spaced_bracket,
    _top_level,
)

"""What a syntax error means: the mistakes that people make, each told by name.

Each function here and in `unclosed` knows one mistake: it takes the place where reading stopped,
and gives None if it is another. The first that knows answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from cnndsl.errors import Diagnostic
from cnndsl.parsing.terminals import OPERATORS, RESERVED, VALUES, describe, expected_words
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


def _error(
    mistake: Mistake, message: str, label: str = "", hint: str = "", code: str = "syntax"
) -> Diagnostic:
    return Diagnostic(code, message, mistake.span, label, hint=hint)


def _single_quotes(mistake: Mistake) -> Diagnostic | None:
    if mistake.token.text != "'":
        return None
    text = re.compile(r"'([^'\n]*)'").match(mistake.source.text, mistake.span.start)
    hint = f'write `"{text[1]}"`' if text else 'write `"…"`'
    return _error(mistake, "a string stands in double quotes", hint=hint)


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
    return _error(mistake, message, hint="a size is one word, as in `3x3` or `3x224x224`")


def _stray(mistake: Mistake) -> Diagnostic | None:
    if mistake.token.type != STRAY:
        return None
    letter = mistake.token.text
    shown = f"`{letter}`" if letter.isprintable() and not letter.isspace() else "the character"
    hint = "a size is written with the letter x, as in `3x3`" if letter == "×" else ""
    return _error(mistake, f"{shown} (U+{ord(letter[0]):04X}) has no meaning here", hint=hint)


def _item_as_call(mistake: Mistake) -> Diagnostic | None:
    """`dropout(0.5)` as an item of a chain."""
    if mistake.token.type != "_CALL" or _named_before(mistake, "_BLOCK", "_NETWORK"):
        return None
    name = mistake.previous
    if name is None or name.type not in ("NAME", "WORD"):
        return None
    inside = re.compile(r"\(([^()\n]*)\)").match(mistake.source.text, mistake.span.start)
    arguments = re.sub(r"\s*,\s*", " ", inside[1].strip()) if inside else "…"
    return _error(
        mistake,
        f"an item of a chain is not written as a call: `{name.text}(…)`",
        hint=f"write `{f'{name.text} {arguments}'.strip()}`",
    )


def _named_before(mistake: Mistake, *kinds: str) -> bool:
    return len(mistake.before) > 1 and mistake.before[-2].type in kinds


def _comma(mistake: Mistake) -> Diagnostic | None:
    if mistake.token.type != "COMMA" or not _in_arguments(mistake):
        return None
    left = mistake.previous.text if mistake.previous else ""
    right = re.compile(r"\s*([\w.]+)").match(mistake.source.text, mistake.span.end)
    hint = f"write `{left} {right[1]}`" if left and right else "leave out the comma"
    return _error(mistake, "arguments are separated by spaces, not by commas", hint=hint)


def _in_arguments(mistake: Mistake) -> bool:
    """Whether another argument of an item could have stood here."""
    return {"NUMBER", "SLASH", "ARROW"} <= mistake.expected


def _operator(mistake: Mistake) -> Diagnostic | None:
    """`conv 1x1 4 * c`: an operator outside of parentheses."""
    if mistake.token.type not in OPERATORS or not _in_arguments(mistake):
        return None
    left = mistake.previous.text if mistake.previous else "…"
    right = re.compile(r"\s*([\w.]+)").match(mistake.source.text, mistake.span.end)
    value = f"({left} {mistake.token.text} {right[1] if right else '…'})"
    return _error(
        mistake,
        f"the operator `{mistake.token.text}` stands outside of parentheses",
        hint=f"put it in parentheses: `{value}`",
    )


def _stride_alone(mistake: Mistake) -> Diagnostic | None:
    if mistake.previous is None or mistake.previous.type != "SLASH":
        return None
    return _error(mistake, "`/` stands before a stride", hint="write `/2`, or `/(a + b)`")


def _equals(mistake: Mistake) -> Diagnostic | None:
    """`if a = b`, and `x = 1` without `let`."""
    if mistake.token.type != "EQUAL":
        return None
    if "COMPARISON" in mistake.expected:
        return _error(mistake, "`=` gives a name its value", hint="write `==` to compare")
    return None


def _assignment(mistake: Mistake) -> Diagnostic | None:
    line = re.compile(r"[ \t]*([^\W\d]\w*)[ \t]*=(?!=)[ \t]*([^\n]*)")
    start = mistake.source.text.rfind("\n", 0, mistake.span.start) + 1
    found = line.match(mistake.source.text, start)
    if not found or not found.start(1) <= mistake.span.start < found.start(2):
        return None
    hint = f"write `let {found[1]} = {found[2]}`".rstrip()
    return _error(mistake, "a value is named with `let`", hint=hint)


def _reserved(mistake: Mistake) -> Diagnostic | None:
    word = mistake.token.text
    if word not in RESERVED or "NAME" not in mistake.expected:
        return None
    message, label = f"`{word}` is a reserved word", "it can't be a name"
    return _error(mistake, message, label, "choose another name", "reserved-word")


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
    is_name = "NAME" in mistake.expected and "_LET" not in mistake.expected
    if mistake.token.type not in before or is_name:
        return None
    word, owner = before[mistake.token.type]
    hint = f"`{word}` follows the closing brace of `{owner} … {{ … }}`"
    return _error(mistake, f"`{word}` without `{owner}`", hint=hint)


def _no_parameters(mistake: Mistake) -> Diagnostic | None:
    if mistake.token.type != "LBRACE" or not _named_before(mistake, "_BLOCK", "_NETWORK"):
        return None
    kind, name = (token.text for token in mistake.before[-2:])
    return _error(
        mistake,
        f"the parameters of {kind} `{name}` are missing",
        hint=f"write `{kind} {name}() {{`, also where it has none",
    )


def _no_arms(mistake: Mistake) -> Diagnostic | None:
    """`conv 3x3 { … }`, `concat { a -> b }`: braces after a call, but no arm in them."""
    if mistake.expected != {"VBAR", "_FOR", "_IF"}:
        return None
    if mistake.previous is None or mistake.previous.type != "LBRACE":
        return None
    return Diagnostic(
        "syntax",
        "braces after a layer that takes none",
        span_of(mistake.source, mistake.previous),
        hint="only a merge has braces, with arms in them: `concat { | a | b }`",
    )


def _top_level(mistake: Mistake) -> Diagnostic | None:
    if not {"_BLOCK", "_NETWORK"} <= mistake.expected:
        return None
    hint = "items and other statements stand in the braces of a block or a network"
    return _error(
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
    return _error(
        mistake,
        "a bracket of a call or an index touches the word before it",
        hint=f"write `{mistake.previous.text}{inside[0]}`",
    )


def _unexpected(mistake: Mistake) -> Diagnostic:
    expected = expected_words(mistake.expected)
    label = f"expected {expected}" if expected else ""
    if not VALUES.isdisjoint(mistake.expected) and mistake.token.type in (NEWLINE, END):
        return _error(mistake, "something is missing at the end of the line", label)
    return _error(mistake, f"{describe(mistake.token)} can't stand here", label)


KNOWN: tuple[Callable[[Mistake], Diagnostic | None], ...] = (
    unclosed_string,
    _single_quotes,
    _wrong_operator,
    _half_a_number,
    _stray,
    open_block,
    closes_nothing,
    unclosed,
    _no_arms,
    _no_parameters,
    _item_as_call,
    _comma,
    _operator,
    _stride_alone,
    _equals,
    _assignment,
    _unfinished,
    _else_alone,
    _reserved,
    _reserved_label,
    _spaced_bracket,
    _top_level,
)

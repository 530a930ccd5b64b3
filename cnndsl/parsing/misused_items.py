"""The mistakes that have to do with items: how they are called, named, added and put in braces.

Each function knows one mistake, as those in `mistakes` do.
"""

from __future__ import annotations

import re

from cnndsl.errors import Diagnostic
from cnndsl.functions import FUNCTION_NAMES
from cnndsl.layers import LAYERS
from cnndsl.parsing.remedies import (
    ARGUMENTS,
    applied,
    error,
    is_among_arms,
    is_statement,
    rest_of_statement,
)
from cnndsl.parsing.terminals import ITEMS, OPERATORS
from cnndsl.parsing.tokens import NEWLINE, Mistake, Token, span_of

SECTIONS = ("stem", "body", "neck", "head")
LOOPS = frozenset({"for", "if", "repeat"})
STATEMENT_WORDS = LOOPS | {"let", "default", "require", "input", "output", "head"}

# The operators that people use to bring two items together, and the merge that does.
MERGES = {"PLUS": "add", "STAR": "mul"}

# What can stand before an item.
BEFORE_ITEM = frozenset({"ARROW", "VBAR", "COLON", "LBRACE", NEWLINE, "_DEFAULT"})

BRACES = (
    "braces stand after a section (`stem`, `body`, `neck`, `head`), "
    "after a merge with arms (`concat { | a | b }`)"
)
LABEL = "or after a label with a colon"


def item_as_call(mistake: Mistake) -> Diagnostic | None:
    """`dropout(0.5)` as an item of a chain."""
    words = _item_words(mistake.before)
    if mistake.token.type != "_CALL" or any(w.type not in ("NAME", "WORD", "DOT") for w in words):
        return None
    callee = "".join(word.text for word in words)
    inside = re.compile(r"\(([^()\n]*)\)").match(mistake.source.text, mistake.span.start)
    item = applied(mistake, callee, inside[1]) if callee and inside else None
    hint = f"write `{item}`" if item else f"{ARGUMENTS} `conv 3x3 64`"
    message = f"an item of a chain is not written as a call: `{callee}(…)`"
    return error(mistake, message, hint=hint) if callee else None


def _item_words(before: tuple[Token, ...]) -> tuple[Token, ...]:
    """The tokens of the item that is being read; none where its start is too far back."""
    for i in reversed(range(len(before))):
        if before[i].type in BEFORE_ITEM:
            return before[i + 1 :]
    # After a mistake, reading goes on at the head of a statement.
    return before if len(before) < 12 else ()


def operator(mistake: Mistake) -> Diagnostic | None:
    """`conv 1x1 4 * c`, an operator outside of parentheses; `a + b`, one between items."""
    if mistake.token.type not in OPERATORS or "ARROW" not in mistake.expected:
        return None
    words = _item_words(mistake.before)
    if _is_name(words) or "NUMBER" not in mistake.expected:
        return _items_added(mistake, words)
    left = mistake.previous.text if mistake.previous else "…"
    right = re.compile(r"\s*([\w.]+)").match(mistake.source.text, mistake.span.end)
    value = f"({left} {mistake.token.text} {right[1] if right else '…'})"
    return error(
        mistake,
        f"the operator `{mistake.token.text}` stands outside of parentheses",
        hint=f"put it in parentheses: `{value}`",
    )


def _is_name(words: tuple[Token, ...]) -> bool:
    """Whether they are no more than `name`, `a.b` or `@name`."""
    return bool(words) and all(w.type in ("NAME", "WORD", "DOT", "AT") for w in words)


def _items_added(mistake: Mistake, words: tuple[Token, ...]) -> Diagnostic:
    message = f"the operator `{mistake.token.text}` can't stand between items"
    merge = MERGES.get(mistake.token.type)
    if merge is None:
        return error(mistake, message, hint="operators stand in parentheses, between values")
    left = "".join(word.text for word in words)
    right = rest_of_statement(mistake, mistake.token.end) or ""
    example = f"{merge} {{ | {left} | {right.partition('->')[0].strip()} }}"
    if not left or not is_statement(example):
        example = f"{merge} {{ | a | b }}"
    hint = f"each is an arm of a merge: `{example}`; `@name` is what an item above gave"
    return error(mistake, message, hint=hint)


def assignment(mistake: Mistake) -> Diagnostic | None:
    """`x = 1` without `let`, and `x = conv 3x3 64`."""
    line = re.compile(r"[ \t]*([^\W\d]\w*)[ \t]*=(?!=)[ \t]*")
    opened = mistake.openers[-1].end if mistake.openers else 0
    start = max(opened, mistake.source.text.rfind("\n", 0, mistake.span.start) + 1)
    found = line.match(mistake.source.text, start)
    if not found or not found.start(1) <= mistake.span.start < found.end():
        return None
    name, right = found[1], rest_of_statement(mistake, found.end()) or ""
    value = f"let {name} = {right}"
    is_value = is_statement(value)
    if "_BLOCK" in mistake.expected:
        message = "a value is named with `let`"
        return error(mistake, message, hint=f"write `{value}`") if is_value else None
    return _named(mistake, name, right, value if is_value else None)


def _named(mistake: Mistake, name: str, right: str, value: str | None) -> Diagnostic:
    """How to name what stands right of `=`; `value` is the statement that does if it is a value."""
    message = "an item is named with `as`, after it"
    call = re.fullmatch(r"([\w.]+)\((.*)\)", right)
    if call and call[1] not in FUNCTION_NAMES:
        right = applied(mistake, call[1], call[2]) or ""
        if not right:
            return error(mistake, message, hint=f"{ARGUMENTS} `conv 3x3 64 as {name}`")
    item = f"{right} as {name}"
    if not is_statement(item):
        if value:
            return error(mistake, "a value is named with `let`", hint=f"write `{value}`")
        hint = f"write `… as {name}`, or `let {name} = …` for a value"
        return error(mistake, "an item is named with `as`, a value with `let`", hint=hint)
    if value is None:
        return error(mistake, message, hint=f"write `{item}`")
    message = "an item is named with `as`, a value with `let`"
    return error(mistake, message, hint=f"write `{item}`, or `{value}` for a value")


def statement_as_item(mistake: Mistake) -> Diagnostic | None:
    """`conv 3x3 64 -> repeat 3 { … }`: a statement where only an item can stand."""
    word = mistake.token.text
    if word not in STATEMENT_WORDS or "_LET" in mistake.expected or not mistake.expected >= ITEMS:
        return None
    in_arm = is_among_arms(mistake)
    after_arrow = mistake.previous is not None and mistake.previous.type == "ARROW"
    if word in LOOPS and (in_arm or not after_arrow):
        hint = f"put it in braces: `{{ {word} … }}`"
    else:
        hint = "put it on a line of its own"
        hint += ", before the merge" if in_arm else ", without `->`" if after_arrow else ""
    return error(mistake, f"`{word}` is a statement, and no item of a chain", hint=hint)


def no_arms(mistake: Mistake) -> Diagnostic | None:
    """`conv 3x3 { … }`, `concat { a -> b }`: braces after a call, but no arm in them."""
    brace = mistake.previous
    if mistake.expected != {"VBAR", "_FOR", "_IF"} or brace is None or brace.type != "LBRACE":
        return None
    words = _item_words(mistake.before[:-1])
    callee = words[0].text if words else ""
    if callee in LAYERS and LAYERS[callee].merges:
        return _unmarked_arms(mistake, words)
    place = span_of(mistake.source, brace)
    if callee in SECTIONS:
        message = f"`{callee}` is a section, and no item of a chain"
        return Diagnostic(
            "syntax", message, place, hint="put it on a line of its own, without `->`"
        )
    message = f"`{callee}` takes no braces" if callee else "braces after what takes none"
    label = callee if len(words) == 1 and callee not in LAYERS else "name"
    # In the middle of a chain, what is in braces is named after them.
    before = mistake.before[: -len(words) - 1]
    in_chain = bool(words and before) and before[-1].type == "ARROW"
    named = f"or before `as`: `{{ … }} as {label}`" if in_chain else f"{LABEL}: `{label}: {{ … }}`"
    return Diagnostic("syntax", message, place, hint=f"{BRACES}, {named}")


def _unmarked_arms(mistake: Mistake, words: tuple[Token, ...]) -> Diagnostic:
    """`concat { a, b }` and `add { a | b }`, where the first arm, or each, lacks its `|`."""
    text, start = mistake.source.text, words[0].start
    call = text[start : mistake.openers[-1].start].strip()
    inside = re.compile(r"([^{}()\[\]\n]*)\}").match(text, mistake.openers[-1].end)
    arms = [arm.strip() for arm in re.split(r"[,|]", inside[1])] if inside else []
    example = f"{call} {{ | {' | '.join(arms)} }}"
    hint = f"write `{example}`" if is_statement(example) else f"write `{call} {{ | a | b }}`"
    if "\n" in text[mistake.openers[-1].end : mistake.token.start]:
        hint = "write `|` before the first arm, as before each other"
    message = f"`{words[0].text}` takes arms, and each arm begins with `|`"
    return error(mistake, message, "expected `|`", hint)

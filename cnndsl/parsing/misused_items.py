"""The mistakes that have to do with items: how they are called, named, added and put in braces.

Each function knows one mistake, as those in `mistakes` do.
"""

from __future__ import annotations

import re

from cnndsl.errors import Diagnostic, Fix, nearest
from cnndsl.functions import FUNCTION_NAMES
from cnndsl.layers import LAYERS
from cnndsl.other_words import OTHER_WORDS
from cnndsl.parsing.remedies import (
    ARGUMENTS,
    applied,
    error,
    is_among_arms,
    is_statement,
    item_words,
    rest_of_statement,
)
from cnndsl.parsing.terminals import ITEMS, OPERATORS
from cnndsl.parsing.tokens import Mistake, Token, span_of
from cnndsl.source import Span

SECTIONS = ("stem", "body", "neck", "head")
# The words that braces may follow directly.
BEFORE_BRACES = (*SECTIONS, "residual", "project", "else")
LOOPS = frozenset({"for", "if", "repeat"})
# Those among them that arms may come from.
_ARMS = frozenset({"for", "if"})
STATEMENT_WORDS = LOOPS | {"let", "default", "require", "input", "output", "head"}

# The operators that people use to bring two items together, and the merge that does.
MERGES = {"PLUS": "add", "STAR": "mul"}

BRACES = (
    "braces stand after a section (`stem`, `body`, `neck`, `head`), "
    "after a merge with arms (`concat { | a | b }`)"
)
LABEL = "or after a label with a colon"


def label_in_a_chain(mistake: Mistake) -> Diagnostic | None:
    """`gap -> classifier: { … }`, where only the head of a chain has its label in front."""
    before = [token.type for token in mistake.before[-2:]]
    if mistake.token.type != "COLON" or before not in (["ARROW", "NAME"], ["ARROW", "STRING"]):
        return None
    label = mistake.before[-1].text
    has_braces = re.compile(r"\s*\{").match(mistake.source.text, mistake.span.end)
    item = "{ … }" if has_braces else "item"
    return error(
        mistake,
        "unexpected",
        f"the label `{label}` stands in the middle of a chain",
        "a label in front is at the head of a line or an arm",
        f"write it after what it names, `{item} as {label}`",
    )


def item_as_call(mistake: Mistake) -> Diagnostic | None:
    """`dropout(0.5)` as an item of a chain."""
    words = item_words(mistake.before)
    if mistake.token.type != "_CALL" or any(w.type not in ("NAME", "WORD", "DOT") for w in words):
        return None
    is_default = len(mistake.before) > 1 and mistake.before[-2].type == "_DEFAULT"
    callee = "".join(word.text for word in words)
    inside = re.compile(r"\(([^()\n]*)\)").match(mistake.source.text, mistake.span.start)
    item = applied(mistake, callee, inside[1], is_default) if callee and inside else None
    hint = f"write `{item}`" if item else f"{ARGUMENTS} `{_example(callee)}`"
    what = "a `default` line" if is_default else "an item of a chain"
    message = f"{what} is not written as a call: `{callee}(…)`"
    fix = None
    if item and inside:
        fix = Fix(Span(mistake.source, words[0].start, inside.end()), item)
    return error(mistake, "item-as-call", message, hint=hint, fix=fix) if callee else None


def _example(callee: str) -> str:
    """A call of what is meant by a word, such as `fc 10` for `nn.Linear`."""
    word = callee.rpartition(".")[2].lower()
    layer = LAYERS.get(OTHER_WORDS.get(word, word))
    needs = bool(layer and any(parameter.required for parameter in layer.parameters))
    return (layer.example or layer.word) if layer and needs else "conv 3x3 64"


def operator(mistake: Mistake) -> Diagnostic | None:
    """`conv 1x1 4 * c`, an operator outside of parentheses; `a + b`, one between items."""
    if mistake.token.type not in OPERATORS or "ARROW" not in mistake.expected:
        return None
    words = item_words(mistake.before)
    if _is_name(words) or "NUMBER" not in mistake.expected:
        return _items_added(mistake, words)
    text = mistake.source.text
    line = text[text.rfind("\n", 0, mistake.span.start) + 1 : mistake.span.start]
    # A value up to here: a name, with the brackets that touch it.
    whole = re.search(r"[\w.]*(?:\[[^\[\]]*\]|\([^()]*\))*(?=\s*$)", line)
    left = (whole and whole[0]) or "…"
    right = re.compile(r"[ \t]*([\w.]+)").match(text, mistake.span.end)
    value = f"({left} {mistake.token.text} {right[1] if right else '…'})"
    return error(
        mistake,
        "operator",
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
        hint = "operators stand in parentheses, between values"
        return error(mistake, "operator", message, hint=hint)
    left = "".join(word.text for word in words)
    right = rest_of_statement(mistake, mistake.token.end) or ""
    example = f"{merge} {{ | {left} | {right.partition('->')[0].strip()} }}"
    if not left or not is_statement(example):
        example = f"{merge} {{ | a | b }}"
    hint = f"each is an arm of a merge: `{example}`; `@name` is what an item above gave"
    return error(mistake, "operator", message, hint=hint)


def assignment(mistake: Mistake) -> Diagnostic | None:
    """`x = 1` without `let`, and `x = conv 3x3 64`."""
    line = re.compile(r"[ \t]*(?:self\.)?([^\W\d]\w*)[ \t]*(=)(?!=)[ \t]*")
    if mistake.openers and mistake.openers[-1].type != "LBRACE":
        return None
    opened = mistake.openers[-1].end if mistake.openers else 0
    start = max(opened, mistake.source.text.rfind("\n", 0, mistake.span.start) + 1)
    found = line.match(mistake.source.text, start)
    if not found or not found.start(1) <= mistake.span.start < found.end():
        return None
    name, right = found[1], rest_of_statement(mistake, found.end()) or ""
    mistake = mistake._replace(token=Token("EQUAL", "=", *found.span(2)))
    value = f"let {name} = {right}"
    is_value = is_statement(value)
    if "_BLOCK" in mistake.expected:
        return _named_by_let(mistake, value, found.start(1)) if is_value else None
    return _named(mistake, name, right, value if is_value else None, found.start(1))


def _named_by_let(mistake: Mistake, value: str, start: int) -> Diagnostic:
    message, fix = "a value is named with `let`", Fix(Span(mistake.source, start, start), "let ")
    return error(mistake, "assignment", message, hint=f"write `{value}`", fix=fix)


def _named(mistake: Mistake, name: str, right: str, value: str | None, start: int) -> Diagnostic:
    """How to name what stands right of `=`, a statement that starts at `start`.

    `value` is the statement that names it if it is a value.
    """
    message = "an item is named with `as`, after it"
    call = re.fullmatch(r"([\w.]+)\((.*)\)", right)
    if call and call[1] not in FUNCTION_NAMES:
        right = applied(mistake, call[1], call[2]) or ""
        if not right:
            hint = f"{ARGUMENTS} `conv 3x3 64 as {name}`"
            return error(mistake, "assignment", message, hint=hint)
    item = f"{right} as {name}"
    if name == "input" and is_statement(f"input {right}"):
        message = "`input` is a statement, and takes no `=`"
        return error(mistake, "assignment", message, hint=f"write `input {right}`")
    if "->" in right and is_statement(f"{name}: {right}"):
        return error(mistake, "assignment", message, hint=f"write `{name}: {right}`")
    if not is_statement(item):
        if not value and is_statement(right):
            hint = f"take `{name} =` away: a line goes on from what the one above gave"
            return error(mistake, "assignment", message, hint=hint)
        if value:
            return _named_by_let(mistake, value, start)
        hint = f"write `… as {name}`, or `let {name} = …` for a value"
        message = "an item is named with `as`, a value with `let`"
        return error(mistake, "assignment", message, hint=hint)
    if value is None:
        return error(mistake, "assignment", message, hint=f"write `{item}`")
    message = "an item is named with `as`, a value with `let`"
    hint = f"write `{item}`, or `{value}` for a value"
    return error(mistake, "assignment", message, hint=hint)


def statement_as_item(mistake: Mistake) -> Diagnostic | None:
    """`conv 3x3 64 -> repeat 3 { … }`: a statement where only an item can stand."""
    word = mistake.token.text
    if word not in STATEMENT_WORDS or "_LET" in mistake.expected or not mistake.expected >= ITEMS:
        return None
    in_arm = is_among_arms(mistake)
    after_arrow = mistake.previous is not None and mistake.previous.type == "ARROW"
    if word in LOOPS and (in_arm or not after_arrow):
        hint = f"put it in braces: `{{ {word} … }}`"
        if mistake.previous is not None and mistake.previous.type == "VBAR" and word in _ARMS:
            # In braces it would be a chain in one arm, which is legal, and often not what is meant.
            hint = f"for an arm each time, `{word} … {{ | … }}` without the first `|`; for a chain "
            hint += f"in this arm, `{{ {word} … }}`"
    else:
        hint = "put it on a line of its own"
        hint += ", before the merge" if in_arm else ", without `->`" if after_arrow else ""
    message = f"`{word}` is a statement, and no item of a chain"
    return error(mistake, "statement-as-item", message, hint=hint)


def no_arms(mistake: Mistake) -> Diagnostic | None:
    """`conv 3x3 { … }`, `concat { a -> b }`: braces after a call, but no arm in them."""
    brace = mistake.previous
    if mistake.expected != {"VBAR", "_FOR", "_IF"} or brace is None or brace.type != "LBRACE":
        return None
    words = item_words(mistake.before[:-1])
    callee = words[0].text if words else ""
    if callee in LAYERS and LAYERS[callee].merges:
        return _unmarked_arms(mistake, words)
    place = span_of(mistake.source, brace)
    if callee in SECTIONS:
        message = f"`{callee}` is a section, and no item of a chain"
        hint = "put it on a line of its own, without `->`"
        return Diagnostic("statement-as-item", message, place, hint=hint)
    message = f"`{callee}` takes no braces" if callee else "braces after what takes none"
    if near := _misspelt_before_braces(callee):
        return Diagnostic("braces", message, place, hint=f"did you mean `{near}`?")
    label = callee if len(words) == 1 and callee not in LAYERS else "name"
    # In the middle of a chain, what is in braces is named after them.
    before = mistake.before[: -len(words) - 1]
    in_chain = bool(words and before) and before[-1].type == "ARROW"
    named = f"or before `as`: `{{ … }} as {label}`" if in_chain else f"{LABEL}: `{label}: {{ … }}`"
    return Diagnostic("braces", message, place, hint=f"{BRACES}, {named}")


def _misspelt_before_braces(word: str) -> str | None:
    """What is meant by `heda { … }`; `body2 { … }` is a part that lacks its colon."""
    near = None if word in LAYERS else nearest(word, (*LAYERS, *BEFORE_BRACES))
    if near is None or word.startswith(near):
        return None
    return near if near in BEFORE_BRACES or LAYERS[near].merges else None


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
    return error(mistake, "arms", message, "expected `|`", hint)

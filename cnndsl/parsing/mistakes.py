"""What a syntax error means: the mistakes that people make, each told by name.

Each function here and in the modules that `KNOWN` names knows one mistake: it takes the place
where reading stopped, and gives None if it is another. The first that knows answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from cnndsl.errors import Diagnostic, Fix
from cnndsl.parsing.links import (
    after_braces,
    after_the_label,
    argument_at_head,
    argument_by_colon,
    comma_between_items,
    no_condition,
    semicolon,
)
from cnndsl.parsing.misplaced import (
    bare_pattern,
    braces_as_value,
    braces_in_a_name,
    choice_without_else,
    defined_name,
    every_name,
    labelled_residual,
    list_without_commas,
    question_mark,
    reused_reference,
)
from cnndsl.parsing.misspelt_statements import meant_definition, misspelt_statement
from cnndsl.parsing.misused_items import (
    assignment,
    item_as_call,
    label_in_a_chain,
    no_arms,
    operator,
    statement_as_item,
)
from cnndsl.parsing.misused_values import (
    half_a_number,
    input_sizes,
    list_in_parentheses,
    percentage,
    point_first,
    single_quotes,
    spaced_bracket,
    wrong_operator,
)
from cnndsl.parsing.misused_words import (
    contract_formula,
    label_letters,
    requirement_alone,
    table_row,
    unquoted_file,
    variant_call,
)
from cnndsl.parsing.other_languages import (
    arrow,
    braces_by_colon,
    changed_value,
    comment,
    curly_quotes,
    dotted_range,
    else_if,
    let_sign,
    method,
    no_braces,
    prefixed_string,
    python_definition,
)
from cnndsl.parsing.remedies import error
from cnndsl.parsing.terminals import (
    ITEMS,
    RESERVED,
    TOP_LEVEL,
    VALUES,
    describe,
    expected_words,
)
from cnndsl.parsing.tokens import END, NEWLINE, STRAY, Mistake, span_of
from cnndsl.parsing.unclosed import closes_nothing, open_block, unclosed, unclosed_string
from cnndsl.source import Span

UNFINISHED = frozenset({NEWLINE, END, "RBRACE", "ARROW", "VBAR", "_AS"})


def explain(mistake: Mistake) -> Diagnostic:
    """The diagnostic of a mistake: by its own name, else by what could have stood there."""
    for known in KNOWN:
        if diagnostic := known(mistake):
            return diagnostic
    return _unexpected(mistake)


def _stray(mistake: Mistake) -> Diagnostic | None:
    if mistake.token.type != STRAY:
        return None
    letter = mistake.token.text
    shown = f"`{letter}`" if letter.isprintable() and not letter.isspace() else "the character"
    hint = "take it away"
    if letter == "×":
        hint = "a size is written with the letter x, as in `3x3`"
    message = f"{shown} (U+{ord(letter[0]):04X}) has no meaning here"
    return error(mistake, "unexpected", message, hint=hint)


def _named_before(mistake: Mistake, *kinds: str) -> bool:
    return len(mistake.before) > 1 and mistake.before[-2].type in kinds


def _comma(mistake: Mistake) -> Diagnostic | None:
    if mistake.token.type != "COMMA" or not _in_arguments(mistake):
        return None
    left = mistake.previous.text if mistake.previous else ""
    right = re.compile(r"\s*([\w.]+(?:=[\w.]+)?)").match(mistake.source.text, mistake.span.end)
    hint = f"write `{left} {right[1]}`" if left and right else "leave out the comma"
    if right and left.isdigit() and right[0].isdigit():
        hint = f"write `{left}.{right[0]}` for a number, or `{left} {right[0]}` for two"
        return error(mistake, "separator", "a comma stands in no number", hint=hint)
    is_spaced = mistake.source.text[mistake.span.end : mistake.span.end + 1].isspace()
    message, fix = "arguments are separated by spaces", Fix(mistake.span, "" if is_spaced else " ")
    return error(mistake, "separator", f"{message}, not by commas", hint=hint, fix=fix)


def _in_arguments(mistake: Mistake) -> bool:
    """Whether another argument of an item could have stood here."""
    return {"NUMBER", "SLASH", "ARROW"} <= mistake.expected


def _stride_alone(mistake: Mistake) -> Diagnostic | None:
    if mistake.previous is None or mistake.previous.type != "SLASH":
        return None
    hint = "write `/2`, or `/(a + b)`"
    return error(mistake, "spacing", "`/` stands before a stride", hint=hint)


def _equals(mistake: Mistake) -> Diagnostic | None:
    """`if a = b`, and `x = 1` without `let`."""
    if mistake.token.type != "EQUAL":
        return None
    if "COMPARISON" in mistake.expected:
        message, fix = "`=` gives a name its value", Fix(mistake.span, "==")
        return error(mistake, "operator", message, hint="write `==` to compare", fix=fix)
    return None


def _reserved(mistake: Mistake) -> Diagnostic | None:
    word = mistake.token.text
    if word not in RESERVED or "NAME" not in mistake.expected:
        return None
    message, label = f"`{word}` is a reserved word", "it can't be a name"
    return error(mistake, "reserved-word", message, label, "choose another name")


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
    # In a chain the next line could go on with another argument.
    is_name = "NAME" in mistake.expected and "ARROW" not in mistake.expected
    is_name &= not mistake.expected >= ITEMS
    if mistake.token.type not in before or is_name:
        return None
    word, owner = before[mistake.token.type]
    hint = f"`{word}` follows the closing brace of `{owner} … {{ … }}`"
    return error(mistake, "unexpected", f"`{word}` without `{owner}`", hint=hint)


def _no_parameters(mistake: Mistake) -> Diagnostic | None:
    if mistake.token.type != "LBRACE" or not _named_before(mistake, "_BLOCK", "_NETWORK"):
        return None
    kind, name = (token.text for token in mistake.before[-2:])
    end = mistake.before[-1].end
    return error(
        mistake,
        "no-parameters",
        f"the parameters of {kind} `{name}` are missing",
        hint=f"write `{kind} {name}() {{`, also where it has none",
        fix=Fix(Span(mistake.source, end, end), "()"),
    )


def _top_level(mistake: Mistake) -> Diagnostic | None:
    if not {"_BLOCK", "_NETWORK"} <= mistake.expected:
        return None
    hint, fix = "items and other statements stand in the braces of a block or a network", None
    if meant := meant_definition(mistake):
        hint, fix = f"did you mean `{meant}`?", Fix(mistake.span, meant)
    message = f"{describe(mistake.token)} at the top level of a file"
    return error(mistake, "top-level", message, TOP_LEVEL, hint, fix)


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
    hint = f"write one, or take `{previous.text}` away"
    place = span_of(mistake.source, previous)
    return Diagnostic("unfinished", missing, place, "nothing follows", hint=hint)


def _unexpected(mistake: Mistake) -> Diagnostic:
    expected = expected_words(mistake.expected)
    label = f"expected {expected}" if expected else ""
    if not VALUES.isdisjoint(mistake.expected) and mistake.token.type in (NEWLINE, END):
        return error(mistake, "unfinished", "something is missing at the end of the line", label)
    return error(mistake, "unexpected", f"{describe(mistake.token)} can't stand here", label)


KNOWN: tuple[Callable[[Mistake], Diagnostic | None], ...] = (
    unclosed_string,
    single_quotes,
    curly_quotes,
    misspelt_statement,
    arrow,
    comment,
    wrong_operator,
    half_a_number,
    point_first,
    percentage,
    label_letters,
    unquoted_file,
    semicolon,
    question_mark,
    _stray,
    every_name,
    bare_pattern,
    braces_in_a_name,
    braces_as_value,
    choice_without_else,
    reused_reference,
    labelled_residual,
    defined_name,
    open_block,
    closes_nothing,
    unclosed,
    else_if,
    no_arms,
    _no_parameters,
    item_as_call,
    input_sizes,
    list_in_parentheses,
    list_without_commas,
    table_row,
    contract_formula,
    _comma,
    comma_between_items,
    no_condition,
    changed_value,
    operator,
    _stride_alone,
    let_sign,
    _equals,
    dotted_range,
    assignment,
    method,
    prefixed_string,
    argument_by_colon,
    no_braces,
    variant_call,
    requirement_alone,
    label_in_a_chain,
    braces_by_colon,
    _unfinished,
    _else_alone,
    statement_as_item,
    _reserved,
    _reserved_label,
    argument_at_head,
    spaced_bracket,
    python_definition,
    _top_level,
    after_the_label,
    after_braces,
)

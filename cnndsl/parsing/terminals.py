"""The grammar's terminals in words that a person knows."""

from __future__ import annotations

from cnndsl.parsing.tokens import Token

RESERVED = frozenset(
    {
        "let",
        "default",
        "init",
        "require",
        "input",
        "output",
        "for",
        "in",
        "if",
        "else",
        "repeat",
        "residual",
        "project",
        "reuse",
        "head",
        "as",
        "and",
        "or",
        "not",
        "true",
        "false",
    }
)

OPERATORS = frozenset({"PLUS", "STAR", "FLOOR", "PERCENT", "POWER", "COMPARISON", "OR", "AND"})

# What goes on with a value, and is too much to list.
AFTER_VALUE = OPERATORS | {"MINUS", "SLASH", "_IF", "IN", "NOT", "DOT", "_CALL", "_INDEX"}

# Terminals with which a value starts, an item of a chain, and a statement.
VALUES = frozenset({"NUMBER", "SIZE", "TRUE", "LPAR", "LSQB"})
ITEMS = frozenset({"_RESIDUAL", "_REUSE", "NAME", "AT", "LBRACE"})
STATEMENTS = frozenset({"_LET", "_REPEAT", "_FOR", "_IF"})

# What the top level of a file holds.
TOP_LEVEL = "expected `block`, `network`, `variant`, `let`, `default`, `from` or `layer`"

WORDS = {
    "_NEWLINE": "the end of the line",
    "$END": "the end of the text",
    "NAME": "a name",
    "WORD": "a name",
    "STRING": "a text in quotes",
    "COMPARISON": "a comparison",
    "NUMBER": "a number",
    "SIZE": "a size",
    "DOC": "documentation in triple quotes",
    "SECTION": "a section",
    "LBRACE": "`{`",
    "RBRACE": "`}`",
    "LPAR": "`(`",
    "_CALL": "`(`",
    "RPAR": "`)`",
    "LSQB": "`[`",
    "_INDEX": "`[`",
    "RSQB": "`]`",
    "ARROW": "`->`",
    "VBAR": "`|`",
    "COMMA": "`,`",
    "COLON": "`:`",
    "DOT": "`.`",
    "EQUAL": "`=`",
    "AT": "`@`",
    "PLUS": "`+`",
    "MINUS": "`-`",
    "STAR": "`*`",
    "SLASH": "`/`",
    "FLOOR": "`//`",
    "PERCENT": "`%`",
    "POWER": "`**`",
}


def word(terminal: str) -> str:
    """A terminal as a person would call it; those without a name of their own are keywords."""
    return WORDS.get(terminal) or f"`{terminal.strip('_').lower()}`"


def describe(token: Token) -> str:
    """A token as the author wrote it, or in words where it has no letters to show."""
    if token.type in ("_NEWLINE", "$END"):
        return WORDS[token.type]
    text = token.text
    return f"`{text}`" if len(text) <= 40 else f"`{text[:37]}…`"


def expected_words(terminals: frozenset[str]) -> str:
    """What could have stood somewhere, in a few words; empty where it is too much to list."""
    if terminals >= STATEMENTS:
        return "a statement"
    if terminals >= ITEMS:
        return "an item"
    if terminals >= VALUES:
        return "an argument" if "ARROW" in terminals else "a value"
    if "PLUS" in terminals:
        terminals -= AFTER_VALUE
    names = sorted({word(terminal) for terminal in terminals})
    if not names or len(names) > 5:
        return ""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"

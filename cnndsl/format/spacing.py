"""The spaces between the words of a line."""

from __future__ import annotations

from cnndsl.format.words import Word, Words

# No space stands before these, and none after those.
TIGHT_BEFORE = frozenset({"COMMA", "DOT", "RPAR", "RSQB", "_CALL", "_INDEX", "POWER"})
TIGHT_AFTER = frozenset({"LPAR", "_CALL", "LSQB", "_INDEX", "DOT", "AT", "POWER"})


def set_spaces(words: Words) -> None:
    """Sets the spaces before every word, but for those that make columns."""
    equals = _equals(words)
    tight_before = equals | words.starts("parameters") | words.openers("variant")
    tight_after = equals | signs(words)
    contracts = words.starts("contract")
    for number, word in enumerate(words.all):
        before = words.all[number - 1]
        tight = (
            word.type in TIGHT_BEFORE
            or before.type in TIGHT_AFTER
            or number in tight_before
            or number - 1 in tight_after
            or (word.type == "COLON" and number not in contracts)
            or (before.type == "COLON" and _is_in_square(words, before))
        )
        word.spaces = 0 if tight else 1


def signs(words: Words) -> set[int]:
    """What stands before a single value: `-x`, and `/n` as an argument."""
    starts = words.starts("negative", "stride", "unary")
    return {number for number in starts if words.all[number].type != "NOT"}


def _equals(words: Words) -> set[int]:
    """The `=` between the name of a parameter or an argument and its value."""
    names = words.starts("named", "given_name", "parameter")
    return {name + 1 for name in names if words.all[name + 1].type == "EQUAL"}


def _is_in_square(words: Words, word: Word) -> bool:
    return word.opener >= 0 and words.all[word.opener].type in ("LSQB", "_INDEX")

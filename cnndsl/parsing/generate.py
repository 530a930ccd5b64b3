"""The parser's tables from the text of its grammar, which Lark reads, checks and turns to LALR(1).

It is the only module that needs Lark. The tables of a grammar change only with the grammar and
with what is written here.
"""

from __future__ import annotations

import re
from sys import intern
from typing import Any

import lark
from lark.lexer import Lexer, TerminalDef
from lark.parsers.lalr_analysis import Shift

from cnndsl.parsing.lalr import Rule, Tables
from cnndsl.parsing.tokens import STRAY

START_RULES = ["file", "expression"]

# How the grammar writes a keyword.
KEYWORD = re.compile(r"(\w+)\(\?!\\w\)")

# What no terminal matches goes as one token: a string to the end of its line, one in single quotes,
# or a word.
STRAY_TEXT = r'"""[\s\S]*|"[^\n]*' r"|'''(?:[\s\S]*?''')?|'[^'\n]*'|\w+|\W"


class _NoLexer(Lexer):
    """Saves Lark from making a lexer, which takes seconds and is not used."""

    def __init__(self, conf: Any) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any) -> Any:
        raise NotImplementedError


def generate(grammar: str) -> Tables:
    """The tables of a grammar's text.

    Raises:
        lark.exceptions.GrammarError: it is not LALR(1).
    """
    made = lark.Lark(
        grammar, start=START_RULES, parser="lalr", lexer=_NoLexer, maybe_placeholders=False
    )
    table = made.parser.parser._parse_table
    numbers = {rule: number for number, rule in enumerate(made.rules)}
    actions = [
        {
            intern(str(name)): target if action is Shift else ~numbers[target]
            for name, (action, target) in table.states[state].items()
        }
        for state in range(len(table.states))
    ]
    starts = {name: (table.start_states[name], table.end_states[name]) for name in START_RULES}
    pattern, words = _terminals(made)
    return Tables(actions, [_rule(rule) for rule in made.rules], starts, pattern, words)


def _rule(rule: lark.grammar.Rule) -> Rule:
    """A rule with Lark's conventions applied: `_rule` is inlined, "text" and `_TERMINAL` go."""
    assert not rule.options.expand1, f"`?{rule.origin.name}`: the parser knows no `?`"
    assert rule.expansion or rule.origin.name in START_RULES, "a rule of nothing has no place"
    kept = tuple(
        (index, _is_inlined(symbol))
        for index, symbol in enumerate(rule.expansion)
        if rule.options.keep_all_tokens or not getattr(symbol, "filter_out", False)
    )
    is_part = _is_inlined(rule.origin) and len(rule.expansion) == 1 and kept == ((0, True),)
    origin = intern(str(rule.origin.name))
    name = intern(str(rule.alias or origin))
    return origin, name, len(rule.expansion), None if is_part else kept


def _is_inlined(symbol: lark.grammar.Symbol) -> bool:
    return not symbol.is_term and symbol.name.startswith("_")


def _terminals(made: lark.Lark) -> tuple[str, dict[str, str]]:
    """The expression of all tokens, and the terminals of fixed texts: operators and keywords.

    The expression is the cheaper to compile the fewer groups it has: operators share one that has
    no name, and keywords are matched as names.
    """
    words, operators, groups = {}, [], []
    for terminal in sorted(made.terminals, key=_precedence):
        name, pattern = terminal.name, terminal.pattern.to_regexp()
        if terminal.pattern.type == "str":
            words[terminal.pattern.value] = name
            operators.append(pattern)
        elif keyword := KEYWORD.fullmatch(pattern):
            words[keyword[1]] = name
        else:
            groups.append(
                f"(?:{pattern})" if name in made.ignore_tokens else f"(?P<{name}>{pattern})"
            )
    groups += [*operators, f"(?P<{STRAY}>{STRAY_TEXT})"]
    return "|".join(groups), words


def _precedence(terminal: TerminalDef) -> tuple[int, int, int, str]:
    """The order in which Lark tries terminals: the longest first, where the grammar gives none."""
    pattern = terminal.pattern
    return -terminal.priority, -pattern.max_width, -len(pattern.value), terminal.name

"""The mistakes of those who know what they want, and write it in another form than it has here.

Each function knows one mistake, as those in `mistakes` do.
"""

from __future__ import annotations

import re

from cnndsl.errors import Diagnostic, Fix
from cnndsl.parsing.remedies import error
from cnndsl.parsing.tokens import Mistake
from cnndsl.source import Span

# What a definition begins with, the word for it, and how one is written.
_DEFINED = {
    "_NETWORK": ("network", "network Name(classes=10) { … }"),
    "_BLOCK": ("block", "block name(c) { … }"),
    "_VARIANT": ("variant", "variant name = Network(…)"),
}


def every_name(mistake: Mistake) -> Diagnostic | None:
    """`from resnet use *`."""
    if mistake.token.type != "STAR" or not _follows(mistake, "_USE"):
        return None
    origin = mistake.before[-2].text if len(mistake.before) > 1 else "resnet"
    message = "what is taken from a spec is named, one by one"
    hint = f"write the names: `from {origin} use name, other`"
    return error(mistake, "unexpected", message, "expected a name", hint)


def list_without_commas(mistake: Mistake) -> Diagnostic | None:
    """`[2 2 2]`."""
    opener = mistake.openers[-1] if mistake.openers else None
    if opener is None or opener.type != "LSQB" or "COMMA" not in mistake.expected:
        return None
    found = re.compile(r"\[([^\[\]\n(){}\"]*)\]").match(mistake.source.text, opener.start)
    if not found or mistake.token.type not in ("NUMBER", "NAME", "SIZE"):
        return None
    values = found[1].replace(",", " ").split()
    if not all(re.fullmatch(r"[\w.]+", value) for value in values):
        return None
    span, written = Span(mistake.source, *found.span()), f"[{', '.join(values)}]"
    message = "the elements of a list are separated by commas"
    fix = Fix(span, written)
    return error(mistake, "separator", message, hint=f"write `{written}`", fix=fix)


def braces_as_value(mistake: Mistake) -> Diagnostic | None:
    """`let rows = {"k": 3}`, `for i in {1, 2}`."""
    if mistake.token.type != "LBRACE" or not _follows(mistake, "EQUAL", "IN", "COMMA", "LSQB"):
        return None
    if not {"NUMBER", "STRING"} <= mistake.expected:
        return None
    found = re.compile(r"\{([\w\s.,]*)\}").match(mistake.source.text, mistake.span.start)
    hint = "values with names are the columns of a `table { … }`, others stand in a list, `[3, 64]`"
    fix = None
    if found and found[1].strip():
        written = f"[{found[1].strip()}]"
        hint, fix = f"write `{written}`", Fix(Span(mistake.source, *found.span()), written)
    return error(mistake, "unexpected", "braces hold no values", "expected a value", hint, fix)


def question_mark(mistake: Mistake) -> Diagnostic | None:
    """`c > 5 ? 8 : 9`."""
    if mistake.token.text != "?":
        return None
    text, start = mistake.source.text, mistake.span.start
    after = re.compile(r"\?[ \t]*([\w.]+)[ \t]*:[ \t]*([\w.]+)").match(text, start)
    before = re.compile(r"[^\n=({\[,]*(?:[=<>!]=[^\n=({\[,]*)?$").search(text[:start])
    condition = before[0].strip() if before else ""
    hint = "write `a if condition else b`"
    if after and condition:
        hint = f"write `{after[1]} if {condition} else {after[2]}`"
    return error(mistake, "operator", "there is no operator `?`", hint=hint)


def reused_reference(mistake: Mistake) -> Diagnostic | None:
    """`reuse @tower`."""
    if mistake.token.type != "AT" or not _follows(mistake, "_REUSE"):
        return None
    name = re.compile(r"@(\w+)").match(mistake.source.text, mistake.span.start)
    message = "`reuse` runs an item again, not what it gave"
    hint = f"write `reuse {name[1] if name else 'name'}`"
    return error(mistake, "unexpected", message, hint=hint, fix=Fix(mistake.span, ""))


def labelled_residual(mistake: Mistake) -> Diagnostic | None:
    """`residual as unit { … }`."""
    if mistake.token.type != "_AS" or not _follows(mistake, "_RESIDUAL"):
        return None
    name = re.compile(r"as\s+(\w+)").match(mistake.source.text, mistake.span.start)
    label = name[1] if name else "name"
    message = "a label stands after what it names"
    return error(mistake, "unexpected", message, hint=f"write `residual {{ … }} as {label}`")


def defined_name(mistake: Mistake) -> Diagnostic | None:
    """`network "Net"() {`, `network: net`."""
    if mistake.token.type not in ("STRING", "COLON") or not _follows(mistake, *_DEFINED):
        return None
    assert mistake.previous is not None
    word, example = _DEFINED[mistake.previous.type]
    name = mistake.token.text.strip('"')
    if mistake.token.type == "STRING" and name.isidentifier():
        message, fix = f"the name of a {word} has no quotes", Fix(mistake.span, name)
        return error(mistake, "unexpected", message, hint=f"write `{word} {name}`", fix=fix)
    message, hint = f"the name follows the word `{word}`", f"as in `{example}`"
    return error(mistake, "unexpected", message, "expected a name", hint)


def braces_in_a_name(mistake: Mistake) -> Diagnostic | None:
    """`as conv_{i}`, `@conv_{i}`: a name that is worked out stands in quotes."""
    name = mistake.previous
    if mistake.token.type != "LBRACE" or name is None or name.end != mistake.span.start:
        return None
    before = mistake.before[-2].type if len(mistake.before) > 1 else ""
    found = re.compile(r"\w+(?:\{[^{}\n]*\}\w*)+").match(mistake.source.text, name.start)
    if not found or before not in ("_AS", "AT"):
        return None
    span, written = Span(mistake.source, *found.span()), f'"{found[0]}"'
    message, fix = "a name that is worked out stands in quotes", Fix(span, written)
    return Diagnostic("label", message, span, hint=f"write `{written}`", fix=fix)


def bare_pattern(mistake: Mistake) -> Diagnostic | None:
    """`rearrange c h w -> (h w) c`."""
    if mistake.token.type != "LPAR" or not _follows(mistake, "ARROW"):
        return None
    text = mistake.source.text
    line = text.rfind("\n", 0, mistake.span.start) + 1
    found = re.compile(r".*\brearrange[ \t]+(\w[\w \t]*->[\w \t()]*\w\)?)").match(text, line)
    if not found or not found.start(1) < mistake.span.start < found.end():
        return None
    span, written = Span(mistake.source, *found.span(1)), f'"{found[1].strip()}"'
    message, fix = "a pattern of axes stands in quotes", Fix(span, written)
    return Diagnostic("string", message, span, hint=f"write `rearrange {written}`", fix=fix)


def choice_without_else(mistake: Mistake) -> Diagnostic | None:
    """`let c = 8 if wide`."""
    if mistake.expected & {"NAME", "NUMBER"} or "_ELSE" not in mistake.expected:
        return None
    if not any(token.type == "_IF" for token in mistake.before):
        return None
    message = "a value with `if` has another with `else`"
    hint = "write `a if condition else b`, or the statement `if condition { … }`"
    return error(mistake, "unfinished", message, "expected `else`", hint)


def _follows(mistake: Mistake, *kinds: str) -> bool:
    return mistake.previous is not None and mistake.previous.type in kinds

"""The mistakes of people who come from another language, such as Python, C or a Darknet file.

Each function knows one mistake, as those in `mistakes` do.
"""

from __future__ import annotations

import re

from cnndsl.errors import Diagnostic, Fix
from cnndsl.functions import FUNCTION_NAMES
from cnndsl.parsing.remedies import error, is_statement, item_words, rest_of_statement
from cnndsl.parsing.terminals import TOP_LEVEL, describe
from cnndsl.parsing.tokens import NEWLINE, STRAY, Mistake, span_of
from cnndsl.source import Span

# What people draw as an arrow.
ARROWS = re.compile(r"=>|\|>|>>|- +>|[—–−]>?|[→⟶➔⇒]|>")

# How a definition of Python is written here.
DEFINITIONS = {
    "def": "a block is written `block name(c, stride=1) { … }`",
    "class": "a network is written `network Name(classes=10) { input 3x224x224 … }`",
    "import": "nothing of Python is needed; another spec is taken by `from resnet use bottleneck`",
}


def arrow(mistake: Mistake) -> Diagnostic | None:
    """`conv 3x3 64 => relu`, or an arrow of another kind."""
    previous, start = mistake.previous, mistake.span.start
    # A minus is read as the beginning of an argument.
    if previous and previous.type == "MINUS" and mistake.token.text == ">":
        start = previous.start
    elif "ARROW" not in mistake.expected:
        return None
    found = ARROWS.match(mistake.source.text, start)
    # A bar begins an arm, and one `>` compares in parentheses.
    if not found or not re.compile(r"\s*[@{\w]").match(mistake.source.text, found.end()):
        return None
    span = Span(mistake.source, *found.span())
    message = f"`{found[0]}` does not link two items"
    return Diagnostic("unexpected", message, span, hint="write `->`", fix=Fix(span, "->"))


def comment(mistake: Mistake) -> Diagnostic | None:
    """`// …` and `/* … */`, where they are no division of two values."""
    found = re.compile(r"//+([^\n]*)|/\*([^\n]*)").match(mistake.source.text, mistake.span.start)
    if not found:
        return None
    text = (found[1] or found[2] or "").removesuffix("*/").strip()
    is_prose = re.match(r"[^\W\d][\w']* +(?!as\b|\w+=)[\w']+", text)
    if mistake.token.text == "//" and "NUMBER" in mistake.expected and not is_prose:
        return None
    hint = f"write `# {text}`" if 0 < len(text) < 80 else "write `#` in its place"
    return error(mistake, "unexpected", "a comment begins with `#`", hint=hint)


def braces_by_colon(mistake: Mistake) -> Diagnostic | None:
    """`for i in range(3):` or `block unit(c):`, and an indented body."""
    is_header = any(token.type == "_BLOCK" for token in mistake.before)
    is_colon = mistake.token.type == "COLON" and "LBRACE" in mistake.expected
    colon = mistake.token
    if is_header and mistake.previous and mistake.previous.type == "COLON":
        # Read as the beginning of a contract.
        is_colon, colon = mistake.token.type == NEWLINE, mistake.previous
    if not is_colon:
        return None
    mistake = mistake._replace(token=colon)
    hint = "write `{` in its place, and `}` after the last line that belongs to it"
    return error(mistake, "unexpected", "what belongs together stands in braces", hint=hint)


def no_braces(mistake: Mistake) -> Diagnostic | None:
    """`repeat 3 conv 3x3 64`, `residual conv 3x3 64`."""
    text, start = mistake.source.text, mistake.span.start
    line = text[text.rfind("\n", 0, start) + 1 : start].strip()
    word = re.match(r"(?:.*[{|]\s*)?((repeat|residual|for|if)\b.*)", line)
    if not word or "LBRACE" not in mistake.expected or "ARROW" in mistake.expected:
        return None
    rest = rest_of_statement(mistake, start)
    written = f"{word[1]} {{ {rest} }}"
    if rest is None or not is_statement(written):
        return None
    hint = f"write `{written}`" if rest else f"write `{word[1]} {{`, and `}}` where it ends"
    message = f"what `{word[2]}` is for stands in braces"
    return error(mistake, "unexpected", message, "expected `{`", hint)


def dotted_range(mistake: Mistake) -> Diagnostic | None:
    """`for i in 0..3`, `for i = 0..3`, `for (i = 0; …)`."""
    line = re.compile(r"[ \t]*for[ \t]*\(?[ \t]*(\w+)[ \t]*(=|in)[ \t]*([^{\n]*)")
    text = mistake.source.text
    found = line.match(text, text.rfind("\n", 0, mistake.span.start) + 1)
    if not found or not found.end(1) <= mistake.span.start <= found.end():
        return None
    ends = re.fullmatch(r"(\w+)[ \t]*\.\.+<?[ \t]*(\w+)[ \t]*", found[3])
    if found[2] != "=" and not ends:
        return None
    values = "range(n)"
    if ends:
        values = f"range({ends[2]})" if ends[1] == "0" else f"range({ends[1]}, {ends[2]})"
    message = "a loop runs over a list"
    return error(mistake, "unexpected", message, hint=f"write `for {found[1]} in {values} {{`")


def else_if(mistake: Mistake) -> Diagnostic | None:
    """`elif c { … }`, which is read as a call of `elif`."""
    words = item_words(mistake.before)
    if not words or words[0].text not in ("elif", "elsif", "elseif"):
        return None
    span = span_of(mistake.source, words[0])
    message = f"there is no `{words[0].text}`"
    fix = Fix(span, "else if")
    return Diagnostic("unexpected", message, span, hint="write `else if`", fix=fix)


def let_sign(mistake: Mistake) -> Diagnostic | None:
    """`let x := 3`, `let x == 3`."""
    if "EQUAL" not in mistake.expected or len(mistake.before) < 2:
        return None
    found = re.compile(r":=|==|<-|:(?=\s*[\w\[(\"])").match(mistake.source.text, mistake.span.start)
    if not found or mistake.before[-2].type not in ("_LET", "_VARIANT"):
        return None
    span = Span(mistake.source, *found.span())
    message = f"a name is given with `=`, not with `{found[0]}`"
    return Diagnostic("assignment", message, span, hint="write `=`", fix=Fix(span, "="))


def changed_value(mistake: Mistake) -> Diagnostic | None:
    """`width *= 2`."""
    found = re.compile(r"(\*\*|//|[-+*/%])=\s*(\S+)").match(mistake.source.text, mistake.span.start)
    name = mistake.previous
    if not found or name is None or name.type != "NAME":
        return None
    span = Span(mistake.source, found.start(), found.end(1) + 1)
    message = f"a value does not change: there is no `{found[1]}=`"
    hint = f"name the new one: `let new_{name.text} = {name.text} {found[1]} {found[2]}`"
    return Diagnostic("assignment", message, span, hint=hint)


def method(mistake: Mistake) -> Diagnostic | None:
    """`math.sqrt(x)`, `layers.index(x)` in an expression."""
    is_call = mistake.token.type in ("_CALL", "LPAR") and len(mistake.before) > 2
    if not is_call or [t.type for t in mistake.before[-2:]] != ["DOT", "WORD"]:
        return None
    owner, _, word = mistake.before[-3:]
    span = Span(mistake.source, owner.start, word.end)
    message = f"there are no modules and no methods: `{span.text}(…)`"
    known = f"write `{word.text}(…)`" if word.text in FUNCTION_NAMES else ""
    hint = known or f"the functions are {', '.join(sorted(FUNCTION_NAMES))}"
    fix = Fix(span, word.text) if known else None
    return Diagnostic("unexpected", message, span, hint=hint, fix=fix)


def prefixed_string(mistake: Mistake) -> Diagnostic | None:
    """`f"layer{i}"`, also as a label."""
    text, before = mistake.token, mistake.before
    if text.type == "COLON" and before:
        text, before = before[-1], before[:-1]
    if text.type != "STRING" or not before or before[-1].end != text.start:
        return None
    prefix = before[-1]
    span = Span(mistake.source, prefix.start, text.end)
    message = f"a string has no prefix: `{prefix.text}`"
    hint = f"write `{text.text}`, in which braces hold values"
    fix = Fix(span, text.text)
    return Diagnostic("string", message, span, hint=hint, fix=fix)


def curly_quotes(mistake: Mistake) -> Diagnostic | None:
    """`“layer1”`, as a word processor makes them."""
    if mistake.token.type != STRAY or mistake.token.text not in "“”„«»‘’‚":
        return None
    found = re.compile(r".([^“”„«»‘’‚\"\n]*)[“”„«»‘’‚]").match(
        mistake.source.text, mistake.span.start
    )
    if not found:
        return error(mistake, "string", "a string stands in straight quotes", hint='write `"…"`')
    span, written = Span(mistake.source, *found.span()), f'"{found[1]}"'
    message, fix = "a string stands in straight double quotes", Fix(span, written)
    return Diagnostic("string", message, span, hint=f"write `{written}`", fix=fix)


def python_definition(mistake: Mistake) -> Diagnostic | None:
    """`def`, `class` and `import` at the head of a line; `from x import y`."""
    word = mistake.token.text
    if word == "import" and "_USE" in mistake.expected:
        message, fix = "names are taken from a spec with `use`", Fix(mistake.span, "use")
        return error(mistake, "unexpected", message, hint="write `use`", fix=fix)
    at_head = not mistake.previous or mistake.previous.type == NEWLINE
    if not at_head or word not in DEFINITIONS or "_BLOCK" not in mistake.expected:
        return None
    message = f"{describe(mistake.token)} is Python"
    return error(mistake, "top-level", message, TOP_LEVEL, DEFINITIONS[word])

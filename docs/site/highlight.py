"""Colours for specs: how Pygments reads them, and the fence by which the site asks for it."""

from __future__ import annotations

import re
from html import escape
from typing import Any, ClassVar

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import RegexLexer, words
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Text

from cnndsl.layers import LAYERS
from cnndsl.parsing.terminals import RESERVED

# Words with a meaning where a statement begins, that are not reserved.
_STARTS = ("block", "network", "variant", "from", "use", "table", "stem", "body", "neck", "layer")


class SpecLexer(RegexLexer):
    """The language's words, layers, numbers and strings; names are left plain."""

    name = "cnn"
    aliases: ClassVar = ["cnn"]
    filenames: ClassVar = ["*.cnn"]
    flags = re.MULTILINE | re.DOTALL

    tokens: ClassVar = {
        "root": [
            (r"#[^\n]*", Comment.Single),
            (r'"""(?:\\.|.)*?"""', String.Doc),
            (r'"(?:\\.|[^"\\\n])*"', String),
            (r"\d+(?:x\d+)+\b", Number.Integer),
            (r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?\b", Number),
            (r"\w+(?==[^=])", Name.Attribute),
            (r"@\w*", Name.Variable),
            (words(sorted({*RESERVED, *_STARTS}), prefix=r"\b", suffix=r"\b"), Keyword),
            (words(sorted(LAYERS), prefix=r"\b", suffix=r"\b"), Name.Builtin),
            (r"->|//|\*\*|[-+*/%<>=!:.|]", Operator),
            (r"[(){}\[\],]", Punctuation),
            (r"\w+", Name),
            (r"\s+|.", Text),
        ]
    }


def accept(
    language: str, inputs: dict[str, str], options: dict[str, Any], attrs: dict[str, str], md: Any
) -> bool:
    """Whether a fence of a spec has no option but a title."""
    options.update(inputs)
    return set(inputs) <= {"title"}


def fence(
    source: str, language: str, css_class: str, options: dict[str, Any], md: Any, **others: Any
) -> str:
    """A spec as HTML, of the form that the site's other blocks of code have."""
    code = highlight(source, SpecLexer(), HtmlFormatter(nowrap=True))
    title = f'<span class="filename">{escape(options["title"])}</span>' if options else ""
    return f'<div class="{css_class} highlight">{title}<pre><code>{code}</code></pre></div>'

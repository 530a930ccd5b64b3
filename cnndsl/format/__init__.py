"""The one layout of a spec: its words stay as they are, and all between them is set anew.

The words with the comments between them (`words.py`) get spaces (`spacing.py`) and columns
(`columns.py`), brackets and braces are open or not (`opening.py`), lines end (`breaks.py`) and are
written (`layout.py`).
"""

from __future__ import annotations

from cnndsl.errors import CnnError, Diagnostic, Report, whole
from cnndsl.format.layout import Layout
from cnndsl.format.words import read_words
from cnndsl.parse import MAX_LETTERS, parse
from cnndsl.source import Source


def format_source(source: Source) -> str:
    """The text of a spec in the canonical layout, with the same meaning.

    Raises:
        CnnError: the spec has errors of syntax, or would be too long.
        AssertionError: it would mean something else, which is a mistake in this package.
    """
    source = Source(source.name, source.text.replace("\r\n", "\n"))
    report = Report()
    tree = parse(source, report)
    report.raise_errors()
    text = Layout(read_words(source)).text()
    if len(text) > MAX_LETTERS:
        message = f"with its indentation, the text is longer than {MAX_LETTERS:,} letters"
        raise CnnError([Diagnostic("limit", message, whole(source))])
    # What represents a tree is all of it but the places.
    if repr(parse(Source(source.name, text), report)) != repr(tree) or report.errors:
        raise AssertionError(f"formatted, {source.name} would mean something else")
    return text

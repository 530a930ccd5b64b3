"""Where to read on after a statement that can't be read."""

from __future__ import annotations

import re

# What follows a newline that does not end a statement.
CONTINUED = re.compile(r"->|\||(?:else|project)(?!\w)|[^\W\d]\w*[ \t]*=(?!=)")

# What counts when a statement is skipped. Strings and comments go as one, and so do the lines
# that are empty or hold a comment, as in the grammar.
MARKS = re.compile(
    r'"(?!"")[^"\\\n]*(?:\\.[^"\\\n]*)*"|(?:\n[ \t\r\f\v]*(?:#[^\n]*)?)+|#[^\n]*|[()\[\]{}]'
)
# More than this are not open in a text that can be read.
MAX_OPEN = 200
CLOSERS = {"(": ")", "[": "]", "{": "}"}


def next_statement(
    text: str, start: int, end: int, closers: list[str], in_braces: bool
) -> int | None:
    """The next newline that ends a statement, or `}` outside of all brackets since `start`.

    `closers` are those of the brackets that are open at `start`, the innermost last. Without
    braces around (`in_braces`), a `}` too many is skipped. None if a bracket seems never to be
    closed.
    """
    for found in MARKS.finditer(text, start, end):
        mark = found[0]
        if mark in CLOSERS:
            closers.append(CLOSERS[mark])
            if len(closers) > MAX_OPEN:
                return None
        elif mark[0] == "\n":
            if not closers and not CONTINUED.match(text, found.end()):
                return found.start()
        elif closers and mark == closers[-1]:
            closers.pop()
        elif mark == "}" and closers:
            return None
        elif mark == "}" and in_braces:
            return found.start()
    return None if closers else end


def indented_end(text: str, place: int, end: int) -> int:
    """Where the lines from `end` on that stand further in than that of `place` come to an end."""
    line = text.rfind("\n", 0, place) + 1
    indentation = re.compile(r"[ \t]*").match(text, line)
    assert indentation is not None, "it matches nothing, too"
    width = len(indentation[0])
    deeper = re.compile(rf"(?:\n[ \t]*(?:#[^\n]*)?(?=\n|\Z)|\n[ \t]{{{width + 1},}}[^\s#][^\n]*)*")
    found = deeper.match(text, end)
    return found.end() if found else end

"""What stands between two words of a spec: comments, empty lines and the ends of lines."""

from __future__ import annotations

from dataclasses import dataclass, field

# What the grammar takes for spaces.
SPACES = " \t\r\f\v\ufeff"


@dataclass
class Gap:
    """What stands before a word, but for spaces.

    `comment` is at the end of the line of the word before, `lines` are those between the two
    words: a comment each, or nothing. `is_broken` tells whether a line ends here at all.
    """

    comment: str = ""
    lines: list[str] = field(default_factory=list)
    is_broken: bool = False

    @property
    def has_comments(self) -> bool:
        return bool(self.comment) or any(self.lines)

    def then(self, after: Gap) -> Gap:
        """This one and that after the next word, for where that word leaves its place."""
        if not self.is_broken:
            return after
        lines = [*self.lines, *filter(None, [after.comment]), *after.lines]
        return Gap(self.comment, _single(lines), True)


def gap(between: str) -> Gap:
    """The gap that a text between two words is."""
    first, *rest = (line.strip(SPACES) for line in between.split("\n"))
    if rest and not rest[-1]:
        rest.pop()  # The indentation of the word's own line.
    return Gap(first, _single(rest), "\n" in between)


def _single(lines: list[str]) -> list[str]:
    """The lines, with one empty line where several follow each other."""
    return [line for line, above in zip(lines, ["#", *lines], strict=False) if line or above]

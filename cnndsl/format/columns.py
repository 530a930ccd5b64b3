"""Columns: the cells of a table, and the `=` of variants on lines that follow each other."""

from __future__ import annotations

from itertools import pairwise

from cnndsl.format.words import OUTSIDE, Words

BETWEEN_CELLS = 2


def set_columns(words: Words) -> None:
    """Sets the spaces that bring columns in line; those within cells are set."""
    for table in words.openers("table"):
        _align_table(words, table)
    _align_variants(words)


def _align_table(words: Words, table: int) -> None:
    rows: list[list[int]] = []
    for number in range(table + 1, words.all[table].partner):
        word = words.all[number]
        if word.opener == table and word.begins:
            rows.append([number])
        elif word.opener == table and word.spaces:
            rows[-1].append(number)
    ends = [row[0] for row in rows[1:]] + [words.all[table].partner]
    widths = [
        [words.width(start, stop) for start, stop in pairwise([*row, end])]
        for row, end in zip(rows, ends, strict=True)
    ]
    columns = [max(column) for column in zip(*widths, strict=True)]
    for row, cells in zip(rows, widths, strict=True):
        for number, column, cell in zip(row[1:], columns, cells, strict=False):
            words.all[number].spaces = column - cell + BETWEEN_CELLS


def _align_variants(words: Words) -> None:
    run: list[int] = []
    for number, word in enumerate(words.all):
        if word.begins and word.opener == OUTSIDE:
            if word.type != "_VARIANT" or word.gap.lines:
                _align_equals(words, run)
                run = []
            if word.type == "_VARIANT":
                run.append(number)
    _align_equals(words, run)


def _align_equals(words: Words, run: list[int]) -> None:
    """Aligns the `=`, the third word, of the variants that start with these words."""
    width = max((len(words.all[number + 1].text) for number in run), default=0)
    for number in run:
        words.all[number + 2].spaces = width - len(words.all[number + 1].text) + 1

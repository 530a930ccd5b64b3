"""The command `explain`, and the codes of diagnostics as users write them."""

from __future__ import annotations

import click

from cnndsl import codes
from cnndsl.cli.output import print_result
from cnndsl.codes import CODES, Code
from cnndsl.errors import request_error, suggestion


def ignored_codes(
    ctx: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> frozenset[str]:
    """The numbers of the warnings that `--ignore` names, commas between them allowed."""
    texts = [text.strip() for several in given for text in several.split(",")]
    return frozenset(_ignored(text) for text in texts if text)


def _ignored(text: str) -> str:
    code = codes.find(text)
    if code is None:
        hint = _hint(text, [code for code in CODES if code.is_warning])
        raise click.BadParameter(f"there is no warning `{text}`: {hint}")
    if not code.is_warning:
        raise click.BadParameter(f"{code.number} is an error, and only warnings can be ignored")
    return code.number


def _hint(text: str, known: list[Code]) -> str:
    words = [word for code in known for word in (code.number, code.name)]
    return suggestion(text, words, "`cnndsl explain` tells what there is")


@click.command()
@click.argument("words", nargs=-1, metavar="[CODE]...")
def explain(words: tuple[str, ...]) -> None:
    """Tell what a diagnostic means, with an example and its remedy.

    CODE is a number, as E301, or a name, as shape-mismatch. Without a CODE, all are listed.

    Example: cnndsl explain E301
    """
    found = [_find(word) for word in words]
    if not found:
        width = max(len(code.name) for code in CODES)
        lines = [f"{code.number}  {code.name:{width}}  {code.title}" for code in CODES]
        print_result("\n".join(lines) + "\n")
        return
    from cnndsl.explanations import for_terminal, page

    print_result("\n\n".join(for_terminal(page(code)) for code in found) + "\n")


def _find(word: str) -> Code:
    if code := codes.find(word):
        return code
    message = f"there is no diagnostic of the code `{word}`"
    raise request_error("unknown-code", message, _hint(word, list(CODES)))

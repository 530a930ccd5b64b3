"""The colours of diagrams: bundled ones by name, the user's own from a YAML file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path

import yaml

from cnndsl.analyse.differences import Change
from cnndsl.errors import CnnError, Diagnostic, RequestError, request_error, suggestion
from cnndsl.files import FileKind, read
from cnndsl.layers.base import Kind
from cnndsl.source import Source, Span

_FOLDER = Path(__file__).parent / "themes"
_ENDING = ".yaml"
_KIND = FileKind("theme", (_ENDING, ".yml"))
DEFAULT = "light"
BUNDLED = ("light", "dark", "print")
_LINE = 'write a line a colour: `conv: "#AAD4F7"`'
_COLOUR = re.compile("#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as `#RRGGBB`, by what they are for; the seven kinds of layers are called as in words.

    `ink` and the paler `muted` are words on the paper and in frames, `box_ink` those in boxes.
    `block` fills parts that are not opened, `end` inputs and outputs, `merge` sums and
    concatenations. A `region` is a section's, a `frame` that of an opened part, `inner_frame` one
    in another. A `chip` has the ×N. The last four fill what two networks, drawn as one, have in
    common, and what was added, removed and changed.
    """

    paper: str
    ink: str
    muted: str
    box_ink: str
    box_muted: str
    border: str
    edge: str
    skip: str
    conv: str
    norm: str
    activation: str
    pool: str
    linear: str
    attention: str
    other: str
    block: str
    end: str
    merge: str
    region: str
    region_border: str
    frame: str
    inner_frame: str
    frame_border: str
    header: str
    header_ink: str
    header_muted: str
    inner_header: str
    chip: str
    chip_ink: str
    same: str
    added: str
    removed: str
    changed: str

    def change(self, change: Change) -> str:
        """The fill of what became of a part."""
        return str(getattr(self, change.name.lower()))

    def fill(self, kind: Kind) -> str:
        """The fill of a kind of layer."""
        return str(getattr(self, kind.words))


# What a file calls the theme whose colours hold where it gives none.
_BASE = "base"
NAMES = tuple(field.name for field in fields(Theme))


@cache
def bundled(name: str) -> Theme:
    """A theme that comes with the package."""
    path = _FOLDER / f"{name}.yaml"
    return Theme(**_colours(Source(path.name, path.read_text(encoding="utf-8")))[1])


def theme(asked: str) -> Theme:
    """The bundled theme of a name, or the one in a file: its colours, on those of its `base`.

    Raises:
        CnnError: there is no such theme, or its file has mistakes in it.
    """
    if asked in BUNDLED:
        return bundled(asked)
    if not _KIND.is_named_so(asked):
        known = f"there are {', '.join(BUNDLED)}, and your own: `--theme mine.yaml`"
        hint = suggestion(asked, BUNDLED, known)
        raise request_error("theme", f"there is no theme `{asked}`", hint)
    base, colours = _colours(read(asked, _KIND))
    return replace(bundled(base), **colours)


def _colours(source: Source) -> tuple[str, dict[str, str]]:
    """The theme that a file is based on, and the colours that it gives itself."""
    try:
        root = yaml.compose(source.text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = mark.index if mark else None
        raise _mistake(source, place, f"this is no YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise _mistake(source, None, f"this is no YAML: {error}") from None
    if not isinstance(root, yaml.MappingNode):
        place = root.start_mark.index if root else None
        raise _mistake(source, place, "a theme is names with colours", _LINE)
    found: dict[str, str] = {}
    mistakes: list[Diagnostic] = []
    for key, value in root.value:
        try:
            name = _known(source, key, found)
            found[name] = _base(source, value) if name == _BASE else _colour(source, name, value)
        except CnnError as error:
            mistakes += error.diagnostics
    if mistakes:
        raise RequestError(mistakes)
    return found.pop(_BASE, DEFAULT), found


def _known(source: Source, key: yaml.Node, before: Iterable[str]) -> str:
    if not isinstance(key, yaml.ScalarNode):
        raise _mistake(source, key.start_mark.index, "a theme is names with colours", _LINE)
    if key.value in before:
        place = key.start_mark.index, key.end_mark.index
        again = f"`{key.value}` is given twice"
        raise _mistake(source, place[0], again, "take one of the two away", place[1])
    if key.value in (*NAMES, _BASE):
        return str(key.value)
    hint = suggestion(str(key.value), (_BASE, *NAMES), f"there are {', '.join(NAMES)}")
    message = f"a theme has no colour `{key.value}`"
    raise _mistake(source, key.start_mark.index, message, hint, key.end_mark.index)


def _base(source: Source, value: yaml.Node) -> str:
    if value.value in BUNDLED:
        return str(value.value)
    hint = suggestion(str(value.value), BUNDLED, f"there are {', '.join(BUNDLED)}")
    message = f"there is no theme `{value.value}` that comes with cnndsl, to base this one on"
    raise _mistake(source, value.start_mark.index, message, hint, value.end_mark.index)


def _colour(source: Source, name: str, value: yaml.Node) -> str:
    if isinstance(value, yaml.ScalarNode) and _COLOUR.fullmatch(value.value):
        return str(value.value)
    start, end = value.start_mark.index, value.end_mark.index
    given = value.value if isinstance(value, yaml.ScalarNode) else ""
    message = f"`{given}` is no colour for `{name}`" if given else f"`{name}` is no colour"
    hint = f'write six hexadecimal digits, in quotes: `{name}: "#AAD4F7"`'
    if not source.text[start:end].strip():
        start = end = source.text.rfind(name, 0, start)
        message = f"`{name}` has no colour; without quotes, `#` begins a comment"
    raise _mistake(source, start, message, hint, end)


def _mistake(
    source: Source, start: int | None, message: str, hint: str = "", end: int | None = None
) -> CnnError:
    start = min(start or 0, max(len(source.text) - 1, 0))
    span = Span(source, start, max(end or 0, start + 1) if source.text else 0)
    return RequestError([Diagnostic("theme", message, span, hint=hint)])

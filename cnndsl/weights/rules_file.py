"""Rules as they are written: a YAML file, or the same as Python data."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cnndsl import files
from cnndsl.errors import Diagnostic, Report, request_error, suggestion
from cnndsl.source import Source, Span
from cnndsl.weights.rules import NewName, Pattern, Rules

if TYPE_CHECKING:
    import yaml

KIND = files.FileKind("file of rules", (".yaml", ".yml"))

# The parts of a file of rules: whether each is a list, or one text for another.
_LISTS = ("drop", "keep")
_PAIRS = ("names", "patterns")
_FORM = "there are `drop`, `names`, `patterns` and `keep`"
_EXAMPLE = "such as:\npatterns:\n  ^backbone[.]: ''"
_PLAIN = "a name with `: `, ` #`, brackets or a `*` at its start stands in single quotes"
_QUOTES = "put it in single quotes, as in `'[0-9]+$'`"


def rules(given: str | os.PathLike[str] | Mapping[str, Any] | None) -> Rules:
    """The rules of a file, or of a mapping of the same form; none for None.

    Raises:
        CnnError: the file can't be read, or is not of that form.
    """
    if given is None:
        return Rules()
    if isinstance(given, str | os.PathLike):
        return parsed(files.read(given, KIND))
    return parsed(_as_source(given))


def _as_source(given: Mapping[str, Any]) -> Source:
    """The YAML that says the same as Python data, so that messages can show it."""
    import yaml

    try:
        plain = {key: dict(v) if isinstance(v, Mapping) else v for key, v in given.items()}
        text = yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=10**6)
    except (AttributeError, ValueError, yaml.YAMLError):
        message = f"`rename` is a path, or a mapping of texts, and this is {given!r:.80}"
        hint = "such as `{'patterns': {'^backbone[.]': ''}}`"
        raise request_error("parameter", message, hint) from None
    return Source("rename", text)


def parsed(source: Source) -> Rules:
    """The rules of a text.

    Raises:
        CnnError: it is no YAML, or not of the form that rules have.
    """
    found = _Reader(source)
    rules = found.rules()
    found.report.raise_errors()
    return rules


class _Reader:
    """Reads a text of rules; what is wrong with it is in the report."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.report = Report()

    def rules(self) -> Rules:
        """The rules as far as they are well written."""
        parts = dict(self._parts(self._tree()))
        return Rules(
            drop=tuple(self._regexes(parts.get("drop"))),
            names=tuple(self._names(parts.get("names"))),
            patterns=tuple(self._patterns(parts.get("patterns"))),
            keep=tuple(self._regexes(parts.get("keep"))),
        )

    def _tree(self) -> yaml.Node | None:
        """The tree of the text, which makes no objects of any kind; None for an empty text."""
        import yaml

        try:
            return yaml.compose(self._source.text, yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = self._at(mark.index if mark else 0)
            reason = ": ".join(filter(None, (error.context, error.problem)))
        except yaml.reader.ReaderError as error:
            place, reason = self._at(error.position), f"this letter is not allowed: {error.reason}"
        except RecursionError:
            place, reason = self._at(0), "it nests too deeply"
        self._fail(place, "this is no YAML", reason, _PLAIN)
        return None

    def _parts(self, tree: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
        """The parts of the file by their names."""
        import yaml

        if tree is None:
            return
        if not isinstance(tree, yaml.MappingNode):
            self._wrong_form(tree, "rules stand in named parts, and this is none", _EXAMPLE)
            return
        for key, value in self._pairs(tree):
            name = key.value
            if name not in (*_LISTS, *_PAIRS):
                hint = suggestion(name, (*_LISTS, *_PAIRS), _FORM)
                self._fail(self._span(key), f"rules have no part `{name}`", "", hint)
            elif not _is_empty(value):
                yield name, value

    def _regexes(self, node: yaml.Node | None) -> Iterator[Pattern]:
        """The regular expressions of a list."""
        import yaml

        if node is None:
            return
        if not isinstance(node, yaml.SequenceNode):
            hint = "such as:\ndrop:\n  - ^aux[.]\nkeep:\n  - ^fc[.]"
            self._wrong_form(node, "this part is a list, a line `- ` for each rule", hint)
            return
        for item in node.value:
            if self._is_text(item) and (regex := self._regex(item)):
                yield Pattern(regex, "", self._span(item))

    def _names(self, node: yaml.Node | None) -> Iterator[tuple[str, NewName]]:
        """The exact names, with what stands for them."""
        for key, value in self._texts(node):
            if not value.value:
                hint = "give the name, or leave the weight out by `drop`"
                self._fail(self._span(key), f"no name is given for `{key.value}`", "", hint)
            yield key.value, NewName(value.value, self._between(key, value))

    def _patterns(self, node: yaml.Node | None) -> Iterator[Pattern]:
        """The regular expressions, with what stands for what they find."""
        for key, value in self._texts(node):
            if not (regex := self._regex(key)):
                continue
            try:
                regex.sub(value.value, "")
            except (re.error, IndexError) as error:
                hint = r"`\1` is what the first group of parentheses found, `\\` a backslash"
                message = "this can't stand for what the pattern finds"
                self._fail(self._span(value), message, _reason(error), hint)
                continue
            yield Pattern(regex, value.value, self._between(key, value))

    def _texts(self, node: yaml.Node | None) -> Iterator[tuple[yaml.ScalarNode, yaml.ScalarNode]]:
        """The pairs of texts of a mapping."""
        import yaml

        if node is None:
            return
        if not isinstance(node, yaml.MappingNode):
            self._wrong_form(node, "this part has a line `old: new` for each rule", _EXAMPLE)
            return
        for key, value in self._pairs(node):
            if self._is_text(value):
                yield key, value

    def _pairs(self, node: yaml.MappingNode) -> Iterator[tuple[yaml.ScalarNode, Any]]:
        """The pairs of a mapping whose keys are texts, each once."""
        first: dict[str, Span] = {}
        for key, value in node.value:
            if not self._is_text(key):
                continue
            if key.value in first:
                message = f"`{key.value}` is there twice"
                label = f"line {first[key.value].line} has it, too"
                self._fail(self._span(key), message, label, "leave one of them out")
                continue
            first[key.value] = self._span(key)
            yield key, value

    def _is_text(self, node: yaml.Node) -> bool:
        import yaml

        if isinstance(node, yaml.ScalarNode):
            return True
        self._fail(self._span(node), "a text is needed here", "brackets and braces are YAML's own",
                   _QUOTES)  # fmt: skip
        return False

    def _regex(self, node: yaml.ScalarNode) -> re.Pattern[str] | None:
        try:
            return re.compile(node.value)
        except (re.error, OverflowError, RecursionError) as error:
            hint = r"write a letter that means itself with a backslash: `\.`, `\(`, `\[`"
            message = f"`{node.value}` is no regular expression"
            self._fail(self._span(node), message, _reason(error), hint)
            return None

    def _wrong_form(self, node: yaml.Node, message: str, hint: str) -> None:
        self._fail(self._span(node), message, "", hint)

    def _span(self, node: yaml.Node) -> Span:
        """The place of a node, to the end of its first line."""
        return self._between(node, node)

    def _between(self, first: yaml.Node, last: yaml.Node) -> Span:
        """The place from one node to another, to the end of its first line."""
        start, end = first.start_mark.index, last.end_mark.index
        text = self._source.text[start:end].split("\n")[0].rstrip()
        return Span(self._source, start, start + max(1, len(text)))

    def _at(self, index: int) -> Span:
        index = min(index, max(0, len(self._source.text) - 1))
        return Span(self._source, index, index + 1)

    def _fail(self, span: Span, message: str, label: str, hint: str) -> None:
        self.report.add(Diagnostic("rules", message, span, label, hint=hint))


def _is_empty(node: yaml.Node) -> bool:
    """Whether nothing stands after a part's name, but for comments."""
    return bool(node.value == "")


def _reason(error: Exception) -> str:
    """What Python says, without the number of the letter."""
    return re.sub(r" at position \d+.*$", "", str(error), flags=re.DOTALL)

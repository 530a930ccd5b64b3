"""Where the walk stands: the draft that it adds to, and how what it adds is named and marked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cnndsl import syntax
from cnndsl.design import Role, Wire
from cnndsl.elaborate.draft import Draft
from cnndsl.elaborate.frame import Frame
from cnndsl.elaborate.names import Places
from cnndsl.elaborate.references import Site
from cnndsl.elaborate.units import Result
from cnndsl.errors import Report
from cnndsl.expressions import Evaluator
from cnndsl.values import Value

if TYPE_CHECKING:
    from cnndsl.elaborate.elaborator import Elaborator

# What flows into the next item: a wire of the draft, or None where a mistake left it unknown.
Stream = Wire | None


@dataclass(frozen=True)
class Context:
    """The place of a statement or an item."""

    draft: Draft
    frame: Frame
    places: Places
    section: str = ""
    head: str = ""
    training: bool = False
    role: Role = Role.TRUNK

    def within(self, **changes: Any) -> Context:
        """The same place with some things changed."""
        return replace(self, **changes)

    def braces(self, values: dict[str, Value] | None = None) -> Context:
        """The place within a pair of braces, where names may be set anew."""
        return replace(self, frame=self.frame.inner(values))

    @property
    def elaborator(self) -> Elaborator:
        return self.frame.elaborator

    @property
    def evaluator(self) -> Evaluator:
        return self.frame.elaborator.evaluator

    @property
    def report(self) -> Report:
        return self.frame.elaborator.report

    @property
    def site(self) -> Site:
        assert self.frame.site is not None, "statements stand in a block or a network"
        return self.frame.site

    def record(self, name: str, listed: bool, wire: Stream) -> None:
        """Makes what an item gave known by a name; `listed` names collect one result a pass."""
        # An unknown wire is recorded too, so that a reference to it is no second mistake.
        node = wire.node if wire and wire.node >= 0 and wire.port == 0 else None
        result = Result(self.draft, wire, node)
        if not listed:
            self.draft.items[name] = result
            return
        found = self.draft.items.setdefault(name, [])
        if isinstance(found, list):
            found.append(result)

    def label_text(self, label: syntax.LabelName) -> str:
        """The label's letters, with what it interpolates."""
        if isinstance(label.text, str):
            return label.text
        return str(self.evaluator.evaluate(label.text, self.frame))

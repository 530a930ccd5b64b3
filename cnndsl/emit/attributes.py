"""The attributes of an emitted class: what its constructor builds, and how forward reaches it.

The paths of what has weights are the spec's, exactly and in its order, since they are the keys of
the state_dict. What has none may be shared, and is called by what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cnndsl.emit.construction import Part, attribute_word, fold, sequential_arguments
from cnndsl.emit.names import (
    MODULE_DICT_OWN,
    OWNED,
    identifier,
    is_identifier,
    quoted,
    unique,
)
from cnndsl.emit.plan import ClassPlan
from cnndsl.emit.skeleton import Key, Step


@dataclass(eq=False)
class _List:
    """A part of the names' tree: what stands under one path, by its next name."""

    children: dict[str, _List | Part] = field(default_factory=dict)

    @property
    def is_numbered(self) -> bool:
        """Whether its items' names are their places, as in an nn.ModuleList."""
        return list(self.children) == [str(place) for place in range(len(self.children))]

    @property
    def has_tensor(self) -> bool:
        """Whether some of its items are tensors by themselves."""
        return any(map(_is_tensor, self.children.values()))

    @property
    def container(self) -> str:
        """The class that holds its items; torch's lists of parameters take modules, too."""
        kind = "Parameter" if self.has_tensor else "Module"
        return f"nn.{kind}{'List' if self.is_numbered else 'Dict'}"


class Attributes:
    """How a class keeps its parts.

    `base` is the class that it derives from: nn.Sequential for a straight chain, nn.ModuleDict
    where a weight's path starts with what is no Python name (`self["0"]`), else nn.Module.
    `assignments` are the constructor's further statements, each with the parameter on which it
    depends, if it does. `flags` tells the attribute that keeps such a parameter.
    """

    def __init__(self, plan: ClassPlan) -> None:
        self._plan = plan
        built = [step for step in plan.steps if step.key in plan.parts]
        self._named = [step for step in built if plan.parts[step.key].has_weights]
        heads = [step.node.name.partition(".")[0] for step in self._named]
        tensors = {step.node.name for step in self._named if plan.parts[step.key].is_tensor}
        strange = not all(map(is_identifier, set(heads) - tensors))
        self._by_item = strange and MODULE_DICT_OWN.isdisjoint(heads)
        self.is_sequential = plan.is_straight and self._reads_as_chain(heads)
        self.base = "nn.Module"
        if self.is_sequential:
            self.base = "nn.Sequential"
        elif self._by_item:
            self.base = "nn.ModuleDict"
        self.flags: dict[str, str] = {}
        self._taken = {*heads, *OWNED}
        self._reach: dict[Key, str] = {}
        self._reach_by_name: dict[str, str] = {}
        self._shared: dict[tuple[str, str], str] = {}
        self.assignments = [] if self.is_sequential else list(self._assignments())

    def reach(self, step: Step) -> str:
        """How forward calls the module or the tensor of a step: `self.conv1`."""
        if step.node.reuses:
            return self._reach_by_name.get(step.node.reuses) or _found(step.node.reuses)
        return self._reach[step.key]

    def _reads_as_chain(self, heads: list[str]) -> bool:
        """Whether nn.Sequential reads well: all of it is numbered or named, or has to be in it."""
        nodes = [step.node for step in self._plan.steps]
        numbered = all(node.name == str(place) for place, node in enumerate(nodes))
        return numbered or all(n.labelled for n in nodes) or not all(map(is_identifier, heads))

    def initial(self) -> str:
        """The call of the base class's constructor."""
        if not self.is_sequential:
            return "super().__init__()"
        children = tuple((step.node, self._plan.parts[step.key]) for step in self._plan.steps)
        arguments = sequential_arguments(children, self._plan.parameters.text)
        return f"super().__init__({', '.join(arguments)})"

    def _assignments(self) -> Iterator[tuple[str, str]]:
        """The constructor's statements, each with the flag on which it depends, if it does."""
        tree = _List()
        for step in self._named:
            _insert(tree, step.node.name.split("."), self._plan.parts[step.key])
        done: set[str] = set()
        for step in self._plan.steps:
            flag = self._plan.flags.get(step.key[0], "") if step.key[1:] else ""
            yield from self._keep(flag)
            if step.key not in self._plan.parts:
                continue
            if not self._plan.parts[step.key].has_weights:
                yield from self._share(step)
                continue
            name = step.node.name
            self._reach[step.key] = self._reach_by_name[name] = _path(name, tree, self._by_item)
            head = name.partition(".")[0]
            if head not in done:
                done.add(head)
                yield flag, self._assign(head, tree.children[head])

    def _share(self, step: Step) -> Iterator[tuple[str, str]]:
        """An attribute for what has no weights, unless there is an equal one."""
        node = step.node
        text = self._plan.text(self._plan.parts[step.key])
        label = identifier(node.name) if node.labelled else ""
        name = self._shared.get((text, label))
        if name is None:
            name = unique(label or attribute_word(node), self._taken)
            self._shared[text, label] = name
            self._taken.add(name)
            yield "", f"self.{name} = {text}"
        self._reach[step.key] = self._reach_by_name[node.name] = f"self.{name}"

    def _keep(self, flag: str) -> Iterator[tuple[str, str]]:
        """Keeps a flag for forward."""
        if flag and flag not in self.flags:
            self.flags[flag] = unique("project", self._taken)
            self._taken.add(self.flags[flag])
            yield "", f"self.{self.flags[flag]} = {flag}"

    def _assign(self, name: str, entry: _List | Part) -> str:
        text = self._text(entry)
        if is_identifier(name):
            return f"self.{name} = {text}"
        key = quoted(name)
        if _is_tensor(entry):
            return f"self.register_parameter({key}, {text})"
        return f"self[{key}] = {text}" if self._by_item else f"self.add_module({key}, {text})"

    def _text(self, entry: _List | Part) -> str:
        """What builds a part or a list of them."""
        if not isinstance(entry, _List):
            return self._plan.text(entry)
        items = list(map(self._text, entry.children.values()))
        if not entry.is_numbered:
            pairs = [(quoted(key), i) for key, i in zip(entry.children, items, strict=True)]
            if entry.has_tensor:  # such a container sorts what is given it as a dictionary
                return f"{entry.container}([{', '.join(f'({key}, {i})' for key, i in pairs)}])"
            return f"{entry.container}({{{', '.join(f'{key}: {i}' for key, i in pairs)}}})"
        folded = fold(items)
        if len(folded) == 1 < len(items):
            return f"{entry.container}{folded[0].removeprefix('*')}"
        return f"{entry.container}([{', '.join(folded)}])"


def _insert(tree: _List, path: list[str], part: Part) -> None:
    for name in path[:-1]:
        below = tree.children.setdefault(name, _List())
        assert isinstance(below, _List), f"{path} goes through a layer"
        tree = below
    tree.children[path[-1]] = part


def _path(name: str, tree: _List, by_item: bool) -> str:
    """How to reach the part of that path; what Python's types can't follow, by its whole path."""
    head, *rest = name.split(".")
    below = tree.children[head]
    if not is_identifier(head):
        by_key = by_item and not rest and not _is_tensor(below)
        return f"self[{quoted(head)}]" if by_key else _found(name, tree)
    if not rest:
        return f"self.{head}"
    if len(rest) > 1 or not isinstance(below, _List):
        return _found(name, tree)
    return f"self.{head}[{rest[0] if below.is_numbered else quoted(rest[0])}]"


def _found(name: str, tree: _List | None = None) -> str:
    entry: _List | Part | None = tree
    for part in name.split("."):
        entry = entry.children[part] if isinstance(entry, _List) else None
    kind = "parameter" if entry and _is_tensor(entry) else "submodule"
    return f"self.get_{kind}({quoted(name)})"


def _is_tensor(entry: _List | Part) -> bool:
    return not isinstance(entry, _List) and entry.is_tensor

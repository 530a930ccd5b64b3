"""The names of items: places, labels, and lists of labels, as the state_dict will have them."""

from __future__ import annotations

from dataclasses import dataclass, field

from cnndsl.errors import Diagnostic, Label, Report
from cnndsl.source import Span

# The attributes of torch.nn.Module, which a child can't be called by. A test compares with torch.
OWNED_BY_MODULE = frozenset(
    """T_destination _apply _backward_hooks _backward_pre_hooks _buffers _call_impl
    _compiled_call_impl _forward_hooks _forward_hooks_always_called _forward_hooks_with_kwargs
    _forward_pre_hooks _forward_pre_hooks_with_kwargs _get_backward_hooks
    _get_backward_pre_hooks _get_name _is_full_backward_hook _load_from_state_dict
    _load_state_dict_post_hooks _load_state_dict_pre_hooks _maybe_warn_non_full_backward_hook
    _modules _named_members _non_persistent_buffers_set _parameters
    _register_load_state_dict_pre_hook _register_state_dict_hook _replicate_for_data_parallel
    _save_to_state_dict _slow_forward _state_dict_hooks _state_dict_pre_hooks _version
    _wrapped_call_impl add_module apply bfloat16 buffers call_super_init children compile cpu
    cuda double dump_patches eval extra_repr float forward get_buffer get_extra_state
    get_parameter get_submodule half ipu load_state_dict modules mtia named_buffers
    named_children named_modules named_parameters parameters register_backward_hook
    register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook
    register_full_backward_pre_hook register_load_state_dict_post_hook
    register_load_state_dict_pre_hook register_module register_parameter
    register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state
    set_submodule share_memory state_dict to to_empty train training type xpu zero_grad""".split()
)


class Names:
    """The names that are taken in one scope, each with where."""

    def __init__(self) -> None:
        self.taken: dict[str, Span] = {}
        self.lists: dict[str, int] = {}


@dataclass
class Places:
    """Where the next item stands: in a scope, or in an arm of an unlabelled merge.

    Every item takes the next place, labelled or not. A label belongs to the scope; without one, an
    item is called by its place, after `prefix`.
    """

    names: Names
    report: Report
    prefix: str = ""
    looped: bool = False
    # A list of one number, shared by the loop's and the outer view of the same places.
    next_place: list[int] = field(default_factory=lambda: [0])

    def arm(self, merge: str, number: int) -> Places:
        """The places of an arm, from 0, of the merge of that name."""
        return Places(self.names, self.report, f"{merge}.{number}.", self.looped)

    def in_loop(self) -> Places:
        """The same places, where plain labels are lists."""
        return Places(self.names, self.report, self.prefix, True, self.next_place)

    def take(self, label: str | None, listed: bool, span: Span) -> str:
        """The name of the next item, which takes a place; `listed` labels make lists."""
        place = self.next_place[0]
        self.next_place[0] += 1
        if label is None:
            name = f"{self.prefix}{place}"
            return self._claim(name, span, f"an item without a label has the place {place} here")
        self._check(label, span)
        if not listed:
            return self._claim(label, span, f"`{label}` is given twice")
        number = self.names.lists.setdefault(label, 0)
        if number == 0:
            self._claim(label, span, f"`{label}` is given twice, once as a list in a loop")
        self.names.lists[label] = number + 1
        return f"{label}.{number}"

    def _claim(self, name: str, span: Span, clash: str) -> str:
        other = self.names.taken.get(name)
        if other is None:
            self.names.taken[name] = span
            return name
        related: tuple[Label, ...] = (Label(other, "taken here"),)
        hint = "give one of the two another name"
        if other == span:
            related = ()
            hint = "in a loop, a label without quotes is a list, and one in quotes has to change"
        message = f"the name `{name}` is taken: {clash}"
        self.report.add(Diagnostic("duplicate-name", message, span, "", related, hint=hint))
        return name

    def _check(self, label: str, span: Span) -> None:
        if label in OWNED_BY_MODULE or label.startswith("__"):
            message = f"a part of a network can't be called `{label}`: torch's nn.Module owns it"
            hint = f"try `{label.strip('_')}_`"
            self.report.add(Diagnostic("owned-name", message, span, hint=hint))
        if not label or not label.isprintable() or set(label) & set(".\"'\\"):
            message = "a label is one line of letters without a dot, a quote or a backslash"
            scope, dot, _ = label.partition(".")
            hint = "write `_` in its place"
            if dot and scope.isidentifier():
                hint = f"the dot comes from a scope with items of its own: `{scope}: {{ … }}`"
            self.report.add(Diagnostic("label", message, span, f"this is {label!r}", hint=hint))


@dataclass(frozen=True)
class Naming:
    """How an item will be called once it takes its place; `label` None: by that place."""

    places: Places
    label: str | None
    listed: bool
    span: Span

    def take(self) -> str:
        """The item's name; it has its place from here on."""
        return self.places.take(self.label, self.listed, self.span)

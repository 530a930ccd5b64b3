"""The live module: what `emit` wrote, executed. Nothing else builds a network.

The source is executed as a module that stands in no file, but whose lines tracebacks and `inspect`
find. Its objects carry it when they are pickled, so they can be read where nothing was compiled.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from cnndsl.design import Design
from cnndsl.emit import class_name, emit
from cnndsl.errors import request_error

if TYPE_CHECKING:
    from torch import Tensor, nn

_PACKAGE = "cnndsl.compiled"
# What live modules were made of, so that their tensors can be told by the lines of the spec.
_DESIGNS: WeakKeyDictionary[nn.Module, Design] = WeakKeyDictionary()


def module(design: Design) -> nn.Module:
    """A new torch module of the network, on torch's default device, in training mode.

    Raises:
        CnnError: torch is not installed.
    """
    built: nn.Module = load(emit(design), class_name(design), design.name)()
    _DESIGNS[built] = design
    return built


def design_of(model: nn.Module) -> Design | None:
    """The design that `module` made this very module of; None for any other, a copy of it too."""
    return _DESIGNS.get(model)


def load(source: str, class_name: str, name: str = "") -> type[nn.Module]:
    """The class `class_name` of a source that `emit` wrote; the same source is executed once.

    `name` is what to call it in tracebacks, together with a hash of the source.

    Raises:
        CnnError: torch is not installed.
    """
    require_torch()
    loaded: type[nn.Module] = getattr(_execute(source, name or class_name), class_name)
    return loaded


def require_torch() -> None:
    try:
        import torch  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise request_error(
            "torch-missing",
            "a network can only run where torch is installed",
            hint="pip install 'cnndsl[torch]'",
        ) from None


class _SourceLoader(Loader):
    """A loader whose module stands in a text."""

    def __init__(self, source: str) -> None:
        self._source = source

    def get_source(self, name: str) -> str:
        """The text; `linecache` asks for it."""
        return self._source

    def exec_module(self, module: ModuleType) -> None:
        """Executes the text."""
        exec(compile(self._source, str(module.__file__), "exec"), module.__dict__)


def _execute(source: str, name: str) -> ModuleType:
    """The module of a source, executed unless it was before."""
    path = f"{_PACKAGE}.{name}_{sha256(source.encode()).hexdigest()[:8]}"
    if path in sys.modules:
        return sys.modules[path]
    spec = ModuleSpec(path, _SourceLoader(source), origin=f"{path}.py")
    spec.has_location = True
    loaded = module_from_spec(spec)
    sys.modules[path] = loaded
    try:
        assert spec.loader
        spec.loader.exec_module(loaded)
    except BaseException:
        del sys.modules[path]
        raise
    for value in list(vars(loaded).values()):
        if isinstance(value, type) and value.__module__ == path:
            _carry_source(value, source, name)
    return loaded


def _carry_source(kind: type, source: str, name: str) -> None:
    """Makes objects of an emitted class take its source along when they are pickled.

    All objects in one pickle refer to the same text, which is then in it once.
    """

    def reduce(self: object, protocol: Any) -> Any:
        reduced: Any = object.__reduce_ex__(self, max(protocol, 2))
        if type(self) is not kind:
            return reduced  # a class of the user's own that derives from it
        _, (_, *arguments), *rest = reduced
        return (_rebuild, (source, name, kind.__qualname__, *arguments), *rest)

    kind.__reduce_ex__ = reduce  # type: ignore[assignment]


def _rebuild(source: str, name: str, kind: str, *arguments: object) -> object:
    """An object of an emitted class, as pickle makes one before it fills it."""
    found = getattr(_execute(source, name), kind)
    return found.__new__(found, *arguments)


def verify(design: Design) -> None:
    """Runs the network forward once in each mode and compares it with what the design says.

    Raises:
        AssertionError: they differ, which is a mistake in this package.
        CnnError: torch is not installed.
    """
    require_torch()
    import torch

    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        built = module(design)
        _verify_weights(design, built)
        for training in (True, False):
            outputs = [o for o in design.network.outputs if training or not o.training]
            expected = [(2, *design.network.shape(output.wire).sizes) for output in outputs]
            mode = "training" if training else "evaluation"
            _compare(f"outputs in {mode}", expected, _output_shapes(built.train(training), design))


def _verify_weights(design: Design, built: nn.Module) -> None:
    weights = list(design.network.weights())
    _compare(
        "tensors",
        [(path, weight.shape) for path, weight in weights],
        [(path, tuple(tensor.shape)) for path, tensor in built.state_dict().items()],
    )
    _compare(
        "parameters",
        [path for path, weight in weights if weight.trainable],
        [path for path, _ in built.named_parameters()],
    )


def _output_shapes(built: nn.Module, design: Design) -> list[tuple[int, ...]]:
    """The shapes of what the network gives for a batch of two, the least that `bn` can train on."""
    import torch

    result = built(*(torch.rand(2, *shape.sizes) for shape in design.network.inputs))
    results: list[Tensor] = [result] if isinstance(result, torch.Tensor) else list(result)
    return [tuple(tensor.shape) for tensor in results]


def _compare(what: str, static: list[Any], built: list[Any]) -> None:
    if static != built:
        pairs = zip(static, built, strict=False)
        place = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(static), len(built)))
        here = slice(place, place + 1)
        raise AssertionError(
            f"{what} differ at {place}: the design has {static[here]}, of {len(static)}, "
            f"and the module {built[here]}, of {len(built)}"
        )

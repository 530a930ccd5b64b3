"""What a class of torch does, found out by running it on torch's meta device, which has no data."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnndsl.layers.base import ShapeError, Weight

if TYPE_CHECKING:
    from torch import Tensor, nn

# One sample would not do: a norm can't train on it, and its axis could pass for another of size 1.
_BATCH = 2
# What is not larger than that, in numbers, is run on the CPU too, whose words are clearer.
_SMALL = 10_000_000
# Of what an exception says, so much is told.
_MOST_LINES = 6
_MOST_LETTERS = 1_000


@dataclass(frozen=True)
class Trial:
    """What a module gives for one sample: the sizes, its tensors, and its multiplications."""

    sizes: tuple[int, ...]
    weights: tuple[Weight, ...]
    macs: int


def torch_nn(word: str) -> Any:
    """torch.nn, imported for the layer `word`.

    Raises:
        ShapeError: torch is not installed.
    """
    try:
        from torch import nn
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise ShapeError(
            f"only torch knows what `{word}` does, and it is not installed",
            hint="pip install 'cnndsl[torch]', or use a layer of the language's own",
            code="torch-missing",
        ) from None
    return nn


def check_class(name: str, found: Any) -> None:
    """Checks that `found` is a class that can be a layer by its signature.

    Raises:
        ShapeError: it is no nn.Module, or takes several inputs.
    """
    nn = torch_nn(name)
    if not isinstance(found, type) or not issubclass(found, nn.Module):
        what = "a class, but no `nn.Module`" if isinstance(found, type) else "no class"
        raise ShapeError(f"`{name}` is {what}", code="not-a-layer")
    if issubclass(found, nn.modules.lazy.LazyModuleMixin):
        raise ShapeError(
            f"`{name}` learns its sizes when it first runs",
            hint="name them: every size is known here, as `it.c`",
            code="not-a-layer",
        )
    if issubclass(found, nn.RNNBase):
        raise _no_tensor(name, "a tuple")
    inputs = _inputs(found)
    if len(inputs) > 1:
        named = ", ".join(f"`{name}`" for name in inputs)
        message = f"`{name}` takes {len(inputs)} inputs, {named}, and a layer takes one"
        raise ShapeError(message, code="not-a-layer")


def _inputs(found: Any) -> list[str]:
    """What a call of the module has to give, as far as its signature can be read."""
    try:
        taken = list(inspect.signature(found.forward).parameters.values())[1:]
    except (TypeError, ValueError):
        return []
    several = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [p.name for p in taken if p.default is p.empty and p.kind not in several]


def attempt(name: str, make: Callable[[], nn.Module], sizes: tuple[int, ...]) -> Trial:
    """Runs what `make` makes, the layer `name`, on a batch of samples of these sizes.

    Raises:
        ShapeError: it can't be made or run so, or it gives anything but one tensor.
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    with warnings.catch_warnings(), torch.no_grad(), torch.random.fork_rng(devices=[]):
        warnings.simplefilter("ignore")
        module = _made(name, make)
        batch = torch.empty(_BATCH, *sizes, device="meta")
        given = _run(name, module.train(), batch, make)
        with FlopCounterMode(display=False) as counter:
            evaluated = _run(name, module.eval(), batch, make)
    if given != evaluated:
        shapes = f"{written(given)} in training, and {written(evaluated)} in evaluation"
        message = f"`{name}` gives {shapes}"
        raise ShapeError(message, code="not-a-layer")
    # A multiplication and an addition are two operations.
    return Trial(given, _weights(name, module), counter.get_total_flops() // (2 * _BATCH))


def _made(name: str, make: Callable[[], nn.Module]) -> nn.Module:
    """The module, on the meta device; one that needs numbers to be made is brought there after."""
    import torch

    with suppress(Exception, SystemExit), torch.device("meta"):
        return make().to("meta")
    with _told(f"`{name}` can't be made with these options"):
        return make().to("meta")


def _run(
    name: str, module: nn.Module, batch: Tensor, make: Callable[[], nn.Module]
) -> tuple[int, ...]:
    """The sizes of what a module gives, without the batch."""
    import torch

    taken = written(batch.shape[1:])
    with _told(f"`{name}` can't take {taken}"):
        try:
            with torch.device("meta"):
                result = module(batch.clone())
        except Exception:
            _fail_on_cpu(module, batch, make)
            raise
    if not isinstance(result, torch.Tensor):
        raise _no_tensor(name, f"a {type(result).__name__}")
    if result.shape[:1] != (_BATCH,) or 0 in result.shape:
        message = f"`{name}` gives {written(result.shape)} for a batch of {_BATCH} of {taken}"
        hint = "the first axis has to be the batch's, and no axis empty"
        raise ShapeError(message, hint, code="not-a-layer")
    return tuple(result.shape[1:])


def _fail_on_cpu(module: nn.Module, batch: Tensor, make: Callable[[], nn.Module]) -> None:
    """Raises what the module does on the CPU, if it is small enough and fails there, too."""
    import torch

    if sum(t.numel() for t in (batch, *module.parameters(), *module.buffers())) <= _SMALL:
        make().train(module.training)(torch.zeros(batch.shape))


def _no_tensor(name: str, what: str) -> ShapeError:
    message = f"`{name}` gives {what}, and a layer gives one tensor"
    return ShapeError(message, code="not-a-layer")


def written(sizes: Sequence[int]) -> str:
    """Sizes as a spec writes them."""
    return "x".join(map(str, sizes)) or "a scalar"


def _weights(name: str, module: nn.Module) -> tuple[Weight, ...]:
    import torch

    trained = {path for path, _ in module.named_parameters()}
    state = module.state_dict()
    if strange := [path for path, value in state.items() if not isinstance(value, torch.Tensor)]:
        message = f"`{name}` keeps what is no tensor among its weights, `{strange[0]}`"
        raise ShapeError(message, code="not-a-layer")
    return tuple(Weight(path, tuple(t.shape), path in trained) for path, t in state.items())


@contextmanager
def _told(message: str) -> Iterator[None]:
    """Within it, exceptions of code that is not ours become a ShapeError with their words."""
    try:
        yield
    except (Exception, SystemExit) as error:
        raise ShapeError(message, code="class-fails", notes=words_of(error)) from error


def words_of(error: BaseException) -> tuple[str, ...]:
    """What an exception says, and where in the user's own files it was raised, if it was."""
    import traceback  # only a mistake pays for its import

    said = f"{type(error).__name__}: {error}"[:_MOST_LETTERS].splitlines()[:_MOST_LINES]
    frames = traceback.extract_tb(error.__traceback__)
    users = [frame for frame in frames if _is_users(Path(frame.filename))]
    places = [f"raised at {Path(f.filename).name}:{f.lineno}, in `{f.name}`" for f in users[-1:]]
    return ("\n".join(said), *places)


def _is_users(path: Path) -> bool:
    """Whether a file is the user's own: not installed, and not in this package."""
    import sysconfig

    installed = (sysconfig.get_path(kind) for kind in ("stdlib", "purelib", "platlib"))
    others = (Path(__file__).parents[1], *map(Path, installed))
    return path.is_file() and not any(map(path.is_relative_to, others))

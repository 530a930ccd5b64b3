"""A checkpoint to one of a network: matched, and written under the network's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnndsl.design import Design
from cnndsl.errors import request_error
from cnndsl.weights.checkpoint import PICKLES, read, require_output, write
from cnndsl.weights.fitting import Checkpoint, How, fitted
from cnndsl.weights.loading import tensors, wanted
from cnndsl.weights.places import places
from cnndsl.weights.report import WeightsReport
from cnndsl.weights.unwrapping import entries, unwrapped

if TYPE_CHECKING:
    from torch import Tensor, nn


def convert(design: Design, path: str, entry: str, how: How, output: str = "") -> WeightsReport:
    """Matches a checkpoint with a network, and, with an `output`, writes all weights of it there.

    `entry` is the part of the checkpoint that holds the weights, where several do. What no weight
    of the checkpoint fills is written as the network starts it, from seed 0.

    Raises:
        CnnError: the files can't be had, or the weights do not fit; nothing is written then.
    """
    if output:
        require_output(output)
    if how.match == "order" and not PICKLES.is_named_so(path):
        message = f"`{path}` does not keep the order of its tensors, as no safetensors file does"
        raise request_error("parameter", message, "match by name, with rules; or take the .pth")
    weights, notes = unwrapped(read(path), path, entry)
    model = _without_numbers(design)
    found = fitted(
        design.name,
        wanted(tensors(model), model, places(design)),
        Checkpoint(path, entries(weights), tuple(notes)),
        how,
    )
    if output:
        filled = {pair.wanted.name: weights[pair.given.key] for pair in found.match.pairs}
        write(output, _completed(design, model, filled))
    return found


def _without_numbers(design: Design) -> nn.Module:
    """The network as a module that tells the shapes and types of its tensors alone."""
    import torch

    with torch.device("meta"):
        return design.module()


def _completed(design: Design, model: nn.Module, filled: dict[str, Tensor]) -> dict[str, Tensor]:
    """All tensors of the network in its order and its types; those not filled as it starts them."""
    import torch

    own = tensors(model)
    if len(filled) < len(own):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            own = tensors(design.module())
    return {name: filled[name].to(own[name].dtype) if name in filled else own[name] for name in own}

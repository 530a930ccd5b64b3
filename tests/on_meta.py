"""Makes torchvision's networks without numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import torch
from torchvision.models.regnet import BlockParams

FROM_LINE = BlockParams.from_init_params


def on_cpu(**line: Any) -> BlockParams:
    """RegNet's widths, which torchvision works out with tensors."""
    with torch.device("cpu"):
        return FROM_LINE(**line)


@contextmanager
def on_meta() -> Iterator[None]:
    """The meta device, where RegNets can be made, too."""
    with patch.object(BlockParams, "from_init_params", on_cpu), torch.device("meta"):
        yield

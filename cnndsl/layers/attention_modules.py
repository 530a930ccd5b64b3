"""The torch modules that attention and Swin's layers bring into an emitted file, as source.

They are put together from what both versions of Swin have in common and what each has of its own,
so that each stands in a file by itself. In them a map is `b h w c` and its windows are
`b windows places c`, the places of a window in the order of its rows.
"""

from __future__ import annotations

from math import log

SELF_ATTENTION = '''\
class SelfAttention(nn.MultiheadAttention):
    """Multi-head attention of `l c` to itself, which gives the result alone."""

    def __init__(
        self, embed_dim: int, num_heads: int, dropout: float = 0.0, bias: bool = True
    ) -> None:
        super().__init__(embed_dim, num_heads, dropout, bias, batch_first=True)

    def forward(self, input: Tensor) -> Tensor:  # type: ignore[override]
        result, _ = super().forward(input, input, input, need_weights=False)
        return result'''

# How many features the map from places to biases has between its two layers, as in the authors'
# code of the second version.
HIDDEN = 512

_CONSTRUCTOR = """\
    def __init__(
        self,
        in_channels: int,
        heads: int,
        window: int | tuple[int, int],
        shift: int | tuple[int, int] = 0,
        qkv_bias: bool = True,
        proj_bias: bool = True,
        attention_dropout: float = 0.0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.heads = heads
        self.window = (window, window) if isinstance(window, int) else window
        self.shift = (shift, shift) if isinstance(shift, int) else shift
        self.attention_dropout = attention_dropout
        rows, columns = self.window
"""

# The distance of two places is one number: rows times the width of the table, and columns.
_REST_OF_CONSTRUCTOR = """\
        places = torch.arange(rows)[:, None] * (2 * columns - 1) + torch.arange(columns)
        places = places.flatten()
        distances = places[:, None] - places + places[-1]
        self.register_buffer("relative_position_index", distances.flatten())
        self.qkv = nn.Linear(in_channels, 3 * in_channels, bias=qkv_bias)
        self.proj = nn.Linear(in_channels, in_channels, bias=proj_bias)
        self.dropout = nn.Dropout(dropout)
"""

# The windows and the heads are one axis of the attention, so that one mask serves the whole batch.
_FORWARD = '''\
    def forward(self, input: Tensor) -> Tensor:
        height, width = input.shape[1:3]
        rows, columns = self.window
        x = nn.functional.pad(input, (0, 0, 0, -width % columns, 0, -height % rows))
        # A window that spans the axis has nowhere to go.
        down = self.shift[0] if height > rows else 0
        right = self.shift[1] if width > columns else 0
        windows = self.split(x.roll((-down, -right), (1, 2)))
        query, key, value = (part.flatten(1, 2) for part in self.project(windows))
        # So much less, as in the authors' code, for what only the shift has brought together.
        bias = self.position_bias() - 100 * self.apart(x, down, right)
        result = nn.functional.scaled_dot_product_attention(
            query,
            key,
            value,
            bias.flatten(0, 1)[None],
            self.attention_dropout if self.training else 0.0,
            scale=1.0,
        )
        result = result.unflatten(1, (-1, self.heads)).transpose(2, 3).flatten(3)
        x = self.join(self.dropout(self.proj(result)), x.shape[2] // columns)
        return x.roll((down, right), (1, 2))[:, :height, :width]

    def apart(self, x: Tensor, down: int, right: int) -> Tensor:
        """Which two places of a window are from opposite ends, `windows 1 places places`."""
        ends = x.new_zeros(1, *x.shape[1:3], 1)
        ends[:, x.shape[1] - down :] += 2
        ends[:, :, x.shape[2] - right :] += 1
        sides = self.split(ends)
        return (sides != sides.transpose(2, 3)).transpose(0, 1)

    def split(self, x: Tensor) -> Tensor:
        """Cuts a map `h w c` into windows, `windows places c`."""
        rows, columns = self.window
        x = x.unflatten(2, (-1, columns)).unflatten(1, (-1, rows))
        return x.transpose(2, 3).flatten(3, 4).flatten(1, 2)

    def join(self, x: Tensor, across: int) -> Tensor:
        """Makes windows, so many of them `across`, a map again."""
        x = x.unflatten(2, self.window).unflatten(1, (-1, across))
        return x.transpose(2, 3).flatten(3, 4).flatten(1, 2)'''

_WINDOW_ATTENTION = f'''\
class WindowAttention(nn.Module):
    """Attention within windows of a map `h w c`, which may be shifted.

    Swin Transformer (Liu et al., 2021), arXiv:2103.14030.
    """

    relative_position_index: Tensor

{_CONSTRUCTOR}\
        table = torch.empty((2 * rows - 1) * (2 * columns - 1), heads)
        self.relative_position_bias_table = nn.Parameter(nn.init.trunc_normal_(table, std=0.02))
{_REST_OF_CONSTRUCTOR}
{_FORWARD}

    def project(self, windows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Scaled queries, keys and values, `windows heads places features`."""
        qkv = self.qkv(windows).unflatten(3, (3, self.heads, -1))
        query, key, value = qkv.permute(3, 0, 1, 4, 2, 5).unbind()
        return query * query.shape[-1] ** -0.5, key, value

    def position_bias(self) -> Tensor:
        """What is added for the distance of two places, `heads places places`."""
        rows, columns = self.window
        bias = self.relative_position_bias_table[self.relative_position_index]
        return bias.T.unflatten(1, (rows * columns, -1))'''

_WINDOW_ATTENTION_V2 = f'''\
class WindowAttentionV2(nn.Module):
    """Attention by cosines within windows of a map `h w c`, which may be shifted.

    Swin Transformer V2 (Liu et al., 2022), arXiv:2111.09883. The bias for the distance of two
    places is learned as a function of its logarithm, and keys have none of their own.
    """

    relative_coords_table: Tensor
    relative_position_index: Tensor

{_CONSTRUCTOR}\
        self.logit_scale = nn.Parameter(torch.full((heads, 1, 1), 10.0).log())
        down = torch.arange(1 - rows, rows) * (8 / max(rows - 1, 1))
        right = torch.arange(1 - columns, columns) * (8 / max(columns - 1, 1))
        offsets = torch.stack(torch.meshgrid(down, right, indexing="ij"), dim=-1)
        table = offsets.sign() * (1 + offsets.abs()).log2() / 3
        self.register_buffer("relative_coords_table", table[None])
{_REST_OF_CONSTRUCTOR}\
        self.cpb_mlp = nn.Sequential(
            nn.Linear(2, {HIDDEN}), nn.ReLU(inplace=True), nn.Linear({HIDDEN}, heads, bias=False)
        )

{_FORWARD}

    def project(self, windows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Scaled queries, keys and values, `windows heads places features`."""
        bias: Tensor | None = self.qkv.bias
        if bias is not None:
            of_query, of_key, of_value = bias.chunk(3)
            bias = torch.cat([of_query, torch.zeros_like(of_key), of_value])
        qkv = nn.functional.linear(windows, self.qkv.weight, bias)
        qkv = qkv.unflatten(3, (3, self.heads, -1))
        query, key, value = qkv.permute(3, 0, 1, 4, 2, 5).unbind()
        query, key = nn.functional.normalize(query, dim=-1), nn.functional.normalize(key, dim=-1)
        # A scale of at most 100, by its logarithm.
        return query * self.logit_scale.clamp(max={log(100)}).exp(), key, value

    def position_bias(self) -> Tensor:
        """What is added for the distance of two places, `heads places places`."""
        rows, columns = self.window
        table = 16 * self.cpb_mlp(self.relative_coords_table).flatten(0, 2).sigmoid()
        return table[self.relative_position_index].T.unflatten(1, (rows * columns, -1))'''

_PATCH_MERGING = '''\
class PatchMerging{suffix}(nn.Module):
    """Makes each 2x2 places of a map `h w c` one: `h/2 w/2 2c`, rounded up.

    {title}, arXiv:{number}.
    """

    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.reduction = nn.Linear(4 * in_channels, 2 * in_channels, bias=False)
        self.norm = nn.LayerNorm({normed} * in_channels)

    def forward(self, input: Tensor) -> Tensor:
        height, width = input.shape[1:3]
        x = nn.functional.pad(input, (0, 0, 0, width % 2, 0, height % 2))
        x = torch.cat([x[:, i::2, j::2] for j in (0, 1) for i in (0, 1)], dim=-1)
        return self.{last}(self.{first}(x))'''

WINDOW_ATTENTION = {1: _WINDOW_ATTENTION, 2: _WINDOW_ATTENTION_V2}

PATCH_MERGING = {
    1: _PATCH_MERGING.format(
        suffix="",
        title="Swin Transformer (Liu et al., 2021)",
        number="2103.14030",
        normed=4,
        first="norm",
        last="reduction",
    ),
    2: _PATCH_MERGING.format(
        suffix="V2",
        title="Swin Transformer V2 (Liu et al., 2022)",
        number="2111.09883",
        normed=2,
        first="reduction",
        last="norm",
    ),
}

"""Tables of pairs of items, such as adjacency, distance and Coulomb matrices: graph networks.

The layers have the linear maps of "Invariant and Equivariant Graph Networks" (arXiv 1812.09902) and
the matrix products of "Provably Powerful Graph Networks" (arXiv 1905.11136).
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from ..symmetry import S, Symmetry
from .family import Family, Fit
from .layers.pair_columns import MISSING, arrange, gather, n_indices
from .layers.pairs import CHANNELS, KNOWN, MEANS, PairLayer, Spread, known_of_items, means
from .registry import register

#: Layers between inputs and outputs.
N_LAYERS = 2
#: Items, at most: the states of all their pairs are kept for each sample of a step.
MAX_ITEMS = 64
#: Pairs of all samples that are computed at a time where nothing is learned.
PIECE = 2**20


def refuses(symmetry: Symmetry) -> str | None:
    """Return why this family cannot have a symmetry, None if it can."""
    others = [str(group) for group in symmetry.groups if not isinstance(group, S)]
    if others:
        return f"it knows a symmetric group S(n) only, not {', '.join(others)}"
    if not symmetry.groups:
        return "there is no symmetric group S(n) in it"
    if len(symmetry.groups) > 1:
        return f"it knows one kind of items, not {' and '.join(map(str, symmetry.groups))}"
    for block in symmetry.inputs.blocks() + symmetry.outputs.blocks():
        counts = [n_indices(factor) for factor in block.factors]
        if None in counts:
            strange = block.factors[counts.index(None)]
            return f"its columns belong to items or to pairs of them, '{strange}' are others"
        if sum(counts) > 2:
            return f"its columns have two indices over the items at most, some have {sum(counts)}"
    n_items = symmetry.groups[0].dimension
    if n_items > MAX_ITEMS:
        return f"it keeps all pairs of items and takes {MAX_ITEMS} items at most, not {n_items}"
    return None


class Pairs(nn.Module):
    """Layers on all pairs of items, followed by sums over what the outputs do not tell apart.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns, with one symmetric group.
    """

    def __init__(self, symmetry: Symmetry) -> None:
        super().__init__()
        self.n_items = symmetry.groups[0].dimension
        self.read = _Inputs(symmetry.inputs, self.n_items)
        self.layers = nn.ModuleList(PairLayer(self.n_items) for _ in range(N_LAYERS))
        self.outputs = nn.ModuleList(_Output(block) for block in symmetry.outputs.blocks())
        self.n_outputs = symmetry.outputs.dimension

    def forward(self, x):
        """Map rows of shape (n, n_features) to rows of shape (n, n_outputs)."""
        if torch.is_grad_enabled():
            return self._answers(x)
        pieces = x.split(max(1, PIECE // self.n_items**2))
        return torch.cat([self._answers(piece) for piece in pieces])

    def _answers(self, x):
        pairs, items = self.read(x)
        for layer in self.layers:
            pairs, items = layer(pairs, items)
        pairs, items = nn.functional.silu(pairs), nn.functional.silu(items)
        y = x.new_zeros(len(x), self.n_outputs)
        for write in self.outputs:
            y[:, write.columns] = write(pairs, items).to(y.dtype)
        return y


class _Inputs(nn.Module):
    """First states of pairs and items from the columns of a table."""

    def __init__(self, representation, n_items):
        super().__init__()
        pairs, items, whole = gather(representation.blocks(), n_items)
        own = pairs.diagonal().T
        has_own = (own != MISSING).all(0)
        self.register_buffer("pairs", torch.as_tensor(pairs), persistent=False)
        self.register_buffer("items", torch.as_tensor(items), persistent=False)
        self.register_buffer("own", torch.as_tensor(own[:, has_own]), persistent=False)
        self.register_buffer("whole", torch.as_tensor(whole), persistent=False)
        self.register_buffer("same", torch.eye(n_items)[:, :, None], persistent=False)
        self.linear = nn.Linear(2 * pairs.shape[-1] + 1, CHANNELS)
        # the constant: there can be no columns of items
        self.spread = Spread(items.shape[-1] + sum(has_own) + len(whole) + 1)
        self.last = nn.Linear(CHANNELS, CHANNELS)

    def forward(self, x):
        x = torch.asinh(x)  # tables of pairs have long tails, those of Coulomb matrices for one
        n_items = len(self.same)
        pairs = x[:, self.pairs] * (1 - self.same)
        same = self.same.to(x.dtype).expand(len(x), -1, -1, -1)
        pairs = self.linear(torch.cat([pairs, pairs.transpose(1, 2), same], -1))
        whole = x[:, None, self.whole].expand(-1, n_items, -1)
        known = [x[:, self.items], x[:, self.own], whole, x.new_ones(len(x), n_items, 1)]
        pairs, items = self.spread(pairs, torch.cat(known, -1))
        return self.last(nn.functional.silu(pairs)), items


class _Output(nn.Module):
    """Map the last states to the columns of a block: of the row, of items, or of pairs."""

    def __init__(self, block):
        super().__init__()
        columns = arrange(block)
        self.n_indices = columns.ndim - 1
        self.is_symmetric = self.n_indices == 2 and np.array_equal(columns, columns.swapaxes(0, 1))
        kept, places = np.unique(columns, return_index=True)  # an unordered pair has two places
        self.register_buffer("columns", torch.as_tensor(kept[kept != MISSING]), persistent=False)
        self.register_buffer("places", torch.as_tensor(places[kept != MISSING]), persistent=False)
        n_features = (MEANS, KNOWN, CHANNELS)[self.n_indices]
        self.linear = nn.Linear(n_features, columns.shape[-1])

    def forward(self, pairs, items):
        if self.n_indices == 2:
            y = self.linear(pairs)
            if self.is_symmetric:
                y = (y + y.transpose(1, 2)) / 2
        else:
            known = known_of_items(pairs, items)
            y = self.linear(known if self.n_indices == 1 else means(known))
        return y.flatten(1)[:, self.places]


# SOAP and small batches were chosen on distances of six points, triangles of graphs of six nodes
# and Coulomb matrices (even rows): with batches of 200 a step takes four times as long, and as
# many steps are hardly better
register(
    "pairs",
    Family(
        refuses,
        Pairs,
        Fit(1500, weight_decay=0.03, solver="soap", batch_size=50),
        fit_many=Fit(2000, weight_decay=0.03, solver="soap", batch_size=50),
        asks=("average", "pointwise"),
    ),
)

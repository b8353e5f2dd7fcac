"""Tables of exchangeable items: pooling networks for products of symmetric groups.

The arrays and layers are those of "Deep Models of Interactions Across Sets" (arXiv 1803.02879),
which for one symmetric group are those of "Deep Sets" (arXiv 1703.06114).
"""

from __future__ import annotations

import itertools

import numpy as np
import torch
from torch import nn

from ..symmetry import S, Symmetry, Trivial
from .family import Family, Fit
from .layers.networks import mlp
from .layers.presence import Presence, masked_mean
from .registry import register

#: Channels of each cell of the array.
WIDTH = 64
#: Pooling layers between inputs and outputs.
N_LAYERS = 2


def refuses(symmetry: Symmetry) -> str | None:
    """Return why this family cannot have a symmetry, None if it can."""
    others = [str(group) for group in symmetry.groups if not isinstance(group, S)]
    if others:
        return f"it knows symmetric groups S(n) only, not {', '.join(others)}"
    if not symmetry.groups:
        return "there is no symmetric group S(n) in it"
    for block in symmetry.inputs.blocks() + symmetry.outputs.blocks():
        named = [factor for factor in block.factors if not isinstance(factor, Trivial)]
        strange = [str(factor) for factor in named if not isinstance(factor, S)]
        if strange:
            return f"its columns belong to items, '{strange[0]}' are others"
        if len(named) > len(set(named)):
            return f"a power such as {named[0]}**2 is more than one index over the same items"
    return None


class Sets(nn.Module):
    """Layers on an array with one axis for each symmetric group, followed by pooling.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns; each group at most once in a product.
    """

    def __init__(self, symmetry: Symmetry) -> None:
        super().__init__()
        self.groups = symmetry.groups
        self.sizes = [group.dimension for group in self.groups]
        self.presence = Presence(symmetry)
        self.inputs = nn.ModuleList(
            _BlockInput(block, self.groups) for block in symmetry.inputs.blocks()
        )
        self.layers = nn.ModuleList(_PoolingLayer(len(self.groups)) for _ in range(N_LAYERS))
        self.outputs = nn.ModuleList(
            _BlockOutput(block, self.groups) for block in symmetry.outputs.blocks()
        )
        self.n_outputs = symmetry.outputs.dimension

    def forward(self, x):
        """Map rows of shape (n, n_features) to rows of shape (n, n_outputs)."""
        present, x = self.presence(x)
        counts = self._counts(present) if present else None
        hidden = sum(read(x) for read in self.inputs)
        hidden = hidden.expand(-1, *self.sizes, -1)
        for layer in self.layers:
            hidden = hidden + layer(nn.functional.silu(hidden), counts)
        y = x.new_zeros(len(x), self.n_outputs)
        for write in self.outputs:
            y[:, write.columns] = write(nn.functional.silu(hidden), counts).to(y.dtype)
        return y

    def _counts(self, present):
        """Return which cells are of present items, 1 or 0, with one channel."""
        counts = 1
        for axis, (group, size) in enumerate(zip(self.groups, self.sizes, strict=True), start=1):
            if group in present:
                shape = [1] * (len(self.groups) + 2)
                shape[0], shape[axis] = -1, size
                counts = counts * present[group].reshape(shape)
        return counts.expand(-1, *self.sizes, -1)


class _BlockInput(nn.Module):
    """Lift the columns of a block to the array, with 1 for the axes that it lacks."""

    def __init__(self, block, groups):
        super().__init__()
        columns = _arrange(block, groups)
        self.register_buffer("columns", torch.as_tensor(columns))
        self.linear = nn.Linear(columns.shape[-1], WIDTH)

    def forward(self, x):
        return self.linear(x[:, self.columns])


class _PoolingLayer(nn.Module):
    """A linear layer that mixes every cell with its means over each subset of the axes."""

    def __init__(self, n_axes):
        super().__init__()
        axes = range(1, n_axes + 1)
        self.subsets = [
            subset for k in range(n_axes + 1) for subset in itertools.combinations(axes, k)
        ]
        self.linears = nn.ModuleList(nn.Linear(WIDTH, WIDTH) for _ in self.subsets)

    def forward(self, hidden, counts=None):
        mixed = 0
        for subset, linear in zip(self.subsets, self.linears, strict=True):
            pooled = masked_mean(hidden, subset, counts) if subset else hidden
            mixed = mixed + linear(pooled)
        return mixed


class _BlockOutput(nn.Module):
    """Pool over the axes that an output block lacks, and map to its channels."""

    def __init__(self, block, groups):
        super().__init__()
        columns = _arrange(block, groups)
        self.pooled = tuple(axis + 1 for axis, g in enumerate(groups) if g not in block.factors)
        self.register_buffer("columns", torch.as_tensor(columns))
        self.head = mlp(WIDTH, WIDTH, columns.shape[-1])

    def forward(self, hidden, counts=None):
        return self.head(masked_mean(hidden, self.pooled, counts) if self.pooled else hidden)


def _arrange(block, groups):
    """Return a block's columns with an axis for each group, and one for the channels at the end."""
    order = [block.factors.index(group) for group in groups if group in block.factors]
    order += [axis for axis, factor in enumerate(block.factors) if isinstance(factor, Trivial)]
    shape = [group.dimension if group in block.factors else 1 for group in groups]
    return np.transpose(block.columns, order).reshape(*shape, -1)


# on poker hands (5000 samples) a decay of 1.0 fails (.59 right); .3 has .982 right after 700 steps,
# .995 after 2000
register("sets", Family(refuses, Sets, Fit(steps=1000)))

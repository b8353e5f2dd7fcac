"""Permuted columns: weight-tied networks with a nonlinearity of each entry alone.

Between all permutation representations an element-wise function is equivariant, so that an MLP is
so as soon as its weight matrices are: "Equivariance Through Parameter-Sharing" (arXiv 1702.08389).
With a regular representation among the hidden layers this is a group convolution.
"""

from __future__ import annotations

import itertools

from torch import nn

from ._linear import (
    EquivariantLinear,
    Read,
    Write,
    as_kind,
    columns_by_kind,
    count_channels,
    kind_size,
    sort_kinds,
    subsets,
)

N_LAYERS = 2
#: Width of a hidden layer, as far as each kind has MIN_CHANNELS to MAX_CHANNELS.
WIDTH = 512
MIN_CHANNELS, MAX_CHANNELS = 8, 64
#: Width of the widest hidden layer, whose weights are a dense matrix at each step.
MAX_WIDTH = 4096
#: Elements of the largest group whose regular representation is a hidden layer.
MAX_REGULAR = 64


def refuses(symmetry):
    """Return why this family cannot have a symmetry, None if it can."""
    for side in (symmetry.inputs, symmetry.outputs):
        for block in side.blocks():
            for factor in block.factors:
                if not factor.permutes:
                    return f"it needs columns that are permuted, '{factor}' are not"
    width = sum(n * kind_size(kind) for kind, n in _hidden(symmetry).items())
    if width > MAX_WIDTH:
        return (
            f"its hidden layers would have {width} units, whose dense weights are {width**2:.1e} "
            f"numbers: {MAX_WIDTH} units are allowed"
        )
    return None


class Pointwise(nn.Module):
    """An MLP whose weights are tied along the orbits of the group.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns, all of them permuted.
    """

    def __init__(self, symmetry):
        super().__init__()
        inputs, outputs = map(columns_by_kind, (symmetry.inputs, symmetry.outputs))
        hidden = _hidden(symmetry)
        sizes = [count_channels(inputs), *[hidden] * N_LAYERS, count_channels(outputs)]
        self.read = Read(inputs)
        self.layers = nn.ModuleList(EquivariantLinear(a, b) for a, b in itertools.pairwise(sizes))
        self.write = Write(outputs)

    def forward(self, x):
        """Map rows of shape (n, n_features) to rows of shape (n, n_outputs)."""
        first, *others = self.layers
        hidden = first(self.read(x))
        for layer in others:
            hidden = layer([nn.functional.silu(y) for y in hidden])
        return self.write(hidden)


def _hidden(symmetry):
    """Return the number of channels of each kind of a hidden layer."""
    kinds = {()}
    for side in (symmetry.inputs, symmetry.outputs):
        for kind in columns_by_kind(side):
            kinds |= subsets(kind)
    if 1 < symmetry.order <= MAX_REGULAR:
        kinds.add(as_kind(group.regular for group in symmetry.groups))
    entries = sum(map(kind_size, kinds))
    n_channels = min(MAX_CHANNELS, max(MIN_CHANNELS, WIDTH // entries))
    return dict.fromkeys(sort_kinds(kinds), n_channels)

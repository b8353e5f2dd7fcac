"""Any finite group: a network averaged over all group elements."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import nn

from ..symmetry._orbits import signed_permutations
from ._networks import mlp

#: The average runs the network once for each element: more of them than this takes too long.
MAX_ORDER = 256


def refuses(symmetry):
    """Return why this family cannot have a symmetry, None if it can."""
    if symmetry.order > MAX_ORDER:
        size = "infinite" if symmetry.order == np.inf else f"of {symmetry.order} elements"
        return f"the group is {size}, and an average takes {MAX_ORDER} at most"
    return None


class Average(nn.Module):
    r"""The group average of an MLP, :math:`\frac1{|G|}\sum_g \rho(g)^{-1} f(g x)`.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns.
    """

    def __init__(self, symmetry):
        super().__init__()
        elements = symmetry.elements()
        self.move = _action(symmetry.inputs, elements)
        self.move_back = _action(symmetry.outputs, elements.inverse())
        # narrower for larger groups, so that the arithmetic does not grow with their order
        width = round(min(256, 1024 / math.sqrt(symmetry.order)))
        self.network = mlp(symmetry.inputs.dimension, width, width, symmetry.outputs.dimension)

    def forward(self, x):
        """Map rows of shape (n, n_features) to rows of shape (n, n_outputs)."""
        copies = x[:, None].expand(-1, self.move.n_elements, -1)
        return self.move_back(self.network(self.move(copies))).mean(1)


def _action(representation, elements):
    """Return a module that moves rows (n, n_elements, dimension), element by element."""
    monomial = all(f.is_monomial for block in representation.blocks() for f in block.factors)
    return (_SignedPermutations if monomial else _Matrices)(representation, elements)


class _SignedPermutations(nn.Module):
    def __init__(self, representation, elements):
        super().__init__()
        self.n_elements = len(elements)
        sources, signs = signed_permutations(representation, elements)
        self.register_buffer("sources", torch.as_tensor(sources))
        self.register_buffer("signs", torch.tensor(signs, dtype=torch.float32))

    def forward(self, x):
        return x.gather(2, self.sources.expand(len(x), -1, -1)) * self.signs


class _Matrices(nn.Module):
    def __init__(self, representation, elements):
        super().__init__()
        self.n_elements = len(elements)
        matrices = representation.matrix(elements)
        self.register_buffer("matrices", torch.tensor(matrices, dtype=torch.float32))

    def forward(self, x):
        return torch.einsum("kij,nkj->nki", self.matrices, x)

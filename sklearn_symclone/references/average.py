"""Any finite group: a network averaged over all elements. Any compact one: over many of them."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import nn

from ..symmetry import describe_order, signed_permutations
from .layers.networks import mlp

#: The average runs the network once for each element: of a larger group it takes random ones.
MAX_ORDER = 256
#: Random elements of a group with more than MAX_ORDER; each training step takes a few of them.
N_FRAMES, N_IN_STEP = 512, 16


def refuses(symmetry):
    """Return why this family cannot have a symmetry, None if it can."""
    loose = [str(group) for group in symmetry.groups if not group.is_compact]
    if loose:
        return f"there is no average over what is not compact, here {', '.join(loose)}"
    return None


def misses(symmetry):
    """Return why the average is not exactly equivariant, None if it is."""
    if symmetry.order <= MAX_ORDER:
        return None
    size = describe_order(symmetry.order)
    return f"the group is {size}, and an average over more than {MAX_ORDER} is taken by sampling"


class Average(nn.Module):
    r"""The group average of an MLP, :math:`\frac1{|G|}\sum_g \rho(g)^{-1} f(g x)`.

    Over all elements of a group of 256 at most, which is exact; else over 512 random ones, of which
    a training step takes 16 in turn.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns.
    """

    def __init__(self, symmetry):
        super().__init__()
        self.exact = misses(symmetry) is None
        if self.exact:
            elements = symmetry.elements()
        else:
            elements = symmetry.sample(N_FRAMES, np.random.RandomState(0))
        self.n_elements = len(elements)
        self.move = _action(symmetry.inputs, elements)
        self.move_back = _action(symmetry.outputs, elements.inverse())
        # narrower for larger groups, so that the arithmetic does not grow with their order
        in_step = self.n_elements if self.exact else N_IN_STEP
        width = round(min(256, 1024 / math.sqrt(in_step)))
        self.network = mlp(symmetry.inputs.dimension, width, width, symmetry.outputs.dimension)
        self.register_buffer("step", torch.tensor(0))

    def forward(self, x):
        """Map rows of shape (n, n_features) to rows of shape (n, n_outputs)."""
        if self.exact:
            return self._mean_over(x, slice(None))
        starts = range(0, self.n_elements, N_IN_STEP)
        if self.training:
            starts = [starts[int(self.step) % len(starts)]]
            self.step += 1
        parts = [self._mean_over(x, slice(start, start + N_IN_STEP)) for start in starts]
        return sum(parts) / len(parts)

    def _mean_over(self, x, chosen):
        return self.move_back(self.network(self.move(x[:, None], chosen)), chosen).mean(1)


def _action(representation, elements):
    """Return a module that moves rows (n, n_elements, dimension), element by element."""
    kind = _SignedPermutations if representation.is_monomial else _Matrices
    return kind(representation, elements)


class _SignedPermutations(nn.Module):
    def __init__(self, representation, elements):
        super().__init__()
        sources, signs = signed_permutations(representation, elements)
        self.register_buffer("sources", torch.as_tensor(sources), persistent=False)
        signs = torch.tensor(signs, dtype=torch.float32)
        self.register_buffer("signs", signs, persistent=False)

    def forward(self, x, chosen):
        sources = self.sources[chosen].expand(len(x), -1, -1)
        return x.expand(-1, sources.shape[1], -1).gather(2, sources) * self.signs[chosen]


class _Matrices(nn.Module):
    def __init__(self, representation, elements):
        super().__init__()
        matrices = torch.tensor(representation.matrix(elements), dtype=torch.float32)
        self.register_buffer("matrices", matrices, persistent=False)

    def forward(self, x, chosen):
        return (self.matrices[chosen] @ x[..., None])[..., 0]

"""What a group of vectors keeps: its form, and for groups of determinant 1 cross products."""

from __future__ import annotations

import itertools

import numpy as np
import torch
from torch import nn

from ...symmetry import SO, OrthogonalGroup, SOplus, Sp

#: Dimension of the longest vectors whose cross products are formed: beyond they take too long.
MAX_HANDED = 8


def keeps_a_form(group):
    """Return whether a group is known here: O, SO, SO+ and Sp."""
    return isinstance(group, OrthogonalGroup | Sp)


def tells_hands(group):
    """Return whether a group keeps the handedness of vectors beside a symmetric form."""
    return isinstance(group, SO | SOplus) and group.dimension <= MAX_HANDED


class Form(nn.Module):
    """The inner product that a group keeps, symmetric or, for Sp(2n), antisymmetric.

    Parameters
    ----------
    group : Group
    """

    def __init__(self, group):
        super().__init__()
        self.is_symmetric = isinstance(group, OrthogonalGroup)
        form = np.diag(group.metric) if self.is_symmetric else group.form
        #: Whether vectors have lengths.
        self.is_definite = self.is_symmetric and bool((group.metric > 0).all())
        self.register_buffer("matrix", torch.tensor(form, dtype=torch.float32))
        # a form and its inverse have entries 0, 1 and -1: exact in every precision
        self.register_buffer("inverse", torch.tensor(np.linalg.inv(form), dtype=torch.float32))

    def lower(self, vectors):
        """Turn vectors, along the last axis, into covectors."""
        return vectors @ self.matrix.T

    def raise_index(self, covectors):
        """Turn covectors, along the last axis, into vectors."""
        return covectors @ self.inverse.T

    def pairs(self, n_vectors):
        """Return the pairs of vectors whose products tell all others, of shape (2, n_pairs)."""
        return torch.triu_indices(n_vectors, n_vectors, 0 if self.is_symmetric else 1)


class CrossProducts(nn.Module):
    r"""Tensors :math:`\epsilon_{i\dots k\dots} v^k\dots` of vectors, which no reflection keeps.

    With one free index they are the vectors that generalise the cross product of three dimensions,
    with two the antisymmetric tensors of rank 2 that generalise :math:`\epsilon_{ijk} v_k`.

    Parameters
    ----------
    group : Group
        It has n x n matrices of determinant 1.
    n_vectors : int
        Number of vectors, of which all choices of n - rank are taken.
    rank : {1, 2}
        Number of free indices.
    """

    def __init__(self, group, n_vectors, rank):
        super().__init__()
        d = group.dimension
        self.rank = rank
        chosen = list(itertools.combinations(range(n_vectors), d - rank))
        self.n_products = len(chosen)
        self._constant("chosen", np.array(chosen, dtype=int).reshape(len(chosen), d - rank))
        # minors of growing size, each expanded along its last row
        for size in range(d - rank):
            smaller = {s: k for k, s in enumerate(itertools.combinations(range(d), size))}
            larger = np.array(list(itertools.combinations(range(d), size + 1)))
            minors = [[smaller[(*s[:k], *s[k + 1 :])] for k in range(size + 1)] for s in larger]
            self._constant(f"minors{size}", np.array(minors))
            self._constant(f"columns{size}", larger)
            self._constant(f"signs{size}", (-1.0) ** (size - np.arange(size + 1)))
        raise_index = np.diag(group.metric)  # its own inverse
        epsilon = _complements(d, rank)
        for axis in range(rank):
            epsilon = np.moveaxis(np.tensordot(raise_index, epsilon, (1, axis)), 0, axis)
        self._constant("epsilon", epsilon.reshape(d**rank, -1).T.copy())

    def _constant(self, name, value):
        dtype = torch.float32 if value.dtype.kind == "f" else torch.int64
        self.register_buffer(name, torch.as_tensor(value, dtype=dtype), persistent=False)

    def forward(self, vectors):
        """Map vectors (..., n_vectors, d) to tensors (..., n_products, d) or (..., d, d)."""
        taken = vectors[..., self.chosen, :]
        minors = taken.new_ones(*taken.shape[:-2], 1)
        for size in range(taken.shape[-2]):
            minor, column, sign = (
                getattr(self, f"{name}{size}") for name in ("minors", "columns", "signs")
            )
            minors = (minors[..., minor] * taken[..., size, :][..., column] * sign).sum(-1)
        d = vectors.shape[-1]
        return (minors @ self.epsilon).unflatten(-1, (d,) * self.rank)


def _complements(d, rank):
    """Return the Levi-Civita tensor with its last d - rank axes as one axis of increasing sets."""
    sets = list(itertools.combinations(range(d), d - rank))
    tensor = np.zeros((*[d] * rank, len(sets)))
    for k, columns in enumerate(sets):
        rest = [j for j in range(d) if j not in columns]
        for free in itertools.permutations(rest):
            tensor[(*free, k)] = np.linalg.det(np.eye(d)[[*free, *columns]])
    return tensor

"""Invariants of groups that permute columns and change signs: sums over orbits of entries."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from ..representations import signed_permutations


def invariants(factors: tuple) -> Any:
    """Return the invariant tensors in a product of factors.

    Two entries of a tensor are joined if a generator moves one to the other. Where signs change,
    every entry is there twice, as plus and minus itself: an orbit that joins both holds 0 alone.

    Parameters
    ----------
    factors : tuple of Factor
        Representations of one group that permute columns and change signs.

    Returns
    -------
    sparse array of shape (size, rank)
        One column for each tensor.
    """
    generators = factors[0].group.generating_elements()
    moves = [signed_permutations(factor, generators) for factor in factors]
    dimensions = [factor.dimension for factor in factors]
    sources = functools.reduce(
        _outer,
        ((index * stride) for (index, _), stride in zip(moves, _strides(dimensions), strict=True)),
    )
    signs = functools.reduce(lambda a, b: _outer(a, b, np.multiply), (s for _, s in moves))
    return from_orbits(sources, signs)


def _strides(dimensions):
    return np.append(np.cumprod(dimensions[:0:-1])[::-1], 1).astype(np.int64)


def _outer(a, b, operation=np.add):
    return operation(a[:, :, None], b[:, None, :]).reshape(len(a), -1)


def from_orbits(sources: np.ndarray, signs: np.ndarray) -> Any:
    """Return the sums over orbits of columns that some generators permute and change the signs of.

    Parameters
    ----------
    sources : ndarray of int of shape (n_generators, size)
        The column that each one's value comes from.
    signs : ndarray of shape (n_generators, size)
        What the value is multiplied by.

    Returns
    -------
    sparse array of shape (size, n_orbits)
        For each orbit 1 or -1 at its columns. Orbits that hold a column and its negative are left
        out.
    """
    n_generators, size = sources.shape
    starts = np.tile(np.arange(size), n_generators)
    sources, signs = sources.ravel(), signs.ravel()
    if (signs > 0).all():
        count, orbit = _components(starts, sources, size)
        ones = np.ones(size)
        return sparse.csc_array((ones, (np.arange(size), orbit)), shape=(size, count))
    minus = np.where(signs < 0, size, 0)
    ends = np.concatenate([sources + minus, sources + size - minus])
    _, orbit = _components(np.concatenate([starts, starts + size]), ends, 2 * size)
    plus, minus = orbit[:size], orbit[size:]
    # an orbit and its negative are one invariant: the one that has its first entry with a plus
    _, first = np.unique(np.minimum(plus, minus), return_index=True)
    number = np.full(orbit.max() + 1, -1)
    alive = first[plus[first] != minus[first]]
    number[plus[alive]] = number[minus[alive]] = np.arange(len(alive))
    value = np.zeros(orbit.max() + 1)
    value[plus[alive]], value[minus[alive]] = 1.0, -1.0
    rows = np.flatnonzero(number[plus] >= 0)
    entries = (value[plus[rows]], (rows, number[plus[rows]]))
    return sparse.csc_array(entries, shape=(size, len(alive)))


def _components(starts, ends, size):
    graph = sparse.coo_array((np.ones(len(starts), dtype=np.int8), (starts, ends)), (size, size))
    return connected_components(graph, directed=False)

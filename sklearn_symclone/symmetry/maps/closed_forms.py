"""Invariant tensors in closed form, for groups that know theirs.

A group knows products of small tensors that span its invariants; which of them are independent is
found from their Gram matrix.
"""

from __future__ import annotations

import functools
import itertools
from typing import Any

import numpy as np
from scipy import sparse

from ..representations import product_name


def spanning(factors: tuple, max_span: int) -> Any:
    """Return tensors that span the invariants in a product of factors of one group.

    Parameters
    ----------
    factors : tuple of Factor
        The factors of the product.
    max_span : int
        More tensors than this raise a ValueError, before they are built.

    Returns
    -------
    sparse array of shape (size, n) or None
        None if there is no closed form.
    """
    indices = [factor.tensor_indices for factor in factors]
    if any(index is None for index in indices):
        return None
    group = factors[0].group
    signs = tuple(itertools.chain.from_iterable(signs for signs, _ in indices))
    products = group.invariant_products(signs, sum(power for _, power in indices))
    if products is None:
        return None
    products = list(itertools.islice(products, max_span + 1))
    if len(products) > max_span:
        raise ValueError(
            f"the invariants of '{product_name(factors)}' are spanned by more than "
            f"{max_span} tensors, whose Gram matrix takes {8 * max_span**2 / 2**30:.2g} GiB"
        )
    return _restricted(factors, _columns(products, group.dimension, len(signs)))


def _restricted(factors, columns):
    """Return the columns of the factors out of all entries of the tensors."""
    kept = [factor.restriction() for factor in factors]
    if all(matrix is None for matrix in kept):
        return columns
    dimensions = (factor.dimension for factor in factors)
    kept = (
        sparse.eye_array(d) if matrix is None else matrix
        for d, matrix in zip(dimensions, kept, strict=True)
    )
    return sparse.csc_array(functools.reduce(sparse.kron, kept) @ columns)


def _columns(products, d, n_axes):
    """Return products of small tensors as sparse columns."""
    strides = [d ** (n_axes - 1 - axis) for axis in range(n_axes)]
    rows, values = [], []
    for pieces in products:
        row, value = np.zeros(1, dtype=np.int64), np.ones(1)
        for axes, entries, weights in pieces:
            offsets = sum(strides[a] * index for a, index in zip(axes, entries, strict=True))
            row = (row[:, None] + offsets).ravel()
            value = (value[:, None] * weights).ravel()
        rows.append(row)
        values.append(value.real)
    starts = np.cumsum([0, *map(len, rows)])
    flat = (np.concatenate([[], *values]), np.concatenate([[], *rows]).astype(np.int64), starts)
    columns = sparse.csc_array(flat, shape=(d**n_axes, len(products)))
    columns.eliminate_zeros()
    return columns

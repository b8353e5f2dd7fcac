"""Invariants of any group as the null space of what its generators change, numerically."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
from scipy import sparse
from scipy.linalg import svd

from ..representations import product_name

#: Entries of the largest tensor whose null space is found with dense matrices.
MAX_SIZE = 4096
#: Singular values below this share of the largest count as 0; a gap is asked for above it.
TOLERANCE = 1e-9
GAP = 1e3


def invariants(factors: tuple) -> Any:
    """Return orthonormal invariant tensors in a product of factors.

    Parameters
    ----------
    factors : tuple of Factor
        Representations of one group.

    Returns
    -------
    sparse array of shape (size, rank)
        One column for each tensor.

    Raises
    ------
    ValueError
        If the tensors are too large, or if what is invariant cannot be told from what is not.
    """
    size = math.prod(factor.dimension for factor in factors)
    name = product_name(factors)
    if size > MAX_SIZE:
        raise ValueError(
            f"the invariants of '{name}' are tensors of {size} entries, and a numerical null space "
            f"takes {16 * size**2 / 2**30:.3g} GiB; {MAX_SIZE} entries are allowed"
        )
    elements = factors[0].group.generating_elements()
    matrices = [factor.matrix(elements) for factor in factors]
    changes = [
        functools.reduce(sparse.kron, (sparse.csr_array(m[k]) for m in matrices))
        - sparse.eye_array(size)
        for k in range(len(elements))
    ]
    basis = np.eye(size)
    for change in changes:
        if not basis.shape[1]:
            break  # SciPy 1.12 has no singular values of an empty matrix
        basis = basis @ _null_space(change @ basis, name)
    residual = max((np.abs(change @ basis).max(initial=0) for change in changes), default=0)
    if residual > 1e-8:
        raise ValueError(
            f"the invariants of '{name}' were found with a residual of {residual:.2g} only: its "
            "matrices are too badly scaled"
        )
    basis[np.abs(basis) < 1e-15] = 0
    return sparse.csc_array(basis)


def _null_space(changes, name):
    _, values, rows = svd(changes, full_matrices=changes.shape[0] < changes.shape[1])
    largest = values.max(initial=0)
    small = values <= TOLERANCE * max(largest, 1.0)
    near = values[~small].min(initial=np.inf)
    if near < GAP * TOLERANCE:
        raise ValueError(
            f"the invariants of '{name}' cannot be told from what is nearly invariant: a generator "
            f"changes some tensor by {near:.2g} of its length alone"
        )
    kept = np.append(small, np.ones(len(rows) - len(values), dtype=bool))
    return rows[kept].T

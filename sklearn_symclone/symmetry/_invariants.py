"""Invariant tensors in a product of factors of one group, by the way that suits the group."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse

from . import _null_space, _orbits, _tensors
from .representations import product_name

#: Entries of the largest tensor whose invariants are looked for.
MAX_SIZE = 2**27
#: Spanning tensors of which independent ones are chosen, at most: their Gram matrix is dense.
MAX_SPAN = 8192
#: Pivots below this share of the largest are rounding.
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class InvariantTensors:
    """A basis of the invariant tensors, of flattened tensors as sparse columns.

    Parameters
    ----------
    columns : sparse array of shape (size, rank)
        Linearly independent.
    factor : ndarray
        The squared lengths of orthogonal columns, or the Cholesky factor of their Gram matrix.
    """

    columns: sparse.csc_array
    factor: np.ndarray

    @property
    def size(self):
        """Number of entries of a tensor."""
        return self.columns.shape[0]

    @property
    def rank(self):
        """Number of tensors in the basis."""
        return self.columns.shape[1]

    def combine(self, coefficients):
        """Return tensors (size, n) from coefficients (rank, n)."""
        return self.columns @ coefficients

    def coordinates(self, tensors):
        """Return the coefficients (rank, n) of the invariant tensors nearest to some (size, n)."""
        products = self.columns.T @ tensors
        if self.factor.ndim == 1:
            return products / self.factor[:, None]
        return linalg.cho_solve((self.factor, True), products)


def invariant_tensors(factors):
    """Return the invariant tensors in a product of factors of one group.

    Parameters
    ----------
    factors : tuple of Factor

    Returns
    -------
    InvariantTensors
    """
    dimensions = [factor.dimension for factor in factors]
    size = math.prod(dimensions)
    if size > MAX_SIZE:
        raise ValueError(
            f"the invariants of '{product_name(factors)}' are tensors of {size} entries, "
            f"whose basis takes {16 * size / 2**30:.3g} GiB or more; {MAX_SIZE} entries are allowed"
        )
    if all(factor.is_monomial for factor in factors):
        columns = _orbits.invariants(factors)
        return InvariantTensors(columns, np.asarray(columns.multiply(columns).sum(axis=0)).ravel())
    if _tensors.has_closed_form(factors):
        return _independent(_tensors.spanning(factors, MAX_SPAN))
    columns = _null_space.invariants(factors)
    return InvariantTensors(columns, np.ones(columns.shape[1]))


def _independent(columns):
    """Choose independent columns among some that span a space."""
    gram = (columns.T @ columns).toarray()
    if not gram.any():
        return InvariantTensors(columns[:, :0], np.empty(0))
    _, pivots, rank, _ = linalg.lapack.dpstrf(gram, lower=1, tol=TOLERANCE * gram.max())
    chosen = np.sort(pivots[:rank] - 1)
    factor = np.linalg.cholesky(gram[np.ix_(chosen, chosen)])
    return InvariantTensors(columns[:, chosen], factor)

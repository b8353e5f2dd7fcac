"""Invariant tensors in a product of factors of one group, by the way that suits the group."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse

from ..representations import product_name
from . import closed_forms, null_space, orbits

#: Entries of the largest tensor whose invariants are looked for.
MAX_SIZE = 2**27
#: Spanning tensors of which independent ones are chosen, at most: their Gram matrix is dense.
MAX_SPAN = 8192
#: Pivots below this share of the largest are rounding.
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class InvariantTensors:
    """A basis of invariant tensors, which are flattened to sparse columns.

    Parameters
    ----------
    columns : sparse array of shape (size, rank)
        They are linearly independent.
    factor : ndarray
        The squared lengths of orthogonal columns, or the Cholesky factor of their Gram matrix.
    """

    columns: sparse.csc_array
    factor: np.ndarray

    @property
    def size(self) -> int:
        """Number of entries of a tensor."""
        return self.columns.shape[0]

    @property
    def rank(self) -> int:
        """Number of tensors in the basis."""
        return self.columns.shape[1]

    def combine(self, coefficients: np.ndarray) -> np.ndarray:
        """Return the tensors that have given coefficients in the basis.

        Parameters
        ----------
        coefficients : ndarray of shape (rank, n)
            One column for each tensor.

        Returns
        -------
        ndarray of shape (size, n)
            The tensors.
        """
        return self.columns @ coefficients

    def coordinates(self, tensors: np.ndarray) -> np.ndarray:
        """Return the coefficients of the invariant tensors nearest to given ones.

        Parameters
        ----------
        tensors : ndarray of shape (size, n)
            One column for each tensor.

        Returns
        -------
        ndarray of shape (rank, n)
            The coefficients.
        """
        products = self.columns.T @ tensors
        if self.factor.ndim == 1:
            return products / self.factor[:, None]
        return linalg.cho_solve((self.factor, True), products)


def invariant_tensors(factors: tuple) -> InvariantTensors:
    """Return the invariant tensors in a product of factors of one group.

    Parameters
    ----------
    factors : tuple of Factor
        The factors of the product.

    Returns
    -------
    InvariantTensors
        A basis of them.
    """
    dimensions = [factor.dimension for factor in factors]
    size = math.prod(dimensions)
    if size > MAX_SIZE:
        raise ValueError(
            f"the invariants of '{product_name(factors)}' are tensors of {size} entries, "
            f"whose basis takes {16 * size / 2**30:.3g} GiB or more; {MAX_SIZE} entries are allowed"
        )
    if all(factor.is_monomial for factor in factors):
        columns = orbits.invariants(factors)
        return InvariantTensors(columns, np.asarray(columns.multiply(columns).sum(axis=0)).ravel())
    columns = closed_forms.spanning(factors, MAX_SPAN)
    if columns is not None:
        return _independent(columns)
    columns = null_space.invariants(factors)
    return InvariantTensors(columns, np.ones(columns.shape[1]))


def _independent(columns):
    """Choose independent columns among some that span a space."""
    is_single = (np.diff(columns.indptr) == 1).all()
    if is_single and columns.nnz == len(np.unique(columns.indices)):
        return InvariantTensors(columns, columns.data**2)  # one entry each: no two meet
    gram = (columns.T @ columns).toarray()
    if not gram.any():
        return InvariantTensors(columns[:, :0], np.empty(0))
    _, pivots, rank, _ = linalg.lapack.dpstrf(gram, lower=1, tol=TOLERANCE * gram.max())
    chosen = np.sort(pivots[:rank] - 1)
    factor = np.linalg.cholesky(gram[np.ix_(chosen, chosen)])
    return InvariantTensors(columns[:, chosen], factor)

"""Entries of symmetric and antisymmetric matrices: which are kept, and which mirror them."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse


def square_entries(d: int, sign: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the entries of a flattened matrix that are kept, and those that mirror them.

    Parameters
    ----------
    d : int
        Number of rows.
    sign : {1, -1}
        1 for symmetric matrices, -1 for antisymmetric ones, which have no diagonal.

    Returns
    -------
    kept : ndarray of int
        The entries on and above the diagonal, row by row.
    mirror : ndarray of int
        Those with both indices exchanged.
    """
    i, j = np.triu_indices(d, 0 if sign > 0 else 1)
    return i * d + j, j * d + i


def sum_of_mirrored(d: int, sign: int) -> Any:
    """Return the matrix that sums up each kept entry and its mirror image.

    Parameters
    ----------
    d : int
        Number of rows.
    sign : {1, -1}
        What the mirror image is multiplied by. An entry of the diagonal is taken once.

    Returns
    -------
    sparse array of shape (n_kept, d ** 2)
        It acts on flattened matrices.
    """
    kept, mirror = square_entries(d, sign)
    columns = np.arange(len(kept))
    shape = (len(kept), d**2)
    both = sparse.csr_array((np.ones(len(kept)), (columns, kept)), shape=shape)
    off_diagonal = (kept != mirror).astype(float)
    return both + sign * sparse.csr_array((off_diagonal, (columns, mirror)), shape=shape)


def mean_of_mirrored(d: int, sign: int) -> Any:
    """Return the matrix that takes the mean of each kept entry and its mirror image.

    These are the entries of the symmetric or antisymmetric part.

    Parameters
    ----------
    d : int
        Number of rows.
    sign : {1, -1}
        What the mirror image is multiplied by.

    Returns
    -------
    sparse array of shape (n_kept, d ** 2)
        It acts on flattened matrices.
    """
    kept, mirror = square_entries(d, sign)
    off_diagonal = (kept != mirror).astype(float)
    return sum_of_mirrored(d, sign).multiply(1 / (1 + off_diagonal)[:, None])

"""Elements that permute columns and change signs, as indices and signs."""

from __future__ import annotations

from typing import Any

import numpy as np


def signed_permutations(representation: Any, elements: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return elements that permute columns and change signs, as arrays.

    Moving a table by them is indexing and multiplication, which is cheaper than matrices.

    Parameters
    ----------
    representation : Representation
        One whose elements permute columns and change signs, and do nothing else.
    elements : GroupElements
        A batch of elements.

    Returns
    -------
    sources : ndarray of int of shape (n_elements, dimension)
        The column that each one's value comes from.
    signs : ndarray of shape (n_elements, dimension)
        What the value is multiplied by.

    See Also
    --------
    Representation.transform : Move rows of a table.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import Signs, Symmetry, signed_permutations
    >>> sources, signs = signed_permutations(Signs(2), Symmetry(Signs(2)).generators())
    >>> signs
    array([[-1.,  1.],
           [ 1., -1.]])
    """
    # numbering the columns and moving the numbers tells all
    numbers = np.arange(1.0, representation.dimension + 1)
    moved = representation.transform(elements, np.tile(numbers, (len(elements), 1)))
    return np.abs(moved).round().astype(np.int64) - 1, np.sign(moved)

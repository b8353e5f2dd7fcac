"""Which columns a group mixes or exchanges with each other."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.sparse.csgraph import connected_components

from .algebra import Trivial
from .blocks import axes_by_group


def mixed_columns(representation: Any) -> np.ndarray:
    """Return a number for each column, the same for columns that the group mixes or exchanges.

    Such columns belong together: to scale one of them otherwise than the others breaks a symmetry.

    Parameters
    ----------
    representation : Representation
        The layout of the columns.

    Returns
    -------
    ndarray of int of shape (dimension,)
        Numbers from 0.

    See Also
    --------
    Block : A product of factors with its columns.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import O, S, mixed_columns
    >>> mixed_columns(S(2) * 2 + O(3))
    array([0, 1, 0, 1, 2, 2, 2])
    """
    numbers = np.empty(representation.dimension, dtype=int)
    count = 0
    for block in representation.blocks():
        shape = block.columns.shape
        of_block = np.zeros(shape, dtype=int)
        for group, axes in axes_by_group(block.factors).items():
            parts = _orbits([block.factors[axis] for axis in axes], group)
            others = tuple(axis for axis in range(len(shape)) if axis not in axes)
            parts = np.expand_dims(parts.reshape([shape[axis] for axis in axes]), others)
            of_block = of_block * (parts.max() + 1) + parts
        numbers[block.columns] = count + of_block
        count += of_block.max() + 1
    return numbers


def _orbits(factors, group):
    """Return a number for each entry of a product of factors of one group, or of trivial ones."""
    product = math.prod(factors, start=Trivial(1))
    if group is None:
        return np.arange(product.dimension)
    matrices = product.matrix(group.generating_elements())
    touched = np.abs(matrices).max(axis=0) > 1e-9
    return connected_components(touched | np.eye(len(touched), dtype=bool), directed=False)[1]

"""Tensor products with their columns: what every representation is a sum of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Block:
    """One tensor product of factors, and the columns that hold it.

    A factor is a trivial representation or a representation of one group. Every representation is
    a sum of such products.

    Parameters
    ----------
    factors : tuple of Trivial or Factor
        The factors of the product.
    columns : ndarray of int
        The columns of the table that hold the product, with one axis for each factor.

    See Also
    --------
    Representation.blocks : The blocks of a representation.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import S
    >>> (1 + S(2) * 2).blocks()[1].columns
    array([[1, 2],
           [3, 4]])
    """

    factors: tuple
    columns: np.ndarray


def axes_by_group(factors: Sequence) -> dict:
    """Return the positions of each group's factors in a product.

    The key None stands for trivial factors, which no group moves.

    Parameters
    ----------
    factors : sequence of Trivial or Factor
        The factors of a product.

    Returns
    -------
    dict of Group to list of int
        The positions, in order of first appearance.

    See Also
    --------
    Block : A product of factors with its columns.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import O, S, axes_by_group
    >>> axes = axes_by_group([O(3), S(5), O(3).det])
    >>> {str(group): places for group, places in axes.items()}
    {'O(3)': [0, 2], 'S(5)': [1]}
    """
    found: dict = {}
    for axis, factor in enumerate(factors):
        group = factor.group if factor.groups else None
        found.setdefault(group, []).append(axis)
    return found


def point_columns(representation: Any) -> dict:
    """Return the columns that hold coordinates of points.

    Points have no origin: groups such as ``E(3)`` shift them.

    Parameters
    ----------
    representation : Representation
        The layout of the columns.

    Returns
    -------
    dict of Group to ndarray of int of shape (n_points, n)
        For each group that shifts points, one row of columns for each point.

    See Also
    --------
    Symmetry.points : The same for the inputs of a symmetry.

    Examples
    --------
    >>> from sklearn_symclone.symmetry import E, point_columns
    >>> point_columns(1 + 2 * E(2))[E(2)]
    array([[1, 2],
           [3, 4]])
    """
    found: dict = {}
    for block in representation.blocks():
        for axis, factor in enumerate(block.factors):
            if factor.is_affine:
                columns = np.moveaxis(block.columns, axis, -1).reshape(-1, factor.dimension)
                found.setdefault(factor, []).append(columns)
    return {group: np.concatenate(columns) for group, columns in found.items()}

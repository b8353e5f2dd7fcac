"""The columns of a representation as arrays over the pairs of items, the items, and the row."""

from __future__ import annotations

import numpy as np

from ...symmetry import Pairs, S, Sets, Square, Trivial

#: Stands where no column is.
MISSING = -1


def n_indices(factor):
    """Return how many items an entry of a factor belongs to, None if that is not known here.

    Parameters
    ----------
    factor : Trivial or Factor

    Returns
    -------
    int or None
        0 for invariants, 1 for items, 2 for pairs of them.
    """
    if isinstance(factor, Trivial):
        return 0
    if isinstance(factor, S):
        return 1
    if isinstance(factor, Square) and factor.permutes and isinstance(factor.base, S):
        return 2
    if isinstance(factor, (Pairs, Sets)) and all(len(points) == 2 for points in factor.sets):
        return 2
    return None


def arrange(block):
    """Return the columns of a block by the items that they belong to, channels last.

    Parameters
    ----------
    block : Block
        Its factors have two indices together at most.

    Returns
    -------
    ndarray of int of shape (n_channels,), (n_items, n_channels) or (n_items, n_items, n_channels)
        Both entries of an unordered pair are the same column. MISSING on the diagonal where pairs
        of different items alone have columns.
    """
    named = [axis for axis, f in enumerate(block.factors) if n_indices(f)]
    free = [axis for axis in range(len(block.factors)) if axis not in named]
    columns = np.transpose(block.columns, named + free)
    columns = columns.reshape(*columns.shape[: len(named)], -1)
    if not named or n_indices(block.factors[named[0]]) == 1:
        return columns
    factor = block.factors[named[0]]
    n_items = factor.group.dimension
    if isinstance(factor, (Pairs, Sets)):
        first, second = np.transpose(factor.sets)
    else:
        first, second = np.triu_indices(n_items)
    both = np.full((n_items, n_items, columns.shape[-1]), MISSING)
    both[first, second] = both[second, first] = columns
    return both


def gather(blocks, n_items):
    """Return the columns of some blocks, those of pairs, of items and of the whole row.

    Parameters
    ----------
    blocks : list of Block
    n_items : int

    Returns
    -------
    pairs : ndarray of int of shape (n_items, n_items, n_pair_channels)
    items : ndarray of int of shape (n_items, n_item_channels)
    whole : ndarray of int of shape (n_channels,)
    """
    found = [np.zeros((*(n_items,) * k, 0), dtype=int) for k in range(3)]
    for columns in map(arrange, blocks):
        k = columns.ndim - 1
        found[k] = np.concatenate([found[k], columns], -1)
    whole, items, pairs = found
    return pairs, items, whole

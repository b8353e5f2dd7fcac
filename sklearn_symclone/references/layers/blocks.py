"""The columns of a representation as arrays: items, channels, and the indices of vectors."""

from __future__ import annotations

import numpy as np

from ...symmetry import Dual, S, Square, Trivial


class Term:
    """The columns of one block, scalars, vectors or tensors of a row or of each item.

    Parameters
    ----------
    block : Block
        A product of trivial representations, at most one S(n), and vectors.

    Attributes
    ----------
    group : S or None
        The group that permutes the items.
    columns : ndarray of int of shape (n_items, n_channels, ...)
        With an axis for each index at the end, or one for the entries of a square.
    rank : int
        The number of indices.
    lowered : list of bool
        Which of them transform as the dual does.
    square : Square or None
    """

    def __init__(self, block):
        factors = block.factors
        self.group = next((f for f in factors if isinstance(f, S)), None)
        self.square = next((f for f in factors if isinstance(f, Square)), None)
        kinds = [0 if isinstance(f, S) else 1 if isinstance(f, Trivial) else 2 for f in factors]
        indices = [f for f, kind in zip(factors, kinds, strict=True) if kind == 2]
        columns = np.transpose(block.columns, np.argsort(kinds, kind="stable"))
        shape = columns.shape[columns.ndim - len(indices) :]
        self.columns = columns.reshape(columns.shape[0] if self.group else 1, -1, *shape)
        if self.square:
            indices = [self.square.base] * 2
        self.rank = len(indices)
        self.lowered = [isinstance(f, Dual) for f in indices]
        self.n_channels = self.columns.shape[1]


def gather(terms, sizes):
    """Arrange the columns of several terms by the items that have them.

    The channels of an item of one species share places with those of an item of another species,
    first with first: the same weights see the positions of all.

    Parameters
    ----------
    terms : list of Term
        All of rank 0, or all of rank 1.
    sizes : dict of (S or None) to int
        The number of items of each species, in their order.

    Returns
    -------
    columns : ndarray of int of shape (n_items, n_channels, ...)
        First what belongs to single items, then what belongs to the whole row; -1 where an item
        of another species has more channels.
    lowered : ndarray of bool of shape (n_items, n_channels)
        Which of the channels are covectors.
    n_own : int
        How many of the channels belong to single items.
    """
    shape = terms[0].columns.shape[2:] if terms else ()
    whole = [term for term in terms if term.group is None]
    own = {g: [t for t in terms if t.group == g and t not in whole] for g in sizes}
    n_own = max(sum(term.n_channels for term in own[group]) for group in sizes)
    columns, lowered = [], []
    for group, size in sizes.items():
        missing = np.full((size, n_own - sum(term.n_channels for term in own[group]), *shape), -1)
        parts = [(term.columns, any(term.lowered)) for term in own[group]] + [(missing, False)]
        parts += [
            (np.broadcast_to(term.columns, (size, *term.columns.shape[1:])), any(term.lowered))
            for term in whole
        ]
        columns.append(np.concatenate([part for part, _ in parts], axis=1))
        lowered.append(
            np.concatenate([np.full(part.shape[:2], flag) for part, flag in parts], axis=1)
        )
    return np.concatenate(columns), np.concatenate(lowered), n_own

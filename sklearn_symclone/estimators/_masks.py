"""Sets of different size in the tables of users: masks, and padding that no mask tells of."""

from __future__ import annotations

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import assert_all_finite
from sklearn.utils.validation import validate_data

from ..symmetry import S, as_symmetry, has_mask, mask_columns

#: Rows that are searched for padding.
N_ROWS = 1000


def first_masked(symmetries):
    """Return the first of some symmetries that has a mask, None if none has.

    Parameters
    ----------
    symmetries : iterable of Symmetry, Representation or str
        As users give them.
    """
    return next((s for s in map(as_symmetry, symmetries) if has_mask(s.inputs)), None)


def validated(estimator, X, *y, symmetry, **settings):
    """Return X and y as scikit-learn validates them, dense, with absent items filled before.

    Parameters
    ----------
    estimator : estimator
        Gets the names and the number of features.
    X : array-like or sparse matrix of shape (n_samples, n_features)
        Anything may stand in the columns of absent items, such as NaN.
    *y : array-like
        The targets, if any.
    symmetry : Symmetry or None
        One with a mask, bound or not. None: all values must be finite.
    **settings
        Of ``validate_data``.

    Returns
    -------
    tuple of ndarray
        X, then y if it was given.
    """
    settings = {"accept_sparse": "csr", "ensure_all_finite": symmetry is None, **settings}
    found = validate_data(estimator, X, *y, **settings)
    X, *y = found if y else (found,)
    X = X.toarray() if issparse(X) else X
    if symmetry is not None:
        X = symmetry.filled(X)
        assert_all_finite(X, input_name="X", estimator_name=type(estimator).__name__)
    return X, *y


def masking_of(symmetry, sizes, is_classification):
    """Return the ``Masking`` of a symmetry, None if there is no mask.

    Parameters
    ----------
    symmetry : Symmetry or None
        One with a mask.
    sizes : tuple of (int, int)
        Numbers of features and of outputs.
    is_classification : bool
    """
    if symmetry is None:
        return None
    masking = symmetry.bind(*sizes).masking
    if is_classification and masking.outputs.are_masked:
        raise ValueError(
            f"in symmetry '{masking.symmetry}' the classes are items, some of which can be absent: "
            "a class cannot be. State outputs that do not name the group of the mask"
        )
    return masking


def padding(symmetry, X):
    """Return what to say of sets that are padded without a mask, None if none is.

    Items count as padded if all of their columns are 0 in the last items of some samples, and if no
    item is so before others that are not. Items of one column are not asked for, for which 0 is an
    ordinary value.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns.
    X : ndarray of shape (n_samples, n_features)
    """
    X = X[:N_ROWS]
    for group, columns in _columns_of_items(symmetry.inputs).items():
        zero = (X[:, columns] == 0).all(axis=2)
        changes = zero.any(axis=0) & ~zero.all(axis=0)
        if changes.any() and (zero[:, 1:] >= zero[:, :-1]).all():
            return (
                f"the last items of {group} are 0 in all of their columns, in "
                f"{zero.any(axis=1).mean():.0%} of the rows: this looks like padding, but zeros "
                f"are values like others. Add {group.dimension} columns to X that are 1 for "
                f"present items and 0 for absent ones, and '{group}.mask' to the symmetry"
            )
    return None


def _columns_of_items(inputs):
    """Return the columns of the items of each S(n) without a mask, if they have several."""
    found = {}
    masked = mask_columns(inputs)
    for group in inputs.groups:
        if not isinstance(group, S) or group in masked:
            continue
        parts = [
            np.moveaxis(block.columns, block.factors.index(group), 0).reshape(group.dimension, -1)
            for block in inputs.blocks()
            if block.factors.count(group) == 1
        ]
        if sum(part.shape[1] for part in parts) > 1:
            found[group] = np.hstack(parts)
    return found

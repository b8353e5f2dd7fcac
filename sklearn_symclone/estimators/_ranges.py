"""Numbers that are too large or too small to learn from, or to predict from, are refused."""

from __future__ import annotations

import numpy as np

#: Sizes of the largest number of X, or of y, with a symmetry: references compute in float32.
WITH_SYMMETRY = (1e-30, 1e30)
#: The same without: what can be squared in float64.
WITHOUT_SYMMETRY = (1e-150, 1e150)
#: Of sample weights: their sums are compared with numbers of samples.
OF_WEIGHTS = (1e-12, 1e12)
#: What scikit-learn's networks say of numbers that are too large, but only after the training.
_LIKE_SCIKIT_LEARN = (
    ". Otherwise: Solver produced non-finite parameter weights. The input data may contain large "
    "values and need to be preprocessed."
)


def check_range(values, name, bounds):
    """Raise a ValueError if the largest size among numbers, or in a column, is out of bounds.

    Columns of zeros pass.

    Parameters
    ----------
    values : ndarray of shape (n_samples,) or (n_samples, n_columns)
        It may be a mapped file: no copy is made. Labels that are no numbers pass.
    name : str
        What the error calls them.
    bounds : tuple of (float, float)
    """
    if values.dtype.kind not in "fiu" or values.size == 0:
        return
    ends = np.array([values.min(axis=0), values.max(axis=0)], dtype=float)
    sizes = np.atleast_1d(abs(ends).max(axis=0))
    least, most = bounds
    of_all = sizes.max()
    wrong = np.flatnonzero((sizes > most) | ((sizes > 0) & (sizes < least)))
    if not len(wrong):
        return
    is_one = least <= of_all <= most
    where, size = (f"column {wrong[0]} of {name}", sizes[wrong[0]]) if is_one else (name, of_all)
    raise ValueError(
        f"the largest size of a number in {where} is {size:.3g}, it must be between {least:g} and "
        f"{most:g}: give {where} in other units, or leave out what is no measurement"
        f"{_LIKE_SCIKIT_LEARN if size > most else ''}"
    )


def check_predictions(outputs, X):
    """Raise a ValueError if predictions are not finite.

    Parameters
    ----------
    outputs : ndarray of shape (n_samples, n_outputs)
    X : ndarray of shape (n_samples, n_features)
        What they were predicted from.
    """
    is_finite = np.isfinite(outputs).all(axis=1)
    if not is_finite.all():
        row = int(np.argmin(is_finite))
        raise ValueError(
            f"the prediction for row {row} of X overflows {outputs.dtype}: the largest value "
            f"in it is {np.abs(X[row]).max():.3g}. Leave such rows out"
        )

"""The balance scale: which side goes down? Swapping the sides swaps the answer."""

from __future__ import annotations

from itertools import product

import numpy as np


def make_balance_scale() -> tuple[np.ndarray, np.ndarray]:
    """Generate the UCI balance scale table from the law of the lever.

    A scale carries a weight at some distance on either side and tips towards the
    greater product of the two. Swapping the sides swaps the classes L and R and keeps B:
    with the classes in sorted order (B, L, R), the symmetry expression is
    ``"S(2)*2 -> 1 + S(2)"``.

    Returns
    -------
    X : ndarray of shape (625, 4)
        Left weight, left distance, right weight, right distance: all combinations of
        1, ..., 5, the last column changing fastest, as in the UCI table.
    y : ndarray of shape (625,), dtype=str
        "L" (288 samples) if the scale tips to the left, "R" (288 samples) if it tips to the right,
        "B" (49 samples) if it is balanced.

    See Also
    --------
    make_tic_tac_toe : Another table that follows from rules.

    References
    ----------
    .. [1] R. Siegler, "Balance Scale", UCI Machine Learning Repository,
           `doi:10.24432/C5488X <https://doi.org/10.24432/C5488X>`_.

    Examples
    --------
    >>> from sklearn_symclone.datasets import make_balance_scale
    >>> X, y = make_balance_scale()
    >>> print(X[1], y[1])
    [1. 1. 1. 2.] R
    """
    X = np.array(list(product(range(1, 6), repeat=4)), dtype=np.float64)
    left, right = X[:, 0] * X[:, 1], X[:, 2] * X[:, 3]
    y = np.select([left > right, left < right], ["L", "R"], default="B")
    return X, y

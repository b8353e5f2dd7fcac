"""Other ways to use a symmetry, or to do without, that learning curves are compared with."""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, MetaEstimatorMixin, clone
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.multioutput import MultiOutputRegressor
from sklearn.utils import check_random_state

from ..symmetry import as_symmetry


class Augmented(MetaEstimatorMixin, BaseEstimator):
    """A network that is fitted to the rows and to moved copies of them.

    Parameters
    ----------
    estimator : estimator
        The network.
    symmetry : Symmetry, Representation or str
        How columns and targets transform.
    n_copies : int, default=8
        Copies of each row, itself among them.
    random_state : int, default=0
        Draws the group elements.
    """

    def __init__(self, estimator, symmetry, n_copies=8, random_state=0):
        self.estimator, self.symmetry = estimator, symmetry
        self.n_copies, self.random_state = n_copies, random_state

    def fit(self, X, y):
        """Fit the network to all copies."""
        classes = np.unique(y) if hasattr(self.estimator, "predict_proba") else None
        Y = y.reshape(len(y), -1) if classes is None else (y[:, None] == classes).astype(float)
        symmetry = as_symmetry(self.symmetry).bind(X.shape[1], Y.shape[1])
        random_state = check_random_state(self.random_state)
        rows, targets = [X], [y]
        for _ in range(self.n_copies - 1):
            elements = symmetry.sample(len(X), random_state, X)
            rows.append(symmetry.inputs.transform(elements, X))
            moved = symmetry.outputs.transform(elements, Y)
            targets.append(
                moved.reshape(y.shape) if classes is None else classes[moved.argmax(axis=1)]
            )
        self.estimator_ = clone(self.estimator).fit(np.concatenate(rows), np.concatenate(targets))
        return self

    def score(self, X, y):
        """Return the score of the network."""
        return self.estimator_.score(X, y)


def boosting(classifies, seed):
    """Return scikit-learn's gradient-boosted trees, also for several targets."""
    if classifies:
        return HistGradientBoostingClassifier(random_state=seed)
    return _Boosted(HistGradientBoostingRegressor(random_state=seed))


class _Boosted(MultiOutputRegressor):
    """Boosted trees for one target or several."""

    def fit(self, X, y):
        return super().fit(X, y.reshape(len(y), -1))

    def score(self, X, y):
        return super().score(X, y.reshape(len(y), -1))

"""Choose the strength on held-out rows."""

from __future__ import annotations

from contextlib import contextmanager
from tempfile import TemporaryDirectory

import numpy as np
from joblib import Memory
from sklearn.base import clone, is_classifier
from sklearn.model_selection import (
    GridSearchCV,
    ShuffleSplit,
    StratifiedShuffleSplit,
    check_cv,
)
from sklearn.utils import check_random_state
from sklearn.utils.validation import _num_samples

#: Strengths that are tried.
STRENGTHS = (0.0, 0.01, 0.1, 0.5, 1.0)
#: Rows up to which each of several parts is held out in turn; of more, one is.
FEW_ROWS, FOLDS, HELD_OUT = 500, 3, 0.2


def choose_strength(estimator, X, y, sample_weight=None):
    """Return an unfitted copy of an estimator with the strength that predicts held-out rows best.

    Parameters
    ----------
    estimator : SymmetryClonedRegressor or SymmetryClonedClassifier
    X, y, sample_weight
        As for its ``fit``.

    Returns
    -------
    estimator
        Its random state is a number, and its strength one of ``STRENGTHS``; without a symmetry 0.
    """
    estimator = clone(estimator)
    if estimator.symmetry is None:
        return estimator.set_params(strength=0.0)
    estimator.set_params(random_state=seed_of(estimator))
    with shared_memory(estimator) as candidate:
        search = GridSearchCV(
            candidate,
            {"strength": STRENGTHS},
            cv=default_cv(estimator, X, y),
            refit=False,
            error_score="raise",
        )
        search.fit(X, y, sample_weight=sample_weight)
    return estimator.set_params(strength=search.best_params_["strength"])


def seed_of(estimator):
    """Return a number for the random state: references and clones are shared by equal ones."""
    if isinstance(estimator.random_state, int):
        return estimator.random_state
    return int(check_random_state(estimator.random_state).randint(np.iinfo(np.int32).max))


@contextmanager
def shared_memory(estimator):
    """Give a copy of an estimator a cache of references and clones, for as long as it is used."""
    if estimator.memory is not None:
        yield clone(estimator)
        return
    with TemporaryDirectory() as folder:
        yield clone(estimator).set_params(memory=Memory(folder, verbose=0))


def default_cv(estimator, X, y):
    """Return how rows are held out if nothing else is asked for."""
    if _num_samples(X) <= FEW_ROWS:
        return check_cv(FOLDS, y, classifier=is_classifier(estimator))
    split = StratifiedShuffleSplit if is_classifier(estimator) else ShuffleSplit
    return split(1, test_size=HELD_OUT, random_state=0)

"""How a search scores a model on held-out samples."""

from __future__ import annotations

import inspect

import numpy as np
from sklearn.metrics import check_scoring

from ..returned import checked_score


def held_out_score(model, data, scoring):
    """Return the score of a fitted model on held-out samples.

    Parameters
    ----------
    model : SymmetryClonedRegressor or SymmetryClonedClassifier
        It is fitted.
    data : TrainingData
        The held-out samples.
    scoring : str, callable or None
        As in ``GridSearchCV``. None: R², or minus the Brier score.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If a scorer of the user returns no number.
    """
    X, Y, sample_weight = data.read()
    if scoring is None and data.classes is not None:
        in_order = Y[:, np.argsort(data.classes)]
        return -brier_score(in_order, model.predict_proba(X), sample_weight)
    scorer = check_scoring(model, scoring)
    weights = {}
    # a user's scorer need not take weights
    if data.is_weighted and _takes_weights(scorer):
        weights = {"sample_weight": sample_weight}
    return checked_score(scorer(model, X, data.targets, **weights), scoring)


def _takes_weights(scorer):
    parameters = inspect.signature(scorer).parameters.values()
    return any(p.name == "sample_weight" or p.kind is p.VAR_KEYWORD for p in parameters)


def brier_score(Y, probabilities, sample_weight):
    """Return the Brier score of samples that need not have all classes.

    Otherwise it is scikit-learn's ``brier_score_loss``. It tells models apart that have the same
    accuracy. It is bounded where the log loss is not: networks of few samples are sometimes sure
    and wrong.

    Parameters
    ----------
    Y, probabilities : ndarray of shape (n_samples, n_classes)
        True and predicted probabilities.
    sample_weight : ndarray of shape (n_samples,)
        Weights of the samples.
    """
    losses = np.square(probabilities - Y).sum(axis=1) / (2 if Y.shape[1] == 2 else 1)
    return np.average(losses, weights=sample_weight)


def check_finite(scores, scoring):
    """Raise a ValueError if one of the scores of a search is not finite."""
    if not np.isfinite(scores).all():
        raise ValueError(
            f"scoring={scoring!r} is not finite on all held-out samples: {scores.tolist()}; give "
            "another scoring, or a cv with more held-out samples"
        )

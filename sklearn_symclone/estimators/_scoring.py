"""How a search scores a model on held-out samples."""

from __future__ import annotations

import inspect

import numpy as np
from sklearn.metrics import check_scoring


def held_out_score(model, data, scoring):
    """Return the score of a fitted model on held-out samples.

    Parameters
    ----------
    model : SymmetryClonedRegressor or SymmetryClonedClassifier
    data : TrainingData
    scoring : str, callable or None
        None: R², or minus the Brier score.
    """
    X, Y, sample_weight = data.read()
    if scoring is None and data.classes is not None:
        return -brier_score(Y, model.predict_proba(X), sample_weight)
    scorer = check_scoring(model, scoring)
    weights = {}
    # a scorer of one's own need not know of weights
    if data.is_weighted and _takes_weights(scorer):
        weights = {"sample_weight": sample_weight}
    return scorer(model, X, data.targets, **weights)


def _takes_weights(scorer):
    parameters = inspect.signature(scorer).parameters.values()
    return any(p.name == "sample_weight" or p.kind is p.VAR_KEYWORD for p in parameters)


def brier_score(Y, probabilities, sample_weight):
    """Return scikit-learn's ``brier_score_loss`` of one-hot rows, which need not have all classes.

    It tells probabilities apart where accuracies tie, and forgives a network of few samples that
    is sure of itself and wrong, where the log loss has no bound.

    Parameters
    ----------
    Y, probabilities : ndarray of shape (n_samples, n_classes)
    sample_weight : ndarray of shape (n_samples,)
    """
    losses = np.square(probabilities - Y).sum(axis=1) / (2 if Y.shape[1] == 2 else 1)
    return np.average(losses, weights=sample_weight)


def check_finite(scores, scoring):
    """Raise a ValueError if one of the scores of a search is not finite."""
    if not np.isfinite(scores).all():
        raise ValueError(
            f"scoring={scoring!r} is not finite on all held-out rows: {scores.tolist()}; give "
            "another scoring, or a cv with more held-out rows"
        )

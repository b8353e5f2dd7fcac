"""Scores of probabilities that a benchmark publishes beside its errors."""

from __future__ import annotations

import numpy as np
from scipy.special import xlogy

#: Probabilities are clipped this far from 0 before their logarithm is taken.
SMALLEST = 1e-7
N_BINS = 15


def indicators(y, classes):
    """Return a column for each class, 1 in the rows of the class and 0 elsewhere."""
    return (np.asarray(y)[:, None] == np.asarray(classes)).astype(float)


def class_probabilities(model, X, classes):
    """Return the probabilities of a model, a column for each class; 0 for those it never saw."""
    given = np.asarray(model.predict_proba(X), dtype=float)
    return given @ indicators(model.classes_, classes)


def log_loss(targets, probabilities):
    """Return the mean log loss in nats.

    Parameters
    ----------
    targets : ndarray of shape (n_samples, n_classes)
        Indicators of the classes, or their true probabilities: then the expected loss.
    probabilities : ndarray of shape (n_samples, n_classes)

    Returns
    -------
    float
    """
    return float(-(targets * np.log(np.clip(probabilities, SMALLEST, 1))).sum(axis=1).mean())


def least_log_loss(targets):
    """Return the log loss of the true probabilities, which no prediction is better than."""
    return float(-xlogy(targets, targets).sum(axis=1).mean())


def calibration_error(targets, probabilities):
    """Return the expected calibration error of the most probable class.

    Rows are put into 15 equally wide bins of their largest probability. The error is the mean
    over rows of how far the mean of these probabilities in a bin is from the share of rows whose
    most probable class is right (Guo et al., 2017).

    Parameters
    ----------
    targets : ndarray of shape (n_samples, n_classes)
        Indicators of the classes, or their true probabilities.
    probabilities : ndarray of shape (n_samples, n_classes)

    Returns
    -------
    float
    """
    best = probabilities.argmax(axis=1)[:, None]
    confidence = np.take_along_axis(probabilities, best, axis=1)[:, 0]
    right = np.take_along_axis(targets, best, axis=1)[:, 0]
    # a bin has its upper edge: .2 is in the third bin of 15, which ends there
    bins = np.clip(np.ceil(confidence * N_BINS).astype(int) - 1, 0, N_BINS - 1)
    gaps = np.bincount(bins, weights=confidence - right, minlength=N_BINS)
    return float(np.abs(gaps).sum() / len(bins))

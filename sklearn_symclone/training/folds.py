"""Folds of samples that do not depend on the order of a table, nor on how often a sample stands."""

from __future__ import annotations

import numpy as np


def fold_numbers(X, Y, sample_weight, n_folds):
    """Return the fold of each sample, from 0 to ``n_folds`` - 1.

    The content of a sample decides. Equal samples fall into one fold, so that a weight of 2 is the
    same as to list a sample twice. Samples of weight zero count for nothing. Folds are equally
    large, within each class where there are classes.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    Y : ndarray of shape (n_samples, n_outputs)
        Probabilities of classes, or values.
    sample_weight : ndarray of shape (n_samples,)
    n_folds : int

    Returns
    -------
    ndarray of int of shape (n_samples,)
    """
    marks = _marks(X)
    kinds = Y.argmax(axis=1) if _are_classes(Y) else np.zeros(len(Y), dtype=int)
    folds = np.zeros(len(X), dtype=int)
    for kind in np.unique(kinds):
        counted = (kinds == kind) & (sample_weight > 0)
        known = np.unique(marks[counted])
        places = np.searchsorted(known, marks)
        folds = np.where(kinds == kind, places * n_folds // max(1, len(known)), folds)
    return np.minimum(folds, n_folds - 1)


def merge_equal(X, losses, weights):
    """Return the mean loss and the total weight of each distinct row of X.

    A comparison of models counts a row that stands twice as one observation, as it counts a weight
    of 2.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    losses, weights : ndarray of shape (n_samples,)

    Returns
    -------
    losses, weights : ndarray of shape (n_distinct,)
        Without rows of weight zero.
    """
    _, kinds = np.unique(_marks(X), return_inverse=True)
    total = np.bincount(kinds, weights)
    counted = total > 0
    return np.bincount(kinds, weights * losses)[counted] / total[counted], total[counted]


def _are_classes(Y):
    return Y.shape[1] > 1 and bool(np.isin(Y, (0, 1)).all() and (Y.sum(axis=1) == 1).all())


def _marks(X):
    """Return a number for each row of X, the same for equal rows, without an order otherwise."""
    # the digits of float32: the same table in both precisions has the same folds
    columns = np.ascontiguousarray(X, dtype=np.float32) + np.float32(0)  # 0 and -0 are equal
    words = columns.view(np.uint32).astype(np.uint64)
    marks = np.full(len(X), 0x9E3779B97F4A7C15, dtype=np.uint64)
    for word in words.T:
        marks ^= word
        # the finaliser of SplitMix64
        marks = (marks ^ (marks >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        marks = (marks ^ (marks >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        marks ^= marks >> np.uint64(31)
    return marks

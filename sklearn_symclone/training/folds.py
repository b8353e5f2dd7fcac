"""Folds of samples that do not depend on the order of a table, nor on how often a sample stands."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np


def fold_numbers(X, Y, sample_weight, n_folds, groups=None):
    """Return the fold of each sample, from 0 to ``n_folds`` - 1.

    The content of a sample decides. Equal samples fall into one fold, so that a weight of 2 is the
    same as to list a sample twice. Samples of weight zero count for nothing. Folds are equally
    large, within each class where there are classes.

    With groups their labels decide. A group falls into one fold as a whole, and folds are as
    equally large as that allows.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    Y : ndarray of shape (n_samples, n_outputs)
        Probabilities of classes, or values.
    sample_weight : ndarray of shape (n_samples,)
    n_folds : int
    groups : ndarray of shape (n_samples,), default=None
        The label of each sample's group.

    Returns
    -------
    ndarray of int of shape (n_samples,)
        With fewer groups than folds, the last folds are empty.
    """
    if groups is not None:
        return _folds_of_groups(X, sample_weight, groups, n_folds)
    marks = _marks(X)
    kinds = Y.argmax(axis=1) if _are_classes(Y) else np.zeros(len(Y), dtype=int)
    folds = np.zeros(len(X), dtype=int)
    for kind in np.unique(kinds):
        counted = (kinds == kind) & (sample_weight > 0)
        known = np.unique(marks[counted])
        places = np.searchsorted(known, marks)
        folds = np.where(kinds == kind, places * n_folds // max(1, len(known)), folds)
    return np.minimum(folds, n_folds - 1)


def count_distinct(X, numbers, minlength=0):
    """Return how many distinct rows of X have each number, from 0 on.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    numbers : ndarray of int of shape (n_samples,)
    minlength : int, default=0
        Numbers that are counted at least.
    """
    pairs = _marks(X) + numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    _, first = np.unique(pairs, return_index=True)
    return np.bincount(numbers[first], minlength=minlength)


def choose_groups(groups, weights, share, seed):
    """Return which samples belong to groups that are held out, about a share of the total weight.

    Parameters
    ----------
    groups : ndarray of shape (n_samples,)
        Labels, at least two different ones.
    weights : ndarray of shape (n_samples,)
    share : float
    seed : int

    Returns
    -------
    ndarray of bool of shape (n_samples,)
        At least one group is held out, and one is not.
    """
    labels, codes = np.unique(groups, return_inverse=True)
    order = np.argsort(_label_marks(labels, seed))
    total = np.cumsum(np.bincount(codes, weights)[order])
    n_held_out = np.searchsorted(total, share * total[-1], side="right")
    held_out = order[: np.clip(n_held_out, 1, len(labels) - 1)]
    return np.isin(codes, held_out)


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


def _folds_of_groups(X, sample_weight, groups, n_folds):
    """Return the fold of each sample: from the largest group on, each goes to the smallest fold."""
    labels, codes = np.unique(groups, return_inverse=True)
    counted = sample_weight > 0
    sizes = count_distinct(X[counted], codes[counted], minlength=len(labels))
    folds, totals = np.zeros(len(labels), dtype=int), np.zeros(n_folds, dtype=int)
    for group in np.lexsort((_label_marks(labels), -sizes)):
        folds[group] = totals.argmin()
        totals[folds[group]] += sizes[group]
    return folds[codes]


def _label_marks(labels, seed=0):
    """Return a number for each label, without an order, the same in every process."""
    digests = (blake2b(f"{seed} {label}".encode(), digest_size=8).digest() for label in labels)
    return np.array([int.from_bytes(digest, "little") for digest in digests], dtype=np.uint64)


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

"""Fit candidates to folds, sharing what they have in common, and score what is held out."""

from __future__ import annotations

import inspect

import numpy as np
from sklearn.base import clone as unfitted
from sklearn.metrics import check_scoring
from sklearn.model_selection import (
    KFold,
    ShuffleSplit,
    StratifiedKFold,
    StratifiedShuffleSplit,
    check_cv,
)

from ._phases import keep, prepare
from .cloning.task_fit import run_all

#: Strengths that are tried if none are given.
STRENGTHS = (0.0, 0.01, 0.1, 0.5, 1.0)
#: Rows up to which each of several parts is held out in turn; of more, one is.
FEW_ROWS, FOLDS, HELD_OUT = 500, 3, 0.2
#: Rows of which parts can be held out: no part has fewer than two, of which there is an R².
FEWEST_ROWS = 2 * FOLDS


def cross_validate(candidates, table, seeds, device, *, cv=None, scoring=None):
    """Return the scores of candidates on held-out rows.

    Parameters
    ----------
    candidates : list of SymmetryClonedRegressor or SymmetryClonedClassifier
        Not fitted. Those of one symmetry may differ in strength alone.
    table : TrainingData
    seeds : list of int
        What each fit draws its random numbers from.
    device : str
    cv : int, splitter, iterable of (train, test), or None, default=None
        None: ``default_cv``.
    scoring : str, callable or None, default=None
        None: R², or minus the Brier score.

    Returns
    -------
    ndarray of shape (n_candidates, n_splits)
    """
    y, is_classification = table.targets, table.classes is not None
    if cv is None:
        cv = default_cv(y, is_classification)
    splits = list(check_cv(cv, y, classifier=is_classification).split(table.X, y))
    parts = [_part(table, train) for train, _ in splits]
    held_out = [_part(table, test) for _, test in splits]
    scores = [
        [score(model, rows, scoring) for model, rows in zip(fitted, held_out, strict=True)]
        for fitted in fit_all(candidates, parts, seeds, device)
    ]
    if not np.isfinite(scores).all():
        raise ValueError(
            f"scoring={scoring!r} is not finite on all held-out rows: {scores}; give another "
            "scoring, or a cv with more held-out rows"
        )
    return np.array(scores)


def _part(table, places):
    part = table.take(places)
    if part.total_weight == 0:
        raise ValueError(
            "cv makes a part of the rows in which all sample_weight are zero: give fewer, or "
            "other, parts"
        )
    return part


def fit_all(candidates, tables, seeds, device):
    """Fit a copy of each candidate to each table.

    For each table and symmetry the reference is fitted and cloned once, for all strengths.

    Returns
    -------
    list of list of estimators
        One list for each candidate.
    """
    models = [[unfitted(candidate) for _ in tables] for candidate in candidates]
    prepared = []
    for column, table in zip(zip(*models, strict=True), tables, strict=True):
        clones = {}
        for model in column:
            clone = clones.get(model.symmetry)
            announce = clone is None and table is tables[0]
            phases = prepare(model, table, seeds, device, clone=clone, announce=announce)
            if phases.clone is not None:
                clones[model.symmetry] = phases.clone
            prepared.append((model, phases))
    run_all([fit for _, phases in prepared for fit in phases.task_fits])
    for model, phases in prepared:
        keep(model, phases, seeds)
    return models


def choose(candidates, scores):
    """Return which candidate has the best mean score; of equals the one of the largest strength."""
    means = scores.mean(axis=1)
    return max(range(len(candidates)), key=lambda i: (means[i], candidates[i].strength, -i))


def score(model, table, scoring):
    """Return the score of a fitted model on rows."""
    X, Y, sample_weight = table.read()
    if scoring is None and table.classes is not None:
        return -brier_score(Y, model.predict_proba(X), sample_weight)
    scorer = check_scoring(model, scoring)
    weights = {}
    # a scorer of one's own need not know of weights
    if table.is_weighted and _takes_weights(scorer):
        weights = {"sample_weight": sample_weight}
    return scorer(model, X, table.targets, **weights)


def _takes_weights(scorer):
    parameters = inspect.signature(scorer).parameters.values()
    return any(p.name == "sample_weight" or p.kind is p.VAR_KEYWORD for p in parameters)


def brier_score(Y, probabilities, sample_weight):
    """Return scikit-learn's ``brier_score_loss`` of one-hot rows, which need not have all classes.

    It tells probabilities apart where accuracies tie, and forgives a network of few rows that is
    sure of itself and wrong, where the log loss has no bound.
    """
    losses = np.square(probabilities - Y).sum(axis=1) / (2 if Y.shape[1] == 2 else 1)
    return np.average(losses, weights=sample_weight)


def default_cv(y, is_classification):
    """Return how rows are held out if nothing else is asked for.

    Each third of at most 500 rows in turn, or a fifth of more; classes are spread evenly if none of
    them is too rare.
    """
    if len(y) < FEWEST_ROWS:
        raise ValueError(
            f"n_samples={len(y)} is too few to hold rows out, {FEWEST_ROWS} are needed: give a "
            "strength, or a cv of your own"
        )
    few = len(y) <= FEW_ROWS
    rarest = np.unique(y, return_counts=True)[1].min() if is_classification else 0
    if few:
        kind = StratifiedKFold if rarest >= FOLDS else KFold
        return kind(FOLDS, shuffle=True, random_state=0)
    kind = StratifiedShuffleSplit if rarest >= 2 else ShuffleSplit
    return kind(1, test_size=HELD_OUT, random_state=0)

"""Fit candidates to folds, sharing what they have in common, and score what is held out."""

from __future__ import annotations

import numpy as np
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    ShuffleSplit,
    StratifiedKFold,
    StratifiedShuffleSplit,
    check_cv,
)

from ..defaults import FEW_SAMPLES, FOLDS, HELD_OUT
from ..imitation import choose_recipe, fit_teacher
from ..training import stage
from .pipeline import announce, hold_out, result
from .task import fits_to_task, run_all

#: Samples of which parts can be held out: no part has fewer than two, of which there is an R².
FEWEST_SAMPLES = 2 * FOLDS


def splits_of(data, cv):
    """Return how samples are held out.

    Parameters
    ----------
    data : TrainingData
    cv : int, splitter, iterable of (train, test), or None
        None: ``default_cv``.

    Returns
    -------
    list of (train, test)
        The places of the samples of each part.
    """
    y, is_classification = data.targets, data.classes is not None
    if cv is None:
        cv = default_cv(y, is_classification, data.groups)
    splits = list(check_cv(cv, y, classifier=is_classification).split(data.X, y, data.groups))
    if not splits:
        raise ValueError(f"cv={cv!r} holds nothing out: give at least one split, or cv=None")
    return splits


def cross_validate(candidates, data, seeds, score, splits):
    """Return the scores of candidates on held-out samples, and their equivariance errors.

    Parameters
    ----------
    candidates : list of Settings
        Those of one symmetry may differ in strength alone.
    data : TrainingData
    seeds : Seeds
        What each fit draws its random numbers from.
    score : callable
        From a ``Result`` and held-out ``TrainingData`` to a number.
    splits : list of (train, test)
        The places of the samples of each part.

    Returns
    -------
    scores : ndarray of shape (n_candidates, n_splits)
    errors : ndarray of shape (n_candidates, n_splits)
        On samples that were fitted. NaN where a candidate has no symmetry.
    """
    parts = [_part(data, train) for train, _ in splits]
    held_out = [_part(data, test) for _, test in splits]
    fitted = fit_all(candidates, parts, seeds)
    scores = [
        [score(found, samples) for found, samples in zip(row, held_out, strict=True)]
        for row in fitted
    ]
    errors = [[found.equivariance_error for found in row] for row in fitted]
    return np.array(scores), np.array(errors, dtype=float)


def _part(data, places):
    part = data.take(places)
    if part.total_weight == 0:
        raise ValueError(
            "cv makes a part of the rows in which all sample_weight are zero: give fewer, or "
            "other, parts"
        )
    return part.counted()


def fit_all(candidates, parts, seeds):
    """Fit each candidate to each part of the data.

    For each part and symmetry the reference is fitted and cloned once, for all strengths.

    Parameters
    ----------
    candidates : list of Settings
    parts : list of TrainingData
    seeds : Seeds

    Returns
    -------
    list of list of Result
        One list for each candidate.
    """
    for settings in {s.symmetry: s for s in candidates if s.imitation.gives}.values():
        announce(settings)
    prepared = []
    for number, part in enumerate(parts, start=1):
        with stage(f"fold {number} of {len(parts)}"):
            prepared.append(list(_prepare(candidates, part, seeds)))
    with stage("all folds"):
        run_all([fit for column in prepared for *_, fits in column for fit in fits])
    return [[result(*one, seeds) for one in row] for row in zip(*prepared, strict=True)]


def _prepare(candidates, part, seeds):
    """Yield settings, data, clone and fits to the task of each candidate."""
    clones = {}
    for settings in candidates:
        data, validation = hold_out(settings, part, seeds)
        shared = settings.imitation.name, settings.symmetry
        if shared not in clones:
            with stage(f"symmetry {settings.symmetry}"):
                recipe = choose_recipe(data, settings, seeds)
                teacher = fit_teacher(data, settings, seeds, recipe)
                clones[shared] = settings.imitation.clone(teacher, settings, seeds)
        clone = clones[shared]
        yield settings, data, clone, fits_to_task(settings, data, validation, clone, seeds)


def choose(strengths, scores):
    """Return which candidate has the best mean score; of equals the one of the largest strength.

    Parameters
    ----------
    strengths : sequence of float
    scores : ndarray of shape (n_candidates, n_splits)
    """
    means = scores.mean(axis=1)
    return max(range(len(means)), key=lambda i: (means[i], strengths[i], -i))


def default_cv(y, is_classification, groups=None):
    """Return how samples are held out if nothing else is asked for.

    Each third of at most 500 samples in turn, or a fifth of more; classes are spread evenly if none
    of them is too rare. Where there are groups, whole groups are held out.
    """
    if len(y) < FEWEST_SAMPLES:
        raise ValueError(
            f"n_samples={len(y)} is too few to hold rows out, {FEWEST_SAMPLES} are needed: give a "
            "strength, or a cv of your own"
        )
    few = len(y) <= FEW_SAMPLES
    if groups is not None:
        return _default_cv_of_groups(len(np.unique(groups)), few)
    rarest = np.unique(y, return_counts=True)[1].min() if is_classification else 0
    if few:
        kind = StratifiedKFold if rarest >= FOLDS else KFold
        return kind(FOLDS, shuffle=True, random_state=0)
    kind = StratifiedShuffleSplit if rarest >= 2 else ShuffleSplit
    return kind(1, test_size=HELD_OUT, random_state=0)


def _default_cv_of_groups(n_groups, few):
    if n_groups == 1:
        raise ValueError("groups has one label, two are needed: give no groups, or your own cv")
    if few:
        return GroupKFold(min(FOLDS, n_groups))
    return GroupShuffleSplit(1, test_size=HELD_OUT, random_state=0)

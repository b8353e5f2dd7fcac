"""How a search holds samples out: the parts of a table, and the checks that they suffice."""

from __future__ import annotations

from numbers import Integral

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

    Raises
    ------
    ValueError
        If there are no splits, or one of them is no pair of places of samples.
    """
    y, is_classification = data.targets, data.classes is not None
    if cv is None:
        cv = default_cv(y, is_classification, data.groups)
    if isinstance(cv, Integral) or hasattr(cv, "split"):
        given = check_cv(cv, y, classifier=is_classification).split(data.X, y, data.groups)
    else:
        given = cv
    splits = [_checked_split(split, number, len(y)) for number, split in enumerate(given, start=1)]
    if not splits:
        raise ValueError(f"cv={cv!r} holds nothing out: give at least one split, or cv=None")
    return splits


def _checked_split(split, number, n_samples):
    """Return the places of both parts of a split, if they are places of a table."""
    try:
        train, test = split
    except (TypeError, ValueError):
        raise ValueError(
            f"split {number} of cv must be a pair of the places of rows, (train, test), got "
            f"{split!r:.60}"
        ) from None
    return tuple(_checked_places(places, number, n_samples) for places in (train, test))


def _checked_places(places, number, n_samples):
    places = np.asarray(places)
    if places.dtype == bool and places.shape == (n_samples,):
        places = np.flatnonzero(places)
    is_list = places.ndim == 1 and places.size > 0 and places.dtype.kind in "iu"
    if not is_list or places.min() < -n_samples or places.max() >= n_samples:
        raise ValueError(
            f"split {number} of cv must hold at least one place of a row in each part, whole "
            f"numbers from 0 to {n_samples - 1}, got {places.tolist()!r:.60}"
        )
    return places


def part_of(data, places):
    """Return a table of the samples of one part that have a weight."""
    part = data.take(places)
    if part.total_weight == 0:
        raise ValueError(
            "cv makes a part of the rows in which all sample_weight are zero: give fewer, or "
            "other, parts"
        )
    return part.counted()


def check_r2(data, splits):
    """Raise a ValueError if a fold holds out too few samples for R².

    Parameters
    ----------
    data : TrainingData
    splits : list of (train, test)
    """
    for number, (_, test) in enumerate(splits, start=1):
        if len(part_of(data, test)) < 2:
            raise ValueError(
                f"fold {number} of {len(splits)} of cv holds out fewer than 2 samples, which R² "
                "needs: give another scoring, or a cv with more held-out samples"
            )


def check_early_stopping(data, splits, share):
    """Raise a ValueError if ``early_stopping`` cannot hold samples out in one of the folds.

    Parameters
    ----------
    data : TrainingData
    splits : list of (train, test)
    share : float
        Of the samples of a fold that are held out.
    """
    for number, (train, _) in enumerate(splits, start=1):
        try:
            part_of(data, train).check_split(share)
        except ValueError as error:
            raise ValueError(f"in fold {number} of {len(splits)} of cv: {error}") from None


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

"""Fit candidates to folds, sharing what they have in common, and score what is held out."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..imitation import Clone, choose_recipe, fit_teacher
from ..training import TrainingData, stage
from .explain import explain_clone, explain_score
from .jobs import Jobs
from .pipeline import announce, hold_out, result
from .settings import Settings
from .splits import part_of
from .task import fits_to_task, groups_of, run

#: In this process, one fit after the other.
ALONE = Jobs()


class Measured(NamedTuple):
    """What a search measures of its candidates in each fold; NaN: the candidate was left out.

    Parameters
    ----------
    scores : ndarray of shape (n_candidates, n_splits)
    errors : ndarray of shape (n_candidates, n_splits)
        Equivariance errors on samples that were fitted. NaN where a candidate has no symmetry.
    fit_times, score_times : ndarray of shape (n_candidates, n_splits)
        In seconds.
    """

    scores: np.ndarray
    errors: np.ndarray
    fit_times: np.ndarray
    score_times: np.ndarray

    @classmethod
    def joined(cls, several):
        """Return what was measured of several lists of candidates as one."""
        return cls(*map(np.concatenate, zip(*several, strict=True)))

    @property
    def are_complete(self):
        """Whether each candidate was fitted to all folds."""
        return ~np.isnan(self.fit_times).any(axis=1)


def cross_validate(candidates, data, seeds, score, splits, jobs=ALONE):
    """Return what candidates reach on held-out samples.

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
    jobs : Jobs, default=ALONE

    Returns
    -------
    Measured
    """
    parts = [part_of(data, train) for train, _ in splits]
    held_out = [part_of(data, test) for _, test in splits]
    shape = len(candidates), len(splits)
    found = Measured(*(np.full(shape, np.nan) for _ in Measured._fields))
    for place, row in enumerate(fit_all(candidates, parts, seeds, jobs)):
        for number, fitted in enumerate(row or ()):
            started = time.perf_counter()
            reached = found.scores[place, number] = score(fitted, held_out[number])
            found.score_times[place, number] = time.perf_counter() - started
            found.fit_times[place, number] = fitted.seconds
            if fitted.equivariance_error is not None:
                found.errors[place, number] = fitted.equivariance_error
            jobs.tell(explain_score(number, len(splits), fitted, reached))
    return found


def fit_all(candidates, parts, seeds, jobs=ALONE):
    """Fit each candidate to each part of the data.

    For each part and symmetry the reference is fitted and cloned once, for all strengths. The fits
    to the task that are alike are then trained as one, whatever part they are of.

    Parameters
    ----------
    candidates : list of Settings
    parts : list of TrainingData
    seeds : Seeds
    jobs : Jobs, default=ALONE
        References and clones, and kinds of fits to the task, run side by side.

    Returns
    -------
    list of (list of Result, or None)
        One list for each candidate. None: the time was over before its clones were made.
    """
    sharing = {}
    for settings in candidates:
        sharing.setdefault(_shared(settings), settings)
    for settings in sharing.values():
        if settings.imitation.gives:
            announce(settings)
    cells = list(itertools.product(sharing, range(len(parts))))
    calls = [(sharing[key], parts[n], seeds, (n, len(parts)), jobs) for key, n in cells]
    clones = dict(zip(cells, jobs.run(_clone, calls), strict=True))
    rows = []
    for settings in candidates:
        made = [clones[_shared(settings), n] for n in range(len(parts))]
        if None in made:
            rows.append(None)
            continue
        pairs = zip(parts, made, strict=True)
        rows.append([Started.of(settings, *pair, seeds) for pair in pairs])
    columns = zip(*filter(None, rows), strict=True)
    with stage("all folds"):
        _run_all([started for column in columns for started in column], jobs)
    return [row and [started.result(seeds) for started in row] for row in rows]


def _shared(settings):
    """Return what candidates have in common that share a clone."""
    return settings.imitation.name, settings.symmetry


def _clone(settings, part, seeds, fold, jobs):
    """Return the clone for one part of the data, and the seconds that it took.

    None: the time is over.
    """
    if jobs.is_over:
        return None
    started = time.perf_counter()
    data, _ = hold_out(settings, part, seeds)
    with stage(f"fold {fold[0] + 1} of {fold[1]}"), stage(f"symmetry {settings.symmetry}"):
        recipe = choose_recipe(data, settings, seeds)
        teacher = fit_teacher(data, settings, seeds, recipe)
        clone = settings.imitation.clone(teacher, settings, seeds)
    seconds = time.perf_counter() - started
    if settings.imitation.gives:
        jobs.tell(explain_clone(*fold, settings, seconds))
    return clone, seconds


@dataclass(eq=False)
class Started:
    """A candidate in one part of the data, whose fits to the task are ready to be run.

    Parameters
    ----------
    settings : Settings
    data : TrainingData
        The samples that are fitted.
    clone : Clone
    fits : list of TaskFit
    seconds : float
        What the clone took, and what its own fits have taken.
    """

    settings: Settings
    data: TrainingData
    clone: Clone
    fits: list
    seconds: float

    @classmethod
    def of(cls, settings, part, made, seeds):
        """Return a candidate that goes on from what ``_clone`` has made."""
        clone, seconds = made
        data, validation = hold_out(settings, part, seeds)
        fits = fits_to_task(settings, data, validation, clone, seeds)
        return cls(settings, data, clone, fits, seconds)

    def result(self, seeds):
        """Return the ``Result``."""
        found = result(self.settings, self.data, self.clone, self.fits, seeds)
        return replace(found, seconds=self.seconds)


def _run_all(every, jobs):
    """Run the fits to the task of all candidates. Fits that run as one share their seconds."""
    owners = {fit: started for started in every for fit in started.fits}
    groups = groups_of(owners)
    for group, found in zip(groups, jobs.run(_run, [(group,) for group in groups]), strict=True):
        learned, seconds = found
        for fit, own in zip(group, learned, strict=True):
            fit.learn(own)
            owners[fit].seconds += seconds / len(group)


def _run(group):
    started = time.perf_counter()
    run(group)
    return [fit.learned for fit in group], time.perf_counter() - started


def choose(strengths, scores):
    """Return which candidate has the best mean score; of equals the one of the largest strength.

    Parameters
    ----------
    strengths : sequence of float
    scores : ndarray of shape (n_candidates, n_splits)
        NaN: the candidate was left out.
    """
    means = scores.mean(axis=1)
    known = np.flatnonzero(~np.isnan(means)).tolist()
    return max(known, key=lambda i: (means[i], strengths[i], -i))

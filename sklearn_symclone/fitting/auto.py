"""What is left to held-out samples: a strength, the epochs of a plain network, a temperature.

Folds are those that the reference's length was chosen by, so that its references serve here, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..defaults import (
    CLEARLY_WORSE,
    CONTRADICTED,
    CONTRADICTED_BY,
    EPOCHS,
    FALLBACK_STRENGTH,
    FEW_SAMPLES,
    FIRST_STRENGTHS,
    LATE_GAINS,
    MOST_WITH_EPOCHS,
    MUCH_WORSE,
    SCOUTS,
    SEARCH_FOLDS,
    STILL_GAINS,
)
from ..imitation import choose_recipe, compare
from ..students import Dense
from ..training import TOO_FEW, Partition, merge_equal
from .explain import explain_epochs, explain_fallback, explain_strength
from .search import fit_all
from .settings import Settings


@dataclass(frozen=True, eq=False)
class Folds:
    """Parts of the samples that are held out, one after the other.

    Parameters
    ----------
    inside, outside : list of TrainingData
        The samples to learn from, and those that are held out, of each fold.
    scale : float
        The variance of the targets.
    """

    inside: list
    outside: list
    scale: float

    @classmethod
    def of(cls, data, n_folds):
        """Return the folds of a table, None if it has too few samples or too many."""
        parts = Partition.of(data)
        if parts is None:
            return None
        chosen = parts.first(n_folds if len(data) <= FEW_SAMPLES else 1)
        return cls(chosen.inside, chosen.outside, parts.scale)

    def fit(self, candidates, seeds):
        """Return the ``Trial`` of each candidate, a list."""
        trials = []
        for row in fit_all(candidates, self.inside, seeds):
            rows, outputs, targets, weights = [], [], [], []
            for found, part in zip(row, self.outside, strict=True):
                X, Y, weight = part.read()
                rows.append(X)
                outputs.append(found.student.predict(found.weights, X).astype(float))
                targets.append(Y)
                weights.append(weight)
            columns = (np.concatenate(part) for part in (rows, outputs, targets, weights))
            trials.append(Trial(row[0].settings, row[0].student, *columns, self.scale))
        return trials


@dataclass(frozen=True, eq=False)
class Trial:
    """What fits of one candidate say of held-out samples.

    Parameters
    ----------
    settings : Settings
    student : Dense
        With the activation that was taken in the first fold.
    X : ndarray of shape (n_samples, n_features)
    outputs : ndarray of shape (n_samples, n_outputs)
        Of the networks: values, or logits.
    Y : ndarray of shape (n_samples, n_outputs)
    weights : ndarray of shape (n_samples,)
    scale : float
        The variance of the targets.
    """

    settings: Settings
    student: Dense
    X: np.ndarray
    outputs: np.ndarray
    Y: np.ndarray
    weights: np.ndarray
    scale: float

    @cached_property
    def losses(self):
        """The losses of the distinct samples, and their weights."""
        task = self.settings.task
        losses = task.losses(task.predictions(self.outputs), self.Y, self.scale)
        return merge_equal(self.X, losses, self.weights)

    @property
    def loss(self):
        """The mean loss."""
        losses, weights = self.losses
        return float(np.average(losses, weights=weights))

    @property
    def ignorance(self):
        """The mean loss of one answer for all samples, their mean."""
        mean = np.average(self.Y, axis=0, weights=self.weights)
        losses = self.settings.task.losses(np.tile(mean, (len(self.Y), 1)), self.Y, self.scale)
        return float(np.average(losses, weights=self.weights))

    def compare(self, other):
        """Return how much worse this is than another trial; see ``compare``."""
        losses, weights = self.losses
        return compare(losses, other.losses[0], weights)

    def first(self, folds):
        """Return what it says of the first folds alone."""
        some = slice(sum(len(part) for part in folds.outside))
        columns = (self.X[some], self.outputs[some], self.Y[some], self.weights[some])
        return Trial(self.settings, self.student, *columns, self.scale)

    @property
    def temperature(self):
        """What outputs are to be divided by, so that they mean what they say."""
        return self.settings.task.temperature(self.outputs, self.Y, self.weights)


def prefer(trials):
    """Return the first trial that is not much worse than the best one."""
    best = min(trials, key=lambda trial: trial.loss)
    for trial in trials:
        z, _ = trial.compare(best)
        if z <= MUCH_WORSE:
            return trial
    return best


def contradiction(clone, plain, recipe):
    """Return a warning that held-out samples contradict the symmetry, None if they do not.

    They do where the reference has learned all that it can, and is far worse than a plain network.
    On noise both are alike.

    Parameters
    ----------
    clone, plain : Trial
        Of the clone alone, and of the plain network.
    recipe : Recipe
        What was cloned.
    """
    if not recipe.is_noisy:  # the reference was not asked, or would learn more in a longer fit
        return None
    reached, other, task = min(recipe.error, clone.loss), plain.loss, plain.settings.task
    is_far = reached - other > CONTRADICTED * plain.ignorance and reached > 2 * other
    if not is_far or clone.compare(plain)[0] < CONTRADICTED_BY:
        return None
    kind = "minus the log loss" if task.is_classification else "R²"
    return (
        f"held-out samples contradict the symmetry '{clone.settings.symmetry}': {kind} of a "
        f"network that has it is {task.score(reached):.3g}, of a plain network "
        f"{task.score(other):.3g}. Check that columns{' and classes' * task.is_classification} "
        "stand in the order of the expression, or state fewer groups"
    )


def settle_plain(settings, data, seeds):
    """Return settings of a plain network whose epochs held-out samples have chosen.

    Parameters
    ----------
    settings : Settings
        Nothing is imitated.
    data : TrainingData
    seeds : Seeds

    Returns
    -------
    settings : Settings
    trial : Trial or None
        None: there was nothing to choose, or nothing to choose it by.
    """
    how = settings.fitting
    is_open = how.max_iter is None and how.anneals and not how.early_stopping and not how.watches
    if not is_open or len(data) > MOST_WITH_EPOCHS:
        return settings, None
    full, _ = how.length(starts_random=True)
    folds = Folds.of(data, SCOUTS)
    if folds is None:
        if settings.tells:
            explain_epochs(full, TOO_FEW)
        return settings, None
    trials, z, ratio = [], 0.0, 1.0
    for epochs in EPOCHS:
        one = replace(settings, fitting=replace(how, max_iter=epochs, n_restarts=0, callbacks=()))
        trials += folds.fit([one], seeds)
        if len(trials) > 1:
            z, ratio = trials[-1].compare(trials[-2])
        if z > CLEARLY_WORSE:
            break
    best, last = min(trials, key=lambda trial: trial.loss), trials[-1]
    if z <= CLEARLY_WORSE and ratio < STILL_GAINS:
        if settings.tells:
            explain_epochs(full, "for held-out samples still gain after fewer")
        return settings, last
    if settings.tells:
        more = "hardly gain by more" if best is last else "lose by more"
        explain_epochs(best.settings.fitting.max_iter, f"for held-out samples {more}")
    chosen = replace(how, max_iter=best.settings.fitting.max_iter)
    return replace(settings, fitting=chosen, temperature=best.temperature), best


def settle_strength(decide, strengths, data, seeds):
    """Return the settings of the strength that held-out samples prefer.

    Of strengths that predict equally well the largest is taken: it learns the least noise by heart,
    and spares the fit to the task. Where data break the symmetry, it predicts worse.

    Parameters
    ----------
    decide : callable
        From changed parameters to Settings.
    strengths : sequence of float
        In any order.
    data : TrainingData
    seeds : Seeds

    Returns
    -------
    Settings
        Of ``FALLBACK_STRENGTH`` if there are too few samples to hold some out.
    """
    folds = Folds.of(data, SEARCH_FOLDS)
    if folds is None:
        settings = decide(strength=FALLBACK_STRENGTH)
        if settings.tells:
            explain_fallback(FALLBACK_STRENGTH, data)
        return settings
    recipe = choose_recipe(data, decide(strength=max(strengths)), seeds)
    first = max(strengths)
    plain, trial = settle_plain(decide(strength=0.0), data, seeds)
    trials = {}

    def compare_all(tried):
        new = [strength for strength in tried if strength not in trials and strength > 0]
        candidates = [
            decide(strength=strength, quick=True).imitating_parts(recipe.scouts) for strength in new
        ]
        trials.update(zip(new, folds.fit(candidates, seeds), strict=True))

    def preferred():
        in_order = sorted(trials, key=lambda strength: (strength != first, -strength))
        return prefer([trials[strength] for strength in in_order])

    compare_all(FIRST_STRENGTHS)
    is_tried = trial is not None
    if is_tried:
        trials[0.0] = trial.first(folds)
        is_full = trial.settings.fitting.max_iter == plain.fitting.max_iter
        is_tried = is_full or trials[0.0].loss >= LATE_GAINS * preferred().loss
    if not is_tried:
        trials[0.0] = folds.fit([plain], seeds)[0]
    if preferred() is not trials[first]:
        compare_all(strengths)
    chosen = preferred()
    strength = chosen.settings.strength.value
    complaint = contradiction(trials[first], trials[0.0], recipe)
    if plain.tells:
        explain_strength(strength, {value: trial.loss for value, trial in trials.items()})
    if strength == 0:
        return replace(plain, complaint=complaint)
    settings = decide(strength=strength)
    return replace(
        settings,
        students=(chosen.student,),
        temperature=chosen.temperature,
        complaint=complaint,
    )

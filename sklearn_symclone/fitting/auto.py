"""What is left to held-out samples: a strength, the decay of a plain network, a temperature.

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
    DECAY_EPOCHS,
    DECAY_RATE,
    DECAYS,
    FALLBACK_STRENGTH,
    FEW_SAMPLES,
    FIRST_STRENGTHS,
    LATE_GAINS,
    MOST_WITH_DECAYS,
    MUCH_WORSE,
    SCOUTS,
    SEARCH_FOLDS,
)
from ..imitation import choose_recipe, compare
from ..students import Dense
from ..training import TOO_FEW, Partition, merge_equal
from .explain import explain_decay, explain_fallback, explain_strength
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
    """Return settings of a plain network whose weight decay held-out samples have chosen.

    Short fits with more and more decay are compared, until one is clearly worse.

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
        The best of the short fits. None: there was nothing to choose, or nothing to choose it by.
    """
    how = settings.fitting
    if not how.leaves_decay_open or len(data) > MOST_WITH_DECAYS:
        return settings, None
    folds = Folds.of(data, SCOUTS)
    if folds is None:
        if settings.tells:
            explain_decay(how.decay, TOO_FEW)
        return settings, None
    _, rate = how.length(starts_random=True)
    trials = []
    for decay in DECAYS:
        short = replace(
            how,
            alpha=decay,
            max_iter=DECAY_EPOCHS,
            learning_rate_init=DECAY_RATE * rate,
            n_restarts=0,
            callbacks=(),
        )
        trials += folds.fit([replace(settings, fitting=short)], seeds)
        best = min(trials, key=lambda trial: trial.loss)
        if trials[-1].compare(best)[0] > CLEARLY_WORSE:
            break
    chosen = best.settings.fitting.alpha
    if settings.tells:
        explain_decay(chosen, "for it gives held-out samples the least loss")
    chosen = replace(how, alpha=chosen)
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
    short = None if trial is None else trial.first(folds)
    is_far = short is not None and short.loss >= LATE_GAINS * preferred().loss
    trials[0.0] = short if is_far else folds.fit([plain], seeds)[0]
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

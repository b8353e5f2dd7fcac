"""Held-out samples decide how long a reference learns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..defaults import (
    CLEARLY_WORSE,
    FEW_SAMPLES,
    NEARBY,
    SCOUT_STEPS,
    SCOUTS,
    STILL_GAINS,
)
from ..training import merge_equal
from .answers import reference_answers


@dataclass(frozen=True)
class Length:
    """How long a reference learns.

    Parameters
    ----------
    steps : int
        Gradient steps.
    to_the_end : bool
        Whether this is the family's full length.
    scouted : int
        The longest length that held-out samples have seen, or the chosen one.
    error : float
        Mean loss of references of that length on held-out samples; see ``Task.losses``.
    """

    steps: int
    to_the_end: bool
    scouted: int
    error: float


class HeldOut:
    """Losses on each held-out part of references that were fitted to the other samples.

    Parameters
    ----------
    partition : Partition
    n_samples : int
        Of the whole table.
    plan : ReferencePlan
    fit : callable
        From samples and a plan to the fitted module. It may keep what it has done.
    """

    def __init__(self, partition, n_samples, plan, fit):
        self.partition, self.plan, self.fit = partition, plan, fit
        self.every = range(len(partition))
        self.scouts = self.every[: SCOUTS if n_samples <= FEW_SAMPLES else 1]
        self._losses = {}

    def module(self, fold, steps):
        """Return the reference of this length that was fitted to all folds but one."""
        samples = in_float64(self.partition.inside[fold])
        return self.fit(samples, replace(self.plan, steps=steps))

    def losses(self, folds, steps):
        """Return losses and weights of the distinct samples of some folds, one after the other."""
        for fold in folds:
            if (fold, steps) not in self._losses:
                module, plan = self.module(fold, steps), self.plan
                X, Y, weights = in_float64(self.partition.outside[fold])
                answers = reference_answers(module, plan.task, X, plan.device)
                losses = plan.task.losses(answers, Y, self._scale)
                self._losses[fold, steps] = merge_equal(X, losses, weights)
        found = [self._losses[fold, steps] for fold in folds]
        return tuple(np.concatenate(side) for side in zip(*found, strict=True))

    @cached_property
    def _scale(self):
        targets = [part.read()[1] for part in self.partition.outside]
        return np.var(np.concatenate(targets), axis=0).mean() or 1.0

    def mean(self, folds, steps):
        """Return the mean loss on some folds."""
        losses, weights = self.losses(folds, steps)
        return float(np.average(losses, weights=weights))


def in_float64(data):
    """Return X in float64, Y and weights of a table."""
    X, Y, sample_weight = data.read()
    return X.astype(np.float64), Y, sample_weight


def compare(losses, others, weights):
    """Compare two models on the same held-out samples.

    Parameters
    ----------
    losses, others : ndarray of shape (n_samples,)
    weights : ndarray of shape (n_samples,)

    Returns
    -------
    z : float
        The mean of losses less others, in its standard errors.
    ratio : float
        The median ratio of losses to others.
    """
    weights, difference = weights / weights.sum(), losses - others
    mean = weights @ difference
    error = np.sqrt(weights**2 @ (difference - mean) ** 2)
    counted, tiny = weights > 0, np.finfo(float).tiny
    ratio = np.median((losses[counted] + tiny) / (others[counted] + tiny))
    return (float(mean / error) if error > 0 else 0.0), float(ratio)


def choose_length(held_out, full):
    """Return how long a reference is to learn, by losses on held-out samples.

    A few folds are scouts. They are fitted at growing lengths, until a longer fit is clearly worse
    on held-out samples. Where none is, and most samples still gain much, the reference learns to
    the end, so that laws without noise lose nothing. Elsewhere the best length is looked for. The
    longest scouts are for cases of doubt: where longer fits are better, but not for most samples.

    Parameters
    ----------
    held_out : HeldOut
    full : int
        Gradient steps of a fit to the end.

    Returns
    -------
    Length
    """
    scouts, every = held_out.scouts, held_out.every

    def best_of(lengths, folds=scouts):
        return min(lengths, key=lambda steps: held_out.mean(folds, steps))

    tried, gains = [], False
    for steps in (n for n in SCOUT_STEPS if n < full):
        if steps == SCOUT_STEPS[-1] and (gains or best_of(tried) != tried[-1]):
            break
        tried.append(steps)
        if len(tried) == 1:
            continue
        earlier = best_of(tried[:-1])
        losses, weights = held_out.losses(scouts, steps)
        z, ratio = compare(losses, held_out.losses(scouts, earlier)[0], weights)
        gains = z <= CLEARLY_WORSE and ratio < STILL_GAINS
        if z > CLEARLY_WORSE:
            break
    if gains or not tried:
        scouted = tried[-1] if tried else full
        return Length(full, True, scouted, held_out.mean(scouts, scouted))
    found = best_of(tried)
    near = [round(share * found) for share in NEARBY]
    near = [steps for steps in near if steps < full]
    best = best_of(near, every)
    losses, weights = held_out.losses(every, best)
    # the best of several is the best by chance as well: take the middle of those that are as good
    good = [
        steps
        for steps in near
        if compare(held_out.losses(every, steps)[0], losses, weights)[0] <= CLEARLY_WORSE
    ]
    chosen = round(np.exp(np.mean(np.log(good))))
    return Length(chosen, False, chosen, held_out.mean(every, chosen))

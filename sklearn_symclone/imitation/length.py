"""Held-out samples decide how long a reference learns."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..defaults import (
    CLEARLY_WORSE,
    FAR_WORSE,
    FEW_SAMPLES,
    NEARBY,
    SCOUT_STEPS,
    SCOUTS,
    STILL_BETTER,
    STILL_GAINS,
)
from ..training import merge_equal
from .answers import reference_answers
from .fitted import distinct_samples, fitted, module_of


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
    """What references that were fitted to the other samples say of each held-out part.

    Parameters
    ----------
    partition : Partition
    n_samples : int
        Of the whole table.
    plan : ReferencePlan
    cache : Cache
        Keeps the fits.
    """

    def __init__(self, partition, n_samples, plan, cache):
        self.partition, self.plan, self.cache = partition, plan, cache
        self.n_samples, self.every = n_samples, range(len(partition))
        few = n_samples <= FEW_SAMPLES
        self.scouts = self.every[: SCOUTS if few else 1]
        self.compared = self.every[: SCOUTS if few else 2]
        self._outside = [distinct_samples(part) for part in partition.outside]
        self._inside, self._answers = {}, {}

    def answers(self, folds, steps):
        """Return the answers of references of this length for held-out samples, fold by fold."""
        for fold in folds:
            if (fold, steps) not in self._answers:
                self._answers[fold, steps] = self._ask(fold, replace(self.plan, steps=steps))
        return [self._answers[fold, steps] for fold in folds]

    def _ask(self, fold, plan):
        if fold not in self._inside:
            self._inside[fold] = distinct_samples(self.partition.inside[fold])
        state, _ = fitted(self.cache, self._inside[fold], plan)
        module = module_of(state, plan)
        return reference_answers(module, plan.task, self._outside[fold][0], plan.device)

    def losses(self, folds, answers):
        """Return losses and weights of the distinct samples of some folds, one after the other."""
        found = []
        for fold, answered in zip(folds, answers, strict=True):
            X, Y, weights = self._outside[fold]
            losses = self.plan.task.losses(answered, Y, self.partition.scale)
            found.append(merge_equal(X, losses, weights))
        return tuple(np.concatenate(side) for side in zip(*found, strict=True))

    def losses_of(self, folds, steps):
        """Return losses and weights on some folds of references of a length."""
        return self.losses(folds, self.answers(folds, steps))

    def mean(self, folds, steps):
        """Return the mean loss on some folds of references of a length."""
        losses, weights = self.losses_of(folds, steps)
        return float(np.average(losses, weights=weights))


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
    longest scouts are for cases of doubt: where most samples gain a little, and the mean is better,
    or worse by so little that a few samples may have done it.

    Parameters
    ----------
    held_out : HeldOut
    full : int
        Gradient steps of a fit to the end.

    Returns
    -------
    Length
    """
    scouts, compared = held_out.scouts, held_out.compared

    def best_of(lengths, folds=scouts):
        return min(lengths, key=lambda steps: held_out.mean(folds, steps))

    tried, gains, improves = [], False, True
    for steps in (n for n in SCOUT_STEPS if n < full):
        if steps == SCOUT_STEPS[-1] and (gains or not improves):
            break
        tried.append(steps)
        if len(tried) == 1:
            continue
        earlier = best_of(tried[:-1])
        losses, weights = held_out.losses_of(scouts, steps)
        z, ratio = compare(losses, held_out.losses_of(scouts, earlier)[0], weights)
        gains = z <= CLEARLY_WORSE and ratio < STILL_GAINS
        improves = z < FAR_WORSE and ratio < STILL_BETTER
        if z > CLEARLY_WORSE and not improves:
            break
    if gains or not tried:
        scouted = tried[-1] if tried else full
        return Length(full, True, scouted, held_out.mean(scouts, scouted))
    found = best_of(tried)
    near = [round(share * found) for share in NEARBY]
    near = [steps for steps in near if steps < full]
    best = best_of(near, compared)
    losses, weights = held_out.losses_of(compared, best)
    # the best of several is the best by chance as well: take the middle of those that are as good
    good = [
        steps
        for steps in near
        if compare(held_out.losses_of(compared, steps)[0], losses, weights)[0] <= CLEARLY_WORSE
    ]
    chosen = round(np.exp(np.mean(np.log(good))))
    return Length(chosen, False, chosen, held_out.mean(held_out.every, chosen))

"""Held-out samples decide what is imitated: which references, fitted how long, in which mixture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

import numpy as np
from scipy.special import softmax

from ..defaults import MIXTURE_STEP
from ..references import companions_of, rivals_of
from ..training import Partition
from .length import HeldOut, Length, choose_length


class Part(NamedTuple):
    """One reference of a mixture.

    Parameters
    ----------
    reference : str or callable
        The name of a family, or what builds the network.
    steps : int or None
        Gradient steps. None: those of the family.
    weight : float
        Its share.
    """

    reference: Callable | str
    steps: int | None
    weight: float


@dataclass(frozen=True, eq=False)
class Recipe:
    """What is imitated.

    Parameters
    ----------
    parts : tuple of Part
    length : Length or None
        How long the family learns that is mixed with polynomials, or is alone. None: held-out
        samples were not asked.
    error : float or None
        Mean loss of the mixture on held-out samples.
    partition : Partition or None
        What was held out.
    """

    parts: tuple[Part, ...]
    length: Length | None = None
    error: float | None = None
    partition: Partition | None = None

    @property
    def is_noisy(self):
        """Whether held-out samples have ended the fit early."""
        return self.length is not None and not self.length.to_the_end

    def unexplained(self, task):
        """Return the error divided by that of a constant, the mean of all samples.

        Losses have units of their own: of ten classes a log loss of 1.15 is half of what a constant
        has, and so is a squared error of half the variance. None if no error is known.
        """
        if self.error is None:
            return None
        parts = [part.read() for part in self.partition.outside]
        _, targets, weights = map(np.concatenate, zip(*parts, strict=True))
        mean = np.broadcast_to(np.average(targets, axis=0, weights=weights), targets.shape)
        losses = task.losses(mean, targets, self.partition.scale)
        of_mean = np.average(losses, weights=weights)
        return float(self.error / of_mean) if of_mean > 0 else None

    @property
    def scouts(self):
        """The parts as long as held-out samples have seen them, to be compared with other fits."""
        if self.is_noisy or self.length is None:
            return self.parts
        return tuple(part._replace(steps=self.length.scouted) for part in self.parts)


def choose_recipe(data, settings, seeds):
    """Return what is to be imitated, as held-out samples decide.

    Where they stop the first reference early, the labels are noisy. Polynomials know less but learn
    less noise. Held-out samples choose the share of each.

    Parameters
    ----------
    data : TrainingData
    settings : Settings
    seeds : Seeds

    Returns
    -------
    Recipe or None
        None if there is nothing to imitate.
    """
    plan = settings.imitation.reference_plan(data, settings, seeds)
    if plan is None:
        return None
    given = settings.reference.parts or (Part(plan.reference, plan.steps, 1.0),)
    if settings.reference.parts or plan.steps is not None or plan.fit != "task":
        return Recipe(given)
    data = data.drawn(seeds.reference)
    partition = Partition.of(data)
    if partition is None:
        return Recipe(given)
    is_open = settings.reference.is_open and plan.build is None
    rivals = rivals_of(plan.reference, plan.symmetry) if is_open else []
    tried = [
        _Chosen.of(partition, len(data), replace(plan, reference=name), settings.cache)
        for name in (plan.reference, *rivals)
    ]
    first = min(tried, key=lambda one: one.length.error)
    if is_open and not first.length.to_the_end:
        return _mixed(first, settings.cache)
    return first.alone


@dataclass(frozen=True, eq=False)
class _Chosen:
    """What held-out samples say of a family.

    Parameters
    ----------
    held_out : HeldOut
    length : Length
    """

    held_out: HeldOut
    length: Length

    @classmethod
    def of(cls, partition, n_samples, plan, cache):
        held_out = HeldOut(partition, n_samples, plan, cache)
        return cls(held_out, choose_length(held_out, plan.fit_of(n_samples).steps))

    @property
    def answers(self):
        return self.held_out.answers(self.held_out.every, self.length.steps)

    @property
    def alone(self):
        return self.recipe((self.part(1.0),), self.length.error)

    def part(self, weight):
        return Part(self.held_out.plan.reference, self.length.steps, weight)

    def recipe(self, parts, error):
        return Recipe(parts, self.length, error, self.held_out.partition)


def _mixed(first, cache):
    """Return the mixture of a family with its companions that held-out samples prefer.

    The best of many mixtures is the best by chance as well. So all of them are averaged, each as
    likely as it makes the held-out labels: the posterior mean of the shares under a flat prior.
    """
    held_out = first.held_out
    plan, every = held_out.plan, held_out.every
    others = [name for name in companions_of(plan.symmetry) if name != plan.reference]
    plans = [replace(plan, reference=name) for name in others]
    of = (held_out.partition, held_out.n_samples)
    members = [first, *(_Chosen.of(*of, plan, cache) for plan in plans)]
    answers = list(zip(*(member.answers for member in members), strict=True))

    def losses(shares):
        mixed = [sum(w * a for w, a in zip(shares, fold, strict=True)) for fold in answers]
        return held_out.losses(every, mixed)

    tried = _mixtures(len(members))
    found, weights = zip(*map(losses, tried), strict=True)
    weights = weights[0]  # the same for all
    means = np.average(found, axis=1, weights=weights)
    # as many samples of equal weights would tell as much (Kish)
    n_samples = weights.sum() ** 2 / np.square(weights).sum()
    likely = softmax(plan.task.log_likelihood(means, n_samples))
    shares = _rounded(likely @ tried)
    error = np.average(losses(shares)[0], weights=weights)
    parts = [member.part(share) for member, share in zip(members, shares, strict=True) if share]
    return first.recipe(tuple(parts), float(error))


def _mixtures(n_members):
    """Return shares that sum to 1, an array of shape (n_mixtures, n_members)."""
    n_steps = round(1 / MIXTURE_STEP)
    counts = np.array(list(product(range(n_steps + 1), repeat=n_members)))
    return counts[counts.sum(axis=1) == n_steps] / n_steps


def _rounded(shares):
    """Return shares as multiples of the step, which sum to 1."""
    counts = shares / MIXTURE_STEP
    whole = np.floor(counts).astype(int)
    missing = round(1 / MIXTURE_STEP) - whole.sum()
    whole[np.argsort(whole - counts, kind="stable")[:missing]] += 1
    return [round(count * MIXTURE_STEP, 10) for count in whole.tolist()]

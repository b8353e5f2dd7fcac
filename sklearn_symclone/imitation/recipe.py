"""Held-out samples decide what is imitated: which references, fitted how long, in which mixture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..defaults import MIXTURES
from ..references import companion_of
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
        What held-out samples say of the first reference that was tried. None: they were not asked.
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

    @property
    def scouts(self):
        """The parts as long as held-out samples have seen them, to be compared with other fits."""
        if self.is_noisy or self.length is None:
            return self.parts
        return tuple(part._replace(steps=self.length.scouted) for part in self.parts)


def choose_recipe(data, settings, seeds):
    """Return what is to be imitated, as held-out samples decide.

    Where they stop the first reference early, the labels are noisy. Polynomials of degree 2 know
    less but catch less noise, so that the two are mixed as held-out samples ask.

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
    first = HeldOut(partition, len(data), plan, settings.cache)
    length = choose_length(first, plan.fit_of(len(data)).steps)
    found = Recipe((Part(plan.reference, length.steps, 1.0),), length, length.error, partition)
    if not found.is_noisy or not settings.reference.is_open or plan.build is not None:
        return found
    return _mixed(found, first, plan, settings.cache)


def _mixed(recipe, first, plan, cache):
    """Return the mixture with a companion that held-out samples prefer."""
    companion = companion_of(plan.symmetry)
    if companion is None or companion == plan.reference:
        return recipe
    n_samples, every = first.n_samples, first.every
    other = HeldOut(recipe.partition, n_samples, replace(plan, reference=companion), cache)
    length = choose_length(other, other.plan.fit_of(n_samples).steps)
    answers = first.answers(every, recipe.length.steps), other.answers(every, length.steps)

    def loss(share):
        mixed = [(1 - share) * a + share * b for a, b in zip(*answers, strict=True)]
        losses, weights = first.losses(every, mixed)
        return float(np.average(losses, weights=weights))

    share = min(MIXTURES, key=loss)
    parts = (
        Part(plan.reference, recipe.length.steps, 1 - share),
        Part(companion, length.steps, share),
    )
    return replace(recipe, parts=tuple(p for p in parts if p.weight), error=loss(share))

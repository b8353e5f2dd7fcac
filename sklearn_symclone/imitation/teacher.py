"""The teacher: a reference that was fitted to the samples of a table."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..references.fitting import ReferencePlan, fit_reference, restore_reference


@dataclass(frozen=True, eq=False)
class Teacher:
    """A fitted reference.

    Parameters
    ----------
    plan : ReferencePlan
    state : dict of str to ndarray
        Of its module.
    loss_curve : list of float
    X : ndarray of shape (n_samples, n_features)
        What it was fitted to, in float64.
    sample_weight : ndarray of shape (n_samples,)
    """

    plan: ReferencePlan
    state: dict
    loss_curve: list
    X: np.ndarray
    sample_weight: np.ndarray

    def module(self):
        """Return the module, ready to be evaluated."""
        return restored(self.state, self.plan)


def fit_teacher(data, settings, seeds):
    """Fit the reference that the settings ask for, or take it from the cache.

    Parameters
    ----------
    data : TrainingData
    settings : Settings
    seeds : Seeds

    Returns
    -------
    Teacher or None
        None if there is nothing to imitate.
    """
    plan = settings.imitation.reference_plan(data, settings, seeds)
    if plan is None:
        return None
    X, Y, sample_weight = data.sample(seeds.reference)
    X = X.astype(np.float64)
    state, loss_curve = settings.cache(
        fit_reference,
        X,
        Y,
        sample_weight,
        key=(_key(plan, settings.cache), plan.fit_of(len(X))),
        not_key={"plan": plan},
    )
    return Teacher(plan, state, loss_curve, X, sample_weight)


def restored(state, plan):
    """Return the module of a state, ready to be evaluated, as a plan says."""
    return restore_reference(
        state,
        symmetry=plan.symmetry,
        reference=plan.reference,
        device=plan.device,
        build=plan.build,
        dtype=plan.dtype,
    )


def _key(plan, cache):
    """Return what of a plan determines the result, with callables by what they are made of."""
    build = plan.build and replace(plan.build, reference=cache.identity(plan.build.reference))
    reference = cache.identity(plan.reference)
    return replace(plan, reference=reference, build=build, steps=None, verbose=False)

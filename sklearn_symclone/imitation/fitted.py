"""Fits of references, each made once and kept in the cache of a fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..references.fitting import fit_reference, restore_reference


def fitted(cache, samples, plan):
    """Return the state and the loss curve of a reference.

    Parameters
    ----------
    cache : Cache
    samples : tuple of (X, Y, sample_weight)
        In float64.
    plan : ReferencePlan
    """
    how = plan.fit_of(len(samples[0]))
    return cache(fit_reference, *samples, key=(_key(plan, cache), how), not_key={"plan": plan})


def module_of(state, plan):
    """Return the module of a state, ready to be evaluated, as a plan says."""
    return restore_reference(
        state,
        symmetry=plan.symmetry,
        reference=plan.reference,
        device=plan.device,
        build=plan.build,
        dtype=plan.dtype,
    )


def in_float64(data):
    """Return X in float64, Y and weights of a table."""
    X, Y, sample_weight = data.read()
    return X.astype(np.float64), Y, sample_weight


def _key(plan, cache):
    """Return what of a plan determines the result, with callables by what they are made of."""
    build = plan.build and replace(plan.build, reference=cache.identity(plan.build.reference))
    reference = cache.identity(plan.reference)
    return replace(plan, reference=reference, build=build, steps=None, verbose=False)

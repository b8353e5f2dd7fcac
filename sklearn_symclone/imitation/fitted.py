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


def distinct_samples(data):
    """Return X in float64, Y and weights of the distinct samples of a table.

    They are sorted by their columns, and equal samples are one of their total weight. So a
    reference and its clone depend neither on the order of the table, nor on whether a sample has
    a weight of 2 or stands twice. Other units leave the order as it is.

    Parameters
    ----------
    data : TrainingData
    """
    X, Y, sample_weight = data.read()
    # the last key is the first one to sort by
    order = np.lexsort((*Y.T[::-1], *X.T[::-1]))
    order = order[sample_weight[order] > 0]
    X, Y, sample_weight = X[order].astype(np.float64), Y[order], sample_weight[order]
    is_new = np.ones(len(X), dtype=bool)
    is_new[1:] = (X[1:] != X[:-1]).any(axis=1) | (Y[1:] != Y[:-1]).any(axis=1)
    first = np.flatnonzero(is_new)
    return X[first], Y[first], np.add.reduceat(sample_weight, first)


def _key(plan, cache):
    """Return what of a plan determines the result, with callables by what they are made of."""
    build = plan.build and replace(plan.build, reference=cache.identity(plan.build.reference))
    reference = cache.identity(plan.reference)
    return replace(plan, reference=reference, build=build, steps=None, verbose=False)

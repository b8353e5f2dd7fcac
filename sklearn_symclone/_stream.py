"""Fit a table that comes in chunks: what is kept from one to the next, and how the fit goes on."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.utils import check_random_state

from ._phases import (
    FROM_CLONE,
    FROM_RANDOM,
    Phases,
    draw_seeds,
    fit_phases,
    keep,
    prepare_task,
)
from .cloning.clone import Clone, pack, unpack
from .cloning.student import ColumnScaling
from .training import optimizers


@dataclass(frozen=True, eq=False)
class Stream:
    """What an estimator keeps between chunks, beside its fitted attributes: arrays alone.

    Parameters
    ----------
    reference : str, callable or None
    clone : Clone or None
        Packed.
    scaling : ColumnScaling
        Of the first chunk.
    random_state : RandomState
    """

    reference: Callable | str | None
    clone: Clone | None
    scaling: ColumnScaling
    random_state: np.random.RandomState


def can_go_on(estimator):
    """Return True if an estimator can be fitted chunk by chunk, and raise the reason if not."""
    reason = _refusal(estimator)
    if reason is not None:
        raise AttributeError(f"partial_fit is not available: {reason}")
    return True


def _refusal(estimator):
    if estimator._is_search:
        return "a search holds rows of the whole table out"
    if estimator.strength == "auto":
        return 'strength="auto" holds rows of the whole table out'
    if estimator.early_stopping:
        return "early_stopping=True holds rows of the whole table out"
    solver = estimator.solver
    if solver in optimizers.names() and optimizers.get(solver).needs_all_rows:
        return f'solver="{solver}" takes all rows at once'
    anchored = estimator.symmetry is not None and estimator.strength != 0
    if anchored and estimator.cloning != "network":
        return (
            f"cloning={estimator.cloning!r} has an anchor that dense weights do not keep; "
            'cloning="network" can'
        )
    return None


def fit_chunk(estimator, table):
    """Fit one more chunk, or the first one with its reference and its clone.

    An estimator changes at the end of a fit that has succeeded only.

    Parameters
    ----------
    estimator : SymmetryClonedRegressor or SymmetryClonedClassifier
        Its fitted attributes are changed in place.
    table : TrainingData
    """
    worker, stream = copy.copy(estimator), estimator._stream
    anchored = estimator.symmetry is not None and estimator.strength > 0
    worker.max_iter = 1
    worker.learning_rate_init = (
        estimator.learning_rate_init or (FROM_CLONE if anchored else FROM_RANDOM)[1]
    )
    if stream is None:
        worker.warm_start = True  # after "fit", from its weights
        worker.random_state = check_random_state(estimator.random_state)
        with worker._computing() as device:
            seeds = draw_seeds(worker.random_state)
            phases = fit_phases(worker, table, seeds, device, vars(estimator))
        packed = None if phases.clone is None else pack(phases.clone)
        worker._stream = Stream(phases.reference, packed, phases.scaling, worker.random_state)
    elif stream.clone is not None and estimator.strength == 1:
        return  # the clone stays as it is
    else:
        _go_on(worker, stream, table)
    worker.loss_curve_ = getattr(estimator, "loss_curve_", []) + worker.loss_curve_
    worker.n_iter_ = len(worker.loss_curve_) or worker.n_iter_
    parameters = estimator.get_params(deep=False)
    vars(estimator).update({k: v for k, v in vars(worker).items() if k not in parameters})


def _go_on(worker, stream, table):
    seeds = draw_seeds(stream.random_state)
    symmetry, clone = worker.symmetry_, stream.clone
    start = (worker.coefs_, worker.intercepts_)
    with worker._computing() as device:
        if clone is not None:
            clone = unpack(
                clone,
                *table.sample(seeds[0]),
                symmetry=symmetry,
                reference=stream.reference,
                clone_inputs=worker.clone_inputs,
                seed=seeds[2],
                device=device,
            )
        task_fit = prepare_task(
            worker,
            table,
            None,
            start=start,
            clone=clone,
            scaling=stream.scaling,
            symmetry=symmetry,
            widths=[coef.shape[1] for coef in worker.coefs_[:-1]],
            activation=worker.activation_,
            seeds=seeds,
            device=device,
        )
        task_fit.run()
        phases = Phases(
            table, symmetry, stream.reference, clone, start, worker.activation_, (task_fit,)
        )
        keep(worker, phases, seeds)

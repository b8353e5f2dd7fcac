"""From a table to a clone: fit the reference, imitate it, and keep what the task fit needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from .network import clone_network, cloning_inputs, reference_answers, relative_squared_error
from .reference import fit_reference, restore_reference
from .student import ColumnScaling, forward

#: Fresh cloning inputs on which the error of a clone is measured.
N_FRESH = 4096


@dataclass(frozen=True, eq=False)
class Clone:
    """A student that imitates a reference, and the reference.

    Parameters
    ----------
    module : nn.Module
        The fitted reference.
    inputs : OrbitInputs or GaussianInputs
        Draws fresh cloning inputs.
    weights : tuple of (coefs, intercepts)
        Of the student, for columns in their own units, in float64.
    scaling : ColumnScaling
        The student's, measured on cloning inputs; None if weights were given from outside.
    loss_curve : list of float
    error : float
        Squared error against the reference relative to its variance, on fresh inputs.
    """

    module: torch.nn.Module
    inputs: object
    weights: tuple
    scaling: ColumnScaling | None
    loss_curve: list
    error: float


def make_clone(
    X,
    Y,
    sample_weight,
    *,
    symmetry,
    reference,
    reference_fit,
    reference_steps,
    clone_inputs,
    clone_steps,
    hidden_layer_sizes,
    activation,
    task,
    seeds,
    start,
    imitate,
    memory,
    device,
    verbose,
):
    """Fit a reference and let a student imitate it.

    Parameters
    ----------
    X, Y : ndarray of shape (n_samples, n_features) and (n_samples, n_outputs)
    sample_weight : ndarray of shape (n_samples,)
    symmetry : Symmetry
        Bound to the columns.
    reference, reference_fit, reference_steps, clone_inputs, clone_steps, hidden_layer_sizes, \
activation
        As in the estimators; the reference is not "auto" any more.
    task : Task
    seeds : sequence of three int
        For the reference, for the clone, and for fresh inputs afterwards.
    start : tuple of (coefs, intercepts) or None
        Weights of the student to start from.
    imitate : bool
        Whether the student is trained; if not, it is ``start`` as it is.
    memory : joblib.Memory
        Caches the fitted reference and the trained student.
    device : str
    verbose : bool

    Returns
    -------
    Clone
    """
    X = X.astype(np.float64)
    shared = {
        "symmetry": symmetry,
        "reference": reference,
        "task": task,
        "device": device,
        "verbose": verbose,
    }
    not_keys = ["device", "verbose"]
    state = memory.cache(fit_reference, ignore=not_keys)(
        X, Y, sample_weight, fit=reference_fit, steps=reference_steps, seed=seeds[0], **shared
    )
    scaling, loss_curve = None, []
    if imitate:
        coefs, intercepts, scaling, loss_curve = memory.cache(clone_network, ignore=not_keys)(
            X,
            sample_weight,
            state,
            clone_inputs=clone_inputs,
            hidden_layer_sizes=tuple(hidden_layer_sizes),
            activation=activation,
            steps=clone_steps,
            seed=seeds[1],
            start=start,
            **shared,
        )
        start = (coefs, intercepts)
    module = restore_reference(state, symmetry=symmetry, reference=reference, device=device)
    inputs = cloning_inputs(clone_inputs, symmetry, X, sample_weight, seeds[2])
    fresh = inputs.draw(N_FRESH)
    answers = task.link(torch.as_tensor(forward(*start, activation, fresh))).numpy()
    error = relative_squared_error(answers, reference_answers(module, task, fresh, device))
    return Clone(module, inputs, start, scaling, loss_curve, error)

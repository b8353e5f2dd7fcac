"""Imitate a whole reference function with a student, and measure how well."""

from __future__ import annotations

import math

import numpy as np
import torch
from sklearn.utils import check_random_state

from ..training import TableRows, train
from .inputs import CLONE_INPUTS, POOL
from .reference import restore_reference
from .student import ColumnScaling, build_student, export_weights, import_weights

BATCH_SIZE = 512
LEARNING_RATE = 2e-2


def reference_answers(module, task, X, device):
    """Return values or class probabilities for rows of an ndarray, as a float64 ndarray."""
    with torch.inference_mode():
        rows = torch.as_tensor(X, dtype=module.input_shift.dtype, device=device)
        # in pieces: a network on pairs of items needs many times the memory of its rows
        pieces = [task.link(module(piece)) for piece in rows.split(4096)]
        return torch.cat(pieces).cpu().double().numpy()


def cloning_inputs(name, symmetry, X, sample_weight, seed):
    """Return the source of cloning inputs called ``name``."""
    return CLONE_INPUTS[name](symmetry, X, sample_weight, check_random_state(seed))


def clone_network(
    X,
    sample_weight,
    state,
    *,
    symmetry,
    reference,
    task,
    clone_inputs,
    hidden_layer_sizes,
    activation,
    steps,
    seed,
    start,
    device,
    verbose,
):
    """Fit a student to the answers of a reference.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    sample_weight : ndarray of shape (n_samples,)
    state : dict of str to ndarray
        Of the fitted reference.
    symmetry : Symmetry
        Bound to the columns.
    reference : str or callable
    task : Task
    clone_inputs : str
        A key of ``CLONE_INPUTS``.
    hidden_layer_sizes : sequence of int
    activation : str
    steps : int
        Gradient steps.
    seed : int
    start : tuple of (coefs, intercepts) or None
        Weights to start from, for columns in their own units.
    device : str
    verbose : bool

    Returns
    -------
    coefs, intercepts : lists of ndarray
        For columns in their own units, in float64.
    scaling : ColumnScaling
    loss_curve : list of float
    """
    module = restore_reference(state, symmetry=symmetry, reference=reference, device=device)
    inputs = cloning_inputs(clone_inputs, symmetry, X, sample_weight, seed)
    pool = inputs.draw(min(POOL, steps * BATCH_SIZE))
    answers = reference_answers(module, task, pool, device)
    scaling = ColumnScaling.of(pool, answers, scale_targets=not task.is_classification)
    generator = torch.Generator().manual_seed(seed)
    sizes = (X.shape[1], hidden_layer_sizes, symmetry.outputs.dimension)
    student = build_student(*sizes, activation, generator).float()
    if start is not None:
        import_weights(student, scaling, *start)
    rows = table_rows(
        pool, answers, np.ones(len(pool)), scaling, BATCH_SIZE, generator, torch.float32, device
    )
    loss_curve = train(
        student,
        rows,
        task.clone_criterion,
        phase="clone",
        solver="soap",
        learning_rate_init=LEARNING_RATE,
        max_iter=math.ceil(steps / len(rows)),
        device=device,
        verbose=verbose,
    )
    coefs, intercepts = export_weights(student, scaling, np.float64)
    return coefs, intercepts, scaling, loss_curve


def table_rows(X, Y, sample_weight, scaling, batch_size, generator, dtype, device):
    """Return the standardised rows of a table as a source of batches."""
    columns = (scaling.scale_inputs(X), scaling.scale_targets(Y), sample_weight)
    tensors = (torch.as_tensor(column, dtype=dtype, device=device) for column in columns)
    return TableRows(*tensors, batch_size, generator)


def relative_squared_error(answers, targets):
    """Return the squared error over the variance of the targets, both summed over outputs.

    Parameters
    ----------
    answers, targets : ndarray of shape (n_samples, n_outputs)

    Returns
    -------
    float
        0 for a constant target that is met to rounding.
    """
    error = np.mean((answers - targets) ** 2)
    variance = np.mean((targets - targets.mean(axis=0)) ** 2)
    return float(error / variance) if variance > 0 else float(error)

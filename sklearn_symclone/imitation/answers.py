"""The answers of a reference, and the error of a student against them."""

from __future__ import annotations

import numpy as np
import torch
from sklearn.utils import check_random_state

from ..references.layers.sizes import ANSWERED, rows_at_once
from .inputs import CLONE_INPUTS

#: A reference answers this many samples at a time, or fewer if it holds many states for each.
PIECE = 4096
#: Fresh cloning inputs on which the error of a clone is measured.
N_FRESH = 4096


def cloning_inputs(name, symmetry, X, sample_weight, seed):
    """Return the source of cloning inputs that ``clone_inputs`` names."""
    return CLONE_INPUTS[name](symmetry, X, sample_weight, check_random_state(seed))


def reference_answers(module, task, X, device):
    """Return values or class probabilities for samples, as a float64 ndarray.

    Parameters
    ----------
    module : nn.Module
        The reference.
    task : Task
        Converts outputs to values or probabilities.
    X : ndarray of shape (n_samples, n_features)
        Samples in the units of the table.
    device : str
        Where the module is.
    """
    with torch.inference_mode():
        rows = torch.as_tensor(X, dtype=module.input_shift.dtype, device=device)
        at_once = rows_at_once(module, PIECE, ANSWERED)
        pieces = [task.link(module(piece)) for piece in rows.split(at_once)]
        return torch.cat(pieces).cpu().double().numpy()


def student_error(student, weights, task, X, targets):
    """Return the relative squared error of a student against a reference.

    Parameters
    ----------
    student : Dense
        The student.
    weights : Weights
        What it has learned.
    task : Task
        Converts outputs to values or probabilities.
    X : ndarray of shape (n_samples, n_features)
        Samples in the units of the table.
    targets : ndarray of shape (n_samples, n_outputs)
        The answers of the reference, from ``reference_answers``.
    """
    answers = task.link(torch.as_tensor(student.predict(weights, X))).numpy()
    return relative_squared_error(answers, targets)


def relative_squared_error(answers, targets):
    """Return the squared error over the variance of the targets, both summed over outputs.

    Parameters
    ----------
    answers, targets : ndarray of shape (n_samples, n_outputs)
        Values or probabilities.

    Returns
    -------
    float
        For constant targets, the squared error itself.
    """
    error = np.mean((answers - targets) ** 2)
    variance = np.mean((targets - targets.mean(axis=0)) ** 2)
    return float(error / variance) if variance > 0 else float(error)

"""Imitate a whole reference function with a student, and measure how well."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import torch
from sklearn.utils import check_random_state
from torch import nn
from torch.utils.data import IterableDataset

from ..references.fitting import restore_reference
from ..training import Task, TrainingPlan, imitation_batches, train
from .inputs import CLONE_INPUTS, POOL
from .student import ColumnScaling, build_student, export_weights, forward, import_weights

BATCH_SIZE = 512
LEARNING_RATE = 2e-2
#: Gradient steps if none are asked for; for more than so many rows they rise with the square root,
#: as those of references do.
STEPS, MANY_ROWS = 1500, 1000
#: The last round of an imitation has all but one of so many parts of its epochs, and so on for what
#: is left, down to a first round of at least so many epochs.
PARTS, FIRST_ROUND = 5, 2
#: Epochs after which one of several activations is chosen, and the least share of all epochs that
#: is left to it.
TRIAL, REST = 2, 0.5
#: A later activation is taken if its loss is less than so many times that of an earlier one, for
#: what is behind after a trial may well overtake. The loss: a few rows far out rule the error.
CLEARLY = 0.8
#: Fresh cloning inputs on which the error of a clone is measured.
N_FRESH = 4096


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
    activations,
    steps,
    tol,
    seed,
    start,
    device,
    verbose,
):
    """Fit a student to the answers of a reference, in rounds until it is faithful.

    Each round starts from the weights of the one before, with a high learning rate again. If there
    are several activations, the loss after a short trial of each says which of them goes on.

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
    activations : sequence of str
        The first is tried first, and taken if there are too few steps for a trial.
    steps : int
        Gradient steps at most, those of trials included.
    tol : float
        Relative squared error on fresh inputs at which no further round begins.
    seed : int
    start : tuple of (coefs, intercepts) or None
        Weights to start from, for columns in their own units.
    device : str
    verbose : bool

    Returns
    -------
    coefs, intercepts : lists of ndarray
        For columns in their own units, in float64.
    activation : str
    scaling : ColumnScaling
    loss_curve : list of float
    """
    module = restore_reference(state, symmetry=symmetry, reference=reference, device=device)
    inputs = cloning_inputs(clone_inputs, symmetry, X, sample_weight, seed)
    pool = inputs.draw(min(POOL, steps * BATCH_SIZE))
    answers = reference_answers(module, task, pool, device)
    unseen = inputs.draw(N_FRESH)
    targets = reference_answers(module, task, unseen, device)
    scaling = ColumnScaling.of(lambda: [(pool, answers, None)], scale_targets=task.scale_targets)
    where = {"dtype": torch.float32, "device": device}

    def begin(activation):
        generator = torch.Generator().manual_seed(seed)
        sizes = (X.shape[1], hidden_layer_sizes, symmetry.outputs.dimension)
        student = build_student(*sizes, activation, generator).float()
        if start is not None:
            import_weights(student, scaling, *start)
        rows = imitation_batches(pool, answers, scaling, BATCH_SIZE, generator, **where)
        return _Imitation(activation, student, rows, scaling, task, unseen, targets)

    def go_on(imitation, n_epochs):
        imitation.go_on(n_epochs, device=device, verbose=verbose)

    best, *others = (begin(activation) for activation in activations)
    n_epochs = math.ceil(steps / len(best.rows))
    trial = min(TRIAL, int(n_epochs * (1 - REST) / len(activations)))
    if others and trial:
        go_on(best, trial)
        for other in others:
            go_on(other, trial)
            if other.loss_curve[-1] < CLEARLY * best.loss_curve[-1]:
                best = other
        n_epochs -= trial * len(activations)
    for n in rounds(n_epochs):
        if best.error <= tol:
            break
        go_on(best, n)
    return *best.weights, best.activation, scaling, best.loss_curve


@dataclass(eq=False)
class _Imitation:
    """A student that has imitated for some rounds, and its error on unseen rows.

    Parameters
    ----------
    activation : str
    student : nn.Sequential
        For standardised columns.
    rows : IterableDataset
        To imitate.
    scaling : ColumnScaling
    task : Task
    unseen, targets : ndarray
        Fresh rows, and the reference's answers.
    """

    activation: str
    student: nn.Sequential
    rows: IterableDataset
    scaling: ColumnScaling
    task: Task
    unseen: np.ndarray
    targets: np.ndarray
    loss_curve: list = field(default_factory=list, init=False)
    error: float = field(default=math.inf, init=False)

    @property
    def weights(self):
        """Coefs and intercepts for columns in their own units, in float64."""
        return export_weights(self.student, self.scaling, np.float64)

    def go_on(self, n_epochs, **settings):
        """Imitate for a round."""
        plan = TrainingPlan(
            phase="clone",
            solver="soap",
            learning_rate_init=LEARNING_RATE,
            max_iter=n_epochs,
            **settings,
        )
        self.loss_curve += train(self.student, self.rows, self.task.clone_criterion, plan)
        self.error = student_error(
            self.weights, self.activation, self.task, self.unseen, self.targets
        )


def resolve_steps(steps, n_rows):
    """Return the gradient steps of an imitation for a table: those that are asked for, if any."""
    return steps or round(STEPS * math.sqrt(max(1, n_rows / MANY_ROWS)))


def rounds(n_epochs):
    """Return the epochs of each round of an imitation, first to last."""
    first = n_epochs // PARTS
    return [n_epochs] if first < FIRST_ROUND else [*rounds(first), n_epochs - first]


def student_error(weights, activation, task, X, targets):
    """Return the relative squared error of a student for raw rows of X against a reference.

    Parameters
    ----------
    weights : tuple of (coefs, intercepts)
    activation : str
    task : Task
    X : ndarray of shape (n_samples, n_features)
    targets : ndarray of shape (n_samples, n_outputs)
        Of ``reference_answers``.
    """
    answers = task.link(torch.as_tensor(forward(*weights, activation, X))).numpy()
    return relative_squared_error(answers, targets)


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

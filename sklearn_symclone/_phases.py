"""The phases of a fit: a clone of a reference, the fit to the task, and what is kept of both."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_memory

from ._binding import activations_of, bind, tied_network, warm_start_of, widths_of
from .cloning.clone import Clone, make_clone, make_tied_clone
from .cloning.network import MANY_ROWS, resolve_steps
from .cloning.student import ColumnScaling, build_student, export_weights, forward, import_weights
from .cloning.task_fit import Anchored, AnchoredLayers, TaskFit, make_task_fit, run_all
from .cloning.tied import free
from .metrics import equivariance_error
from .references import refusals
from .symmetry import Symmetry
from .training import agreed, optimizers
from .training.data import TrainingData

#: Training rows on which the equivariance error of a fitted model is reported.
N_REPORTED = 1000
#: Error of the clone that is asked for if none is; for more rows, whose references are the better,
#: it falls in proportion.
CLONE_TOL = 1e-5
#: Epochs and learning rate of the task fit from random weights, and from weights that fit already.
FROM_RANDOM, FROM_CLONE = (200, 1e-3), (100, 5e-4)


@dataclass(frozen=True, eq=False)
class Phases:
    """What a fit has come to before its fit to the task.

    Parameters
    ----------
    table : TrainingData
        Without the rows that decide when to stop.
    symmetry : Symmetry or None
        Bound to the columns.
    reference : str, callable or None
    clone : Clone or None
    start : tuple of (coefs, intercepts) or None
        Weights that the fit to the task starts from, or that are left as they are.
    activation : str
    task_fits : tuple of TaskFit
        The first and its restarts; the best of them is kept.
    """

    table: TrainingData
    symmetry: Symmetry | None
    reference: Callable | str | None
    clone: Clone | None
    start: tuple | None
    activation: str
    task_fits: tuple[TaskFit, ...]

    @property
    def scaling(self):
        """The ColumnScaling of the student."""
        return (self.task_fits[0] if self.task_fits else self.clone).scaling


def draw_seeds(random_state):
    """Return the five seeds of a fit: reference, clone, cloning inputs, weights, batches."""
    return agreed(random_state.randint(np.iinfo(np.int32).max, size=5).tolist())


def fit_phases(estimator, table, seeds, device, previous=(), *, announce=True):
    """Go through all phases of a fit, with the arguments of ``prepare``; return the Phases."""
    phases = prepare(estimator, table, seeds, device, previous, announce=announce)
    run_all(phases.task_fits)
    keep(estimator, phases, seeds)
    return phases


def prepare(estimator, table, seeds, device, previous=(), *, clone=None, announce=True):
    """Go through the phases of a fit as far as the fit to the task.

    Parameters
    ----------
    estimator : SymmetryClonedRegressor or SymmetryClonedClassifier
        It does not change.
    table : TrainingData
    seeds : list of five int
    device : str
    previous : dict, default=()
        What the fit before learned, for a warm start.
    clone : Clone, default=None
        That of another strength. None: it is made, if there is a symmetry to clone.
    announce : bool, default=True
        Whether a verbose estimator says which reference it has chosen.

    Returns
    -------
    Phases
    """
    n_features, n_outputs = table.sizes
    symmetry, reference = bind(estimator, n_features, n_outputs)
    is_choice = estimator.reference == "auto" and estimator.cloning == "network"
    if announce and estimator.verbose and reference is not None and is_choice:
        passed = [f"not {name!r}: {why}" for name, why in refusals(symmetry).items() if why]
        print(f"reference {reference!r} for '{symmetry}' ({'; '.join(passed)})")
    widths = widths_of(estimator, symmetry, reference)
    start = warm_start_of(estimator, previous, [n_features, *widths, n_outputs])
    activations = activations_of(estimator, symmetry, start, previous)
    validation = None
    if estimator.early_stopping:
        table, validation = table.split(estimator.validation_fraction, seeds[4])
    if reference is None or estimator.strength == 0:
        clone = None
    elif clone is None:
        clone = _clone(
            estimator, table, symmetry, reference, widths, start, activations, seeds, device
        )
    activation = activations[0] if clone is None else clone.activation
    whole = estimator.cloning == "network" or start is None or estimator.strength == 1
    if clone is not None and whole:
        start = clone.weights
    task_fits = ()
    if clone is None or estimator.strength < 1:
        scaling = None if clone is None else clone.scaling
        if scaling is None:
            scaling = ColumnScaling.of(table.chunks, scale_targets=estimator._task.scale_targets)
        task_fits = tuple(
            prepare_task(
                estimator,
                table,
                validation,
                start=start,
                clone=clone,
                scaling=scaling,
                symmetry=symmetry,
                widths=widths,
                activation=activation,
                seeds=restart,
                device=device,
            )
            for restart in _restarts(estimator.n_restarts, seeds)
        )
    return Phases(table, symmetry, reference, clone, start, activation, task_fits)


def _restarts(n_restarts, seeds):
    """Return the seeds of a fit and of its restarts, which differ in weights and batches alone."""
    others = np.random.RandomState(seeds[3]).randint(np.iinfo(np.int32).max, size=(n_restarts, 2))
    return [seeds, *([*seeds[:3], *pair] for pair in others.tolist())]


def _clone(estimator, table, symmetry, reference, widths, start, activations, seeds, device):
    """Return a network that has the symmetry, by imitation or by construction."""
    rows = table.sample(seeds[0])
    settings = {
        "symmetry": symmetry,
        "reference_fit": estimator.reference_fit,
        "reference_steps": estimator.reference_steps,
        "clone_inputs": estimator.clone_inputs,
        "task": estimator._task,
        "seeds": seeds[:3],
        "memory": check_memory(estimator.memory),
        "device": device,
        "verbose": estimator.verbose,
    }
    if estimator.cloning != "network":
        build = tied_network(estimator, reference)
        return make_tied_clone(*rows, build=build, activation=activations[0], **settings)
    tol, n_rows = estimator.clone_tol, len(rows[0])
    steps = resolve_steps(estimator.clone_steps, n_rows)
    clone = make_clone(
        *rows,
        reference=reference,
        clone_steps=steps,
        clone_tol=CLONE_TOL / max(1, n_rows / MANY_ROWS) if tol == "auto" else tol,
        hidden_layer_sizes=widths,
        activations=activations,
        start=start,
        imitate=start is None or estimator.strength == 1,
        **settings,
    )
    if clone.loss_curve and tol != "auto" and clone.error > tol:
        warnings.warn(
            f"the clone's error is {clone.error:.2g} after clone_steps={steps}, "
            f"clone_tol={tol} was asked for: raise clone_steps or widen hidden_layer_sizes",
            ConvergenceWarning,
            stacklevel=8,
        )
    return clone


def prepare_task(
    estimator,
    table,
    validation,
    *,
    start,
    clone,
    scaling,
    symmetry,
    widths,
    activation,
    seeds,
    device,
):
    """Return the fit of a student to the task.

    Parameters
    ----------
    estimator : SymmetryClonedRegressor or SymmetryClonedClassifier
        It does not change.
    table : TrainingData
    validation : TrainingData or None
        Rows that decide when to stop.
    start : tuple of (coefs, intercepts) or None
        None: random weights.
    clone : Clone or None
        What the fit is anchored to.
    scaling : ColumnScaling
    symmetry : Symmetry or None
        Bound to the columns.
    widths : list of int
        Of the hidden layers.
    activation : str
    seeds : list of five int
    device : str

    Returns
    -------
    TaskFit
    """
    if clone is not None and estimator.cloning == "layers":
        student = deepcopy(clone.network).requires_grad_()
    else:
        generator = torch.Generator().manual_seed(seeds[3])
        n_features, n_outputs = table.sizes
        sizes = (n_features, widths, n_outputs)
        student = build_student(*sizes, activation, generator)
        if start is not None:
            import_weights(student, scaling, *start)
        if clone is not None and estimator.cloning == "weights":
            student = free(student, deepcopy(clone.network))
    student.to(getattr(torch, table.dtype.name))
    anchored = None
    if clone is not None:
        kind = Anchored if estimator.cloning == "network" else AnchoredLayers
        anchored = kind(estimator.anchor, estimator.strength, clone, symmetry)
    max_iter, learning_rate = FROM_RANDOM if start is None else FROM_CLONE
    batch_size = 200 if estimator.batch_size == "auto" else estimator.batch_size
    solver = optimizers.get(estimator.solver)
    stops = estimator.early_stopping or estimator.tol
    return make_task_fit(
        student,
        table,
        validation,
        task=estimator._task,
        scaling=scaling,
        alpha=estimator.alpha,
        batch_size=len(table) if solver.needs_all_rows else batch_size,
        seed=seeds[4],
        device=device,
        anchored=anchored,
        solver=estimator.solver,
        learning_rate_init=estimator.learning_rate_init or learning_rate,
        max_iter=estimator.max_iter or max_iter,
        tol=estimator.tol,
        n_iter_no_change=estimator.n_iter_no_change if stops else None,
        verbose=estimator.verbose,
        callbacks=tuple(estimator.callbacks or ()),
    )


def keep(estimator, phases, seeds):
    """Set all fitted attributes, at the end of a fit that has succeeded."""
    table, clone = phases.table, phases.clone
    fit = min(phases.task_fits, key=lambda fit: fit.loss, default=None)
    weights = phases.start
    if fit is not None:
        weights = export_weights(fit.student, fit.scaling, np.float64)
    coefs, intercepts = ([array.astype(table.dtype) for array in arrays] for arrays in weights)
    if phases.symmetry is not None:
        estimator.equivariance_error_ = equivariance_error(
            lambda rows: estimator._task.predictions(
                forward(coefs, intercepts, phases.activation, rows)
            ),
            table.read(slice(N_REPORTED))[0],
            phases.symmetry,
            random_state=seeds[2],
        )
    if clone is not None:
        estimator.clone_loss_curve_, estimator.clone_error_ = clone.loss_curve, clone.error
    estimator.symmetry_, estimator.strength_ = phases.symmetry, estimator.strength
    estimator.loss_curve_ = [] if fit is None else fit.loss_curve
    estimator.n_iter_ = len(estimator.loss_curve_ or clone.loss_curve)
    estimator.n_features_in_ = table.sizes[0]
    estimator._keep_targets(table)
    estimator.activation_, estimator.coefs_ = phases.activation, coefs
    estimator.intercepts_ = intercepts

"""From a table to a clone: fit the reference, imitate it, and keep what the task fit needs."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, replace

import numpy as np
import torch

from ..references.fitting import fit_reference, resolve_fit, restore_reference
from ..training import Task
from .cache import identity, remember
from .network import N_FRESH, clone_network, cloning_inputs, reference_answers, student_error
from .student import ColumnScaling, export_weights


@dataclass(frozen=True, eq=False)
class Clone:
    """A student that imitates a reference, and the reference.

    Fits to the task that differ in strength alone share it, and leave it as it is.

    Parameters
    ----------
    module : nn.Module
        The fitted reference.
    task : Task
    inputs : OrbitInputs or GaussianInputs
        Draws fresh cloning inputs.
    weights : tuple of (coefs, intercepts)
        Of the student, for columns in their own units, in float64.
    activation : str
    scaling : ColumnScaling
        The student's, measured on cloning inputs; None if weights were given from outside.
    loss_curve : list of float
    error : float
        Squared error against the reference relative to its variance, on fresh inputs.
    network : nn.Sequential, default=None
        The network itself, for standardised columns, where layers were cloned or copied.
    state : dict of str to ndarray, default=None
        Of the reference, where a network was cloned as a whole.
    pools : dict of int to tuple of (ndarray, ndarray), default={}
        What ``pool`` has drawn.
    """

    module: torch.nn.Module
    task: Task
    inputs: object
    weights: tuple
    activation: str
    scaling: ColumnScaling | None
    loss_curve: list
    error: float
    network: torch.nn.Module | None = None
    state: dict | None = None
    pools: dict = field(default_factory=dict)

    def pool(self, n_rows):
        """Return rows to imitate in a task fit, and the reference's answers: two ndarrays.

        Fits at other strengths get the same ones.
        """
        if n_rows not in self.pools:
            X, device = deepcopy(self.inputs).draw(n_rows), self.module.input_shift.device
            self.pools[n_rows] = X, reference_answers(self.module, self.task, X, device)
        return self.pools[n_rows]


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
    clone_tol,
    hidden_layer_sizes,
    activations,
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
    reference, reference_fit, reference_steps, clone_inputs, clone_steps, clone_tol, \
hidden_layer_sizes
        As in the estimators; the reference is not "auto" any more.
    activations : sequence of str
        Of which one is chosen.
    task : Task
    seeds : sequence of three int
        For the reference, for the clone, and for fresh inputs afterwards.
    start : tuple of (coefs, intercepts) or None
        Weights of the student to start from.
    imitate : bool
        Whether the student is trained; if not, it is ``start`` as it is.
    memory : joblib.Memory, or another object with its method ``cache``
        Keeps the fitted reference and the trained student.
    device : str
    verbose : bool

    Returns
    -------
    Clone
    """
    X = X.astype(np.float64)
    shared = {"symmetry": symmetry, "task": task, "device": device}
    asked = {"fit": reference_fit, "steps": reference_steps, "seed": seeds[0], "verbose": verbose}
    state = remembered_reference(
        memory, X, Y, sample_weight, reference=reference, **asked, **shared
    )
    activation, scaling, loss_curve = activations[0], None, []
    if imitate:
        coefs, intercepts, activation, scaling, loss_curve = remember(
            memory,
            clone_network,
            X,
            sample_weight,
            state,
            clone_inputs=clone_inputs,
            hidden_layer_sizes=tuple(hidden_layer_sizes),
            activations=activations,
            steps=clone_steps,
            tol=clone_tol,
            seed=seeds[1],
            start=start,
            key=identity(reference),
            not_key={"reference": reference, "verbose": verbose},
            **shared,
        )
        start = (coefs, intercepts)
    module = restore_reference(state, symmetry=symmetry, reference=reference, device=device)
    inputs = cloning_inputs(clone_inputs, symmetry, X, sample_weight, seeds[2])
    error = _error(module, task, start, activation, inputs.draw(N_FRESH), device)
    return Clone(module, task, inputs, start, activation, scaling, loss_curve, error, state=state)


def pack(clone):
    """Return a clone of a network as arrays alone, small enough to be kept."""
    return replace(clone, module=None, inputs=None, pools={})


def unpack(clone, X, Y, sample_weight, *, symmetry, reference, clone_inputs, seed, device):
    """Return a packed clone with its reference, and with cloning inputs of another table."""
    return replace(
        clone,
        module=restore_reference(
            clone.state, symmetry=symmetry, reference=reference, device=device
        ),
        inputs=cloning_inputs(clone_inputs, symmetry, X.astype(np.float64), sample_weight, seed),
    )


def remembered_reference(memory, X, Y, sample_weight, *, reference, steps, verbose, **arguments):
    """Return the state of ``fit_reference``, from the cache if it is there."""
    state, _ = remember(
        memory,
        fit_reference,
        X,
        Y,
        sample_weight,
        steps=steps,
        key=(identity(reference), resolve_fit(reference, steps, len(X))),
        not_key={"reference": reference, "verbose": verbose},
        **arguments,
    )
    return state


def make_tied_clone(
    X,
    Y,
    sample_weight,
    *,
    symmetry,
    build,
    reference_fit,
    reference_steps,
    clone_inputs,
    activation,
    task,
    seeds,
    memory,
    device,
    verbose,
):
    """Fit the weights of a network of cloned or weight-tied layers, and write it out as dense.

    Parameters
    ----------
    build : TiedNetwork
    X, Y, sample_weight, symmetry, reference_fit, reference_steps, clone_inputs, activation, task, \
seeds, memory, device, verbose
        As for ``make_clone``.

    Returns
    -------
    Clone
        Its module is the weight-tied network of the same weights.
    """
    dtype = getattr(torch, X.dtype.name)
    X = X.astype(np.float64)
    build = replace(build, seed=seeds[1])
    shared = {"symmetry": symmetry, "reference": "pointwise", "device": device, "dtype": dtype}
    named = replace(build, reference=identity(build.reference))
    state, loss_curve = remember(
        memory,
        fit_reference,
        X,
        Y,
        sample_weight,
        fit=reference_fit,
        steps=reference_steps,
        seed=seeds[0],
        task=task,
        key=(named, resolve_fit("pointwise", reference_steps, len(X))),
        not_key={"build": build, "verbose": verbose},
        **shared,
    )
    fitted = restore_reference(state, build=build, **shared)
    tied = {name: value for name, value in state.items() if ".form." not in name}
    module = restore_reference(tied, build=replace(build, cloning="weights"), **shared)
    scaling = ColumnScaling(
        *(
            getattr(fitted, f"{side}_{what}").cpu().double().numpy()
            for side in ("input", "output")
            for what in ("shift", "scale")
        )
    )
    weights = export_weights(fitted.network.layers, scaling, np.float64)
    inputs = cloning_inputs(clone_inputs, symmetry, X, sample_weight, seeds[2])
    error = _error(module, task, weights, activation, inputs.draw(N_FRESH), device)
    network = fitted.network.layers
    return Clone(module, task, inputs, weights, activation, scaling, loss_curve, error, network)


def _error(module, task, weights, activation, X, device):
    return student_error(weights, activation, task, X, reference_answers(module, task, X, device))

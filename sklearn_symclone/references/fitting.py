"""Build, check, fit and restore the reference that a student imitates."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import nn

from ..training import ShuffledBatches, TrainingPlan, train
from . import FAMILIES, Family
from .layers.scaling import Centring, Standardised, equivariant_scaling

#: A callable's module may miss equivariance by this much: float32 rounding, with some room.
TOLERANCE = 1e-3
BATCH_SIZE = 200
#: Rows on which a network that is built is measured, all at once: one on pairs of items needs many
#: times the memory of its rows.
FIRST_BATCH = 2**15


def fit_reference(
    X,
    Y,
    sample_weight,
    *,
    symmetry,
    reference,
    fit,
    task,
    steps,
    seed,
    device,
    verbose,
    build=None,
    dtype=torch.float32,
):
    """Build a reference and fit it to the task, or rescale it as initialised.

    Parameters
    ----------
    X, Y : ndarray of shape (n_samples, n_features) and (n_samples, n_outputs)
    sample_weight : ndarray of shape (n_samples,)
    symmetry : Symmetry
        Bound to the columns.
    reference : str or callable
        A key of ``FAMILIES``, or a function from the symmetry to an nn.Module.
    fit : {"task", "random"}
    task : Task
    steps : int or None
        Gradient steps, rounded up to whole epochs; None: those of the family.
    seed : int
    device : str
    verbose : bool
    build : callable, default=None
        Returns the network for the symmetry and standardised rows; it is not rescaled. None: the
        family does, for the symmetry alone.
    dtype : torch.dtype, default=torch.float32
        To compute in.

    Returns
    -------
    state : dict of str to ndarray
        Of the module, which ``restore_reference`` puts back.
    loss_curve : list of float
        Of each epoch of the fit to the task; empty if there is none.
    """
    linear = symmetry.without_shifts()
    centring = Centring(symmetry)
    X, Y = centring.inward(X), centring.outward(X, Y, sign=-1)
    inputs = equivariant_scaling(linear.inputs, X, sample_weight)
    outputs = (np.zeros(Y.shape[1]), np.ones(Y.shape[1]))
    if task.scale_targets:
        outputs = equivariant_scaling(linear.outputs, Y, sample_weight)

    def tensor(array):
        return torch.as_tensor(np.asarray(array), dtype=dtype, device=device)

    x, y = tensor((X - inputs[0]) / inputs[1]), tensor((Y - outputs[0]) / outputs[1])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = _family(reference).network(linear) if build is None else build(linear, x.cpu())
    how = resolve_fit(reference, steps, len(X))
    if fit == "task" and build is None:
        how.initialise(network)
    network.to(device, dtype).eval()
    first = slice(None, None, math.ceil(len(x) / FIRST_BATCH))  # of rows from everywhere
    with torch.no_grad():
        start = network(x[first])  # fixes what a family measures on its first batch
    loss_curve = []
    if fit == "task":
        generator = torch.Generator().manual_seed(seed)
        y = task.smoothed(y, how.label_smoothing)
        rows = ShuffledBatches(x, y, tensor(sample_weight), BATCH_SIZE, generator)
        plan = TrainingPlan(
            phase="reference",
            solver=how.solver,
            learning_rate_init=how.learning_rate,
            max_iter=math.ceil(how.steps / len(rows)),
            weight_decay=how.weight_decay,
            device=device,
            verbose=verbose,
        )
        loss_curve = train(network, rows, task.criterion, plan)
    elif build is None:
        measured = (start.cpu().numpy(), sample_weight[first])
        shift, scale = equivariant_scaling(linear.outputs, *measured)
        outputs = (outputs[0] - shift / scale * outputs[1], outputs[1] / scale)
    module = Standardised(network, symmetry, inputs, outputs)
    state = {name: value.cpu().numpy() for name, value in module.state_dict().items()}
    return state, loss_curve


def resolve_fit(reference, steps, n_rows):
    """Return the ``Fit`` of a reference to so many rows, with the steps that are asked for."""
    how = _family(reference).fit_of(n_rows)
    return how._replace(steps=steps or how.steps)


def restore_reference(state, *, symmetry, reference, device, build=None, dtype=torch.float32):
    """Return the module of a state that ``fit_reference`` made, ready to be evaluated."""
    with torch.random.fork_rng(devices=[]):
        network = (build or _family(reference).network)(symmetry.without_shifts())
    inputs, outputs = (np.zeros(side.dimension) for side in (symmetry.inputs, symmetry.outputs))
    module = Standardised(network, symmetry, (inputs, inputs), (outputs, outputs))
    module.to(dtype).load_state_dict({k: torch.as_tensor(value) for k, value in state.items()})
    return module.to(device, dtype).eval()


def _family(reference):
    """Return the family of a reference, that of a callable with the settings of most families."""
    if isinstance(reference, str):
        return FAMILIES[reference]
    return Family(refuses=lambda symmetry: None, network=reference)


def check_reference(reference, symmetry):
    """Raise an error if a callable does not return an equivariant module of the right shape.

    Parameters
    ----------
    reference : str or callable
    symmetry : Symmetry
        Bound to the columns.
    """
    if isinstance(reference, str):
        return
    symmetry = symmetry.without_shifts()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        module = reference(symmetry)
        if not isinstance(module, nn.Module):
            raise TypeError(
                f"the reference callable must return a torch.nn.Module, it returned {module!r}"
            )
        error = _module_error(module.float().eval(), symmetry)
    if not error <= TOLERANCE:
        raise ValueError(
            f"the module that the reference callable returned is not equivariant under "
            f"'{symmetry}': moving its inputs and moving its outputs differ by {error:.2g} of "
            f"their size, {TOLERANCE} is allowed. Known families: {', '.join(FAMILIES)}"
        )


def _module_error(module, symmetry, n_samples=256):
    """Return how far a module is from equivariance, relative to the spread of its outputs."""
    random_state = np.random.RandomState(0)
    X = random_state.standard_normal((n_samples, symmetry.inputs.dimension))
    elements = symmetry.sample(n_samples, random_state)

    def outputs(rows):
        y = module(torch.as_tensor(rows, dtype=torch.float32)).double().numpy()
        if y.shape != (n_samples, symmetry.outputs.dimension):
            raise ValueError(
                f"the module that the reference callable returned maps {n_samples} rows to shape "
                f"{y.shape}, '{symmetry}' needs {(n_samples, symmetry.outputs.dimension)}"
            )
        return y

    with torch.no_grad():
        before, after = outputs(X), outputs(symmetry.inputs.transform(elements, X))
    moved = symmetry.outputs.transform(elements, before)
    # about the mean, for a large constant would hide everything else
    spread = np.linalg.norm(after - after.mean(0)) + np.linalg.norm(moved - moved.mean(0))
    difference = np.linalg.norm(after - moved)
    return difference / spread if spread > 0 else 0.0

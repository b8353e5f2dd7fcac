"""Fit the reference that a student imitates, and put it back from what is kept of it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from ..symmetry import Symmetry
from ..training import Seeded, ShuffledBatches, TrainingPlan, train
from ..training.tasks import Task
from .checks import check_learns
from .layers.linear_part import linear_part
from .layers.presence import MaskedOutputs, counted
from .layers.scaling import Centring, Standardised, equivariant_scaling
from .layers.sizes import ANSWERED, LEARNED, rows_at_once
from .registry import family_of

#: Samples on which a new network is measured, all at once. A network on pairs of items needs many
#: times the memory of its samples: more of them may not fit.
FIRST_BATCH = 2**15


@dataclass(frozen=True)
class ReferencePlan:
    """Which reference is fitted, and how: all that determines it beside the table.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to the columns.
    reference : str or callable
        A key of ``FAMILIES``, or a function from the symmetry to an nn.Module.
    task : Task
        Gives the loss, and says whether targets are classes.
    fit : {"task", "random"}, default="task"
        Whether it is fitted to the task, or left as initialised and rescaled.
    steps : int, default=None
        Gradient steps, rounded up to whole epochs. None: as many as the family takes.
    seed : int, default=0
        Seed of the initial weights and of the order of the samples.
    device : str, default="cpu"
        Where it is fitted.
    dtype : torch.dtype, default=torch.float32
        Computed in.
    build : callable, default=None
        Takes the symmetry and standardised samples, returns the network; initial weights and
        outputs are not rescaled then. None: the family's, from the symmetry alone.
    verbose : bool, default=False
        Show a progress bar. It changes nothing in the result.
    """

    symmetry: Symmetry
    reference: Callable | str
    task: Task
    fit: str = "task"
    steps: int | None = None
    seed: int = 0
    device: str = "cpu"
    dtype: torch.dtype = torch.float32
    build: Callable | None = None
    verbose: bool = False

    def fit_of(self, n_samples):
        """Return the ``Fit`` to so many samples: the family's, with the steps that are asked for.

        Parameters
        ----------
        n_samples : int
            Number of samples of the table.

        Returns
        -------
        Fit
            How it is fitted to them.
        """
        how = family_of(self.reference).fit_of(n_samples)
        return dataclasses.replace(how, steps=self.steps or how.steps)


def fit_reference(X, Y, sample_weight, plan):
    """Build a reference and fit it to the task, or rescale it as initialised.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        In the units of its columns.
    Y : ndarray of shape (n_samples, n_outputs)
        Targets in their units; in a classification the probabilities of the classes.
    sample_weight : ndarray of shape (n_samples,)
        How often each sample counts.
    plan : ReferencePlan
        Which reference, and how it is fitted.

    Returns
    -------
    state : dict of str to ndarray
        The module's arrays by name, for ``restore_reference``.
    loss_curve : list of float
        Loss of each epoch of the fit to the task; empty if there is none, or nothing to learn.
    """
    centring = Centring(plan.symmetry)
    X, Y = centring.inward(X), centring.outward(X, Y, sign=-1)
    inputs, outputs, linear = _scalings(X, Y, sample_weight, plan)

    def tensor(array):
        return torch.as_tensor(np.asarray(array), dtype=plan.dtype, device=plan.device)

    Z = (X - inputs[0]) / inputs[1]
    rest = Y if linear is None else Y - Z @ linear.T
    x, y = tensor(Z), tensor((rest - outputs[0]) / outputs[1])
    how = plan.fit_of(len(X))
    network = _build(x, how, plan)
    most = rows_at_once(network, FIRST_BATCH, ANSWERED)
    some = slice(None, None, math.ceil(len(x) / most))  # samples from everywhere
    with torch.no_grad():
        start = network(x[some])  # fixes what a family measures on its first batch
    loss_curve = []
    learns = any(parameter.requires_grad for parameter in network.parameters())
    if plan.fit == "task" and learns:
        if plan.build is None:
            check_learns(network, x[:1], plan.reference)
        loss_curve = _train(network, x, y, tensor(sample_weight), how, plan)
    elif plan.build is None:
        outputs = _rescaled(outputs, start.cpu().numpy(), sample_weight[some], plan)
    module = Standardised(network, plan.symmetry, inputs, outputs, linear)
    state = {name: value.cpu().numpy() for name, value in module.state_dict().items()}
    return state, loss_curve


def restore_reference(state, *, symmetry, reference, device, build=None, dtype=torch.float32):
    """Return the module of a state that ``fit_reference`` made, ready to be evaluated.

    Parameters
    ----------
    state : dict of str to ndarray
        What ``fit_reference`` returned.
    symmetry : Symmetry
        As in the ``ReferencePlan`` of the fit, as are all that follow.
    reference : str or callable
        Builds the network.
    device : str
        Where the module is to be; the fit may have been elsewhere.
    build : callable, default=None
        Takes the place of the reference; it is called with the symmetry alone.
    dtype : torch.dtype, default=torch.float32
        Computed in.

    Returns
    -------
    Standardised
        Maps rows in their own units, of shape (n_samples, n_features), to (n_samples, n_outputs).
    """
    with Seeded(0):  # a state takes the place of its initial weights
        network = (build or family_of(reference).network)(symmetry.without_shifts())
    inputs, outputs = (np.zeros(side.dimension) for side in (symmetry.inputs, symmetry.outputs))
    linear = state.get("linear")
    module = Standardised(network, symmetry, (inputs, inputs), (outputs, outputs), linear)
    module.to(dtype).load_state_dict({k: torch.as_tensor(value) for k, value in state.items()})
    return module.to(device, dtype).eval()


def _scalings(X, Y, sample_weight, plan):
    """Return shift and scale of the inputs, those of the outputs, and a linear part or None."""
    symmetry = plan.symmetry.without_shifts()
    of_inputs, of_outputs = counted(symmetry.masking, X, sample_weight)
    inputs = equivariant_scaling(symmetry.inputs, X, of_inputs)
    if not plan.task.scale_targets:
        return inputs, (np.zeros(Y.shape[1]), np.ones(Y.shape[1])), None
    outputs, linear = equivariant_scaling(symmetry.outputs, Y, of_outputs), None
    if plan.fit == "task" and plan.build is None:
        Z = (X - inputs[0]) / inputs[1]
        linear = linear_part(plan.symmetry, Z, inputs[1], Y - outputs[0], sample_weight)
    if linear is not None:
        outputs = equivariant_scaling(symmetry.outputs, Y - Z @ linear.T, of_outputs)
    return inputs, outputs, linear


def _build(x, how, plan):
    """Return the initial network for standardised samples, on its device."""
    linear = plan.symmetry.without_shifts()
    with Seeded(plan.seed):
        if plan.build is None:
            network = family_of(plan.reference).network(linear)
        else:
            network = plan.build(linear, x.cpu())
    if plan.fit == "task" and plan.build is None:
        how.initialise(network)
    return network.to(plan.device, plan.dtype).eval()


def _train(network, x, y, weights, how, plan):
    """Fit a network to standardised samples in place; return the loss of each epoch."""
    generator = torch.Generator().manual_seed(plan.seed)
    masking = plan.symmetry.masking
    batch_size = rows_at_once(network, how.batch_size, LEARNED)
    if masking is not None and masking.outputs.are_masked:
        # the answers of absent items are not learned
        network = MaskedOutputs(network, masking).to(plan.device)
        y = y * network.counts(x)
    batches = ShuffledBatches(
        x, plan.task.smoothed(y, how.label_smoothing), weights, batch_size, generator
    )
    training = TrainingPlan(
        phase="reference",
        solver=how.solver,
        learning_rate_init=how.learning_rate,
        max_iter=math.ceil(how.steps / len(batches)),
        weight_decay=how.weight_decay,
        device=plan.device,
        verbose=plan.verbose,
    )
    return train(network, batches, plan.task.criterion, training)


def _rescaled(outputs, answers, sample_weight, plan):
    """Return the shift and scale of outputs so that the answers of a network fill them."""
    linear = plan.symmetry.without_shifts()
    shift, scale = equivariant_scaling(linear.outputs, answers, sample_weight)
    return outputs[0] - shift / scale * outputs[1], outputs[1] / scale

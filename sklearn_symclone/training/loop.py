"""The one training loop, which fits references, clones and the task."""

from __future__ import annotations

from skorch.helper import predefined_split

from . import distributed, progress
from .callbacks import callbacks_of
from .net import TensorNet


def train(module, batches, criterion, plan):
    """Minimise the loss of a module over batches, in place.

    Parameters
    ----------
    module : nn.Module
        The network.
    batches : IterableDataset
        It is iterated once per epoch and yields ``(inputs, (targets, weights))``. Its length is the
        number of batches.
    criterion : type or nn.Module
        A loss, or its class. It is called with predictions, targets and weights.
    plan : TrainingPlan
        The settings.

    Returns
    -------
    loss_curve : list of float
        The mean training loss of each epoch.

    Raises
    ------
    DivergenceError
        If the loss became infinite or NaN.
    """
    with progress.training(plan.phase, plan.max_iter) as follower:
        settings = _settings(plan, len(batches) * plan.max_iter, follower)
        accelerator = distributed.current()
        if accelerator is None:
            net = TensorNet(module, criterion, device=plan.device, **settings)
        else:
            batches = distributed.SharedBatches(batches, accelerator)
            net = distributed.shared_net(module, criterion, accelerator, **settings)
        net.initialize()
        net.run(batches)
    return net.history[:, "train_loss"]


def _settings(plan, n_steps, follower):
    """Return a plan as keyword arguments of skorch."""
    solver, validation = plan.optimizer, plan.validation
    arguments = solver.arguments(plan.weight_decay) | dict(plan.options)
    return {
        "l2": plan.l2,
        "penalty": plan.penalty,
        "takes_closure": solver.takes_closure,
        "optimizer": solver.optimizer_class,
        **{f"optimizer__{name}": value for name, value in arguments.items()},
        "lr": plan.learning_rate_init,
        "max_epochs": plan.max_iter,
        "train_split": None if validation is None else predefined_split(validation),
        "callbacks": callbacks_of(plan, n_steps, follower),
        "meaning": plan.meaning,
        # callbacks of skorch print if it is 1
        "verbose": int(bool(plan.callbacks)),
    }

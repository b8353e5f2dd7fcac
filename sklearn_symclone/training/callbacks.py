"""Callbacks of a training: which ones a plan asks for, its scores, what it shows."""

from __future__ import annotations

import torch
from skorch.callbacks import Callback
from tqdm.auto import tqdm

from ..messages import tell
from . import distributed, progress
from .endings import EndOnDivergence, EndWithoutProgress
from .net import Ended


def callbacks_of(plan, n_steps, follower=None):
    """Return the skorch callbacks that a plan asks for, the user's last.

    Parameters
    ----------
    plan : TrainingPlan
        The settings of the training.
    n_steps : int
        Number of steps of the whole training.
    follower : Progress, default=None
        What is told of the epochs.
    """
    # scores are noted before what may end the last epoch
    callbacks = [] if plan.scores is None else [("scores", plan.scores)]
    if plan.verbose > 1 and distributed.is_main_process():
        callbacks.append(("lines", EpochLines(plan.scores)))
    callbacks.append(("divergence", EndOnDivergence(plan.phase, plan.validation is not None)))
    if plan.optimizer.has_schedule:
        callbacks += plan.rate.callbacks(n_steps)
    if follower is not None:
        # before what may end the training
        callbacks.append(("follower", Followed(follower, plan.so_far)))
    if plan.limit is not None:
        callbacks.append(("limit", plan.limit))
    if plan.n_iter_no_change is not None:
        callbacks.append(("stopping", EndWithoutProgress(plan)))
    if plan.verbose == 1 and distributed.is_main_process():
        callbacks.append(("progress", ProgressBar(plan.phase)))
    return [*callbacks, *plan.callbacks]


class Followed(Callback):
    """Tell what follows a training of its epochs.

    Parameters
    ----------
    follower : Progress
    so_far : callable or None
        As in ``TrainingPlan``.
    """

    def __init__(self, follower, so_far):
        self.follower, self.so_far = follower, so_far

    def on_epoch_begin(self, net, **kwargs):
        """Tell of the beginning of an epoch."""
        self.follower.begin_epoch()

    def on_epoch_end(self, net, **kwargs):
        """Tell of the end of an epoch."""
        if self.follower.end_epoch(self.so_far):
            raise Ended


class ValidationScores(Callback):
    """Note a score of held-out samples after each epoch.

    Parameters
    ----------
    batches : IterableDataset
        Of the held-out samples, in order.
    weights : ndarray of shape (n_samples,)
    score : callable
        From ndarrays of outputs, targets and weights to a number.

    Attributes
    ----------
    values : list of float
        The scores.
    """

    def __init__(self, batches, weights, score):
        self.batches, self.weights, self.score = batches, weights, score
        self.values = []

    def on_epoch_end(self, net, **kwargs):
        """Note the score."""
        with torch.no_grad():
            pairs = [(net.module_(x).cpu(), y.cpu()) for x, (y, _) in self.batches]
        outputs, targets = (torch.cat(side).double().numpy() for side in zip(*pairs, strict=True))
        self.values.append(self.score(outputs, targets, self.weights))


class EpochLines(Callback):
    """Print a line for each epoch, as scikit-learn's networks do.

    Parameters
    ----------
    scores : ValidationScores or None
        Of held-out samples.
    """

    def __init__(self, scores):
        self.scores = scores

    def on_epoch_end(self, net, **kwargs):
        """Print the loss, and the score on held-out samples."""
        tell(f"Iteration {len(net.history)}, loss = {net.history[-1, 'train_loss']:.8f}")
        if self.scores is not None:
            tell(f"Validation score: {self.scores.values[-1]:f}")


class OptimizerState(Callback):
    """Keeps what an optimiser has stored of earlier gradients, for the next training.

    Parameters
    ----------
    solver : str
        Its name. The state of another one is not used.
    """

    def __init__(self, solver):
        self.solver, self.state = solver, {}

    def on_train_begin(self, net, **kwargs):
        """Give the optimiser what it stored before."""
        if self.state:
            net.optimizer_.load_state_dict({**net.optimizer_.state_dict(), "state": self.state})

    def on_train_end(self, net, **kwargs):
        """Keep what it has stored, on the CPU."""
        self.state = {
            number: {name: _on_cpu(value) for name, value in values.items()}
            for number, values in net.optimizer_.state_dict()["state"].items()
        }


def _on_cpu(value):
    return value.detach().cpu() if isinstance(value, torch.Tensor) else value


class ProgressBar(Callback):
    """Show epochs and their loss.

    Parameters
    ----------
    phase : str
        The name of the training at the bar.
    """

    def __init__(self, phase):
        self.phase = phase

    def on_train_begin(self, net, **kwargs):
        """Open the bar."""
        place = progress.place(self.phase)
        self.bar_ = tqdm(total=net.max_epochs, desc=place, unit="epoch")

    def on_epoch_end(self, net, **kwargs):
        """Advance the bar."""
        self.bar_.set_postfix(loss=f"{net.history[-1, 'train_loss']:.3g}", refresh=False)
        self.bar_.update()

    def on_train_end(self, net, **kwargs):
        """Close the bar."""
        self.bar_.close()

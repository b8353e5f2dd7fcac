"""Callbacks of a training: its learning rate, its end, its progress bar."""

from __future__ import annotations

import math

import torch
from skorch.callbacks import Callback, EarlyStopping
from skorch.utils import noop
from tqdm.auto import tqdm

from . import distributed, progress

#: The learning rate rises during this share of the steps.
WARM_UP = 0.03


class DivergenceError(ValueError):
    """The loss of a training became infinite or NaN."""


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
    callbacks = [("divergence", RaiseOnDivergence(plan.phase))]
    if plan.optimizer.has_schedule:
        callbacks.append(("rate", WarmUpAndDecay(n_steps)))
    if plan.scores is not None:
        callbacks.append(("scores", plan.scores))  # before what may end the last epoch
    if follower is not None:
        callbacks.append(("follower", Followed(follower, plan.so_far)))
    if plan.n_iter_no_change is not None:
        stopping = EarlyStopping(
            monitor="train_loss" if plan.validation is None else "valid_loss",
            patience=plan.n_iter_no_change,
            threshold=plan.tol,
            threshold_mode="abs",
            load_best=plan.validation is not None,
            sink=noop,
        )
        callbacks.append(("stopping", stopping))
    if plan.verbose and distributed.is_main_process():
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
            raise progress.StopTraining


class WarmUpAndDecay(Callback):
    """Set the learning rate before each step: a linear rise, times a cosine that falls to 0.

    Parameters
    ----------
    n_steps : int
        Number of steps of the whole training.
    """

    def __init__(self, n_steps):
        self.n_steps = n_steps

    def on_train_begin(self, net, **kwargs):
        """Start at the first step."""
        self.step_ = 0

    def on_batch_begin(self, net, training, **kwargs):
        """Set the learning rate of one step."""
        if not training:
            return
        warm_up = max(1, round(WARM_UP * self.n_steps))
        decay = 0.5 * (1 + math.cos(math.pi * self.step_ / self.n_steps))
        for group in net.optimizer_.param_groups:
            group["lr"] = net.lr * min(1.0, (self.step_ + 1) / warm_up) * decay
        self.step_ += 1


class RaiseOnDivergence(Callback):
    """Raise an error after an epoch whose loss is infinite or NaN.

    Parameters
    ----------
    phase : str
        The name of the training in the error.
    """

    def __init__(self, phase):
        self.phase = phase

    def on_epoch_end(self, net, **kwargs):
        """Check the loss."""
        loss = net.history[-1, "train_loss"]
        if not math.isfinite(loss):
            raise DivergenceError(
                f"the loss became {loss} in epoch {len(net.history)} of {self.phase}: try a lower "
                "learning_rate_init, or scale columns with extreme values"
            )


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

"""How the learning rate of a training changes from step to step, or from epoch to epoch."""

from __future__ import annotations

import math
from dataclasses import dataclass

from skorch.callbacks import Callback

#: The learning rate rises during this share of the steps.
WARM_UP = 0.03
#: "adaptive" divides the learning rate by this factor, and ends the training below this rate.
ADAPTIVE_FACTOR, LEAST_RATE = 5.0, 1e-6


#: The values of ``learning_rate``, beside "auto".
RATES = ("cosine", "constant", "invscaling", "adaptive")


@dataclass(frozen=True)
class Rate:
    """How the learning rate changes.

    Parameters
    ----------
    kind : str, default="cosine"
        One of ``RATES``.
    power : float, default=0.5
        Of "invscaling".
    seen : int, default=0
        Samples that were seen before the training; one that is seen in two epochs counts twice.
    n_samples : int, default=0
        Samples that are seen in an epoch.
    """

    kind: str = "cosine"
    power: float = 0.5
    seen: int = 0
    n_samples: int = 0

    def callbacks(self, n_steps):
        """Return the skorch callbacks, with names, that change the rate in so many steps."""
        if self.kind == "cosine":
            return [("rate", WarmUpAndDecay(n_steps))]
        if self.kind == "invscaling":
            return [("rate", InverseScaling(self))]
        return []


#: The one of every training but the fit to the task.
COSINE = Rate()


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
        set_rate(net, net.lr * min(1.0, (self.step_ + 1) / warm_up) * decay)
        self.step_ += 1


class InverseScaling(Callback):
    """Divide the initial learning rate by (n + 1) ** power, where n samples have been seen.

    Parameters
    ----------
    rate : Rate
    """

    def __init__(self, rate):
        self.rate = rate

    def on_epoch_begin(self, net, **kwargs):
        """Set the learning rate of an epoch."""
        seen = self.rate.seen + (len(net.history) - 1) * self.rate.n_samples
        set_rate(net, net.lr / (seen + 1) ** self.rate.power)


def lower_rate(net):
    """Divide the learning rate by ``ADAPTIVE_FACTOR``; return False if it is small enough."""
    rate = net.optimizer_.param_groups[0]["lr"]
    if rate <= LEAST_RATE:
        return False
    set_rate(net, rate / ADAPTIVE_FACTOR)
    return True


def set_rate(net, rate):
    """Set the learning rate of all weights."""
    for group in net.optimizer_.param_groups:
        group["lr"] = rate

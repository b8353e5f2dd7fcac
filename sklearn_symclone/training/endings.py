"""What ends a training before its last epoch, and what is told of it."""

from __future__ import annotations

import math

from skorch.callbacks import Callback, EarlyStopping
from skorch.utils import noop

from ..messages import tell
from . import distributed
from .net import Ended
from .rates import lower_rate


class DivergenceError(ValueError):
    """The loss of a training became infinite or NaN."""


class EndOnDivergence(Callback):
    """Raise an error after an epoch whose loss is infinite or NaN.

    Where held-out samples have seen a better epoch, the training ends, and the weights of that
    epoch are restored.

    Parameters
    ----------
    phase : str
        The name of the training in the error.
    holds_out : bool
        Whether held-out samples choose an epoch.
    """

    def __init__(self, phase, holds_out):
        self.phase, self.holds_out = phase, holds_out

    def on_epoch_end(self, net, **kwargs):
        """Check the loss."""
        loss = net.history[-1, "train_loss"]
        if math.isfinite(loss):
            return
        if self.holds_out and any(map(math.isfinite, net.history[:, "valid_loss"])):
            raise Ended
        raise DivergenceError(
            f"the loss became {loss} in epoch {len(net.history)} of {self.phase}: try a lower "
            "learning_rate_init, or scale columns with extreme values"
        )


class EndWithoutProgress(EarlyStopping):
    """skorch's EarlyStopping on the loss of a plan. With an adaptive rate the rate falls first.

    Parameters
    ----------
    plan : TrainingPlan
    """

    def __init__(self, plan):
        self.plan = plan
        super().__init__(
            monitor="train_loss" if plan.validation is None else "valid_loss",
            patience=plan.n_iter_no_change,
            threshold=plan.tol,
            threshold_mode="abs",
            load_best=plan.validation is not None,
            sink=noop,
        )

    def on_epoch_end(self, net, **kwargs):
        """Count the epochs without progress."""
        try:
            super().on_epoch_end(net, **kwargs)
        except KeyboardInterrupt:
            if self.plan.rate.kind == "adaptive" and lower_rate(net):
                self.misses_ = 0
                rate = net.optimizer_.param_groups[0]["lr"]
                self._tell(f"Setting learning rate to {rate:f}")
                return
            self._tell("Stopping.")
            raise Ended from None

    def _tell(self, what):
        if self.plan.verbose > 1 and distributed.is_main_process():
            whose = "Training" if self.plan.validation is None else "Validation"
            tell(
                f"{whose} loss did not improve more than tol={self.plan.tol:f} for "
                f"{self.plan.n_iter_no_change} consecutive epochs. {what}"
            )


class EvaluationLimit(Callback):
    """End a training after an epoch in which a number of evaluations of the loss is reached.

    Parameters
    ----------
    most : int
    tol : float
        The training also ends if no gradient is larger than this where an epoch begins.

    Attributes
    ----------
    is_reached : bool
        Whether the number of evaluations has ended the training.
    """

    def __init__(self, most, tol):
        self.most, self.tol, self.is_reached = most, tol, False

    def on_epoch_end(self, net, **kwargs):
        """Compare the numbers."""
        if net.slope <= self.tol:
            raise Ended
        if net.n_evaluations >= self.most:
            self.is_reached = True
            raise Ended

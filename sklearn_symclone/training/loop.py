"""The one training loop: skorch's, on whole-tensor batches from a source of rows.

Fitting the reference, cloning it and fitting the task are this loop with other rows and losses.
"""

from __future__ import annotations

import math

import torch
from skorch.callbacks import Callback, EarlyStopping
from skorch.helper import predefined_split
from tqdm.auto import tqdm

from . import distributed
from .net import TensorNet, shared_net

#: Share of the steps in which the learning rate rises to its value, before its cosine decay.
WARM_UP = 0.03


class DivergenceError(ValueError):
    """The loss of a fit became infinite or NaN."""


def train(
    module,
    rows,
    criterion,
    *,
    phase,
    solver="adam",
    learning_rate_init,
    max_iter,
    weight_decay=0.0,
    l2=0.0,
    penalty=None,
    validation_rows=None,
    tol=0.0,
    n_iter_no_change=None,
    device="cpu",
    verbose=False,
    callbacks=(),
):
    """Minimise the loss of a module over a source of rows, in place.

    Parameters
    ----------
    module : nn.Module
    rows : IterableDataset
        Yields ``(inputs, (targets, weights))`` and has a length, the batches of an epoch.
    criterion : type
        An nn.Module class, called with prediction, target and weight.
    phase : str
        What errors and the progress bar call this fit.
    solver : {"adam", "sgd", "soap", "lbfgs"}, default="adam"
    learning_rate_init : float
        The largest learning rate; it falls to zero along a cosine.
    max_iter : int
        Number of epochs.
    weight_decay : float, default=0.0
        Decoupled decay of all weights, as in AdamW; for "adam" and "soap" only.
    l2 : float, default=0.0
        Half of it times the squared length of all weight matrices, not of biases, is added to
        the loss of every training batch, but not to the loss curve.
    penalty : callable, default=None
        Takes the module, returns what is added to the loss of every training batch.
    validation_rows : IterableDataset, default=None
        Their loss decides when to stop, and the best epoch's weights are restored.
    tol : float, default=0.0
    n_iter_no_change : int, default=None
        Stop when the loss has not fallen by ``tol`` for so many epochs. None: never.
    device : str, default="cpu"
    verbose : bool, default=False
        Show a progress bar.
    callbacks : sequence of skorch callbacks, default=()

    Returns
    -------
    loss_curve : list of float
        Training loss of each epoch.

    Raises
    ------
    DivergenceError
        If the loss became infinite or NaN.
    """
    monitor = "train_loss" if validation_rows is None else "valid_loss"
    all_callbacks = [("divergence", _RaiseOnDivergence(phase))]
    if solver != "lbfgs":
        all_callbacks.append(("rate", _WarmUpAndDecay(len(rows) * max_iter)))
    if n_iter_no_change is not None:
        stopping = EarlyStopping(
            monitor=monitor,
            patience=n_iter_no_change,
            threshold=tol,
            threshold_mode="abs",
            load_best=validation_rows is not None,
        )
        all_callbacks.append(("stopping", stopping))
    if verbose and distributed.is_main_process():
        all_callbacks.append(("progress", _ProgressBar(phase)))
    accelerator = distributed.current()
    kind, where = TensorNet, {"device": device}
    if accelerator is not None:
        kind, where = shared_net(), {"accelerator": accelerator, "unwrap_after_train": False}
        rows = distributed.SharedBatches(rows, accelerator)
    net = kind(
        module,
        criterion,
        l2=l2,
        penalty=penalty,
        lr=learning_rate_init,
        max_epochs=max_iter,
        train_split=None if validation_rows is None else predefined_split(validation_rows),
        callbacks=[*all_callbacks, *callbacks],
        verbose=0,
        **where,
        **_optimizer(solver, weight_decay),
    )
    net.initialize()
    net.run(rows)
    return net.history[:, "train_loss"]


def _optimizer(solver, weight_decay):
    """Return skorch's settings for a solver."""
    if solver == "adam":
        return {
            "optimizer": torch.optim.AdamW,
            "optimizer__fused": True,
            "optimizer__weight_decay": weight_decay,
        }
    if solver == "sgd":
        return {
            "optimizer": torch.optim.SGD,
            "optimizer__momentum": 0.9,
            "optimizer__nesterov": True,
        }
    if solver == "lbfgs":
        return {
            "optimizer": torch.optim.LBFGS,
            "optimizer__line_search_fn": "strong_wolfe",
            "optimizer__max_iter": 1,
        }
    # imported when first used: the package takes as long to import as torch itself
    from pytorch_optimizer import SOAP

    return {
        "optimizer": SOAP,
        "optimizer__weight_decay": weight_decay,
        "optimizer__betas": (0.9, 0.95),
        "optimizer__precondition_frequency": 20,
    }


class _WarmUpAndDecay(Callback):
    """Set the learning rate before every step: a linear rise, under a cosine that falls to 0."""

    def __init__(self, n_steps):
        self.n_steps = n_steps

    def on_train_begin(self, net, **kwargs):
        self.step_ = 0

    def on_batch_begin(self, net, training, **kwargs):
        if not training:
            return
        warm_up = max(1, round(WARM_UP * self.n_steps))
        decay = 0.5 * (1 + math.cos(math.pi * self.step_ / self.n_steps))
        for group in net.optimizer_.param_groups:
            group["lr"] = net.lr * min(1.0, (self.step_ + 1) / warm_up) * decay
        self.step_ += 1


class _RaiseOnDivergence(Callback):
    def __init__(self, phase):
        self.phase = phase

    def on_epoch_end(self, net, **kwargs):
        loss = net.history[-1, "train_loss"]
        if not math.isfinite(loss):
            raise DivergenceError(
                f"the loss became {loss} in epoch {len(net.history)} of {self.phase}: try a lower "
                "learning_rate_init, or scale columns with extreme values"
            )


class _ProgressBar(Callback):
    def __init__(self, phase):
        self.phase = phase

    def on_train_begin(self, net, **kwargs):
        self.bar_ = tqdm(total=net.max_epochs, desc=self.phase, unit="epoch")

    def on_epoch_end(self, net, **kwargs):
        self.bar_.set_postfix(loss=f"{net.history[-1, 'train_loss']:.3g}", refresh=False)
        self.bar_.update()

    def on_train_end(self, net, **kwargs):
        self.bar_.close()

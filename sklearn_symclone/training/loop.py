"""The one training loop: skorch's, on whole-tensor batches from a source of rows.

Fitting the reference, cloning it and fitting the task are this loop with other rows and losses.
"""

from __future__ import annotations

import math

import torch
from skorch import NeuralNet
from skorch.callbacks import Callback, EarlyStopping, PassthroughScoring
from skorch.helper import predefined_split
from skorch.history import History
from skorch.utils import TeeGenerator
from tqdm.auto import tqdm

#: Share of the steps in which the learning rate rises to its value, before its cosine decay.
WARM_UP = 0.03
#: Events of skorch that occur in every batch.
BATCH_EVENTS = ("on_batch_begin", "on_grad_computed", "on_batch_end")


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
    if verbose:
        all_callbacks.append(("progress", _ProgressBar(phase)))
    net = TensorNet(
        module,
        criterion,
        l2=l2,
        penalty=penalty,
        lr=learning_rate_init,
        max_epochs=max_iter,
        train_split=None if validation_rows is None else predefined_split(validation_rows),
        callbacks=[*all_callbacks, *callbacks],
        device=device,
        verbose=0,
        **_optimizer(solver, weight_decay),
    )
    net.initialize()
    net.run(rows)
    return net.history[:, "train_loss"]


class TensorNet(NeuralNet):
    """skorch's NeuralNet whose datasets yield finished batches of inputs, targets and weights.

    The methods that skorch calls once a batch are overridden where its own ones take time that
    shows beside the arithmetic of a small network.
    """

    def __init__(self, *args, l2=0.0, penalty=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.l2, self.penalty = l2, penalty

    @property
    def _default_callbacks(self):
        return [
            ("train_loss", PassthroughScoring("train_loss", on_train=True)),
            ("valid_loss", PassthroughScoring("valid_loss")),
        ]

    def initialize(self):
        """Initialise all parts, and find out which callbacks listen to the events of batches."""
        super().initialize()
        parameters = self.module_.parameters() if self.l2 else ()
        self._matrices = [p for p in parameters if p.requires_grad and p.ndim > 1]
        # detached tensors share the memory of the weights, which are updated in place
        self._weights = [matrix.detach() for matrix in self._matrices]
        self._listeners = {
            event: [c for _, c in self.callbacks_ if _listens(c, event)] for event in BATCH_EVENTS
        }
        self.module_.train()
        return self

    def initialize_history(self):
        """Start an empty history."""
        self.history_ = _History()
        return self

    def notify(self, method_name, **cb_kwargs):
        """Call the callbacks that listen to an event."""
        if method_name not in BATCH_EVENTS:
            super().notify(method_name, **cb_kwargs)
            return
        getattr(self, method_name)(self, **cb_kwargs)
        for callback in self._listeners[method_name]:
            getattr(callback, method_name)(self, **cb_kwargs)

    def get_iterator(self, dataset, training=False):
        """Return the source of rows itself."""
        return dataset

    def infer(self, x, **fit_params):
        """Return the module's outputs; the rows are tensors on its device already."""
        return self.module_(x, **fit_params)

    def get_loss(self, y_pred, y_true, X=None, training=False):
        """Return the weighted loss of a batch, and in training the penalty."""
        loss = self.criterion_(y_pred, *y_true)
        return loss + self.penalty(self.module_) if training and self.penalty else loss

    def train_step_single(self, batch, **fit_params):
        """Return loss and prediction of a batch after writing the gradients."""
        self._set_training(True)
        rows, targets = batch
        prediction = self.infer(rows, **fit_params)
        loss = self.get_loss(prediction, targets, training=True)
        loss.backward()
        if self._matrices:
            # the gradient of the penalty is known: to let torch derive it costs a fifth of a step
            torch._foreach_add_([m.grad for m in self._matrices], self._weights, alpha=self.l2)
        return {"loss": loss.detach(), "y_pred": prediction}

    def train_step(self, batch, **fit_params):
        """Take a step of the optimiser; return what the first evaluation of the batch found."""
        steps = []

        def evaluate():
            self.optimizer_.zero_grad()
            steps.append(self.train_step_single(batch, **fit_params))
            if self._listeners["on_grad_computed"]:
                named = TeeGenerator(self.get_all_learnable_params())
                self.notify("on_grad_computed", named_parameters=named, batch=batch, training=True)
            return steps[-1]["loss"]

        def evaluate_all():
            squares = sum(weight.square().sum() for weight in self._weights)
            return evaluate() + 0.5 * self.l2 * squares

        if isinstance(self.optimizer_, torch.optim.LBFGS):
            self.optimizer_.step(evaluate_all)  # its line search compares values
        else:
            evaluate()
            self.optimizer_.step()
        return steps[0]

    def run_single_epoch(self, iterator, training, prefix, step_fn, **fit_params):
        """Go through an epoch; losses wait on their device until its end if nobody asks earlier."""
        if iterator is None or self._listeners["on_batch_end"]:
            super().run_single_epoch(iterator, training, prefix, step_fn, **fit_params)
            return
        losses, sizes = [], []
        for batch in iterator:
            for callback in self._listeners["on_batch_begin"]:
                callback.on_batch_begin(self, batch=batch, training=training)
            losses.append(step_fn(batch, **fit_params)["loss"].detach())
            sizes.append(len(batch[0]))
        names = f"{prefix}_loss", f"{prefix}_batch_size"
        pairs = zip(torch.stack(losses).tolist(), sizes, strict=True)
        self.history[-1]["batches"] += [dict(zip(names, pair, strict=True)) for pair in pairs]
        self.history.record(f"{prefix}_batch_count", len(losses))

    def _set_training(self, training=True):
        # setting the mode of every layer takes longer than evaluating it
        if self.module_.training != training:
            super()._set_training(training)

    def run(self, rows):
        """Fit like ``partial_fit``, but let a user's interrupt through.

        skorch's early stopping raises KeyboardInterrupt as well, and its ``partial_fit``
        swallows both.
        """
        self.notify("on_train_begin", X=rows, y=None)
        try:
            self.fit_loop(rows)
        except KeyboardInterrupt:
            stoppers = [c for _, c in self.callbacks_ if isinstance(c, EarlyStopping)]
            if not any(stopper.misses_ == stopper.patience for stopper in stoppers):
                raise
        finally:
            self.notify("on_train_end", X=rows, y=None)


class _History(History):
    # every record of a batch looks up the last epoch, in skorch by a general and slow way
    def __getitem__(self, i):
        return list.__getitem__(self, i) if isinstance(i, int) else super().__getitem__(i)

    def new_epoch(self):
        # of a large table, the records of the batches would outgrow what is read of it
        if self:
            self[-1]["batches"] = []
        super().new_epoch()


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


def _listens(callback, event):
    method = getattr(callback, event)
    return getattr(method, "__func__", method) is not getattr(Callback, event)


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

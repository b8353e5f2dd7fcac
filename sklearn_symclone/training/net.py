"""skorch's network for batches that are tensors on its device already."""

from __future__ import annotations

import torch
from skorch import NeuralNet
from skorch.callbacks import Callback, EarlyStopping, PassthroughScoring
from skorch.history import History
from skorch.utils import TeeGenerator

from .noted import NotedLosses

#: Events of skorch that occur in every batch.
BATCH_EVENTS = ("on_batch_begin", "on_grad_computed", "on_batch_end")


class TensorNet(NeuralNet):
    """skorch's NeuralNet whose datasets yield finished batches of inputs, targets and weights.

    Some methods that skorch calls in every batch take time that shows beside the arithmetic of a
    small network. They are overridden.

    Parameters
    ----------
    *args
        Of skorch's NeuralNet.
    l2 : float, default=0.0
        As in ``TrainingPlan``.
    penalty : callable, default=None
        As in ``TrainingPlan``.
    takes_closure : bool, default=False
        Whether the optimiser evaluates the loss several times a step.
    **kwargs
        Of skorch's NeuralNet.
    """

    def __init__(self, *args, l2=0.0, penalty=None, takes_closure=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.l2, self.penalty, self.takes_closure = l2, penalty, takes_closure

    @property
    def _default_callbacks(self):
        return [
            ("train_loss", PassthroughScoring("train_loss", on_train=True)),
            ("valid_loss", PassthroughScoring("valid_loss")),
        ]

    def run(self, batches):
        """Train like ``partial_fit``, but let a user's interrupt through.

        skorch's early stopping raises KeyboardInterrupt as well, and its ``partial_fit``
        swallows both.
        """
        parameters = self.module_.parameters() if self.l2 else ()
        self._matrices = [p for p in parameters if p.requires_grad and p.ndim > 1]
        # detached tensors share the memory of the weights, which are updated in place
        self._weights = [matrix.detach() for matrix in self._matrices]
        self._listeners = {
            event: [c for _, c in self.callbacks_ if _listens(c, event)] for event in BATCH_EVENTS
        }
        self.module_.train()
        self.notify("on_train_begin", X=batches, y=None)
        try:
            self.fit_loop(batches)
        except KeyboardInterrupt:
            stoppers = [c for _, c in self.callbacks_ if isinstance(c, EarlyStopping)]
            if not any(stopper.misses_ == stopper.patience for stopper in stoppers):
                raise
        finally:
            self.notify("on_train_end", X=batches, y=None)

    def run_single_epoch(self, iterator, training, prefix, step_fn, **fit_params):
        """Go through an epoch; losses stay on their device until its end, if nobody asks for them.

        A callback that listens to the end of each batch asks for them.
        """
        if iterator is None or self._listeners["on_batch_end"]:
            super().run_single_epoch(iterator, training, prefix, step_fn, **fit_params)
            return
        losses, sizes = NotedLosses(), []
        for batch in iterator:
            for callback in self._listeners["on_batch_begin"]:
                callback.on_batch_begin(self, batch=batch, training=training)
            losses.add(step_fn(batch, **fit_params)["loss"])
            sizes.append(len(batch[0]))
        names = f"{prefix}_loss", f"{prefix}_batch_size"
        pairs = zip(losses.stacked().tolist(), sizes, strict=True)
        self.history[-1]["batches"] += [dict(zip(names, pair, strict=True)) for pair in pairs]
        self.history.record(f"{prefix}_batch_count", len(sizes))

    def train_step(self, batch, **fit_params):
        """Take a step of the optimiser; return the loss and the outputs before it."""
        if self.takes_closure:
            return self._step_of_many_evaluations(batch, **fit_params)
        self.optimizer_.zero_grad()
        step = self.train_step_single(batch, **fit_params)
        self._complete_gradients(batch)
        self.optimizer_.step()
        return step

    def _step_of_many_evaluations(self, batch, **fit_params):
        steps = []

        def evaluate():
            # a line search compares values, which the gradient alone does not need
            squares = sum(weight.square().sum() for weight in self._weights)
            self.optimizer_.zero_grad()
            steps.append(self.train_step_single(batch, **fit_params))
            self._complete_gradients(batch)
            return steps[-1]["loss"].detach() + 0.5 * self.l2 * squares

        self.optimizer_.step(evaluate)
        return steps[0]

    def _complete_gradients(self, batch):
        """Add the gradient of the L2 penalty, and show gradients to those who listen."""
        if self._matrices:
            # this gradient is known: to let torch derive it takes longer
            torch._foreach_add_([m.grad for m in self._matrices], self._weights, alpha=self.l2)
        if self._listeners["on_grad_computed"]:
            named = TeeGenerator(self.get_all_learnable_params())
            self.notify("on_grad_computed", named_parameters=named, batch=batch, training=True)

    def get_iterator(self, dataset, training=False):
        """Return the source of batches itself."""
        return dataset

    def infer(self, x, **fit_params):
        """Return the module's outputs; the inputs are tensors on its device already."""
        return self.module_(x, **fit_params)

    def get_loss(self, y_pred, y_true, X=None, training=False):
        """Return the weighted loss of a batch, and in training the penalty."""
        loss = self.criterion_(y_pred, *y_true)
        return loss + self.penalty(self.module_) if training and self.penalty else loss

    def notify(self, method_name, **cb_kwargs):
        """Call the callbacks that listen to an event."""
        if method_name not in BATCH_EVENTS:
            super().notify(method_name, **cb_kwargs)
            return
        getattr(self, method_name)(self, **cb_kwargs)
        for callback in self._listeners[method_name]:
            getattr(callback, method_name)(self, **cb_kwargs)

    def initialize_history(self):
        """Start an empty history."""
        self.history_ = _History()
        return self

    def _set_training(self, training=True):
        # setting the mode of every layer takes longer than evaluating it
        if self.module_.training != training:
            super()._set_training(training)


def _listens(callback, event):
    method = getattr(callback, event)
    return getattr(method, "__func__", method) is not getattr(Callback, event)


class _History(History):
    # every record of a batch looks up the last epoch, in skorch by a general and slow way
    def __getitem__(self, i):
        return list.__getitem__(self, i) if isinstance(i, int) else super().__getitem__(i)

    def new_epoch(self):
        # of a large table, the records of the batches would outgrow what is read of it
        if self:
            self[-1]["batches"] = []
        super().new_epoch()

"""skorch's network for batches that are already tensors on its device."""

from __future__ import annotations

import itertools

import torch
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils import ClassifierTags, RegressorTags
from skorch import NeuralNet
from skorch.callbacks import Callback, EarlyStopping, PassthroughScoring
from skorch.history import History
from skorch.utils import TeeGenerator
from torch.utils.data import IterableDataset

from .noted import NotedLosses

#: The events of skorch that occur in each batch.
BATCH_EVENTS = ("on_batch_begin", "on_grad_computed", "on_batch_end")


class Ended(KeyboardInterrupt):
    """A training has come to its end. skorch's own callbacks raise a KeyboardInterrupt for it."""


class TensorNet(NeuralNet):
    """skorch's NeuralNet for datasets that yield batches of inputs, targets and weights.

    It overrides methods that skorch calls in each batch and that take as long as the arithmetic of
    a small network.

    Parameters
    ----------
    *args
        Arguments of skorch's NeuralNet.
    l2 : float, default=0.0
        As in ``TrainingPlan``.
    penalty : callable, default=None
        As in ``TrainingPlan``.
    takes_closure : bool, default=False
        Whether the optimiser evaluates the loss several times in a step.
    meaning : Meaning, default=None
        As in ``TrainingPlan``.
    **kwargs
        Keyword arguments of skorch's NeuralNet.
    """

    def __init__(self, *args, l2=0.0, penalty=None, takes_closure=False, meaning=None, **kwargs):
        # skorch's progress bar divides the length of a source, its batches, by this size
        super().__init__(*args, batch_size=1, **kwargs)
        self.l2, self.penalty, self.takes_closure = l2, penalty, takes_closure
        self.meaning = meaning

    @property
    def _default_callbacks(self):
        return [
            ("train_loss", PassthroughScoring("train_loss", on_train=True)),
            ("valid_loss", PassthroughScoring("valid_loss")),
        ]

    def run(self, batches):
        """Train like ``partial_fit``, but raise the KeyboardInterrupt of a user.

        skorch's early stopping raises KeyboardInterrupt too, and its ``partial_fit`` catches both.
        """
        parameters = self.module_.parameters() if self.l2 else ()
        self._matrices = [p for p in parameters if p.requires_grad and p.ndim > 1]
        # detached tensors share the memory of the weights, which are updated in place
        self._weights = [matrix.detach() for matrix in self._matrices]
        self._listeners = {
            event: [c for _, c in self.callbacks_ if _listens(c, event)] for event in BATCH_EVENTS
        }
        self._batches = batches
        # of steps with many evaluations: their number, and the largest gradient before the last
        self.n_evaluations, self.slope = 0, float("inf")
        self.module_.train()
        self.notify("on_train_begin", X=batches, y=None)
        try:
            self.fit_loop(batches)
        except Ended:
            pass
        except KeyboardInterrupt:
            stoppers = [c for _, c in self.callbacks_ if isinstance(c, EarlyStopping)]
            if not any(stopper.misses_ == stopper.patience for stopper in stoppers):
                raise
        finally:
            self.notify("on_train_end", X=batches, y=None)

    def run_single_epoch(self, iterator, training, prefix, step_fn, **fit_params):
        """Run one epoch. Losses stay on their device until its end, unless a callback reads them.

        A callback that handles ``on_batch_end`` reads them.
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
        """Take a step of the optimiser. Return the loss and the outputs before the step."""
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
            # a line search compares losses, so the penalty must be added to them too
            squares = sum(weight.square().sum() for weight in self._weights)
            self.optimizer_.zero_grad()
            steps.append(self.train_step_single(batch, **fit_params))
            self._complete_gradients(batch)
            if len(steps) == 1:  # at the weights where the step begins
                gradients = [p.grad for p in self.module_.parameters() if p.grad is not None]
                self.slope = max(float(gradient.abs().max()) for gradient in gradients)
            return steps[-1]["loss"].detach() + 0.5 * self.l2 * squares

        self.optimizer_.step(evaluate)
        self.n_evaluations += len(steps)
        return steps[0]

    def _complete_gradients(self, batch):
        """Add the gradient of the L2 penalty, and notify callbacks of the gradients."""
        if self._matrices:
            # a callback may have frozen some of them
            learning = [matrix.requires_grad for matrix in self._matrices]
            gradients = [m.grad for m in itertools.compress(self._matrices, learning)]
            weights = list(itertools.compress(self._weights, learning))
            # adding the known gradient is faster than differentiating the penalty
            torch._foreach_add_(gradients, weights, alpha=self.l2)
        if self._listeners["on_grad_computed"]:
            named = TeeGenerator(self.get_all_learnable_params())
            self.notify("on_grad_computed", named_parameters=named, batch=batch, training=True)

    def get_iterator(self, dataset, training=False):
        """Return the source of batches itself."""
        return dataset

    def infer(self, x, **fit_params):
        """Return the module's outputs for inputs that are already tensors on its device."""
        return self.module_(x, **fit_params)

    def get_loss(self, y_pred, y_true, X=None, training=False):
        """Return the weighted loss of a batch, plus the penalty in training."""
        loss = self.criterion_(y_pred, *y_true)
        return loss + self.penalty(self.module_) if training and self.penalty else loss

    def notify(self, method_name, **cb_kwargs):
        """Call the callbacks that handle an event."""
        if method_name not in BATCH_EVENTS:
            super().notify(method_name, **cb_kwargs)
            return
        if method_name == "on_batch_end" and self.meaning is not None:
            cb_kwargs |= self._of_the_table(**cb_kwargs)
        getattr(self, method_name)(self, **cb_kwargs)
        for callback in self._listeners[method_name]:
            getattr(callback, method_name)(self, **cb_kwargs)

    def _of_the_table(self, batch, y_pred, **kwargs):
        """Return a batch and its outputs, without what an anchor has added; targets are labelled.

        Scoring callbacks collect them. Weights are left out.
        """
        inputs, (targets, _) = batch
        own = slice(getattr(self._batches, "n_own", None) if kwargs["training"] else None)
        pair = inputs[own], self.meaning.targets(targets[own])
        return {"batch": pair, "y_pred": y_pred[own]}

    def get_dataset(self, X, y=None):
        """Return a source of batches; samples of the table, array-like, become one batch."""
        if isinstance(X, IterableDataset) or self.meaning is None:
            return super().get_dataset(X, y)
        return [(self.meaning.inputs(X), None)]

    @property
    def classes_(self):
        """The labels of the classes."""
        return self.meaning.classes

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        if self.meaning is None:
            return tags
        if self.meaning.task.is_classification:
            tags.estimator_type, tags.classifier_tags = "classifier", ClassifierTags()
        else:
            tags.estimator_type, tags.regressor_tags = "regressor", RegressorTags()
        return tags

    def predict_proba(self, X):
        """Return values or probabilities, of two dimensions, in the units of the table."""
        return self.meaning.answers(self.forward(X))

    def predict(self, X):
        """Return values or labels, as the estimator will."""
        return self.meaning.labelled(self.predict_proba(X))

    def score(self, X, y):
        """Return R² or the accuracy."""
        score = accuracy_score if self.meaning.task.is_classification else r2_score
        return score(y, self.predict(X))

    def initialize_history(self):
        """Start an empty history."""
        self.history_ = _History()
        return self

    def __getstate__(self):
        return super().__getstate__() | {"_batches": None}  # a source may hold a file

    def _set_training(self, training=True):
        # setting the mode of each layer takes longer than evaluating the layer
        if self.module_.training != training:
            super()._set_training(training)


def _listens(callback, event):
    method = getattr(callback, event)
    return getattr(method, "__func__", method) is not getattr(Callback, event)


class _History(History):
    # each record of a batch looks up the last epoch, which skorch does in a slow way
    def __getitem__(self, i):
        return list.__getitem__(self, i) if isinstance(i, int) else super().__getitem__(i)

    def new_epoch(self):
        # for a large table, the records of all batches would need more memory than its chunks
        if self:
            self[-1]["batches"] = []
        super().new_epoch()

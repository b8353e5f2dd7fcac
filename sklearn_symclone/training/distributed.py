"""Share the samples of each step among the processes that Accelerate has started.

All processes do the same with the same random numbers, but each takes a share of the samples of a
step. Gradients are averaged, so that all processes have the same weights: those of one process
alone.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

import torch
from torch.utils.data import IterableDataset

from .net import TensorNet

_accelerator = ContextVar("accelerator", default=None)


@contextmanager
def sharing_batches(accelerator):
    """Let all trainings within share their samples; None: each process is alone."""
    token = _accelerator.set(accelerator)
    try:
        yield
    finally:
        _accelerator.reset(token)


def current():
    """Return the Accelerator of the processes that share samples, None if there is none."""
    return _accelerator.get()


def is_main_process():
    """Return whether this process speaks for all."""
    return current() is None or current().is_main_process


def mean(tensor):
    """Return the mean of a tensor over all processes."""
    return tensor if current() is None else current().reduce(tensor, "mean")


def agreed(values):
    """Return a list of the first process in all of them."""
    if current() is None:
        return values
    from accelerate.utils import broadcast_object_list

    return broadcast_object_list(values)


class SharedBatches(IterableDataset):
    """A process's share of each batch.

    Parameters
    ----------
    batches : IterableDataset
        The same in all processes.
    accelerator : accelerate.Accelerator
    """

    def __init__(self, batches, accelerator):
        self.batches, self.n_processes = batches, accelerator.num_processes
        self.mine = slice(accelerator.process_index, None, accelerator.num_processes)

    def __len__(self):
        return len(self.batches)

    def __iter__(self):
        for inputs, (targets, weights) in self.batches:
            # the mean over processes of these losses is the loss of the batch
            shared = weights[..., self.mine] * self.n_processes
            yield inputs[..., self.mine, :], (targets[..., self.mine, :], shared)


def shared_net(module, criterion, accelerator, **settings):
    """Return a ``TensorNet`` for one of the processes that share samples."""
    kind = _shared_net_class()
    return kind(module, criterion, accelerator=accelerator, unwrap_after_train=False, **settings)


@cache
def _shared_net_class():
    # skorch's integration of Accelerate is imported when it is asked for: few need it
    from skorch.hf import AccelerateMixin

    class SharedNet(AccelerateMixin, TensorNet):
        def _initialize_accelerator(self):
            # skorch hands over criteria as well, and torch refuses those without weights
            criteria, self._criteria = self._criteria, []
            super()._initialize_accelerator()
            self._criteria = criteria

        def run(self, batches):
            try:
                super().run(batches)
            finally:
                self._unwrap_accelerator()  # after all callbacks: one may restore weights

        def run_single_epoch(self, iterator, training, prefix, step_fn, **fit_params):
            super().run_single_epoch(iterator, training, prefix, step_fn, **fit_params)
            if iterator is None:
                return
            # the mean over an epoch is weighted by these sizes: the same in all processes
            name = f"{prefix}_batch_size"
            batches = [batch for batch in self.history[-1]["batches"] if name in batch]
            sizes = torch.tensor([batch[name] for batch in batches], device=self.accelerator.device)
            for batch, size in zip(batches, self.accelerator.reduce(sizes).tolist(), strict=True):
                batch[name] = size

        def train_step(self, batch, **fit_params):
            step = super().train_step(batch, **fit_params)
            return step | {"loss": self.accelerator.reduce(step["loss"].detach(), "mean")}

    return SharedNet

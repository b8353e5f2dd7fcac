"""Share the samples of each step among the processes that Accelerate has started.

All processes run the same code with the same random numbers, but each takes a share of the samples
of a step. Their gradients are averaged, so that all processes have the weights that one process
alone would have.
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
    """Let all trainings in this context share their samples. None: each process is alone."""
    token = _accelerator.set(accelerator)
    try:
        yield
    finally:
        _accelerator.reset(token)


def current():
    """Return the Accelerator of the processes that share samples, None if there is none."""
    return _accelerator.get()


def is_main_process():
    """Return whether this process is the one that prints."""
    return current() is None or current().is_main_process


def mean(tensor):
    """Return the mean of a tensor over all processes."""
    return tensor if current() is None else current().reduce(tensor, "mean")


def agreed(values):
    """Return, in all processes, the list that the first process has."""
    if current() is None:
        return values
    from accelerate.utils import broadcast_object_list

    return broadcast_object_list(values)


class SharedBatches(IterableDataset):
    """A process's share of each batch.

    Parameters
    ----------
    batches : IterableDataset
        The same batches in all processes.
    accelerator : accelerate.Accelerator
        It knows the number of this process.
    """

    def __init__(self, batches, accelerator):
        self.batches, self.n_processes = batches, accelerator.num_processes
        self.mine = slice(accelerator.process_index, None, accelerator.num_processes)

    def __len__(self):
        return len(self.batches)

    @property
    def n_own(self):
        """How many of this process's samples are the table's own; None: all of them."""
        n_own = getattr(self.batches, "n_own", None)
        return n_own if n_own is None else len(range(n_own)[self.mine])

    def __iter__(self):
        for inputs, (targets, weights) in self.batches:
            # the mean of these losses over the processes is the loss of the batch
            shared = weights[..., self.mine] * self.n_processes
            yield inputs[..., self.mine, :], (targets[..., self.mine, :], shared)


def shared_net(module, criterion, accelerator, **settings):
    """Return a ``TensorNet`` for one of the processes that share samples."""
    kind = _shared_net_class()
    return kind(module, criterion, accelerator=accelerator, unwrap_after_train=False, **settings)


@cache
def _shared_net_class():
    # import skorch's integration of Accelerate late, because few users need it
    from skorch.hf import AccelerateMixin

    class SharedNet(AccelerateMixin, TensorNet):
        def _initialize_accelerator(self):
            # skorch also prepares the criteria, which torch refuses if they have no weights
            criteria, self._criteria = self._criteria, []
            super()._initialize_accelerator()
            self._criteria = criteria

        def run(self, batches):
            try:
                super().run(batches)
            finally:
                self._unwrap_accelerator()  # after all callbacks, because one may restore weights

        def run_single_epoch(self, iterator, training, prefix, step_fn, **fit_params):
            super().run_single_epoch(iterator, training, prefix, step_fn, **fit_params)
            if iterator is None:
                return
            # an epoch's mean loss is weighted by these sizes, which must agree in all processes
            name = f"{prefix}_batch_size"
            batches = [batch for batch in self.history[-1]["batches"] if name in batch]
            sizes = torch.tensor([batch[name] for batch in batches], device=self.accelerator.device)
            for batch, size in zip(batches, self.accelerator.reduce(sizes).tolist(), strict=True):
                batch[name] = size

        def train_step(self, batch, **fit_params):
            step = super().train_step(batch, **fit_params)
            return step | {"loss": self.accelerator.reduce(step["loss"].detach(), "mean")}

    return SharedNet

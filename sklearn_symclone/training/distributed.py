"""Share the rows of each step among the processes that Accelerate has started.

All processes do the same with the same random numbers, but for the rows of a step, of which each
takes a share. Gradients are averaged, so that all have the same weights, those of a fit alone.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar

from torch.utils.data import IterableDataset

_accelerator = ContextVar("accelerator", default=None)


@contextmanager
def sharing_batches(accelerator):
    """Let all fits within share their rows; None: each process is alone."""
    token = _accelerator.set(accelerator)
    try:
        yield
    finally:
        _accelerator.reset(token)


def current():
    """Return the Accelerator of the processes that share rows, None if there is none."""
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
    rows : IterableDataset
        The same in all processes.
    accelerator : accelerate.Accelerator
    """

    def __init__(self, rows, accelerator):
        self.rows, self.n_processes = rows, accelerator.num_processes
        self.mine = slice(accelerator.process_index, None, accelerator.num_processes)

    def __len__(self):
        return len(self.rows)

    def __iter__(self):
        for inputs, (targets, weights) in self.rows:
            # the mean over processes of these losses is the loss of the batch
            shared = weights[..., self.mine] * self.n_processes
            yield inputs[..., self.mine, :], (targets[..., self.mine, :], shared)

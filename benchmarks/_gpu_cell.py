"""A table and a network whose steps are timed, and how."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass

import numpy as np
import torch
from _phases import wait
from torch.utils.data import IterableDataset

from sklearn_symclone.students import Dense

N_FEATURES, RATE, ALPHA = 20, 1e-3, 1e-4


@dataclass(frozen=True)
class Cell:
    """A table and a network.

    Parameters
    ----------
    n_rows, batch_size, width : int
    """

    n_rows: int
    batch_size: int
    width: int

    def __str__(self):
        rows = f"{self.n_rows:.0e}".replace("e+0", "e")
        return f"{rows} rows, batch {self.batch_size}, width {self.width}"

    @property
    def student(self):
        return Dense((self.width, self.width), "relu")

    def network(self):
        return self.student.build(N_FEATURES, 1, torch.Generator().manual_seed(0)).float()


class FirstSteps(IterableDataset):
    """The first batches of a source that is started again whenever it ends."""

    def __init__(self, batches, n_steps):
        self.batches, self.n_steps = batches, n_steps

    def __len__(self):
        return self.n_steps

    def __iter__(self):
        endless = itertools.chain.from_iterable(itertools.repeat(self.batches))
        return itertools.islice(endless, self.n_steps)


def seconds_of(function, device, repeats=3):
    """Return the median seconds of a function that has run before, of fewer calls if it is slow."""
    times = []
    for _ in range(repeats):
        wait(device)
        start = time.perf_counter()
        function()
        wait(device)
        times.append(time.perf_counter() - start)
        if times[-1] > 1:
            break
    return float(np.median(times))

"""How many threads torch and NumPy use during a fit."""

from __future__ import annotations

from contextlib import contextmanager

import torch
from threadpoolctl import threadpool_limits


@contextmanager
def one_thread(device):
    """Limit NumPy's products, and torch on a CPU, to one thread. Restore the settings afterwards.

    The matrices of small networks are too small for several threads, which would wait for each
    other. On one thread, a fit gives the same numbers in each process of a search.
    """
    before = torch.get_num_threads()
    try:
        if torch.device(device).type == "cpu":
            torch.set_num_threads(1)
        with threadpool_limits(1, user_api="blas"):
            yield
    finally:
        torch.set_num_threads(before)

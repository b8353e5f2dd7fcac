"""How many threads torch and NumPy use during a fit."""

from __future__ import annotations

from contextlib import contextmanager

import torch
from threadpoolctl import threadpool_limits


@contextmanager
def one_thread(device):
    """Limit torch, on a CPU, and NumPy's products to one thread, and restore the settings.

    The matrices of small networks are too small to share: threads would only wait for each other.
    What is fitted does then not depend on how many there are, in any process of a search.
    """
    before = torch.get_num_threads()
    try:
        if torch.device(device).type == "cpu":
            torch.set_num_threads(1)
        with threadpool_limits(1, user_api="blas"):
            yield
    finally:
        torch.set_num_threads(before)

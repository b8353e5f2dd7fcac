"""How many threads torch and NumPy use during a fit."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import torch
from threadpoolctl import threadpool_limits


@contextmanager
def one_thread(device):
    """Limit NumPy's products, and torch on a CPU, to one thread. Restore the settings afterwards.

    The matrices of small networks are too small for several threads, which would wait for each
    other. On one thread, a fit gives the same numbers in each process of a search. Fits in several
    threads share the limits: the last one that ends restores them.
    """
    before = _limits.enter()
    try:
        if torch.device(device).type == "cpu":
            torch.set_num_threads(1)
        yield
    finally:
        _limits.leave()
        torch.set_num_threads(before)


class _Limits:
    """The limits of the process, and how many fits want them.

    torch remembers its number of threads for each thread, NumPy for the whole process.
    """

    def __init__(self):
        self._lock, self._here = threading.Lock(), threading.local()
        self._n_fits, self._before, self._of_numpy = 0, None, None

    def enter(self):
        """Set the limit of NumPy, and return the number of threads that torch is to return to."""
        depth = getattr(self._here, "depth", 0)
        self._here.depth = depth + 1
        with self._lock:
            if self._n_fits == 0:
                self._before = torch.get_num_threads()
                self._of_numpy = threadpool_limits(1, user_api="blas")
            self._n_fits += 1
            # a new thread starts with the limit that a fit in another thread has set
            return torch.get_num_threads() if depth else self._before

    def leave(self):
        """Restore the setting of NumPy if no other fit wants the limits."""
        self._here.depth -= 1
        with self._lock:
            self._n_fits -= 1
            if self._n_fits == 0:
                self._of_numpy.restore_original_limits()


_limits = _Limits()

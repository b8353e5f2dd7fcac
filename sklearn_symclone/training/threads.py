"""How many threads torch uses during a fit."""

from __future__ import annotations

from contextlib import contextmanager

import torch


@contextmanager
def one_thread(device):
    """Limit torch to one thread on a CPU, and restore the setting.

    The matrices of small networks are too small to share: threads would only wait for each other.
    """
    before = torch.get_num_threads()
    try:
        if torch.device(device).type == "cpu":
            torch.set_num_threads(1)
        yield
    finally:
        torch.set_num_threads(before)

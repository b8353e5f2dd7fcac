"""Losses of steps, noted without waiting for their device."""

from __future__ import annotations

import torch

#: At most this many losses are kept as tensors of their own. In the memory of a CPU, many small
#: tensors between the large ones of batches keep the space in between from being used again.
TOGETHER = 100


class NotedLosses:
    """Detached losses of one shape, in the order of the steps."""

    def __init__(self):
        self._blocks, self._waiting = [], []

    def add(self, loss):
        """Note the loss of a step."""
        self._waiting.append(loss.detach())
        if len(self._waiting) == TOGETHER:
            self._stack()

    def stacked(self):
        """Return all losses as one tensor, along a new first axis; there is at least one."""
        if self._waiting:
            self._stack()
        return torch.cat(self._blocks)

    def _stack(self):
        self._blocks.append(torch.stack(self._waiting))
        self._waiting = []

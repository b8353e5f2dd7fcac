"""The losses of steps, stored without waiting for their device."""

from __future__ import annotations

import torch

#: At most this many losses are kept as separate tensors. Many small tensors between the large ones
#: of batches fragment the memory of a CPU.
TOGETHER = 100


class NotedLosses:
    """Detached losses of one shape, in the order of the steps."""

    def __init__(self):
        self._blocks, self._waiting = [], []

    def add(self, loss):
        """Store the loss of a step."""
        self._waiting.append(loss.detach())
        if len(self._waiting) == TOGETHER:
            self._stack()

    def stacked(self):
        """Return all losses, at least one, as a tensor with a new first axis."""
        if self._waiting:
            self._stack()
        return torch.cat(self._blocks)

    def _stack(self):
        self._blocks.append(torch.stack(self._waiting))
        self._waiting = []

"""Copy tensors from the host to a device without waiting for it."""

from __future__ import annotations

import torch

#: Tensors of up to this many bytes, 64 MiB, are pinned. A larger tensor is a whole table, which is
#: copied once: waiting for it costs little, and torch would keep the pinned memory.
MOST_PINNED = 2**26


def to_device(tensor, device):
    """Return a copy on a device of a tensor of the host.

    A GPU copies from pinned memory while the host goes on and the GPU computes.
    """
    if torch.device(device).type == "cuda" and tensor.nbytes <= MOST_PINNED:
        return tensor.pin_memory().to(device, non_blocking=True)
    return tensor.to(device)

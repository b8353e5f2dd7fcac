"""Bring tensors of the host to a device without waiting for it."""

from __future__ import annotations

import torch

#: Up to this many bytes are pinned, 64 MiB. A larger tensor is the whole of a table that is brought
#: over once: waiting costs nothing then, but torch keeps pinned memory for later.
MOST_PINNED = 2**26


def to_device(tensor, device):
    """Return a tensor of the host on a device.

    A GPU copies from pinned memory while the host goes on, and computes what it was asked before.
    """
    if torch.device(device).type == "cuda" and tensor.nbytes <= MOST_PINNED:
        return tensor.pin_memory().to(device, non_blocking=True)
    return tensor.to(device)

"""Outputs that a network cannot have but as 0, because no layer of it tells their sign."""

from __future__ import annotations

import functools

import numpy as np
import torch

from ...symmetry import product_name
from ...training import Seeded
from .kinds import columns_by_kind

#: Outputs of a random network that vary less than this are 0 with rounding.
TINY = 1e-6
#: Random rows that are looked at.
N_ROWS = 16


@functools.lru_cache(maxsize=128)
def vanishes(network, symmetry):
    """Return which outputs are 0 for every input, in a few words that a refusal can end with.

    What does not vanish for all weights and rows does not vanish for random ones.

    Parameters
    ----------
    network : callable
        Takes the symmetry and returns an nn.Module.
    symmetry : Symmetry
        Bound to its columns.

    Returns
    -------
    str or None
        None if no outputs are.
    """
    X = np.random.RandomState(0).standard_normal((N_ROWS, symmetry.inputs.dimension))
    with Seeded(0), torch.no_grad():
        y = network(symmetry).double()(torch.as_tensor(X)).numpy()
    for kind, columns in columns_by_kind(symmetry.outputs).items():
        if np.ptp(y[:, columns.ravel()]) < TINY:
            return f"its outputs '{product_name(kind)}' would be 0 for all inputs"
    return None

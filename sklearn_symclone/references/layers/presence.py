"""Sets of different size in networks: who is present, and means over present items."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from ...symmetry import mask_columns


class Presence(nn.Module):
    """Read the columns of presence of standardised samples, which are 0 and 1 as in the table.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns.
    """

    def __init__(self, symmetry):
        super().__init__()
        self.groups = []
        for group, columns in mask_columns(symmetry.inputs).items():
            self.register_buffer(f"mask{len(self.groups)}", torch.as_tensor(columns), False)
            self.groups.append(group)

    def forward(self, x):
        """Return who is present, and the samples with the share of them in the place of masks.

        A mean over present items cannot tell how many they are, but the share does.

        Parameters
        ----------
        x : Tensor of shape (n, n_features)

        Returns
        -------
        present : dict of Group to Tensor of shape (n, n_items)
            1 for present items, 0 for absent ones.
        x : Tensor of shape (n, n_features)
        """
        present = {}
        for place, group in enumerate(self.groups):
            columns = getattr(self, f"mask{place}")
            here = (x[:, columns] > 0.5).to(x.dtype)
            x = x.clone() if not present else x
            x[:, columns] = here.mean(1, keepdim=True)
            present[group] = here
        return present, x


def masked_mean(x, axes, weights=None):
    """Return the mean over some axes, which are kept.

    Parameters
    ----------
    x : Tensor
    axes : int or tuple of int
    weights : Tensor or None, default=None
        1 where x counts and 0 elsewhere, of a shape that can be broadcast to that of x, and of its
        size along the axes. The mean of nothing is 0. None: everything counts.
    """
    if weights is None:
        return x.mean(axes, keepdim=True)
    return (x * weights).sum(axes, keepdim=True) / weights.sum(axes, keepdim=True).clamp(min=1)


class MaskedOutputs(nn.Module):
    """A network without answers for absent items: 0 stands in their columns.

    Parameters
    ----------
    network : nn.Module
    masking : Masking
    """

    def __init__(self, network, masking):
        super().__init__()
        self.network = network
        self.counts = CountedColumns(masking)

    def forward(self, x):
        """Map rows of shape (n, n_features) to rows of shape (n, n_outputs)."""
        return self.network(x) * self.counts(x)


class CountedColumns(nn.Module):
    """Which outputs count: 0 for those of absent items, 1 for all others.

    Parameters
    ----------
    masking : Masking
    """

    def __init__(self, masking):
        super().__init__()
        self.n_groups = len(masking.masks)
        for place, items in enumerate(masking.outputs.items.values()):
            self.register_buffer(f"items{place}", torch.as_tensor(items), False)

    def forward(self, x):
        """Return a tensor of shape (n, n_outputs) for rows of inputs."""
        counts = 1
        for place in range(self.n_groups):
            items = getattr(self, f"items{place}")
            counts = counts * torch.where(items >= 0, (x[:, items] > 0.5).to(x.dtype), 1.0)
        return counts


class FilledOutputs(nn.Module):
    """Give absent items the mean answer of present ones, as ``Masking.filled_outputs`` does.

    Parameters
    ----------
    masking : Masking
    """

    def __init__(self, masking):
        super().__init__()
        self.counts = CountedColumns(masking)
        self.n_pools = len(masking.outputs.pools)
        for place, pool in enumerate(masking.outputs.pools):
            self.register_buffer(f"pool{place}", torch.as_tensor(pool), False)

    def forward(self, x, y):
        """Return answers y of rows x, filled."""
        counts, y = self.counts(x), y.clone()
        for place in range(self.n_pools):
            pool = getattr(self, f"pool{place}")
            here = counts[:, pool]
            mean = masked_mean(y[:, pool], 1, here)
            y[:, pool] = torch.where(here > 0, y[:, pool], mean)
        return y


def counted(masking, X, sample_weight):
    """Return how much each input and each output of each sample counts, for statistics of columns.

    Parameters
    ----------
    masking : Masking or None
        None: every column counts as its sample does.
    X : ndarray of shape (n_samples, n_features)
    sample_weight : ndarray of shape (n_samples,)

    Returns
    -------
    tuple of two ndarrays
        Of shapes (n_samples, n_features) and (n_samples, n_outputs), or ``sample_weight`` twice. A
        column that counts nowhere counts as its samples do.
    """
    if masking is None:
        return sample_weight, sample_weight
    weights = []
    for side in (masking.inputs, masking.outputs):
        weight = side.present(X) * sample_weight[:, None]
        weights.append(np.where(weight.any(axis=0), weight, sample_weight[:, None]))
    return tuple(weights)

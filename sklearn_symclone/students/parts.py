"""What belongs to pairs of items, to items, and to the whole."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import nn


class Places(NamedTuple):
    """Which columns of a layer belong to pairs of items, to items, and to the whole.

    Parameters
    ----------
    pair : ndarray of int of shape (n_pairs, n_channels)
        The pairs are (0, 1), (0, 2), and so on: an item and another one, in both orders.
    item : ndarray of int of shape (n_items, n_channels)
    whole : ndarray of int of shape (1, n_channels)
    """

    pair: np.ndarray
    item: np.ndarray
    whole: np.ndarray

    @classmethod
    def hidden(cls, n_items, width):
        """Return those of a hidden layer, with as many channels of pairs as it has room for."""
        n_pairs = n_items * (n_items - 1)
        in_pairs, whole = np.split(np.arange(width), [width // n_pairs * n_pairs])
        no_items = np.zeros((n_items, 0), dtype=int)
        return cls(in_pairs.reshape(n_pairs, -1), no_items, whole[None])

    @property
    def order(self):
        """All columns, part after part."""
        return np.concatenate([part.ravel() for part in self])


class Parts(NamedTuple):
    """The values of a layer for some rows.

    Pairs and items come before rows: one matrix product then serves all of them.

    Parameters
    ----------
    pair : Tensor of shape (n_pairs, n, n_channels)
    item : Tensor of shape (n_items, n, n_channels)
    whole : Tensor of shape (1, n, n_channels)
    """

    pair: torch.Tensor
    item: torch.Tensor
    whole: torch.Tensor


class Split(nn.Module):
    """Take rows apart.

    Parameters
    ----------
    places : Places
        Of the columns.
    """

    def __init__(self, places):
        super().__init__()
        self.shapes = [part.shape for part in places]
        self.register_buffer("order", torch.as_tensor(places.order), persistent=False)

    def forward(self, x):
        """Return the Parts of rows of shape (n, n_columns)."""
        columns = x.T[self.order].split([n * channels for n, channels in self.shapes])
        parts = zip(columns, self.shapes, strict=True)
        shaped = (part.reshape(*shape, len(x)).transpose(1, 2) for part, shape in parts)
        return Parts(*(part.contiguous() for part in shaped))


class Joined(nn.Module):
    """Put rows together; the inverse of ``Split``.

    Parameters
    ----------
    places : Places
        Of the columns.
    """

    def __init__(self, places):
        super().__init__()
        order = torch.as_tensor(np.argsort(places.order))
        self.register_buffer("order", order, persistent=False)

    def forward(self, parts):
        """Return rows of shape (n, n_columns)."""
        return torch.cat([part.transpose(0, 1).flatten(1) for part in parts], dim=1)[:, self.order]


class OnParts(nn.Module):
    """Apply a function to each part.

    Parameters
    ----------
    function : nn.Module
        Takes tensors of any shape, and treats all numbers alike.
    """

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, parts):
        """Map Parts to Parts."""
        return Parts(*map(self.function, parts))

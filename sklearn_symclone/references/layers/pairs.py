"""Layers on tables of pairs: hidden states of ordered pairs of items, and of the items.

States of pairs have the shape (n, items, items, CHANNELS), those of items (n, items, WIDTH). The
pairs of an item with itself, on the diagonal, are among them.
"""

from __future__ import annotations

import math

import torch
from torch import nn

#: Channels of a pair, and of an item: there are many more pairs than items. With 32 channels of a
#: pair a step takes twice as long and errors are as large.
CHANNELS, WIDTH = 16, 64
#: Channels of pairs that are multiplied as matrices.
PRODUCTS = 8
#: What is known of an item: the means of its row and its column, the diagonal, and its own state.
KNOWN = 3 * CHANNELS + WIDTH
#: What is known of the whole row: the means over pairs, over the diagonal, and over items.
MEANS = KNOWN - CHANNELS


class PairLayer(nn.Module):
    """A residual layer: linear maps of pairs and items, and a matrix product for each channel.

    A pair hears of itself, of its mirror image, of its row, its column, the diagonal and the means
    of all. The matrix products sum over the items between the two of a pair, so that paths and
    triangles are counted: "Provably Powerful Graph Networks" (arXiv 1905.11136).

    Parameters
    ----------
    n_items : int
        Number of items. The number of weights does not depend on it.
    """

    def __init__(self, n_items):
        super().__init__()
        self.own = nn.Linear(CHANNELS, CHANNELS, bias=False)
        self.mirrored = nn.Linear(CHANNELS, CHANNELS, bias=False)
        self.left = nn.Linear(CHANNELS, PRODUCTS)
        self.right = nn.Linear(CHANNELS, PRODUCTS)
        self.product = nn.Linear(PRODUCTS, CHANNELS, bias=False)
        self.items = Spread(KNOWN)
        self.means = nn.Linear(MEANS, CHANNELS)
        self.scale = 1 / math.sqrt(n_items)

    def forward(self, pairs, items):
        """Return the new states of pairs and of items."""
        active = nn.functional.silu(pairs)
        known = known_of_items(active, nn.functional.silu(items))
        change = self.own(active)
        change += self.mirrored(active).transpose(1, 2)
        change += self.product(self._products(active))
        change += self.means(means(known))[:, None, None]
        change, heard = self.items(change, known)
        return pairs + change, items + heard

    def _products(self, active):
        # bounded factors: products of products of long tails would grow without limit
        left = torch.tanh(self.left(active)).permute(0, 3, 1, 2)
        right = torch.tanh(self.right(active)).permute(0, 3, 1, 2)
        return self.scale * (left @ right).permute(0, 2, 3, 1)


class Spread(nn.Module):
    """Add linear maps of what is known of items to their rows, their columns and the diagonal.

    Parameters
    ----------
    n_features : int
        Numbers that are known of an item.
    """

    def __init__(self, n_features):
        super().__init__()
        self.linear = nn.Linear(n_features, 3 * CHANNELS + WIDTH)

    def forward(self, pairs, known):
        """Return pairs, and states of items, from features of shape (n, items, n_features)."""
        sizes = [CHANNELS, CHANNELS, CHANNELS, WIDTH]
        rows, columns, diagonal, items = self.linear(known).split(sizes, -1)
        pairs = pairs + rows[:, :, None]
        pairs += columns[:, None]
        pairs.diagonal(dim1=1, dim2=2).add_(diagonal.transpose(1, 2))
        return pairs, items


def known_of_items(pairs, items):
    """Return what pairs tell of items, and what items know: means of rows, columns, and diagonals.

    Parameters
    ----------
    pairs : Tensor of shape (n, items, items, CHANNELS)
    items : Tensor of shape (n, items, WIDTH)

    Returns
    -------
    Tensor of shape (n, items, KNOWN)
    """
    diagonal = pairs.diagonal(dim1=1, dim2=2).transpose(1, 2)
    return torch.cat([pairs.mean(2), pairs.mean(1), diagonal, items], -1)


def means(known):
    """Return what is known of the whole row, of shape (n, MEANS).

    Parameters
    ----------
    known : Tensor of shape (n, items, KNOWN)
    """
    return known[..., CHANNELS:].mean(1)  # the mean of all rows is that of all columns

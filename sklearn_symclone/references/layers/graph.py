"""Layers on a complete graph of items: hidden states of the items, of their pairs, and vectors.

Hidden states of items have the shape (n, items, WIDTH), those of pairs (n, items, items,
EDGE_WIDTH), and vectors (n, items, channels, d). A pair is an item and one that it hears.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import nn

from .networks import FirstBatch, FirstBatchScaling, mlp
from .vectors import CrossProducts

#: Units of an item's hidden state.
WIDTH = 64
#: Units of a pair's: there are many more pairs than items.
EDGE_WIDTH = 32
#: Cross products of an item, at most. If there were more, its vectors are combined to fewer first.
MAX_PRODUCTS = 64
#: Products of vectors of size 1 that vary by less than this are not blown up: they may be rounding,
#: such as the determinants of vectors that depend on each other.
SMALLEST = 1e-3


class Crowd(nn.Module):
    """Who is there for whom: the items and pairs of items that a network counts.

    Parameters
    ----------
    n_items : int
    """

    def __init__(self, n_items):
        super().__init__()
        different = 1 - torch.eye(n_items)[None, :, :, None]
        self.register_buffer("different", different, persistent=False)

    def forward(self, present=None):
        """Return the ``Present`` for items (n, n_items) that are 1 or 0, None for all of them."""
        if present is None:
            return Present(None, self.different, self.different.shape[1] - 1, None, None)
        pairs = self.different * (present[:, :, None] * present[:, None])[..., None]
        n_others = pairs.sum(2).clamp(min=1)
        items = present[..., None]
        return Present(items, pairs, n_others, present > 0, pairs[..., 0] > 0)


class Present(NamedTuple):
    """Which items of a batch of samples count.

    Parameters
    ----------
    items : Tensor of shape (n, n_items, 1) or None
        1 for present items, 0 for absent ones. None: all are present.
    pairs : Tensor of shape (n or 1, n_items, n_items, 1)
        1 for pairs of different present items, else 0.
    n_others : int, or Tensor of shape (n, n_items, 1)
        How many items there are beside each.
    measured, measured_pairs : Tensor of bool of shape (n, n_items), (n, n_items, n_items), or None
        Where features have their means and sizes from. None: from everywhere.
    """

    items: torch.Tensor | None
    pairs: torch.Tensor
    n_others: torch.Tensor | int
    measured: torch.Tensor | None
    measured_pairs: torch.Tensor | None


class SoftScaling(FirstBatch):
    """Standardise features by the first batch, and compress what is far from it.

    For products of learned vectors, which leave the range of the first batch in training.

    Parameters
    ----------
    n_features : int
    """

    def __init__(self, n_features):
        super().__init__()
        self.register_buffer("mean", torch.zeros(n_features))
        self.register_buffer("scale", torch.ones(n_features))

    def forward(self, x, counts=None):
        """Standardise x (n, items, n_features); ``counts`` says which items to measure."""
        self.observe(x, counts)
        return torch.asinh((x - self.mean) / self.scale)

    def _measure(self, x):
        self.mean.copy_(x.mean((0, 1)))
        self.scale.copy_(x.std((0, 1), correction=0).clamp(min=SMALLEST))


class VectorScaling(FirstBatch):
    """Divide each channel of vectors by its size in the first batch.

    Parameters
    ----------
    n_channels : int
    """

    def __init__(self, n_channels):
        super().__init__()
        self.register_buffer("scale", torch.ones(n_channels))

    def forward(self, vectors, counts=None):
        """Scale vectors (n, items, n_channels, d); ``counts`` says which items to measure."""
        self.observe(vectors, counts)
        return vectors / self.scale[:, None]

    def _measure(self, vectors):
        self.scale.copy_(vectors.square().mean((0, 1, 3)).sqrt().clamp(min=SMALLEST))


class Messages(nn.Module):
    """States of pairs from the products of their vectors, and what items learn from them.

    Parameters
    ----------
    form : Form
    n_vectors : int
        Number of vectors of each item.
    """

    def __init__(self, form, n_vectors):
        super().__init__()
        self.form = form
        n_features = n_vectors**2 + form.is_symmetric * n_vectors
        self.scaling = FirstBatchScaling(n_features)
        self.products = nn.Linear(n_features, EDGE_WIDTH)
        self.sender = nn.Linear(WIDTH, EDGE_WIDTH, bias=False)
        self.receiver = nn.Linear(WIDTH, EDGE_WIDTH, bias=False)
        self.message = nn.Linear(EDGE_WIDTH, EDGE_WIDTH)
        self.update = mlp(WIDTH + EDGE_WIDTH, WIDTH, WIDTH)

    def forward(self, node, vectors, crowd):
        """Return new states of items, and the states of pairs, from states and vectors of items."""
        features = self._features(vectors) * crowd.pairs
        edge = self.products(self.scaling(features, crowd.measured_pairs))
        edge = edge + self.sender(node)[:, None] + self.receiver(node)[:, :, None]
        edge = nn.functional.silu(self.message(nn.functional.silu(edge)))
        heard = (edge * crowd.pairs).sum(2) / crowd.n_others
        return node + self.update(torch.cat([node, heard], dim=2)), edge

    def _features(self, vectors):
        n_items, n_vectors = vectors.shape[1:3]
        products = self.form.lower(vectors).flatten(1, 2) @ vectors.flatten(1, 2).transpose(1, 2)
        products = products.unflatten(2, (n_items, n_vectors)).unflatten(1, (n_items, n_vectors))
        products = products.transpose(2, 3)
        if not self.form.is_symmetric:
            return products.flatten(3)
        # squared distances tell what is near, which is hard to learn from the products
        same = products.diagonal(dim1=3, dim2=4)
        squares = same.diagonal(dim1=1, dim2=2).transpose(1, 2)
        distances = squares[:, :, None] + squares[:, None] - 2 * same
        return torch.cat([products.flatten(3), distances], dim=3)


def pull(coefficients, vectors, n_channels):
    """Sum the vectors of all items, for each item with coefficients of its own.

    Parameters
    ----------
    coefficients : Tensor of shape (n, receivers, items, n_channels * n_vectors)
    vectors : Tensor of shape (n, items, n_vectors, d)
    n_channels : int

    Returns
    -------
    Tensor of shape (n, receivers, n_channels, d)
    """
    receivers, n_items = coefficients.shape[1:3]
    coefficients = coefficients.unflatten(3, (n_channels, -1)).transpose(2, 3)
    coefficients = coefficients.reshape(len(vectors), receivers * n_channels, -1)
    pulled = coefficients @ vectors.flatten(1, 2) / math.sqrt(n_items - 1)
    return pulled.unflatten(1, (receivers, n_channels))


class VectorMessages(nn.Module):
    """More vectors for each item, sums of those of others, and what their products tell the item.

    Parameters
    ----------
    form : Form
    n_messages : int
    n_own : int
        Number of vectors of each item.
    n_vectors : int
        The same, with those of the whole row.
    """

    def __init__(self, form, n_messages, n_own, n_vectors):
        super().__init__()
        self.form = form
        self.n_messages, self.n_own = n_messages, n_own
        self.from_edges = nn.Linear(EDGE_WIDTH, n_messages * n_own)
        self.from_nodes = nn.Linear(WIDTH, n_messages * n_vectors)
        self.vector_scaling = VectorScaling(n_messages)
        self.register_buffer("pairs", form.pairs(n_messages), persistent=False)
        n_features = self.pairs.shape[1] + n_messages * n_vectors
        self.scaling = SoftScaling(n_features)
        self.update = mlp(WIDTH + n_features, WIDTH, WIDTH)

    def forward(self, node, edge, vectors, crowd):
        """Return new states of items, and their vectors with the new ones at the end."""
        coefficients = self.from_edges(edge) * crowd.pairs
        new = pull(coefficients, vectors[:, :, : self.n_own], self.n_messages)
        new = new + self.from_nodes(node).unflatten(2, (self.n_messages, -1)) @ vectors
        new = self.vector_scaling(new, crowd.measured)
        lowered = self.form.lower(new)
        among = (lowered @ new.transpose(2, 3))[:, :, self.pairs[0], self.pairs[1]]
        features = torch.cat([among, (lowered @ vectors.transpose(2, 3)).flatten(2)], dim=2)
        features = self.scaling(features, crowd.measured)
        node = node + self.update(torch.cat([node, features], dim=2))
        return node, torch.cat([vectors, new], dim=2)


class Handedness(nn.Module):
    """Cross products as more vectors of each item, and what determinants tell the item.

    Parameters
    ----------
    group : Group
        It has matrices of determinant 1 that keep a symmetric form.
    form : Form
    n_vectors : int
        Number of vectors of each item.
    """

    def __init__(self, group, form, n_vectors):
        super().__init__()
        self.form = form
        self.n_frame = n_vectors
        while math.comb(self.n_frame, group.dimension - 1) > MAX_PRODUCTS:
            self.n_frame -= 1
        combine = nn.Linear(n_vectors, self.n_frame, bias=False)
        self.combine = combine if self.n_frame < n_vectors else nn.Identity()
        self.cross = CrossProducts(group, self.n_frame, rank=1)
        self.n_products = self.cross.n_products
        # a determinant is the product of its last vector and the cross product of the others
        determinants = [
            (k, last)
            for k, chosen in enumerate(self.cross.chosen.tolist())
            for last in range(max(chosen, default=-1) + 1, self.n_frame)
        ]
        indices = torch.tensor(determinants, dtype=torch.int64).reshape(-1, 2)
        self.register_buffer("determinants", indices, persistent=False)
        if self.n_products:
            self.vector_scaling = VectorScaling(self.n_products)
        if determinants:
            self.scaling = SoftScaling(len(determinants))
            self.update = mlp(WIDTH + len(determinants), WIDTH, WIDTH)

    def forward(self, node, vectors, crowd):
        """Return new states of items, their vectors with the new ones, and those multiplied."""
        frame = self.combine(vectors.transpose(2, 3)).transpose(2, 3)
        if not self.n_products:
            return node, vectors, frame
        cross = self.vector_scaling(self.cross(frame), crowd.measured)
        if len(self.determinants):
            crossed, last = self.determinants.T
            values = (self.form.lower(cross)[:, :, crossed] * frame[:, :, last]).sum(3)
            values = self.scaling(values, crowd.measured)
            node = node + self.update(torch.cat([node, values], dim=2))
        return node, torch.cat([vectors, cross], dim=2), frame

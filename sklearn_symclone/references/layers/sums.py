"""What many items hear from each other without a look at their pairs: weighted sums of vectors."""

from __future__ import annotations

import math

import torch
from torch import nn

from .graph import WIDTH, SoftScaling, VectorScaling
from .networks import mlp

#: Weighted sums over all items.
N_SUMS = 8


class PooledMessages(nn.Module):
    """Sums of the vectors of all items with learned weights, and what they tell each item.

    An item hears the products of its own vectors with these sums, which are sums of its products
    with those of all items, and the products of the sums with each other. The cost grows with the
    number of items, and not with that of their pairs.

    Parameters
    ----------
    form : Form
    n_items : int
    n_own : int
        Number of vectors of each item.
    """

    def __init__(self, form, n_items, n_own):
        super().__init__()
        self.form, self.n_items = form, n_items
        self.weights = nn.Linear(WIDTH, N_SUMS * n_own)
        self.vector_scaling = VectorScaling(N_SUMS)
        self.register_buffer("pairs", form.pairs(N_SUMS), persistent=False)
        self.scaling = SoftScaling(n_own * N_SUMS)
        self.sum_scaling = SoftScaling(self.pairs.shape[1])
        self.update = mlp(WIDTH + n_own * N_SUMS + self.pairs.shape[1], WIDTH, WIDTH)

    def forward(self, node, own, vectors, present=None):
        """Return new states of items, and vectors with the sums at the end.

        Parameters
        ----------
        node : Tensor of shape (n, items, WIDTH)
        own : Tensor of shape (n, items, n_own, d)
        vectors : Tensor of shape (n, items, n_vectors, d)
        present : Tensor of shape (n, items) or None, default=None
            1 for present items, 0 for absent ones. None: all are present.
        """
        weights = self.weights(node)
        if present is not None:
            weights = weights * present[:, :, None]
        weights = weights.unflatten(2, (N_SUMS, -1))
        sums = torch.einsum("nisv,nivd->nsd", weights, own) / math.sqrt(self.n_items)
        sums = self.vector_scaling(sums[:, None])
        lowered = self.form.lower(sums)
        among = (lowered @ sums.transpose(2, 3))[:, :, self.pairs[0], self.pairs[1]]
        heard = self.scaling((own @ lowered.transpose(2, 3)).flatten(2))
        among = self.sum_scaling(among).expand(-1, self.n_items, -1)
        node = node + self.update(torch.cat([node, heard, among], dim=2))
        return node, torch.cat([vectors, sums.expand(-1, self.n_items, -1, -1)], dim=2)

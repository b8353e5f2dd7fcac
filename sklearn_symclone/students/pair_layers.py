"""A layer of a network whose units belong to pairs of items, and share weights."""

from __future__ import annotations

import itertools
import math
from copy import deepcopy

import numpy as np
import torch
from torch import nn

from .parts import Joined, Parts, Split


class PairLinear(nn.Module):
    """A linear map that commutes with all permutations of the items, and a bias.

    An item has its own columns, and the sums over pairs in which it is the first one or the second
    one. A pair hears what its two items have, its own columns, and those of the same pair in the
    other order. All hear the whole, which hears the sums over items.

    Parameters
    ----------
    source, target : Places
        Of the columns before and after the layer.
    gain : float
        Columns of variance 1 are mapped to columns of this variance, at first.
    generator : torch.Generator
        Draws the weights.
    """

    def __init__(self, source, target, gain, generator):
        super().__init__()
        self.source, self.target, self.n_items = source, target, len(source.item)
        # products with ones and zeros are quicker than to pick columns, and so are their gradients
        pairs = np.array(list(itertools.permutations(range(self.n_items), 2)))
        members = np.hstack(np.eye(self.n_items)[pairs.T])
        self._keep("spread", members)
        self._keep("members", members.T / math.sqrt(self.n_items - 1))
        self._keep("turn", np.eye(len(pairs))[np.lexsort(pairs.T)])
        n_pair, n_item, n_whole = (part.shape[1] for part in source)
        n_item += 2 * n_pair
        of_pair, of_item, of_whole = (part.shape[1] for part in target)
        self.heard_by_pair = [n_item, n_item, n_pair, n_pair, n_whole]
        self.to_pair = _linear(sum(self.heard_by_pair), of_pair, gain, generator)
        self.to_item = _linear(n_item + n_whole, of_item, gain, generator)
        self.to_whole = _linear(n_item + n_whole, of_whole, gain, generator)

    def forward(self, parts):
        """Map Parts to Parts."""
        pair, item, whole = parts
        sums = (self.members @ pair.flatten(1)).view(2, self.n_items, *pair.shape[1:])
        item = torch.cat([item, *sums], dim=2)
        mean = item.sum(0, keepdim=True) / math.sqrt(self.n_items)
        return Parts(
            self._of_pairs(pair, item, whole),
            self.to_item(torch.cat([item, whole.expand(len(item), -1, -1)], dim=2)),
            self.to_whole(torch.cat([mean, whole], dim=2)),
        )

    @property
    def weight(self):
        """The matrix, of shape (n_target, n_source), in float64."""
        unit = torch.eye(len(self.source.order), dtype=torch.float64)
        return (self._of_rows(unit) - self._of_rows(0 * unit[:1])).T

    @property
    def bias(self):
        """The bias, of shape (n_target,), in float64."""
        return self._of_rows(torch.zeros(1, len(self.source.order), dtype=torch.float64))[0]

    def _of_rows(self, x):
        """Map rows to rows in float64, which some devices do not have."""
        exact = deepcopy(self).cpu().double()
        return Joined(self.target)(exact(Split(self.source)(x)))

    def _keep(self, name, array):
        self.register_buffer(name, torch.as_tensor(array), persistent=False)

    def _of_pairs(self, pair, item, whole):
        if not self.target.pair.size:
            return pair[..., :0]
        # one matrix holds all that a pair hears, so that the optimiser sees what goes together
        parts = self.to_pair.weight.split(self.heard_by_pair, dim=1)
        first, second, own, turned, of_whole = parts
        beside = nn.functional.linear(whole, of_whole, self.to_pair.bias)
        as_first = nn.functional.linear(item, first) + beside
        as_second = nn.functional.linear(item, second)
        made = self.spread @ torch.cat([as_first, as_second]).flatten(1)
        if pair.shape[2]:
            made = made + nn.functional.linear(pair, own).flatten(1)
            made = made + self.turn @ nn.functional.linear(pair, turned).flatten(1)
        return made.view(len(pair), *beside.shape[1:])


class _Nothing(nn.Module):
    """A map to no columns: optimisers take no weights without numbers."""

    def forward(self, x):
        return x[..., :0]


def _linear(n_inputs, n_outputs, gain, generator):
    """Return a linear map with random weights, in float64, without a bias at first."""
    if not n_outputs:
        return _Nothing()
    linear = nn.utils.skip_init(nn.Linear, n_inputs, n_outputs, dtype=torch.float64)
    nn.init.normal_(linear.weight, std=math.sqrt(gain / n_inputs), generator=generator)
    nn.init.zeros_(linear.bias)
    return linear
